//! Random organizations, judged once more by trying requests one by one.
//!
//! The second judgement knows nothing of bounds: it walks the tree, hands the documents of every level to the decision
//! function, and tries each action on each resource, in each Region, as each principal.

use std::collections::BTreeMap;
use std::sync::Arc;

use audit_core::control_policies::{How, Kind, Report, Status};
use iam_policy::decision::decide;
use iam_policy::request::{Context, Request, Value};
use iam_policy::{Outcome, Policies, Policy};

use super::world::{FULL, MANAGEMENT, ROOT, World, of};

const ACTIONS: [(&str, &[&str]); 5] = [
    ("organizations:LeaveOrganization", &["*"]),
    (
        "cloudtrail:StopLogging",
        &[
            "arn:aws:cloudtrail:eu-central-1:ACCOUNT:trail/a",
            "arn:aws:cloudtrail:eu-central-1:ACCOUNT:trail/b",
        ],
    ),
    (
        "cloudtrail:DeleteTrail",
        &[
            "arn:aws:cloudtrail:eu-central-1:ACCOUNT:trail/a",
            "arn:aws:cloudtrail:eu-central-1:ACCOUNT:trail/b",
        ],
    ),
    ("s3:PutBucketPolicy", &["arn:aws:s3:::bucket"]),
    ("kms:ScheduleKeyDeletion", &["arn:aws:kms:eu-central-1:ACCOUNT:key/1"]),
];

const ACTION: [&str; 8] = [
    r#""Action":"*""#,
    r#""Action":"cloudtrail:*""#,
    r#""Action":["cloudtrail:Stop*","s3:Put*"]"#,
    r#""NotAction":["s3:*","cloudtrail:*"]"#,
    r#""Action":"organizations:LeaveOrganization""#,
    r#""NotAction":"organizations:*""#,
    r#""Action":["KMS:Schedule*","cloudtrail:DeleteTrail"]"#,
    r#""Action":"ec2:*""#,
];
const RESOURCE: [&str; 4] = [
    r#","Resource":"*""#,
    r#","Resource":"*""#,
    r#","Resource":"arn:aws:cloudtrail:*:*:trail/a""#,
    r#","NotResource":"arn:aws:cloudtrail:*:*:trail/a""#,
];
const CONDITION: [&str; 7] = [
    "",
    "",
    "",
    r#","Condition":{"StringEquals":{"aws:RequestedRegion":"us-east-1"}}"#,
    r#","Condition":{"ArnNotLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/admin"}}"#,
    r#","Condition":{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:root"}}"#,
    r#","Condition":{"StringNotEquals":{"aws:PrincipalAccount":"200000000001"}}"#,
];

struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % bound
    }

    fn one<'t>(&mut self, of: &[&'t str]) -> &'t str {
        of[self.below(of.len())]
    }

    fn statement(&mut self, kind: Kind) -> String {
        let effect = if kind == Kind::Scp && self.below(3) == 0 {
            "Allow"
        } else {
            "Deny"
        };
        let principal = if kind == Kind::Rcp { r#""Principal":"*","# } else { "" };
        let (action, resource, condition) = (self.one(&ACTION), self.one(&RESOURCE), self.one(&CONDITION));
        format!(r#"{{"Effect":"{effect}",{principal}{action}{resource}{condition}}}"#)
    }

    fn document(&mut self, kind: Kind) -> String {
        let statements: Vec<String> = (0..=self.below(2)).map(|_| self.statement(kind)).collect();
        format!(r#"{{"Version":"2012-10-17","Statement":[{}]}}"#, statements.join(","))
    }
}

fn world(seed: u64) -> World {
    let mut random = Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(1));
    let mut world = World::new();
    let mut nodes = vec![ROOT.to_owned(), "ou-work".to_owned()];
    for number in 0..random.below(5) {
        let parent = nodes[random.below(nodes.len())].clone();
        let id = format!("ou-{number}");
        world.unit(&id, "unit", &parent);
        nodes.push(id);
    }
    let mut targets = nodes.clone();
    for number in 0..=random.below(3) {
        let id = format!("20000000000{number}");
        let parent = nodes[random.below(nodes.len())].clone();
        world.place(&id, &parent);
        targets.push(id);
    }
    targets.extend([MANAGEMENT.to_owned(), super::world::MEMBER.to_owned()]);
    for (kind, most) in [(Kind::Scp, 6), (Kind::Rcp, 3)] {
        for number in 0..random.below(most) {
            let document = random.document(kind);
            let attached: Vec<&str> = targets
                .iter()
                .map(String::as_str)
                .filter(|_| random.below(4) == 0)
                .collect();
            world.policy(&format!("p-{}{number}", kind.label()), kind, &document, &attached);
        }
    }
    // Nothing is without a service control policy; here and there it is not AWS's own.
    let scps = |world: &World, target: &str| {
        let attached = &world.organization.attached[&Kind::Scp];
        attached.values().any(|answer| answer.known().unwrap().contains(target))
    };
    world.policy("p-FullAWSAccess", Kind::Scp, FULL, &[]);
    let full: Vec<&str> = targets
        .iter()
        .map(String::as_str)
        .filter(|target| !scps(&world, target) || random.below(8) > 0)
        .collect();
    world.policy("p-FullAWSAccess", Kind::Scp, FULL, &full);
    let who = ["anybody", "root-user"];
    let guardrails = ACTIONS.iter().enumerate().flat_map(|(at, (action, _))| {
        who.map(
            |who| serde_json::json!({"slug": format!("g{at}-{who}"), "title": "t", "actions": [action], "who": who}),
        )
    });
    let file = serde_json::json!({"schema": "iam-census/guardrails/1", "guardrails": guardrails.collect::<Vec<_>>()});
    world.guardrails = audit_core::control_policies::Guardrails::parse(&file.to_string()).unwrap();
    world
}

/// The documents of each level above an account, from the organization root on.
fn levels(world: &World, account: &str, kind: Kind) -> Vec<Vec<Arc<Policy>>> {
    let all = &world.organization;
    let mut path = vec![account.to_owned()];
    let mut at = all.parents[&account.parse().unwrap()].clone();
    loop {
        path.insert(0, at.clone());
        match all.units.get(&at) {
            Some(unit) => at = unit.parent.clone(),
            None => break,
        }
    }
    let at = |node: &String| {
        let attached = all.attached[&kind]
            .iter()
            .filter(|(_, answer)| answer.known().unwrap().contains(node));
        attached
            .map(|(id, _)| Arc::new(Policy::read(all.policies[id].document.known().unwrap())))
            .collect()
    };
    path.iter().map(at).collect()
}

/// Every request for an action that the principals of an account can make here.
fn requests(account: &str, action: usize, root_only: bool, mut each: impl FnMut(&Request<'_>)) {
    let (action, resources) = ACTIONS[action];
    let arn = |kind: &str| format!("arn:aws:iam::{account}:{kind}");
    let principals = ["root", "user/alice", "role/admin", "role/app"].map(arn);
    for principal in principals.iter().filter(|arn| !root_only || arn.ends_with(":root")) {
        for region in ["us-east-1", "eu-central-1"] {
            for resource in resources {
                let resource = resource.replace("ACCOUNT", account);
                let mut context = Context::default();
                for (key, value) in [
                    ("aws:PrincipalArn", principal.as_str()),
                    ("aws:PrincipalAccount", account),
                    ("aws:RequestedRegion", region),
                    ("aws:PrincipalOrgID", "o-census0001"),
                ] {
                    context
                        .insert(key.to_owned(), Value::One(value.to_owned().into()))
                        .unwrap();
                }
                each(&Request::new(principal, action, &resource, Some(account), context).unwrap());
            }
        }
    }
}

/// By trying: prevented, not prevented, or neither.
fn tried(policies: &Policies, account: &str, action: usize, root_only: bool) -> Status {
    let (mut allowed, mut denied) = (0, 0);
    requests(account, action, root_only, |request| {
        // Keys have policies of their own, which are no control policies.
        match decide(policies, request).outcome {
            Outcome::Allowed => allowed += 1,
            Outcome::ExplicitlyDenied | Outcome::ImplicitlyDenied => denied += 1,
        }
    });
    match (allowed, denied) {
        (0, _) => Status::Prevented,
        (_, 0) => Status::NotPrevented,
        _ => Status::Depends,
    }
}

fn everything() -> Arc<Policy> {
    Arc::new(Policy::read(FULL))
}

fn policies(world: &World, account: &str) -> Policies {
    let is_management = account == MANAGEMENT;
    let levels = |kind| {
        if is_management {
            Vec::new()
        } else {
            levels(world, account, kind)
        }
    };
    let key_policy =
        r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}}"#;
    Policies {
        identity: vec![everything()],
        resource: Some(Arc::new(Policy::read(key_policy))),
        scps: levels(Kind::Scp),
        rcps: levels(Kind::Rcp),
        ..Policies::default()
    }
}

