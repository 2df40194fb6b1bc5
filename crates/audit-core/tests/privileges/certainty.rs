//! What is told as certain holds in every context for the target that is named, and what was not read leaves nothing
//! certain and closes nothing.

use audit_core::privileges::{Outcome, Power, Tier};
use serde_json::{Value, json};

use crate::world::{ACCOUNT, World, allow, arn, boundary, trust};

fn document(statements: &[Value]) -> Value {
    json!({"Version": "2012-10-17", "Statement": statements})
}

fn statement(effect: &str, action: &str, resource: impl Into<Value>) -> Value {
    json!({"Effect": effect, "Action": action, "Resource": resource.into()})
}

fn with(mut statement: Value, condition: Value) -> Value {
    statement["Condition"] = condition;
    statement
}

/// A condition that holds in some contexts.
fn from_office() -> Value {
    json!({"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}})
}

fn users(names: &[&str]) -> Value {
    names.iter().map(|name| arn("user", name)).collect()
}

fn full() -> Value {
    allow(&["*"], "*")
}

/// `ana`, and whom she may reach: users and roles called `admin…` are administrators.
fn around(ana: &[Value], more: &Value) -> World {
    let machine = trust(&json!({"Service": "ec2.amazonaws.com"}));
    World::default()
        .user_with("ana", ana, more)
        .user("admin-a", &[full()])
        .user("admin-b", &[full()])
        .user("bob", &[])
        .role("dev", &machine, &[])
        .role("admin-c", &machine, &[full()])
        .role("admin-d", &machine, &[full()])
}

fn is_certain(world: &World, name: &str) -> bool {
    world.of(name, |_, power| power.is_certain)
}

#[test]
fn a_way_is_certain_only_where_it_is_on_its_target() {
    let keys = |resource: &str| statement("Allow", "iam:CreateAccessKey", resource);
    let pass = |resource: &str| statement("Allow", "iam:PassRole", resource);
    let start = || statement("Allow", "ec2:RunInstances", "*");
    let user = |name: &str| arn("user", name);
    let role = |name: &str| arn("role", name);
    let sometimes = |statement| with(statement, from_office());
    for (what, way, statements, target, certain) in [
        (
            "keys of both",
            "iam-002",
            vec![keys(&user("bob")), keys(&user("admin-a"))],
            user("admin-a"),
            true,
        ),
        (
            "a condition for the administrator",
            "iam-002",
            vec![keys(&user("bob")), sometimes(keys(&user("admin-a")))],
            user("admin-a"),
            false,
        ),
        (
            "the same with patterns",
            "iam-002",
            vec![keys(&user("b*")), sometimes(keys(&user("admin-*")))],
            user("admin-a"),
            false,
        ),
        (
            "the other administrator is certain",
            "iam-002",
            vec![sometimes(keys(&user("admin-a"))), keys(&user("admin-b"))],
            user("admin-b"),
            true,
        ),
        (
            "the other administrator is certain by a pattern",
            "iam-002",
            vec![sometimes(keys(&user("admin-*"))), keys(&user("*-b"))],
            user("admin-b"),
            true,
        ),
        (
            "a condition that denies",
            "iam-002",
            vec![
                keys(&user("bob")),
                keys(&user("admin-a")),
                sometimes(statement("Deny", "iam:CreateAccessKey", user("admin-a"))),
            ],
            user("admin-a"),
            false,
        ),
        (
            "roles to pass",
            "ec2-001",
            vec![start(), pass(&role("dev")), pass(&role("admin-c"))],
            role("admin-c"),
            true,
        ),
        (
            "a condition for the role of the administrator",
            "ec2-001",
            vec![start(), pass(&role("dev")), sometimes(pass(&role("admin-c")))],
            role("admin-c"),
            false,
        ),
        (
            "the other role is certain",
            "ec2-001",
            vec![start(), sometimes(pass(&role("admin-c"))), pass(&role("admin-d"))],
            role("admin-d"),
            true,
        ),
    ] {
        let world = around(&[document(&statements)], &json!({}));
        let way = world.way("ana", way).unwrap();
        let told = (way.target, way.steps, way.is_certain, is_certain(&world, "ana"));
        assert_eq!(told, (Some(target), Some(1), certain, certain), "{what}");
        assert_eq!(way.reason.ends_with(", in some context"), !certain, "{what}");
    }
}

#[test]
fn a_target_that_is_named_counts_only_where_it_is_reached() {
    let keys = || statement("Allow", "iam:CreateAccessKey", users(&["bob", "admin-a"]));
    let denied = statement("Deny", "iam:CreateAccessKey", arn("user", "admin-a"));
    let elsewhere = with(
        statement("Allow", "iam:CreateAccessKey", arn("user", "admin-a")),
        json!({"StringEquals": {"aws:PrincipalAccount": "999988887777"}}),
    );
    let of_bob = statement("Allow", "iam:CreateAccessKey", arn("user", "bob"));
    let of_group = statement("Allow", "iam:CreateAccessKey", arn("group", "admins"));
    let admins = || {
        let member = json!({"GroupList": ["admins"]});
        around(&[document(&[of_bob.clone(), of_group])], &json!({})).user_with("admin-e", &[full()], &member)
    };
    for (what, world) in [
        ("denied", around(&[document(&[keys(), denied.clone()])], &json!({}))),
        (
            "outside the boundary",
            around(&[document(&[keys()])], &boundary("Cap")).policy("Cap", &document(std::slice::from_ref(&of_bob))),
        ),
        (
            "denied by an SCP",
            around(&[document(&[keys()])], &json!({})).scps(json!([[full(), document(&[denied])]])),
        ),
        (
            "another account's",
            around(&[document(&[of_bob.clone(), elsewhere])], &json!({})),
        ),
        ("a group has no keys", admins().group("admins", &[])),
    ] {
        let way = world.way("ana", "iam-002").unwrap();
        let told = (way.outcome, way.target, way.steps);
        assert_eq!(told, (Outcome::Open, Some(arn("user", "bob")), None), "{what}");
        assert_eq!(world.tier("ana"), "limited", "{what}");
    }
}

/// One statement of the policy gives keys of users, the other way needs both: which targets were looked at for the
/// first does not decide about the second.
#[test]
fn everybody_can_be_widened_and_taken() {
    let both = allow(&["iam:AttachUserPolicy", "iam:CreateAccessKey"], &arn("user", "b*"));
    let world = World::default().user("ana", &[both]).user("bob", &[]);
    assert_eq!(world.tier("ana"), "administrator in 1 step");
}

/// A key that stands twice: nothing of the document can be trusted.
const REPEATED: &str =
    r#"{"Version":"2012-10-17","Statement":[],"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;

fn odd(statement: Value) -> Value {
    with(statement, json!({"StringResembles": {"aws:PrincipalTag/team": "red"}}))
}

fn sums(power: &Power) -> (usize, usize) {
    (power.certain.iter().sum(), power.possible.iter().sum())
}

#[test]
fn a_limit_that_was_not_read_closes_nothing_and_leaves_nothing_certain() {
    let ana = |more: &Value| World::default().user_with("ana", &[full()], more);
    let capped = |document: &Value| ana(&boundary("Cap")).policy("Cap", document);
    let under = |document: Value| ana(&json!({})).scps(json!([[full()], [{"name": "Odd", "document": document}]]));
    let controlled = |document: Value| {
        let mut world = ana(&json!({}));
        world.rcps = Some(json!([[{"name": "Odd", "document": document}]]));
        world
    };
    let everything = || statement("Allow", "*", "*");
    let denies = || document(&[everything(), odd(statement("Deny", "*", "*"))]);
    let some = document(&[statement("Allow", "s3:*", "*"), odd(everything())]);
    let boundary = "Cap: ";
    let scp = "SCP Odd of account: ";
    for (what, world, reason) in [
        ("a boundary", capped(&json!(REPEATED)), boundary),
        (
            "the only Allow of a boundary",
            capped(&document(&[odd(everything())])),
            boundary,
        ),
        ("one Allow of a boundary", capped(&some), boundary),
        ("a Deny of a boundary", capped(&denies()), boundary),
        ("an SCP", under(json!(REPEATED)), scp),
        ("the only Allow of an SCP", under(document(&[odd(everything())])), scp),
        ("one Allow of an SCP", under(some.clone()), scp),
        ("a Deny of an SCP", under(denies()), scp),
        ("an RCP", controlled(json!(REPEATED)), "RCP Odd of organization root: "),
    ] {
        let free = ana(&json!({})).of("ana", |_, power| sums(power).1);
        world.of("ana", |principal, power| {
            assert_eq!(principal.incomplete.len(), 1, "{what}: {:?}", principal.incomplete);
            assert!(
                principal.incomplete[0].starts_with(reason),
                "{what}: {:?}",
                principal.incomplete
            );
            assert_eq!(
                (power.tier.name().as_str(), power.is_certain),
                ("administrator", false),
                "{what}"
            );
            assert_eq!(sums(power), (0, free), "{what}");
        });
        let gaps = world.gaps();
        let marked = gaps
            .iter()
            .any(|gap| gap.code == "INCOMPLETE" && gap.subject == arn("user", "ana"));
        assert!(marked, "{what}: {gaps:?}");
    }
}

#[test]
fn what_was_read_of_a_limit_still_denies() {
    let cap = document(&[statement("Deny", "iam:*", "*"), odd(statement("Allow", "s3:*", "*"))]);
    let world = World::default()
        .user_with("ana", &[full()], &boundary("Cap"))
        .policy("Cap", &cap);
    assert_eq!(world.tier("ana"), "constrained");
    let row = world.judge(|analysis, evaluator| analysis.guardrails(evaluator).remove(0));
    assert_eq!((row.strategy, row.statements), ("denies some", (0, 1)));
    assert!(row.removed > 100 && row.removed < 1000, "{row:?}");
    assert!(row.problem.is_some(), "{row:?}");
}

#[test]
fn a_limit_that_was_not_read_is_not_told_to_allow_nothing() {
    let world = World::default()
        .user_with("ana", &[full()], &boundary("Cap"))
        .policy("Cap", &json!(REPEATED))
        .scps(json!([[{"name": "Odd", "document": REPEATED}]]));
    #[expect(
        clippy::redundant_closure_for_method_calls,
        reason = "the method alone is not general enough over its lifetimes"
    )]
    let rows = world.judge(|analysis, evaluator| analysis.guardrails(evaluator));
    assert_eq!(rows.len(), 2);
    for row in rows {
        assert_eq!((row.strategy, row.removed), ("allows some", 0), "{row:?}");
        assert!(
            row.problem.as_ref().is_some_and(|problem| problem.contains("twice")),
            "{row:?}"
        );
    }
}

