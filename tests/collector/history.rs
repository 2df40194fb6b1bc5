//! What a run owes to those before it and beside it: the baseline, messages that wait, datasets and manifests that know
//! more.

use std::time::Duration;

use audit_aws::caller::{Caller, Patience};
use audit_aws::store::Object;
use audit_core::digest::Sha256;
use audit_core::event::RunRequest;
use audit_core::keys;
use audit_core::ledger::{Latest, Manifest, Outcome, RunStatus, Shortfall};
use audit_core::reason::Reason;
use credential_collector::{FUNCTION, Finished};
use jiff::SignedDuration;
use simulated_aws::{FaultKind, FaultPlan, FaultRule, Operation, WORLD_EPOCH};

use super::scene::{Scene, denied, sound, today};

const DATASET: &str = "credentials/date=2026-11-20/credentials.parquet";

/// A run of a later day, at the hour of every day.
fn day(scene: &Scene, day: i64) -> Finished {
    scene.time.advance(Duration::from_hours(24));
    let at = WORLD_EPOCH + SignedDuration::from_hours(24 * day);
    scene.run(&RunRequest::at(at)).expect("a run")
}

fn first_account(scene: &Scene) -> String {
    scene.simulator.world().accounts()[5].id.clone()
}

#[test]
fn a_lost_baseline_is_told_once() {
    for key in ["pointer", "manifest"] {
        let scene = Scene::new(sound(12), &[]);
        let first = scene.today().manifest;
        let key = match key {
            "pointer" => keys::latest(FUNCTION),
            _ => keys::manifest(FUNCTION, first.date, &first.run),
        };
        assert!(scene.simulator.tamper(&scene.simulator.evidence_bucket(), &key, "{}"));
        let second = day(&scene, 1).manifest;
        assert_eq!((second.status, second.previous), (RunStatus::Partial, None), "{key}");
        assert_eq!(second.shortfalls, [Shortfall::BaselineLost], "{key}");
        let published = scene.simulator.published();
        assert!(
            published[0].message.contains("gone or changed"),
            "{}",
            published[0].message
        );
        assert_eq!(day(&scene, 2).manifest.status, RunStatus::Complete, "{key}");
    }
}

#[test]
fn every_message_that_waits_is_sent_oldest_first() {
    let scene = Scene::new(sound(12), &[]);
    let account = first_account(&scene);
    let mut both = denied(Operation::AssumeRole, Some(account.clone()));
    both.rules.extend(denied(Operation::Publish, None).rules);
    scene.simulator.set_faults(both);
    let runs = [scene.today(), day(&scene, 1)].map(|finished| {
        assert!(finished.unsent.is_some());
        finished.manifest.run.to_string()
    });
    assert_eq!(scene.simulator.published().len(), 0);
    scene.simulator.set_faults(denied(Operation::AssumeRole, Some(account)));
    let last = day(&scene, 2).manifest.run.to_string();
    let published = scene.simulator.published();
    assert_eq!(published.len(), 3);
    for (run, message) in runs.iter().chain([&last]).zip(&published) {
        assert!(message.message.contains(run), "{run}: {}", message.message);
    }
}

#[test]
fn a_message_that_is_lost_is_told_and_one_that_is_no_longer_true_is_not_sent() {
    for lost in [true, false] {
        let scene = Scene::new(sound(12), &[]);
        let mut both = denied(Operation::AssumeRole, Some(first_account(&scene)));
        both.rules.extend(denied(Operation::Publish, None).rules);
        scene.simulator.set_faults(both);
        let first = scene.today().manifest;
        scene.simulator.set_faults(FaultPlan::default());
        if lost {
            let key = keys::outbox(FUNCTION, first.date, &first.run);
            let bucket = scene.simulator.evidence_bucket();
            assert!(scene.simulator.object(&bucket, &key).is_some());
            assert!(scene.simulator.tamper(&bucket, &key, "gone"));
            day(&scene, 1);
        } else {
            assert_eq!(scene.today().manifest.status, RunStatus::Complete);
        }
        let published = scene.simulator.published();
        let subjects: Vec<_> = published
            .iter()
            .filter_map(|message| message.subject.as_deref())
            .collect();
        assert_eq!(
            subjects,
            if lost {
                &["IAM Census: a message was lost"][..]
            } else {
                &[]
            }
        );
    }
}

