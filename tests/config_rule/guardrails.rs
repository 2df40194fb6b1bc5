//! Control policies of the organization: respected where they can be read, and never a reason to pass where not.

use serde_json::json;
use simulated_aws::{FaultKind, FaultPlan, FaultRule, InlinePolicy, Operation, Policy, PolicyKind};

use super::scene::{Scene, sound};

const ALL: &str = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;
const NO_IAM: &str = r#"{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"iam:*","Resource":"*"}}"#;

/// A member with one user who may do everything that the organization leaves open.
fn scene(arguments: &[&str]) -> Scene {
    let scene = Scene::new(sound(1), arguments).of_a_member();
    let mut admin = scene.user("admin");
    admin.inline_policies = vec![InlinePolicy {
        name: "all".to_owned(),
        document: ALL.to_owned(),
    }];
    scene.users(vec![admin]);
    scene
}

fn forbid_iam(scene: &Scene, target: &str) {
    let policy = Policy {
        id: "p-noiam0000".to_owned(),
        name: "no-iam".to_owned(),
        kind: PolicyKind::ServiceControl,
        aws_managed: false,
        document: NO_IAM.to_owned(),
        targets: vec![target.to_owned()],
    };
    let world = scene.simulator.world();
    world.edit_governance(|governance| governance.policies.push(policy));
}

/// The verdict about the user, and what the evidence says was not looked at.
fn verdict(scene: &Scene) -> (String, Vec<String>) {
    let more = json!({ "ruleParameters": "{\"noDirectPolicy\":\"false\"}" });
    let finished = scene.run(&scene.periodic_with(0, &more)).expect("a run");
    let document = scene.document(&finished);
    (document.users[0].verdict.clone(), document.not_evaluated)
}

fn is_gap(gaps: &[String]) -> bool {
    let unknown = ["SCPs: they were not given", "SCPs: `organizations:"];
    gaps.iter()
        .any(|gap| unknown.iter().any(|beginning| gap.starts_with(beginning)))
}

#[test]
fn who_may_do_everything_but_what_the_organization_forbids_is_no_administrator() {
    let scene = scene(&[]);
    assert_eq!(verdict(&scene).0, "administrator");
    forbid_iam(&scene, &scene.account);
    let (verdict, gaps) = verdict(&scene);
    assert_eq!(verdict, "as demanded");
    assert!(!is_gap(&gaps), "{gaps:?}");
}

#[test]
fn a_policy_of_another_account_changes_nothing() {
    let scene = scene(&[]);
    forbid_iam(&scene, scene.simulator.world().hub_account());
    assert_eq!(verdict(&scene).0, "administrator");
}

#[test]
fn control_policies_that_cannot_be_read_excuse_nobody() {
    for operation in [
        Operation::DescribeOrganization,
        Operation::ListParents,
        Operation::DescribePolicy,
    ] {
        let scene = scene(&[]);
        forbid_iam(&scene, &scene.account);
        let rule = FaultRule {
            operation: Some(operation),
            kinds: vec![FaultKind::Denied],
            ..FaultRule::default()
        };
        scene.simulator.set_faults(FaultPlan::rule(0, rule));
        let (verdict, gaps) = verdict(&scene);
        assert_eq!(verdict, "administrator", "{operation:?}");
        assert!(is_gap(&gaps), "{operation:?}: {gaps:?}");
    }
}

/// AWS lets no level be without a service control policy, so such an answer is not believed.
#[test]
fn a_level_without_any_policy_excuses_nobody() {
    let scene = scene(&[]);
    let account = scene.account.clone();
    scene.simulator.world().edit_governance(|governance| {
        for policy in &mut governance.policies {
            policy.targets.retain(|target| *target != account);
        }
    });
    let (verdict, gaps) = verdict(&scene);
    assert_eq!(verdict, "administrator");
    assert!(is_gap(&gaps), "{gaps:?}");
}

#[test]
fn without_the_organization_nobody_asks_it() {
    let scene = Scene::new(sound(1), &["--single-account"]);
    let finished = scene.run(&scene.periodic(0)).expect("a run");
    assert!(is_gap(&scene.document(&finished).not_evaluated));
    assert_eq!(scene.calls(Operation::DescribeOrganization), 0);
}
