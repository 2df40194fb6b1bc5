//! What stands above the accounts: control policies and the organization, read once for all of them.

use jiff::SignedDuration;
use serde_json::Value;
use simulated_aws::{FaultKind, FaultPlan, FaultRule, InlinePolicy, Operation, Policy, PolicyKind, Role, User};

use super::scene::{Scene, sound, stored};

const ALL: &str = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;
const NO_IAM: &str = r#"{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":["iam:*","lambda:*","ec2:*","sts:*","organizations:*"],"Resource":"*"}}"#;

/// An organization in which three members have a user who may do everything that is left open.
fn scene() -> Scene {
    let scene = Scene::new(sound(6), &[]);
    for place in 0..3 {
        let mut admin = User::new("admin", scene.simulator.world().at());
        admin.inline_policies = vec![InlinePolicy {
            name: "all".to_owned(),
            document: ALL.to_owned(),
        }];
        let world = scene.simulator.world();
        world.edit(&scene.member(place), |contents| contents.users = vec![admin.clone()]);
    }
    scene
}

fn attach(scene: &Scene, kind: PolicyKind, document: &str, target: &str) {
    let policy = Policy {
        id: "p-attached00".to_owned(),
        name: "attached".to_owned(),
        kind,
        aws_managed: false,
        document: document.to_owned(),
        targets: vec![target.to_owned()],
    };
    let world = scene.simulator.world();
    world.edit_governance(|governance| governance.policies.push(policy));
}

fn tier(scene: &Scene, account: &str) -> String {
    let swept = scene.sweep();
    let principals = scene.lines(&swept, account, "principals");
    let admin = principals.iter().find(|one| one["name"] == "admin").expect("the user");
    admin["tier"].as_str().expect("text").to_owned()
}

#[test]
fn a_policy_limits_the_account_that_it_is_attached_to_and_no_other() {
    let scene = scene();
    attach(&scene, PolicyKind::ServiceControl, NO_IAM, &scene.member(0).id);
    assert_eq!(tier(&scene, &scene.member(1).id), "administrator");
    let swept = scene.sweep();
    for (place, expected) in [(0, true), (1, false)] {
        let rows = scene.lines(&swept, &scene.member(place).id, "guardrails");
        let found = rows.iter().any(|row| row["kind"] == "SCP" && row["name"] == "attached");
        assert_eq!(found, expected, "{rows:?}");
    }
    assert_ne!(tier(&scene, &scene.member(0).id), "administrator");
    assert_eq!(
        scene.calls(Operation::DescribeOrganization),
        1,
        "read once for all accounts"
    );
}

#[test]
fn a_policy_of_the_root_limits_every_member_and_not_the_management_account() {
    let scene = scene();
    let root = scene.simulator.world().organization().root_id.clone();
    attach(&scene, PolicyKind::ServiceControl, NO_IAM, &root);
    let swept = scene.sweep();
    let management = scene.simulator.world().management_account().to_owned();
    let gap = scene.gap(&swept, &management, "SCPs").expect("a remark");
    assert!(gap.1.contains("do not restrict the management account"), "{gap:?}");
    for place in 0..3 {
        let rows = scene.lines(&swept, &scene.member(place).id, "guardrails");
        let at = rows.iter().find(|row| row["name"] == "attached").expect("the policy");
        assert_eq!(at["place"], format!("organization root {root}"), "{at}");
    }
}

#[test]
fn what_is_read_for_all_is_what_is_read_for_one() {
    let scene = scene();
    attach(&scene, PolicyKind::ResourceControl, NO_IAM, &scene.member(1).id);
    let swept = scene.sweep();
    let account = scene.member(1).id;
    let place = |row: &Value| row["place"].as_str().expect("a place").to_owned();
    let rows = scene.lines(&swept, &account, "guardrails");
    let levels = |kind: &str| {
        let rows = rows.iter().filter(|row| row["kind"] == kind);
        rows.map(place).collect::<std::collections::BTreeSet<_>>()
    };
    // AWS's own resource control policy stands at every level, though nobody asked where.
    assert_eq!(levels("SCP"), levels("RCP"));
    assert!(levels("SCP").contains(&format!("account {account}")));
}