/// Without the list nobody knows which messages wait, so somebody is told that some are lost, once.
#[test]
fn a_list_of_waiting_messages_that_cannot_be_read_is_told() {
    for more_to_tell in [true, false] {
        let scene = Scene::new(sound(12), &[]);
        let shut = denied(Operation::AssumeRole, Some(first_account(&scene)));
        let mut both = shut.clone();
        both.rules.extend(denied(Operation::Publish, None).rules);
        scene.simulator.set_faults(both);
        scene.today();
        let bucket = scene.simulator.evidence_bucket();
        assert!(scene.simulator.tamper(&bucket, &keys::unsent(FUNCTION), "gone"));
        scene
            .simulator
            .set_faults(if more_to_tell { shut } else { FaultPlan::default() });
        assert!(day(&scene, 1).unsent.is_none());
        let lost = |scene: &Scene| {
            let published = scene.simulator.published();
            let lost = published
                .iter()
                .filter(|message| message.subject.as_deref() == Some("IAM Census: a message was lost"));
            (published.len(), lost.count())
        };
        assert_eq!(lost(&scene), if more_to_tell { (2, 1) } else { (1, 1) });
        scene.simulator.set_faults(FaultPlan::default());
        day(&scene, 2);
        assert_eq!(lost(&scene).1, 1, "told twice");
    }
}

#[test]
fn an_account_that_is_asked_for_and_not_listed_is_accounted_for() {
    let scene = Scene::new(sound(12), &["--accounts=999999999999"]);
    let manifest = scene.today().manifest;
    assert_eq!((manifest.status, manifest.counts.listed), (RunStatus::Partial, 13));
    let entry = manifest.accounts.last().expect("an entry");
    let Outcome::Failed(failure) = &entry.outcome else {
        panic!("{entry:?}")
    };
    assert_eq!(
        (entry.state.as_str(), failure.reason),
        ("NOT_LISTED", Reason::NotListed)
    );
    // Nobody tries its door, however often the run is made.
    let entered = scene.calls(Operation::AssumeRole);
    let again = scene.today().manifest;
    assert_eq!(again.accounts, manifest.accounts);
    assert_eq!(scene.calls(Operation::AssumeRole), entered);
}

#[test]
fn a_late_retry_leaves_the_dataset_of_a_later_run_of_the_date() {
    let scene = Scene::new(sound(12), &[]);
    scene
        .simulator
        .set_faults(denied(Operation::AssumeRole, Some(first_account(&scene))));
    assert_eq!(scene.today().manifest.status, RunStatus::Partial);
    scene.simulator.set_faults(FaultPlan::default());
    scene.time.advance(Duration::from_hours(6));
    let later = RunRequest::at(WORLD_EPOCH + SignedDuration::from_hours(6));
    let later = scene.run(&later).expect("a run").manifest.run.to_string();
    let bucket = scene.simulator.evidence_bucket();
    let run_of = || {
        let object = scene.simulator.object(&bucket, DATASET).expect("a dataset");
        object.metadata.get("run").cloned()
    };
    assert_eq!(run_of(), Some(later.clone()));
    assert_eq!(scene.today().manifest.status, RunStatus::Complete);
    assert_eq!(run_of(), Some(later));
}