#[test]
fn what_was_not_read_of_its_own_policies_leaves_nothing_certain() {
    let put = || statement("Allow", "iam:PutUserPolicy", "*");
    let beyond = json!({"Effect": "Deny", "NotAction": "nonsense", "Resource": "*"});
    for (what, documents, tier) in [
        ("a document", vec![full(), json!(REPEATED)], "administrator"),
        (
            "a Deny",
            vec![full(), document(&[odd(statement("Deny", "*", "*"))])],
            "administrator",
        ),
        (
            "a Deny that reads wider than it may be",
            vec![full(), document(&[beyond])],
            "administrator",
        ),
        (
            "an Allow",
            vec![full(), document(&[odd(statement("Allow", "*", "*"))])],
            "administrator",
        ),
        (
            "a Deny beside a way of its own",
            vec![document(&[put()]), document(&[odd(statement("Deny", "*", "*"))])],
            "administrator in 1 step",
        ),
    ] {
        let world = World::default().user("ana", &documents);
        world.of("ana", |principal, power| {
            assert_eq!(principal.incomplete.len(), 1, "{what}");
            assert_eq!((power.tier.name().as_str(), power.is_certain), (tier, false), "{what}");
            assert_eq!(sums(power).0, 0, "{what}");
        });
        assert!(world.ways("ana").iter().all(|way| !way.is_certain), "{what}");
    }
    let group = World::default()
        .user_with("ana", &[full()], &json!({"GroupList": ["odd"]}))
        .group("odd", &[json!(REPEATED)]);
    assert!(!is_certain(&group, "ana"));
}

