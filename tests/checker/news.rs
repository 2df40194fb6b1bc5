//! What people are told: everything once, nothing twice, and nothing that could not be seen as if it were in order.

use audit_core::check::Status;
use audit_core::ledger::RunStatus;
use jiff::SignedDuration;
use simulated_aws::{AccessKey, Account, FaultPlan, Operation};

use super::scene::{Scene, denied, sound};

/// Gives the first user of an account an active key of so many days.
fn give_key(scene: &Scene, account: &Account, days: i64) {
    let rotated = scene.moment() - SignedDuration::from_hours(24 * days);
    scene.simulator.world().edit(account, |contents| {
        let key = AccessKey {
            active: true,
            last_rotated: rotated,
            last_used: Some(rotated + SignedDuration::from_hours(24 * days - 24)),
            region: Some("us-east-1".to_owned()),
            service: Some("s3".to_owned()),
        };
        contents.users[0].created = rotated;
        contents.users[0].keys = [Some(key), None];
    });
}

#[test]
fn the_first_run_tells_and_the_same_world_is_no_news() {
    let scene = Scene::new(sound(5), &[]);
    let first = scene.now();
    assert_eq!(first.manifest.status, RunStatus::Complete);
    let messages = scene.messages(0);
    let [(subject, body)] = messages.as_slice() else {
        panic!("{messages:?}")
    };
    assert!(
        subject.starts_with("IAM Census: first run, ") && subject.len() <= 99,
        "{subject}"
    );
    assert!(body.contains("report.html"), "{body}");
    assert!(first.summary.expect("a summary").counts().open > 0);

    let second = scene.later();
    let changes = second.changes.expect("changes");
    assert!(!changes.first && !changes.is_news(), "{changes:?}");
    assert_eq!(scene.messages(1), []);
}

#[test]
fn a_key_that_turns_too_old_is_the_only_news() {
    let scene = Scene::new(sound(5), &[]);
    let account = scene.member(1);
    give_key(&scene, &account, 89);
    scene.now();
    // A day later it is 90 days old, which is not too old; and some hours later it is.
    scene.time.advance(std::time::Duration::from_hours(20));
    scene.now();
    let before = scene.simulator.published().len();
    let finished = scene.later();
    let changes = finished.changes.expect("changes");
    let new: Vec<_> = changes
        .new
        .iter()
        .map(|change| (change.subject.account.to_string(), change.subject.check.as_str()))
        .collect();
    assert_eq!(new, [(account.id.clone(), "access-key-rotation-90")]);
    let messages = scene.messages(before);
    let [(subject, body)] = messages.as_slice() else {
        panic!("{messages:?}")
    };
    assert!(subject.starts_with("IAM Census: 1 new, "), "{subject}");
    assert!(body.contains("access key 1") && body.contains(&account.id), "{body}");
}

#[test]
fn a_permission_that_is_lost_resolves_nothing_and_found_again_is_no_news() {
    let scene = Scene::new(sound(5), &["--without-facts=root-session"]);
    let account = scene.member(2);
    give_key(&scene, &account, 400);
    scene.now();
    let old_key = |finished: &cis_checker::Finished, status: Status| {
        let findings = scene.findings(finished);
        let mut of_key = findings.iter().filter(|finding| {
            finding["check"] == "access-key-rotation-90" && finding["account"] == account.id.as_str()
        });
        of_key.any(|finding| finding["status"] == status.as_str())
    };
    let deny = |on: bool| {
        scene.simulator.world().edit(&account, |contents| {
            for operation in [Operation::GetCredentialReport, Operation::GenerateCredentialReport] {
                if on {
                    contents.denied.insert(operation);
                } else {
                    contents.denied.remove(&operation);
                }
            }
        });
    };
    deny(true);
    let seen = scene.simulator.published().len();
    let blind = scene.later();
    assert!(old_key(&blind, Status::Unknown) && !old_key(&blind, Status::Fail));
    let changes = blind.changes.as_ref().expect("changes");
    assert_eq!(
        (changes.new.as_slice(), changes.resolved.as_slice()),
        (&[][..], &[][..])
    );
    let unknown = &changes.unknown_since;
    assert!(
        unknown
            .iter()
            .any(|change| change.subject.check == "access-key-rotation-90"),
        "{unknown:?}"
    );
    let messages = scene.messages(seen);
    assert!(
        messages.len() == 1 && messages[0].1.contains("AccessDenied"),
        "{messages:?}"
    );
    // Still blind: people know.
    let seen = scene.simulator.published().len();
    scene.later();
    assert_eq!(scene.messages(seen), []);

    deny(false);
    let again = scene.later();
    assert!(old_key(&again, Status::Fail));
    let changes = again.changes.expect("changes");
    assert!(!changes.is_news(), "{changes:?}");
    assert_eq!(scene.messages(seen), []);
}

