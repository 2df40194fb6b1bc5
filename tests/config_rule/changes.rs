//! Events about changes: one user, all users, or nothing to judge; and dry runs.

use serde_json::{Value, json};
use simulated_aws::Operation;

use super::scene::{Scene, sound};

fn item(scene: &Scene, kind: &str, id: &str, status: &str) -> Value {
    json!({
        "configurationItemCaptureTime": scene.at(0).to_string(), "configurationItemStatus": status,
        "awsAccountId": scene.account, "resourceType": kind, "resourceId": id, "configuration": null,
    })
}

fn changed(item: &Value) -> Value {
    json!({ "configurationItem": item, "messageType": "ConfigurationItemChangeNotification", "recordVersion": "1.3" })
}

fn oversized(item: &Value) -> Value {
    json!({
        "configurationItemSummary": item, "messageType": "OversizedConfigurationItemChangeNotification",
        "recordVersion": "1.0",
    })
}

/// The id of some user of the account.
fn somebody(scene: &Scene) -> String {
    let dry = scene.periodic_with(0, &json!({ "resultToken": "TESTMODE" }));
    let finished = scene.run(&dry).expect("a run");
    scene.document(&finished).users[1].id.clone()
}

#[test]
fn a_change_of_a_user_is_answered_about_that_user_whatever_its_size() {
    for form in [changed, oversized] {
        let scene = Scene::new(sound(4), &[]);
        let id = somebody(&scene);
        let event = scene.event(&form(&item(&scene, "AWS::IAM::User", &id, "OK")), &json!({}));
        let finished = scene.run(&event).expect("a run");
        let answers = scene.answers();
        assert_eq!(answers.keys().collect::<Vec<_>>(), [&id]);
        assert_ne!(answers[&id], "NOT_APPLICABLE");
        assert!(
            scene.held()[&id]
                .annotation
                .as_deref()
                .expect("words")
                .ends_with(&finished.evidence.expect("it").link)
        );
    }
}

#[test]
fn a_user_who_is_gone_is_not_applicable() {
    let scene = Scene::new(sound(4), &[]);
    let deleted = changed(&item(&scene, "AWS::IAM::User", "AIDAGONE", "ResourceDeleted"));
    let finished = scene.run(&scene.event(&deleted, &json!({}))).expect("a run");
    assert_eq!(scene.answers()["AIDAGONE"], "NOT_APPLICABLE");
    assert!(finished.evidence.is_none());
    assert_eq!(scene.calls(Operation::GetAccountAuthorizationDetails), 0);
    // One that AWS Config saw last and IAM knows no more.
    let unknown = changed(&item(&scene, "AWS::IAM::User", "AIDALATE", "OK"));
    scene.run(&scene.event(&unknown, &json!({}))).expect("a run");
    assert_eq!(scene.answers()["AIDALATE"], "NOT_APPLICABLE");
}

#[test]
fn what_leaves_the_scope_or_is_no_user_is_not_applicable() {
    let scene = Scene::new(sound(4), &[]);
    let user = changed(&item(&scene, "AWS::IAM::User", "AIDALEFT", "OK"));
    scene
        .run(&scene.event(&user, &json!({ "eventLeftScope": true })))
        .expect("a run");
    let bucket = changed(&item(&scene, "AWS::S3::Bucket", "photos", "OK"));
    scene.run(&scene.event(&bucket, &json!({}))).expect("a run");
    let expected = [("AIDALEFT", "NOT_APPLICABLE"), ("photos", "NOT_APPLICABLE")];
    assert_eq!(
        scene.answers(),
        expected.map(|(id, one)| (id.to_owned(), one.to_owned())).into()
    );
}

#[test]
fn a_change_of_a_group_policy_or_role_is_answered_about_all_users() {
    for kind in ["AWS::IAM::Group", "AWS::IAM::Policy", "AWS::IAM::Role"] {
        let scene = Scene::new(sound(4), &[]);
        let event = scene.event(&changed(&item(&scene, kind, "ANY", "OK")), &json!({}));
        scene.run(&event).expect("a run");
        assert_eq!(scene.answers().len(), 4, "{kind}");
        assert_eq!(scene.calls(Operation::GetComplianceDetailsByConfigRule), 0, "{kind}");
    }
}

#[test]
fn a_dry_run_files_evidence_and_changes_nothing_in_aws_config() {
    let scene = Scene::new(sound(4), &[]);
    let more = json!({ "resultToken": "TESTMODE", "configRuleName": "no-such-rule" });
    let finished = scene.run(&scene.periodic_with(0, &more)).expect("a run");
    assert!(finished.test && scene.document(&finished).test);
    assert_eq!(finished.answers.compliant + finished.answers.non_compliant, 4);
    assert_eq!(scene.calls(Operation::PutEvaluations), 1);
    assert_eq!(scene.calls(Operation::GetComplianceDetailsByConfigRule), 0);
    assert!(scene.answers().is_empty());
}
