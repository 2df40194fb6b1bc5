//! Ways to more permissions: found over all policies together, closed by limits, with reasons.

use audit_core::privileges::Outcome;
use serde_json::json;

use crate::world::{World, allow, arn, boundary, deny, held, trust};

fn full() -> serde_json::Value {
    allow(&["*"], "*")
}

/// A user with half of a way, whose group has the other half, and a role to go it with.
fn split(more: &serde_json::Value) -> World {
    let mut members = held(&["builders"], &["Cap"]);
    members.as_object_mut().unwrap().remove("AttachedManagedPolicies");
    members
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    World::default()
        .user_with("ana", &[allow(&["ec2:RunInstances"], "*")], &members)
        .group("builders", &[allow(&["iam:PassRole"], &arn("role", "*"))])
        .role("machine", &trust(&json!({"Service": "ec2.amazonaws.com"})), &[full()])
        .policy("Cap", &allow(&["ec2:*"], "*"))
}

#[test]
fn a_way_over_two_policies_is_found_and_names_both() {
    let world = split(&json!({}));
    let way = world.way("ana", "ec2-001").unwrap();
    assert_eq!((way.outcome, way.steps), (Outcome::Open, Some(1)));
    assert_eq!(way.target.as_deref(), Some(arn("role", "machine").as_str()));
    let granted: Vec<_> = way
        .granted
        .iter()
        .map(|one| (one.action, one.statements.join("|")))
        .collect();
    assert_eq!(
        granted,
        [
            (
                "iam:PassRole",
                "p0 (inline in group/builders) via group builders, statement 1".to_owned()
            ),
            ("ec2:RunInstances", "p0 (inline in user/ana), statement 1".to_owned())
        ]
    );
    assert_eq!(world.tier("ana"), "administrator in 1 step");
}

#[test]
fn a_boundary_closes_it_and_says_so() {
    let world = split(&boundary("Cap"));
    let way = world.way("ana", "ec2-001").unwrap();
    assert_eq!(way.outcome, Outcome::Blocked);
    assert_eq!(way.reason, "the permissions boundary Cap does not allow iam:PassRole");
    assert_eq!(world.tier("ana"), "limited");
}

#[test]
fn an_scp_closes_it_and_says_so() {
    let named = json!({"name": "NoPassing", "document": deny(&["iam:PassRole"])});
    let denied = split(&json!({})).scps(json!([[full()], {"name": "Sandbox", "policies": [full(), named]}, [full()]]));
    let way = denied.way("ana", "ec2-001").unwrap();
    assert_eq!(way.outcome, Outcome::Blocked);
    assert_eq!(
        way.reason,
        "SCP NoPassing of Sandbox, statement Never denies iam:PassRole"
    );
    let listed = split(&json!({})).scps(json!([[full()], [allow(&["ec2:*", "s3:*"], "*")]]));
    let way = listed.way("ana", "ec2-001").unwrap();
    assert_eq!(way.reason, "the SCPs of account do not allow iam:PassRole");
    assert_eq!(listed.open("ana"), Vec::<&str>::new());
}

#[test]
fn a_role_that_nothing_can_be_done_with_is_no_target() {
    let service = |service: &str| {
        World::default()
            .user("ana", &[allow(&["iam:PassRole", "ec2:RunInstances"], "*")])
            .role("machine", &trust(&json!({"Service": service})), &[full()])
    };
    let way = service("lambda.amazonaws.com").way("ana", "ec2-001").unwrap();
    assert_eq!((way.outcome, way.steps), (Outcome::NoTarget, None));
    assert_eq!(
        way.reason,
        "no role of the account that trusts ec2.amazonaws.com can be passed"
    );
    assert_eq!(
        service("ec2.amazonaws.com").way("ana", "ec2-001").unwrap().outcome,
        Outcome::Open
    );
}

#[test]
fn the_service_that_a_role_is_passed_to_counts() {
    let only = |service: &str| {
        json!({"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": "ec2:RunInstances", "Resource": "*"},
            {"Effect": "Allow", "Action": "iam:PassRole", "Resource": "*",
             "Condition": {"StringEquals": {"iam:PassedToService": service}}}]})
    };
    for (service, outcome) in [
        ("ec2.amazonaws.com", Outcome::Open),
        ("lambda.amazonaws.com", Outcome::NoTarget),
    ] {
        let world = World::default().user("ana", &[only(service)]).role(
            "machine",
            &trust(&json!({"Service": "ec2.amazonaws.com"})),
            &[full()],
        );
        assert_eq!(world.way("ana", "ec2-001").unwrap().outcome, outcome, "{service}");
    }
}