#[test]
fn a_message_that_cannot_be_sent_is_sent_by_the_next_run() {
    let scene = Scene::new(sound(5), &[]);
    scene.simulator.set_faults(denied(Operation::Publish, None));
    let first = scene.now();
    assert!(first.unsent.is_some() && first.summary.is_some());
    assert_eq!(scene.messages(0), []);
    scene.simulator.set_faults(FaultPlan::default());
    scene.later();
    let messages = scene.messages(0);
    assert_eq!(messages.len(), 1, "{messages:?}");
    assert!(messages[0].0.contains("first run"), "{messages:?}");
}

#[test]
fn settings_say_when_and_how_people_are_told() {
    let never = Scene::new(sound(3), &["--notify=never"]);
    never.now();
    assert_eq!(never.messages(0), []);

    let always = Scene::new(sound(3), &["--notify=always", "--message-format=json"]);
    always.now();
    always.later();
    let messages = always.messages(0);
    assert_eq!(messages.len(), 2);
    assert!(
        messages
            .iter()
            .all(|(_, body)| body.starts_with(r#"{"schema":"iam-census/news/1""#)),
        "{messages:?}"
    );

    let counts = Scene::new(sound(3), &["--detail=counts"]);
    counts.now();
    let (_, body) = &counts.messages(0)[0];
    for account in counts.simulator.world().accounts() {
        let places = body.match_indices(&account.id);
        // The bucket's own name is in the links.
        let links = body.match_indices(&counts.simulator.evidence_bucket()).count();
        assert!(places.count() <= links, "{body}");
    }
}

#[test]
fn an_account_that_cannot_be_entered_is_told_once_and_keeps_its_failures() {
    let scene = Scene::new(sound(5), &[]);
    let account = scene.member(0);
    give_key(&scene, &account, 400);
    scene.now();
    let seen = scene.simulator.published().len();
    scene
        .simulator
        .set_faults(denied(Operation::AssumeRole, Some(account.id.clone())));
    let blind = scene.later();
    assert_eq!(blind.manifest.status, RunStatus::Partial);
    let changes = blind.changes.as_ref().expect("changes");
    assert_eq!(
        (changes.new.len(), changes.resolved.len(), changes.retired.len()),
        (0, 0, 0),
        "{changes:?}"
    );
    let messages = scene.messages(seen);
    let [(subject, body)] = messages.as_slice() else {
        panic!("{messages:?}")
    };
    assert!(subject.contains("1 account not seen"), "{subject}");
    assert!(body.contains(&account.id) && body.contains("sts:AssumeRole"), "{body}");
    let findings = scene.findings(&blind);
    let of_account = findings
        .iter()
        .filter(|finding| finding["account"] == account.id.as_str());
    assert!(of_account.filter(|finding| finding["status"] == "UNKNOWN").count() > 5);

    scene.simulator.set_faults(FaultPlan::default());
    let again = scene.later();
    assert!(!again.changes.expect("changes").is_news());
    assert_eq!(scene.messages(seen).len(), 1);
}
