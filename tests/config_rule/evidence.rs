//! Evidence first, then the evaluations that point to it.

use audit_core::digest::Sha256;
use serde_json::json;
use simulated_aws::{InlinePolicy, Operation};

use super::scene::{RULE, Scene, sound};

#[test]
fn evidence_stands_before_250_users_are_evaluated_in_three_batches() {
    let scene = Scene::new(sound(250), &[]);
    let finished = scene.run(&scene.periodic(0)).expect("a run");
    assert_eq!(scene.calls(Operation::PutEvaluations), 3);
    let order: Vec<Operation> = scene.simulator.calls().iter().map(|call| call.operation).collect();
    let last_put = order
        .iter()
        .rposition(|one| *one == Operation::PutObject)
        .expect("evidence");
    let first_answer = order
        .iter()
        .position(|one| *one == Operation::PutEvaluations)
        .expect("answers");
    assert!(last_put < first_answer, "{order:?}");

    let held = scene.held();
    assert_eq!(held.len(), 250);
    let filed = finished.evidence.as_ref().expect("evidence");
    for (id, evaluation) in &held {
        assert!(
            id.starts_with("AIDA") && evaluation.resource_type == "AWS::IAM::User",
            "{id}"
        );
        let annotation = evaluation.annotation.as_deref().expect("an annotation");
        assert!(
            annotation.chars().count() <= 256 && annotation.ends_with(&filed.link),
            "{annotation}"
        );
    }
    let document = scene.document(&finished);
    assert_eq!((document.rule.as_str(), document.users.len()), (RULE, 250));
    for user in &document.users {
        assert_eq!(user.compliance, held[&user.id].compliance, "{}", user.name);
        let annotation = held[&user.id].annotation.as_deref().expect("an annotation");
        let told: String = annotation.chars().take_while(|c| *c != '|' && *c != '…').collect();
        assert!(
            user.verdict.starts_with(told.trim_end()),
            "{annotation}: {}",
            user.verdict
        );
    }
    let counted = finished.answers;
    assert_eq!(
        (counted.compliant + counted.non_compliant, counted.not_applicable),
        (250, 0)
    );
}

#[test]
fn the_link_opens_the_version_that_was_judged_even_after_a_later_one() {
    let scene = Scene::new(sound(3), &[]);
    let event = scene.periodic(0);
    let first = scene.run(&event).expect("a run").evidence.expect("evidence");
    scene.users(vec![scene.user("newcomer")]);
    let second = scene.run(&event).expect("a run").evidence.expect("evidence");
    assert_eq!(first.report.key, second.report.key);
    let bucket = scene.simulator.evidence_bucket();
    let objects = scene.simulator.objects(&bucket);
    for filed in [&first, &second] {
        let version = filed.report.version.as_deref().expect("a version");
        assert_eq!(
            filed.link,
            format!("s3://{bucket}/{}?versionId={version}", filed.report.key)
        );
        let opened = objects
            .iter()
            .find(|object| object.key == filed.report.key && object.version_id == version)
            .expect("the version");
        assert!(opened.body.starts_with(b"PK"), "a workbook");
        assert_eq!(Sha256::of(&opened.body), filed.report.sha256);
    }
    assert_ne!(first.report.version, second.report.version);
}

#[test]
fn a_retry_over_the_same_world_says_the_same_and_stores_nothing_anew() {
    let scene = Scene::new(sound(5), &[]);
    let event = scene.periodic(0);
    let first = scene.run(&event).expect("a run");
    let (held, objects) = (
        scene.held(),
        scene.simulator.objects(&scene.simulator.evidence_bucket()),
    );
    let second = scene.run(&event).expect("a run");
    assert_eq!(
        first.evidence.expect("evidence").link,
        second.evidence.expect("evidence").link
    );
    let after = scene.simulator.objects(&scene.simulator.evidence_bucket());
    assert_eq!((scene.held().len(), after.len()), (held.len(), objects.len()));
}

#[test]
fn users_are_judged_by_what_the_rule_demands() {
    let scene = Scene::new(sound(1), &[]);
    let all = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;
    let mut admin = scene.user("admin");
    admin.inline_policies = vec![InlinePolicy {
        name: "all".to_owned(),
        document: all.to_owned(),
    }];
    scene.users(vec![admin, scene.user("nobody")]);
    let told = |parameters: &serde_json::Value, hours| {
        let more = json!({ "ruleParameters": parameters.to_string() });
        let finished = scene.run(&scene.periodic_with(hours, &more)).expect("a run");
        let document = scene.document(&finished);
        let users = document.users.into_iter();
        users
            .map(|user| (user.name, user.compliance, user.verdict))
            .collect::<Vec<_>>()
    };
    let row =
        |name: &str, compliance: &str, verdict: &str| (name.to_owned(), compliance.to_owned(), verdict.to_owned());
    assert_eq!(
        told(&json!({}), 0),
        [
            row(
                "admin",
                "NON_COMPLIANT",
                "administrator; policies of its own: 0 attached, 1 inline"
            ),
            row("nobody", "COMPLIANT", "as demanded"),
        ]
    );
    assert_eq!(
        told(
            &json!({ "noAdministrator": "false", "noDirectPolicy": "false", "requireBoundary": "true" }),
            1
        ),
        [
            row("admin", "NON_COMPLIANT", "no permissions boundary"),
            row("nobody", "NON_COMPLIANT", "no permissions boundary"),
        ]
    );
    assert_eq!(
        told(&json!({ "mode": "evidence" }), 2),
        [
            row("admin", "COMPLIANT", "evidence only, not judged"),
            row("nobody", "COMPLIANT", "evidence only, not judged"),
        ]
    );
}
