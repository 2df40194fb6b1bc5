//! Users who are gone: answered as not applicable, and only when all users were read.

use config_rule::RuleError;
use simulated_aws::{FaultKind, FaultPlan, FaultRule, Operation};

use super::scene::{Scene, sound};

fn denied(operation: Operation) -> FaultPlan {
    let rule = FaultRule {
        operation: Some(operation),
        kinds: vec![FaultKind::Denied],
        ..FaultRule::default()
    };
    FaultPlan::rule(0, rule)
}

#[test]
fn who_was_reported_and_is_gone_is_not_applicable() {
    let scene = Scene::new(sound(1), &[]);
    let users = ["ana", "bob", "eve"].map(|name| scene.user(name));
    scene.users(users.to_vec());
    let first = scene.run(&scene.periodic(0)).expect("a run");
    let ids: Vec<String> = scene.document(&first).users.into_iter().map(|user| user.id).collect();
    scene.users(users[1..].to_vec());
    let second = scene.run(&scene.periodic(1)).expect("a run");
    assert_eq!(second.answers.not_applicable, 1);
    let answers = scene.answers();
    let told: Vec<&str> = ids.iter().map(|id| answers[id].as_str()).collect();
    assert_eq!(told, ["NOT_APPLICABLE", "COMPLIANT", "COMPLIANT"]);
    // Told once: what is not applicable is reported no more.
    assert_eq!(scene.run(&scene.periodic(2)).expect("a run").answers.not_applicable, 0);
}

#[test]
fn an_account_without_users_still_shows_its_evidence() {
    let scene = Scene::new(sound(0), &[]);
    let finished = scene.run(&scene.periodic(0)).expect("a run");
    let held = scene.held();
    let account = &held[&scene.account];
    assert_eq!(
        (account.resource_type.as_str(), account.compliance.as_str()),
        ("AWS::::Account", "COMPLIANT")
    );
    let link = finished.evidence.expect("evidence").link;
    let annotation = account.annotation.clone().expect("words");
    assert!(
        annotation.starts_with("the account has no IAM users") && annotation.ends_with(&link),
        "{annotation}"
    );
    // With the first user the answer about the account gives way to the one about the user.
    scene.users(vec![scene.user("ana")]);
    scene.run(&scene.periodic(1)).expect("a run");
    assert_eq!(scene.answers()[&scene.account], "NOT_APPLICABLE");
    assert_eq!(scene.answers().len(), 2);
}

#[test]
fn nobody_counts_as_gone_when_users_could_not_be_read() {
    let scene = Scene::new(sound(6), &[]);
    scene.run(&scene.periodic(0)).expect("a run");
    let before = scene.answers();
    scene
        .simulator
        .set_faults(denied(Operation::GetAccountAuthorizationDetails));
    let error = scene.run(&scene.periodic(1)).expect_err("nothing was read");
    assert!(matches!(error, RuleError::Unread(..)), "{error}");
    assert!(
        error
            .to_string()
            .contains("`iam:GetAccountAuthorizationDetails` failed: AccessDenied"),
        "{error}"
    );
    assert_eq!(scene.answers(), before);
    assert_eq!(scene.calls(Operation::PutEvaluations), 1);
}

#[test]
fn without_the_list_of_what_was_reported_nothing_is_answered() {
    for kind in [FaultKind::Denied, FaultKind::MissingMember] {
        let scene = Scene::new(sound(6), &[]);
        let rule = FaultRule {
            operation: Some(Operation::GetComplianceDetailsByConfigRule),
            kinds: vec![kind],
            member: Some("EvaluationResults".to_owned()),
            ..FaultRule::default()
        };
        scene.simulator.set_faults(FaultPlan::rule(0, rule));
        let error = scene.run(&scene.periodic(0)).expect_err("no list");
        assert!(
            matches!(error, RuleError::Config(_)) && error.kind() == "NotAnswered",
            "{error}"
        );
        assert!(scene.answers().is_empty(), "{kind:?}");
    }
}

#[test]
fn a_credential_report_that_cannot_be_had_is_a_gap_and_no_failure() {
    let scene = Scene::new(sound(6), &[]);
    scene.simulator.set_faults(denied(Operation::GetCredentialReport));
    let finished = scene.run(&scene.periodic(0)).expect("a run");
    let gaps = scene.document(&finished).not_evaluated;
    assert!(
        gaps.iter().any(|gap| gap.starts_with("credential report: ")),
        "{gaps:?}"
    );
    assert_eq!(scene.answers().len(), 6);
}

#[test]
fn an_older_event_never_replaces_a_newer_answer() {
    let scene = Scene::new(sound(1), &[]);
    scene.users(vec![scene.user("ana")]);
    scene.run(&scene.periodic(2)).expect("a run");
    let before = scene.held();
    scene.run(&scene.periodic(1)).expect("a late retry");
    assert_eq!(scene.held(), before);
}