#[test]
fn evidence_that_changed_is_told_and_left_out_of_the_dataset() {
    let scene = Scene::new(sound(12), &[]);
    let failing = first_account(&scene);
    scene.simulator.set_faults(denied(Operation::AssumeRole, Some(failing)));
    let first = scene.today();
    assert_eq!(first.missing, []);
    let changed = first.manifest.accounts.iter().find_map(|entry| match &entry.outcome {
        Outcome::Collected(report) => Some((entry.account, report.key.clone())),
        _ => None,
    });
    let (account, key) = changed.expect("a collected account");
    scene.simulator.set_faults(FaultPlan::default());
    assert!(
        scene
            .simulator
            .tamper(&scene.simulator.evidence_bucket(), &key, "user,arn\n")
    );
    // As often as the run is tried, nobody takes what is written for the whole.
    for _ in 0..2 {
        let again = scene.today();
        assert_eq!(
            (again.manifest.status, &again.missing),
            (RunStatus::Complete, &vec![account])
        );
        assert!(!again.is_delivered());
    }
    let message = scene.simulator.published().pop().expect("a message");
    let subject = message.subject.expect("a subject");
    assert!(
        subject.contains("stored reports of 1 of 12 accounts were changed"),
        "{subject}"
    );
    assert!(message.message.contains(account.as_str()), "{}", message.message);
}

#[test]
fn a_manifest_of_more_parts_stays_and_the_pointer_names_its_bytes() {
    let scene = Scene::new(sound(12), &[]);
    scene
        .simulator
        .set_faults(denied(Operation::AssumeRole, Some(first_account(&scene))));
    let first = scene.today().manifest;
    let fuller = Manifest {
        parts: 7,
        ..first.clone()
    };
    let key = keys::manifest(FUNCTION, first.date, &first.run);
    let caller = Caller::new(&scene.simulator.sdk_config(), Patience::default(), 1).expect("a caller");
    let object = Object::new(&key, fuller.to_bytes().into(), "application/json");
    let store = scene.store();
    let settled = store.settle(&caller, &object, |_| true);
    scene.time.run(settled).expect("time goes on").expect("planted");

    scene.simulator.set_faults(FaultPlan::default());
    assert_eq!(scene.today().manifest, fuller);
    let bucket = scene.simulator.evidence_bucket();
    let latest = scene
        .simulator
        .object(&bucket, &keys::latest(FUNCTION))
        .expect("a pointer");
    let latest = Latest::parse(&latest.body).expect("a pointer");
    assert_eq!(latest.manifest.sha256, Sha256::of(&fuller.to_bytes()));
}

#[test]
fn a_dataset_that_takes_too_long_is_written_by_the_next_invocation() {
    let scene = Scene::new(sound(12), &[]);
    let stalled = FaultRule {
        operation: Some(Operation::HeadObject),
        kinds: vec![FaultKind::Timeout],
        ..FaultRule::default()
    };
    scene.simulator.set_faults(FaultPlan::rule(0, stalled));
    let deadline = scene.time.now_timestamp() + SignedDuration::from_mins(3);
    let first = scene.run_until(&today(), Some(deadline)).expect("a run");
    assert_eq!((first.manifest.status, first.dataset), (RunStatus::Complete, None));
    assert!(scene.time.now_timestamp() <= deadline);
    let bucket = scene.simulator.evidence_bucket();
    assert!(scene.simulator.object(&bucket, DATASET).is_none());

    scene.simulator.set_faults(FaultPlan::default());
    let second = scene.run(&first.next.expect("a next invocation")).expect("a run");
    assert!(second.dataset.is_some() && second.next.is_none());
    assert_eq!(second.manifest, first.manifest);
    assert!(scene.simulator.object(&bucket, DATASET).is_some());
}

#[test]
fn a_dataset_that_cannot_be_written_keeps_no_ledger_from_being() {
    let scene = Scene::new(sound(12), &[]);
    scene.simulator.set_faults(denied(Operation::HeadObject, None));
    let finished = scene.today();
    assert_eq!(finished.manifest.status, RunStatus::Complete);
    let error = finished.unwritten.expect("the cause");
    assert_eq!((error.operation, error.reason), ("s3:GetObject", Reason::StoreFailed));
    scene.check(&finished.manifest);
}
