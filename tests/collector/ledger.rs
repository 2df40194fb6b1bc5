//! The ledger: a finished run does nothing again, an unfinished one goes on, and the chain of days holds.

use audit_core::digest::Sha256;
use audit_core::event::RunRequest;
use audit_core::keys;
use audit_core::ledger::{Latest, Manifest, RunStatus};
use credential_collector::FUNCTION;
use jiff::{SignedDuration, ToSpan as _};
use simulated_aws::{FaultPlan, Operation, Troubles, WORLD_EPOCH, WorldSpec};

use super::scene::{Scene, denied, sound, today};

fn objects(scene: &Scene) -> Vec<(String, String)> {
    let objects = scene.simulator.objects(&scene.simulator.evidence_bucket());
    objects
        .into_iter()
        .map(|object| (object.key, object.version_id))
        .collect()
}

#[test]
fn a_complete_run_does_nothing_again() {
    let scene = Scene::new(sound(30), &[]);
    let first = scene.today();
    assert_eq!(first.manifest.status, RunStatus::Complete);
    scene.check(&first.manifest);
    let before = objects(&scene);
    let second = scene.today();
    assert_eq!(second.manifest, first.manifest);
    assert_eq!(objects(&scene), before);
    assert!(scene.simulator.published().is_empty());
}

#[test]
fn a_partial_run_retries_only_what_failed() {
    let scene = Scene::new(
        WorldSpec {
            accounts: 40,
            troubles: Troubles::Typical,
            ..WorldSpec::default()
        },
        &[],
    );
    let first = scene.today();
    assert_eq!(first.manifest.status, RunStatus::Partial);
    assert!(first.manifest.counts.failed > 0);
    let before = objects(&scene);
    let calls = scene.calls(Operation::AssumeRole);
    let second = scene.today();
    assert_eq!(second.manifest, first.manifest);
    assert_eq!(objects(&scene), before, "nothing new to say, nothing written");
    let again = scene.calls(Operation::AssumeRole) - calls;
    assert!(
        again <= 3 * first.manifest.counts.failed,
        "{again} calls for {} accounts",
        first.manifest.counts.failed
    );
    assert_eq!(
        scene.simulator.published().len(),
        1,
        "one message for one state of affairs"
    );
}

#[test]
fn an_account_that_recovers_completes_the_run() {
    let scene = Scene::new(sound(30), &[]);
    let account = scene.simulator.world().accounts()[5].id.clone();
    scene.simulator.set_faults(denied(Operation::AssumeRole, Some(account)));
    let first = scene.today();
    assert_eq!(
        (first.manifest.counts.failed, first.manifest.status),
        (1, RunStatus::Partial)
    );
    scene.simulator.set_faults(FaultPlan::default());
    let second = scene.today();
    assert_eq!(
        (second.manifest.counts.failed, second.manifest.status),
        (0, RunStatus::Complete)
    );
    assert_eq!(second.manifest.run, first.manifest.run);
    scene.check(&second.manifest);
}

#[test]
fn days_are_a_chain_and_the_pointer_never_moves_back() {
    let scene = Scene::new(sound(12), &[]);
    let mut before: Option<Manifest> = None;
    for day in 0..3 {
        let at = WORLD_EPOCH.checked_add((day * 24).hours()).expect("a day");
        scene
            .time
            .advance(std::time::Duration::from_secs(u64::from(day > 0) * 86_400));
        let manifest = scene.run(&RunRequest::at(at)).expect("a run").manifest;
        let link = manifest.previous.clone();
        match &before {
            None => assert_eq!(link, None),
            Some(before) => {
                let link = link.expect("a link to the day before");
                assert_eq!(link.sha256, Sha256::of(&before.to_bytes()));
            }
        }
        assert_eq!(
            manifest.last_complete.as_ref().map(|last| last.date),
            Some(manifest.date)
        );
        before = Some(manifest);
    }
    // A late retry of the first day leaves the pointer where it is.
    scene.run(&today()).expect("a run");
    let bucket = scene.simulator.evidence_bucket();
    let latest = scene
        .simulator
        .object(&bucket, &keys::latest(FUNCTION))
        .expect("a pointer");
    let latest = Latest::parse(&latest.body).expect("a readable pointer");
    assert_eq!(Some(latest.date), before.map(|manifest| manifest.date));
}

#[test]
fn a_changed_day_breaks_the_chain_visibly() {
    let scene = Scene::new(sound(12), &[]);
    let first = scene.today();
    let bucket = scene.simulator.evidence_bucket();
    let key = keys::manifest(FUNCTION, first.manifest.date, &first.manifest.run);
    let latest = keys::latest(FUNCTION);
    let pointer = scene.simulator.object(&bucket, &latest).expect("a pointer");
    let changed = String::from_utf8(pointer.body.to_vec())
        .expect("text")
        .replace(&first.manifest.run.to_string(), "020000Z-00000000");
    assert!(scene.simulator.tamper(&bucket, &latest, changed));
    assert!(scene.simulator.object(&bucket, &key).is_some());
    let next = WORLD_EPOCH + SignedDuration::from_hours(24);
    scene.time.advance(std::time::Duration::from_hours(24));
    assert_eq!(scene.run(&RunRequest::at(next)).expect("a run").manifest.previous, None);
}

#[test]
fn a_message_that_could_not_be_sent_is_sent_by_the_next_run() {
    let scene = Scene::new(
        WorldSpec {
            accounts: 40,
            ..WorldSpec::default()
        },
        &[],
    );
    scene.simulator.set_faults(denied(Operation::Publish, None));
    let first = scene.today();
    assert!(first.unsent.is_some());
    assert!(scene.simulator.published().is_empty());
    scene.simulator.set_faults(FaultPlan::default());
    scene.time.advance(std::time::Duration::from_hours(24));
    scene
        .run(&RunRequest::at(WORLD_EPOCH + SignedDuration::from_hours(24)))
        .expect("a run");
    let published = scene.simulator.published();
    assert_eq!(published.len(), 2, "yesterday's message and today's");
    assert!(published[0].message.contains(&first.manifest.run.to_string()));
}
