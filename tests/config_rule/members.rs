//! A rule in a member account: everything is read and answered with credentials of that account.

use config_rule::settings::Looks;
use config_rule::{RuleError, permissions};
use simulated_aws::{Operation, Service, WorldSpec};

use super::scene::{Scene, sound};

#[test]
fn a_rule_of_a_member_is_answered_in_the_member() {
    let scene = Scene::new(sound(4), &[]).of_a_member();
    scene.run(&scene.periodic(0)).expect("a run");
    assert_eq!(scene.answers().len(), 4);
    assert_eq!(scene.calls(Operation::AssumeRole), 1);
    let hub = scene.simulator.world().hub_account();
    for call in scene.simulator.calls() {
        let in_the_hub = matches!(
            call.operation,
            Operation::GetCallerIdentity | Operation::AssumeRole | Operation::PutObject | Operation::GetObject
        ) || call.operation.service() == Service::Organizations;
        let expected = if in_the_hub { hub } else { scene.account.as_str() };
        assert_eq!(call.caller, expected, "{:?}", call.operation);
    }
}

#[test]
fn every_call_is_declared() {
    for scene in [Scene::new(sound(4), &[]), Scene::new(sound(4), &[]).of_a_member()] {
        scene.run(&scene.periodic(0)).expect("a run");
        for call in scene.simulator.calls() {
            let name = format!("{}:{}", call.operation.service().action_prefix(), call.operation.name());
            let declared = permissions(Looks::default())
                .iter()
                .any(|permission| permission.operation == name);
            assert!(declared, "{name} is not declared");
        }
    }
}

#[test]
fn a_member_that_cannot_be_entered_fails_the_invocation() {
    let closed = WorldSpec {
        roles: vec!["iam-census/credential-report".to_owned()],
        ..sound(4)
    };
    let scene = Scene::new(closed, &[]).of_a_member();
    let error = scene.run(&scene.periodic(0)).expect_err("no role");
    assert!(
        matches!(error, RuleError::Entry(..)) && error.kind() == "NotEntered",
        "{error}"
    );
    assert!(error.to_string().contains("deploy the member role"), "{error}");
    assert!(scene.answers().is_empty() && scene.simulator.objects(&scene.simulator.evidence_bucket()).is_empty());
}

#[test]
fn other_accounts_can_be_left_out_and_the_own_role_can_be_used() {
    let scene = Scene::new(sound(4), &["--single-account"]).of_a_member();
    let error = scene.run(&scene.periodic(0)).expect_err("another account");
    assert!(matches!(error, RuleError::OtherAccount(_)), "{error}");
    let scene = Scene::new(sound(4), &["--hub-role"]);
    scene.run(&scene.periodic(0)).expect("a run");
    assert_eq!((scene.calls(Operation::AssumeRole), scene.answers().len()), (1, 4));
}