#[test]
fn an_organization_that_cannot_be_read_is_a_gap_of_every_report_and_takes_nothing_away() {
    for operation in [
        Operation::DescribeOrganization,
        Operation::ListRoots,
        Operation::DescribePolicy,
    ] {
        let scene = scene();
        attach(&scene, PolicyKind::ServiceControl, NO_IAM, &scene.member(0).id);
        scene.deny(operation, None);
        let swept = scene.sweep();
        let account = scene.member(0).id;
        for subject in ["SCPs", "RCPs", "organization"] {
            let (code, reason) = scene.gap(&swept, &account, subject).expect("a gap");
            assert_eq!(code, "NOT_READ", "{operation:?} {subject}");
            assert!(reason.contains(operation.name()), "{reason}");
        }
        let notes: Vec<&str> = stored(&swept, &account)
            .notes
            .iter()
            .map(|note| note.detail.as_str())
            .collect();
        assert!(
            matches!(notes[..], [only] if only.contains(operation.name())),
            "{notes:?}"
        );
        let (subject, body) = scene.messages().pop().expect("a message");
        assert!(
            subject.contains("privileges of 6 of 6 accounts lack something"),
            "{subject}"
        );
        assert!(body.contains(&account) && body.contains(operation.name()), "{body}");
        assert_eq!(tier(&scene, &account), "administrator");
    }
}

#[test]
fn what_stands_above_is_read_in_the_first_part_alone() {
    let scene = Scene::new(sound(60), &["--concurrency=2"]);
    attach(&scene, PolicyKind::ServiceControl, NO_IAM, &scene.member(0).id);
    let (mut request, mut parts) = (scene.request(), 1);
    let swept = loop {
        let deadline = scene.time.now_timestamp() + SignedDuration::from_secs(90);
        let swept = scene.until(&request, Some(deadline)).expect("a sweep");
        let Some(next) = &swept.next else { break swept };
        (request, parts) = (next.clone(), parts + 1);
    };
    assert!(parts > 2, "{parts}");
    assert_eq!(scene.calls(Operation::DescribeOrganization), 1);
    let whole = Scene::new(sound(60), &[]);
    attach(&whole, PolicyKind::ServiceControl, NO_IAM, &whole.member(0).id);
    assert_eq!(swept.overview, whole.sweep().overview);
    assert_eq!(scene.messages(), []);
}

#[test]
fn a_level_without_any_policy_is_not_believed() {
    let scene = scene();
    let account = scene.member(0).id;
    scene.simulator.world().edit_governance(|governance| {
        for policy in &mut governance.policies {
            policy.targets.retain(|target| *target != account);
        }
    });
    let swept = scene.sweep();
    assert!(scene.gap(&swept, &account, "SCPs").is_some());
    assert_eq!(tier(&scene, &account), "administrator");
}

#[test]
fn who_belongs_to_the_organization_is_told_from_who_does_not() {
    let scene = scene();
    let (account, sibling) = (scene.member(0), scene.member(1).id);
    let created = scene.simulator.world().at();
    let trusts = |name: &str, id: &str| Role::new(name, &format!(r#"{{"AWS":"arn:aws:iam::{id}:root"}}"#), created);
    scene.simulator.world().edit(&account, |contents| {
        let strangers = [trusts("for-sibling", &sibling), trusts("for-stranger", "999988887777")];
        contents.roles.extend(strangers);
    });
    let lets_in = |swept| {
        let rows = scene.lines(swept, &account.id, "roles_and_trust");
        let told = |name: &str| {
            let row = rows.iter().find(|row| row["role"] == name).expect("the role");
            (
                row["lets_in"].as_str().expect("text").to_owned(),
                row["outside"] == true,
            )
        };
        [told("for-sibling"), told("for-stranger")]
    };
    let swept = scene.sweep();
    assert_eq!(
        lets_in(&swept),
        [("organization".to_owned(), false), ("outside".to_owned(), true)]
    );
}

#[test]
fn a_list_without_paths_is_completed_by_the_tree() {
    let with = scene();
    let expected = with.sweep().overview;
    let without = scene();
    let rule = FaultRule {
        operation: Some(Operation::ListAccounts),
        kinds: vec![FaultKind::MissingMember],
        member: Some("Accounts/Paths".to_owned()),
        ..FaultRule::default()
    };
    without.simulator.set_faults(FaultPlan::rule(0, rule));
    assert_eq!(without.sweep().overview, expected);
    assert!(without.calls(Operation::ListOrganizationalUnitsForParent) > 0);
}