#[test]
fn an_administrator_is_told_once_with_the_statement() {
    let world = World::default()
        .user_with("ana", &[], &held(&[], &["Admin"]))
        .policy("Admin", &full());
    let ways = world.ways("ana");
    assert_eq!(ways.len(), 1);
    assert_eq!(
        (ways[0].path, ways[0].outcome, ways[0].is_certain),
        ("administrator", Outcome::Held, true)
    );
    assert_eq!(ways[0].granted[0].statements, ["Admin, statement 1"]);
    assert_eq!(world.tier("ana"), "administrator");
}

#[test]
fn an_administrator_by_policies_alone_is_constrained_by_a_boundary() {
    let world = World::default()
        .user_with("ana", &[full()], &boundary("Cap"))
        .policy("Cap", &allow(&["s3:*"], "*"));
    let ways = world.ways("ana");
    assert_eq!(
        (ways.len(), ways[0].path, ways[0].outcome),
        (1, "administrator", Outcome::Blocked)
    );
    assert_eq!(
        ways[0].reason,
        "the permissions boundary Cap does not allow iam:AttachRolePolicy"
    );
    assert_eq!(world.tier("ana"), "constrained");
}

#[test]
fn one_who_can_take_the_boundary_away_is_not_held_by_it() {
    let cap = allow(&["s3:*", "iam:DeleteUserPermissionsBoundary"], "*");
    let world = World::default()
        .user_with("ana", &[full()], &boundary("Cap"))
        .policy("Cap", &cap);
    let way = world.way("ana", "iam-delete-user-permissions-boundary").unwrap();
    assert_eq!((way.outcome, way.steps), (Outcome::Open, Some(1)));
    assert_eq!(world.tier("ana"), "administrator in 1 step");
}

#[test]
fn keys_of_others_count_and_keys_of_ones_own_do_not() {
    let keys = |resource: &str| {
        World::default()
            .user("ana", &[allow(&["iam:CreateAccessKey"], resource)])
            .user("bob", &[allow(&["s3:GetObject"], "*")])
            .user("root-like", &[full()])
    };
    assert_eq!(
        keys("arn:aws:iam::*:user/${aws:username}").open("ana"),
        Vec::<&str>::new()
    );
    assert_eq!(keys(&arn("user", "ana")).open("ana"), Vec::<&str>::new());
    let bob = keys(&arn("user", "bob")).way("ana", "iam-002").unwrap();
    assert_eq!((bob.outcome, bob.steps), (Outcome::Open, None));
    let all = keys("*");
    let way = all.way("ana", "iam-002").unwrap();
    assert_eq!((way.target, way.steps), (Some(arn("user", "root-like")), Some(1)));
    assert_eq!(all.tier("ana"), "administrator in 1 step");
}

#[test]
fn a_chain_of_roles_is_followed_to_its_end() {
    let to = |name: &str| allow(&["sts:AssumeRole"], &arn("role", name));
    let account = trust(&json!({"AWS": crate::world::ACCOUNT}));
    let world = World::default()
        .user("ana", &[to("first")])
        .user("bob", &[allow(&["s3:*"], "*")])
        .role("first", &account, &[to("second")])
        .role("second", &account, &[full()]);
    assert_eq!(world.tier("ana"), "administrator in 2 steps");
    assert_eq!(world.tier("first"), "administrator in 1 step");
    assert_eq!(world.tier("bob"), "limited");
    let way = world.way("ana", "sts-001").unwrap();
    assert_eq!((way.target, way.steps), (Some(arn("role", "first")), Some(2)));
}

#[test]
fn a_condition_makes_a_way_possible_only() {
    let mfa = json!({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "iam:PutUserPolicy",
        "Resource": "*", "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}}});
    let way = World::default().user("ana", &[mfa]).way("ana", "iam-007").unwrap();
    assert_eq!(
        (way.outcome, way.is_certain, way.steps),
        (Outcome::Open, false, Some(1))
    );
}

#[test]
fn what_is_known_of_a_user_decides_conditions() {
    let own = json!({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "iam:PutUserPolicy",
        "Resource": "*", "Condition": {"StringEquals": {"aws:PrincipalTag/team": "red"}}}});
    let tagged = |team: &str| {
        let tags = json!({"Tags": [{"Key": "team", "Value": team}]});
        World::default().user_with("ana", std::slice::from_ref(&own), &tags)
    };
    assert!(tagged("red").way("ana", "iam-007").unwrap().is_certain);
    assert_eq!(tagged("blue").open("ana"), Vec::<&str>::new());
}