/// The statement that is said to deny denies every request, on its own.
fn check_reasons(world: &World, report: &Report<'_>, account: &str, at: usize, root_only: bool) -> usize {
    let verdict = &report.verdicts_of(of(report, account))[at];
    let denies = verdict.because.iter().filter(|reason| reason.how == How::Denies);
    let mut checked = 0;
    for reason in denies {
        let record = &world.organization.policies[reason.policy.as_ref().unwrap()];
        let mut alone = Policy::read(record.document.known().unwrap());
        alone
            .statements
            .retain(|statement| Some(statement.index) == reason.statement);
        assert_eq!(alone.statements.len(), 1);
        let mut only = Policies {
            identity: vec![everything()],
            ..Policies::default()
        };
        match record.kind {
            Kind::Scp => only.scps = vec![vec![everything(), Arc::new(alone)]],
            Kind::Rcp => only.rcps = vec![vec![Arc::new(alone)]],
        }
        requests(account, at / 2, root_only, |request| {
            assert_eq!(decide(&only, request).outcome, Outcome::ExplicitlyDenied, "{reason:?}");
        });
        checked += 1;
    }
    checked
}

#[test]
fn random_trees_come_to_what_trying_every_request_comes_to() {
    let mut seen: BTreeMap<(Status, Status), usize> = BTreeMap::new();
    let mut reasons = 0;
    for seed in 0..400 {
        let world = world(seed);
        world.report(|report| {
            for account in &report.accounts {
                let id = account.account.as_str();
                let policies = policies(&world, id);
                for at in 0..world.guardrails.len() {
                    let root_only = at % 2 == 1;
                    let expected = tried(&policies, id, at / 2, root_only);
                    let verdict = &report.verdicts_of(account)[at];
                    *seen.entry((verdict.status, expected)).or_default() += 1;
                    let agrees = verdict.status == expected || verdict.status == Status::Depends;
                    assert!(
                        agrees,
                        "seed {seed}, {id}, guardrail {at}: {verdict:?}, tried: {expected:?}"
                    );
                    reasons += check_reasons(&world, report, id, at, root_only);
                    assert_eq!(
                        verdict.because.is_empty(),
                        verdict.status == Status::NotPrevented,
                        "{verdict:?}"
                    );
                }
            }
        });
    }
    let all: usize = seen.values().sum();
    let same: usize = seen
        .iter()
        .filter(|((ours, tried), _)| ours == tried)
        .map(|(_, count)| count)
        .sum();
    println!("{same} of {all} exactly alike, {reasons} deciding statements tried alone: {seen:?}");
    for status in [Status::Prevented, Status::Depends, Status::NotPrevented] {
        assert!(
            seen.get(&(status, status)).is_some_and(|count| *count > 500),
            "{seen:?}"
        );
    }
    // What is told as depending and is not, in these few contexts, takes several statements together to see.
    assert!(same * 100 >= all * 95, "{seen:?}");
    assert!(reasons > 1_000, "{reasons}");
}
