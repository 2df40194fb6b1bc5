//! What could not be read leaves open what would be certain, and never counts as a policy that is not there.

use audit_core::control_policies::{Answer, Direction, Kind, Organization, Status, Strategy, TypeState};

use super::world::{MANAGEMENT, MEMBER, ROOT, World, failure, member, of};

const STOP: &str = r#""Action":"cloudtrail:StopLogging","Resource":"*""#;

fn world() -> World {
    let mut world = World::new();
    world.guard(&["cloudtrail:StopLogging"]);
    world.deny("p-other", r#""Action":"s3:*","Resource":"*""#, &["ou-work"]);
    assert_eq!(world.verdict(0).status, Status::NotPrevented);
    world
}

type Break = fn(&mut Organization);

/// Everything that can be missing, one at a time.
const BREAKS: [(&str, Break); 11] = [
    ("the organization", |all| all.organization = Answer::Failed(failure())),
    ("the root", |all| all.root = Answer::NotReached),
    ("the state of the type", |all| {
        if let Answer::Known(root) = &mut all.root {
            root.types.insert(Kind::Scp, TypeState::Changing);
        }
    }),
    ("the unit", |all| {
        all.units.clear();
        all.below.insert(ROOT.to_owned(), Answer::Failed(failure()));
    }),
    ("where the account is", |all| {
        all.parents.retain(|account, _| account.as_str() != MEMBER);
    }),
    ("the list", |all| {
        all.lists.insert(Kind::Scp, Answer::Failed(failure()));
        all.directions.remove(&Kind::Scp);
        all.attached.remove(&Kind::Scp);
    }),
    ("a document", |all| document(all, Answer::Failed(failure()))),
    ("a document in time", |all| document(all, Answer::NotReached)),
    ("a document that is understood", |all| {
        document(all, Answer::Known("{}".to_owned()));
    }),
    ("what a policy is attached to", |all| {
        let attached = all.attached.get_mut(&Kind::Scp).unwrap();
        attached.insert("p-other".to_owned(), Answer::Failed(failure()));
    }),
    ("what is attached to a target", |all| {
        all.directions.insert(Kind::Scp, Direction::ByTarget);
        all.attached
            .insert(Kind::Scp, [("ou-work".to_owned(), Answer::Failed(failure()))].into());
    }),
];

fn document(all: &mut Organization, answer: Answer<String>) {
    all.policies.get_mut("p-other").unwrap().document = answer;
}

#[test]
fn whatever_is_missing_makes_it_unknown_and_is_named() {
    for (what, missing) in BREAKS {
        let mut world = world();
        missing(&mut world.organization);
        if !world.organization.parents.contains_key(&MEMBER.parse().unwrap()) {
            // The ledger knows of the account all the same.
            let at = "2026-11-20T02:00:00Z".parse().unwrap();
            let subject = audit_core::control_policies::Subject {
                account: MEMBER.parse().unwrap(),
                name: "name",
                state: "ACTIVE",
            };
            let partition = "aws".parse().unwrap();
            let (organization, guardrails) = (&world.organization, &world.guardrails);
            let report =
                audit_core::control_policies::Report::new(at, &partition, organization, guardrails, &[subject]);
            assert_eq!(report.verdicts_of(member(&report))[0].status, Status::Unknown, "{what}");
            assert!(!member(&report).gaps.is_empty(), "{what}");
            continue;
        }
        world.report(|report| {
            let account = member(report);
            assert_eq!(report.verdicts_of(account)[0].status, Status::Unknown, "{what}");
            assert!(!account.gaps.is_empty() && !report.gaps.is_empty(), "{what}");
        });
    }
}

#[test]
fn what_is_denied_for_certain_stays_prevented_whatever_is_missing() {
    for (what, missing) in BREAKS {
        let mut world = world();
        world.deny("p-tested", STOP, &[ROOT]);
        missing(&mut world.organization);
        let status = world.report(|report| {
            report
                .accounts
                .iter()
                .find(|one| one.account.as_str() == MEMBER)
                .map(|one| report.verdicts_of(one)[0].status)
        });
        let Some(status) = status else { continue };
        // Only what leaves open whether the denial stands above the account leaves that open, too.
        let depends = matches!(
            what,
            "the organization"
                | "the root"
                | "the state of the type"
                | "the unit"
                | "the list"
                | "what is attached to a target"
        );
        let expected = if depends { Status::Unknown } else { Status::Prevented };
        assert_eq!(status, expected, "{what}");
    }
}

#[test]
fn a_missing_allowance_prevents_nothing() {
    // Without its document nobody knows whether the only policy of the level allows the action.
    let mut world = world();
    world.policy(
        "p-FullAWSAccess",
        Kind::Scp,
        super::world::FULL,
        &[ROOT, MEMBER, MANAGEMENT],
    );
    assert_eq!(world.verdict(0).status, Status::Prevented);
    document(&mut world.organization, Answer::Failed(failure()));
    assert_eq!(world.verdict(0).status, Status::Unknown);
    world.report(|report| {
        let level = member(report).levels.iter().find(|level| level.node == 1).unwrap();
        assert_eq!(level.strategy, Strategy::Unknown);
    });
}

#[test]
fn a_statement_that_is_not_understood_leaves_its_policy_open() {
    let mut world = world();
    let odd = r#"{"Version":"2012-10-17","Statement":[
        {"Effect":"Deny","NotAction":["s3","cloudtrail:*"],"Resource":"*"},
        {"Effect":"Deny","Action":"ec2:*","Resource":"*"}]}"#;
    world.policy("p-other", Kind::Scp, odd, &["ou-work"]);
    world.guard(&["iam:CreateUser"]);
    assert_eq!(world.verdict(0).status, Status::Unknown);
    world.guard(&["ec2:RunInstances"]);
    assert_eq!(world.verdict(0).status, Status::Prevented);
}

#[test]
fn no_policy_at_all_is_an_answer_that_cannot_be_whole() {
    let mut world = world();
    world.policy(
        "p-FullAWSAccess",
        Kind::Scp,
        super::world::FULL,
        &[ROOT, "ou-work", MANAGEMENT],
    );
    assert_eq!(world.verdict(0).status, Status::Unknown);
    world.report(|report| {
        assert!(
            member(report).gaps[0]
                .to_string()
                .contains("leaves nothing without one")
        );
    });
}

#[test]
fn the_management_account_is_free_whatever_is_missing_below() {
    let mut world = world();
    document(&mut world.organization, Answer::Failed(failure()));
    world.organization.root = Answer::Failed(failure());
    world.report(|report| {
        let management = of(report, MANAGEMENT);
        assert!(management.gaps.is_empty(), "{:?}", management.gaps);
        assert_eq!(report.verdicts_of(management)[0].status, Status::NotPrevented);
    });
}

#[test]
fn what_was_read_is_stored_and_read_back() {
    for (what, missing) in BREAKS {
        let mut world = world();
        missing(&mut world.organization);
        let bytes = world.organization.to_bytes();
        let read = Organization::parse(&bytes).unwrap_or_else(|error| panic!("{what}: {error}"));
        assert_eq!(read, world.organization, "{what}");
    }
    assert!(Organization::parse(b"{}").is_err());
    let other = String::from_utf8(world().organization.to_bytes()).unwrap();
    let other = other.replace("control-policies/1", "control-policies/2");
    assert!(
        Organization::parse(other.as_bytes())
            .unwrap_err()
            .to_string()
            .contains("control-policies/2")
    );
}
