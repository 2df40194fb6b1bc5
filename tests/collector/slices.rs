//! A run that many invocations work on at the same time: a list, slices of it, and an invocation that finishes.

use audit_aws::run::RunError;
use audit_aws::slices::{Shared, Slices};
use audit_core::event::RunRequest;
use audit_core::ledger::RunStatus;
use credential_collector::{Place, Run, share};
use jiff::SignedDuration;
use simulated_aws::{Operation, WORLD_EPOCH};

use super::scene::{Scene, sound};
use crate::harness::slices::{listed, to_finish, to_list, to_read};

fn work(scene: &Scene, request: &RunRequest) -> Result<Option<Shared>, RunError> {
    let sdk = scene.simulator.sdk_config();
    let place = Place::of(&sdk, scene.settings.buckets()).expect("buckets");
    let asked = Run {
        sdk: &sdk,
        settings: &scene.settings,
        request,
        place: &place,
        deadline: None,
        progress: &|_| {},
    };
    scene.time.run(Box::pin(share(&asked))).expect("time goes on")
}

fn list(scene: &Scene, each: u64) -> Slices {
    listed(work(scene, &to_list(each, None)))
}

#[test]
fn slices_come_to_the_same_as_one_invocation() {
    let alone = Scene::new(sound(30), &[]);
    let expected = alone.run(&RunRequest::at(WORLD_EPOCH)).expect("a run").manifest;

    let scene = Scene::new(sound(30), &[]);
    let slices = list(&scene, 7);
    assert_eq!((slices.slices.len(), slices.finish), (5, 6));
    assert_eq!(scene.calls(Operation::AssumeRole), 0, "a list reads nobody");
    let pages = scene.calls(Operation::ListAccounts);
    for event in to_read(&slices) {
        assert!(matches!(work(&scene, &event), Ok(Some(Shared::Read(_)))));
    }
    let read = scene.calls(Operation::AssumeRole);
    let finished = scene.run(&to_finish(&slices)).expect("a run");
    assert!(finished.is_delivered() && finished.dataset.is_some());
    scene.check(&finished.manifest);
    let manifest = finished.manifest;
    assert_eq!(manifest.status, RunStatus::Complete);
    assert_eq!(manifest.run, slices.run);
    assert_eq!(manifest.counts, expected.counts);
    let accounts = |manifest: &audit_core::ledger::Manifest| -> Vec<_> {
        let entries = manifest.accounts.iter();
        entries.map(|entry| (entry.account, entry.outcome.clone())).collect()
    };
    let stored = |accounts: Vec<(_, audit_core::ledger::Outcome)>| -> Vec<_> {
        let stored = accounts.into_iter().map(|(account, outcome)| match outcome {
            audit_core::ledger::Outcome::Collected(report) => (account, Some(report.sha256)),
            _ => (account, None),
        });
        stored.collect()
    };
    assert_eq!(stored(accounts(&manifest)), stored(accounts(&expected)));
    assert_eq!(scene.calls(Operation::AssumeRole), read, "nothing was left to read");
    assert_eq!(scene.calls(Operation::ListAccounts), pages, "the list is read once");
}

/// A slice that nobody read, whatever happened to it, is read at the end, and the parts behind it count.
#[test]
fn what_a_slice_leaves_is_finished() {
    let scene = Scene::new(sound(30), &[]);
    let slices = list(&scene, 7);
    for event in to_read(&slices).into_iter().filter(|event| event.part != 2) {
        work(&scene, &event).expect("a slice");
    }
    let read = scene.calls(Operation::AssumeRole);
    let finished = scene.run(&to_finish(&slices)).expect("a run");
    assert_eq!(finished.manifest.status, RunStatus::Complete);
    assert_eq!(finished.manifest.counts.listed, 30);
    scene.check(&finished.manifest);
    let at_the_end = scene.calls(Operation::AssumeRole) - read;
    assert!(
        (1..=7).contains(&at_the_end),
        "{at_the_end} accounts were read at the end"
    );
}

/// Lambda and Step Functions repeat events; a repeated one reads nobody again.
#[test]
fn a_repeated_event_does_nothing_again() {
    let scene = Scene::new(sound(12), &[]);
    let slices = list(&scene, 6);
    assert_eq!(list(&scene, 6), slices);
    for event in to_read(&slices) {
        let first = work(&scene, &event).expect("a slice");
        let read = scene.calls(Operation::AssumeRole);
        assert_eq!(work(&scene, &event).expect("a slice"), first);
        assert_eq!(scene.calls(Operation::AssumeRole), read);
    }
    let finished = scene.run(&to_finish(&slices)).expect("a run").manifest;
    assert_eq!(scene.run(&to_finish(&slices)).expect("a run").manifest, finished);
    assert!(list(&scene, 6).slices.is_empty(), "a complete run has no slices");
}

/// What others have begun to read stays cut as it is, and what one invocation has begun is not cut at all.
#[test]
fn a_list_is_cut_once() {
    let scene = Scene::new(sound(12), &[]);
    let slices = list(&scene, 6);
    let again = listed(work(&scene, &to_list(2, Some(&slices.run))));
    assert_eq!((slices.slices.len(), again), (2, slices));

    let scene = Scene::new(sound(12), &[]);
    let deadline = scene.time.now_timestamp() + SignedDuration::from_millis(1);
    let begun = scene
        .run_until(&RunRequest::at(WORLD_EPOCH), Some(deadline))
        .expect("a part");
    assert!(begun.manifest.counts.left > 0);
    let slices = listed(work(&scene, &to_list(6, Some(&begun.manifest.run))));
    assert_eq!((slices.slices.len(), slices.finish), (0, 1));
    let finished = scene.run(&to_finish(&slices)).expect("a run").manifest;
    assert_eq!(finished.status, RunStatus::Complete);
    scene.check(&finished);
}

#[test]
fn a_slice_is_one_of_the_own_list() {
    let scene = Scene::new(sound(6), &[]);
    let slices = list(&scene, 6);
    let event = &to_read(&slices)[0];
    let with = |change: &dyn Fn(&mut audit_core::event::AccountSlice)| {
        let mut event = event.clone();
        event.accounts.iter_mut().for_each(change);
        work(&scene, &event)
    };
    assert!(matches!(
        with(&|slice| slice.key = "credential-reports/list".to_owned()),
        Err(RunError::UnknownWish(_))
    ));
    assert!(matches!(with(&|slice| slice.to = 100), Err(RunError::Store(_))));
}