#[test]
fn a_trust_policy_that_was_not_read_whole_lets_nobody_in_for_certain() {
    let door = |mut one: Value, principal: Value| {
        one.as_object_mut().unwrap().remove("Resource");
        one["Principal"] = principal;
        one
    };
    let account = || json!({"AWS": ACCOUNT});
    let machine = || json!({"Service": "ec2.amazonaws.com"});
    let closed = statement("Deny", "sts:AssumeRole", "*");
    let may = [allow(&["sts:AssumeRole", "iam:PassRole", "ec2:RunInstances"], "*")];
    for (what, principal) in [("the account", account()), ("a service", machine())] {
        for (is_read, statements) in [
            (
                true,
                vec![door(statement("Allow", "sts:AssumeRole", "*"), principal.clone())],
            ),
            (
                false,
                vec![
                    door(statement("Allow", "sts:AssumeRole", "*"), principal.clone()),
                    odd(door(closed.clone(), principal.clone())),
                ],
            ),
        ] {
            let world = World::default()
                .user("ana", &may)
                .role("r", &document(&statements), &[full()]);
            assert_eq!(world.tier("ana"), "administrator in 1 step", "{what}");
            assert_eq!(is_certain(&world, "ana"), is_read, "{what}");
        }
    }
}

/// Who can widen its own policies is an administrator only as far as its limits let it be one.
#[test]
fn what_it_can_make_of_itself_is_as_certain_as_its_limits() {
    let widen = || document(&[statement("Allow", "iam:PutUserPolicy", arn("user", "ana"))]);
    let free = || {
        document(&[
            statement("Allow", "iam:DeleteUserPermissionsBoundary", arn("user", "ana")),
            statement("Allow", "*", "*"),
        ])
    };
    let unless_in_office = document(&[
        statement("Allow", "*", "*"),
        with(statement("Deny", "iam:*", "*"), from_office()),
        statement("Deny", "organizations:LeaveOrganization", "*"),
    ]);
    let keys_only = document(&[statement("Allow", "iam:DeleteUserPermissionsBoundary", "*")]);
    let bounded = || {
        World::default()
            .user_with("ana", &[free()], &boundary("Cap"))
            .policy("Cap", &keys_only)
    };
    let under = |world: World, document: &Value| world.scps(json!([[{"name": "Limit", "document": document}]]));
    for (what, world, certain) in [
        ("no limit", World::default().user("ana", &[widen()]), true),
        (
            "a Deny in some contexts",
            under(World::default().user("ana", &[widen()]), &unless_in_office),
            false,
        ),
        ("a boundary of its own", bounded(), true),
        (
            "and a Deny in some contexts",
            under(bounded(), &unless_in_office),
            false,
        ),
    ] {
        world.of("ana", |_, power| {
            assert_eq!(power.tier, Tier::Steps(1), "{what}");
            assert_eq!(power.is_certain, certain, "{what}");
        });
    }
}
