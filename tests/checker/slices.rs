//! A run that many invocations work on at the same time comes to the same findings as one that a single one makes.

use audit_aws::run::RunError;
use audit_aws::slices::{Shared, Slices};
use audit_core::event::RunRequest;
use audit_core::ledger::{Outcome, RunStatus};
use cis_checker::{Finished, Place, Run, share};
use serde_json::Value;
use simulated_aws::{FaultPlan, Operation, WORLD_EPOCH};

use super::scene::{Scene, denied, sound};
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

fn read(scene: &Scene, slice: &RunRequest) {
    assert!(matches!(work(scene, slice), Ok(Some(Shared::Read(_)))));
}

/// The findings of a run, but for when IAM made the reports behind them.
fn findings(scene: &Scene, finished: &Finished) -> Vec<Value> {
    let members = ["account", "region", "check", "resource", "status", "reason"];
    let told = |finding: &Value| members.map(|member| finding[member].clone()).into();
    scene.findings(finished).iter().map(told).collect()
}

#[test]
fn slices_come_to_the_same_findings_as_one_invocation() {
    let alone = Scene::new(sound(20), &[]);
    let expected = alone.run(&RunRequest::at(WORLD_EPOCH));

    let scene = Scene::new(sound(20), &[]);
    let slices = list(&scene, 6);
    assert_eq!((slices.slices.len(), slices.finish), (4, 5));
    assert_eq!(scene.calls(Operation::AssumeRole), 0, "a list reads nobody");
    for slice in to_read(&slices) {
        read(&scene, &slice);
        assert!(scene.simulator.published().is_empty(), "a slice tells nobody");
    }
    let entered = scene.calls(Operation::AssumeRole);
    let finished = scene.run(&to_finish(&slices));
    assert!(finished.is_delivered());
    assert_eq!(scene.calls(Operation::AssumeRole), entered, "nobody was left to read");
    assert_eq!(finished.manifest.status, RunStatus::Complete);
    assert_eq!(finished.manifest.counts, expected.manifest.counts);
    assert!(
        findings(&scene, &finished) == findings(&alone, &expected),
        "other findings"
    );
    assert_eq!(scene.messages(0).len(), 1);
    let calls = |scene: &Scene| scene.calls(Operation::GetAccountAuthorizationDetails);
    assert_eq!(calls(&scene), calls(&alone), "somebody was read twice");
}

/// Whoever a slice could not enter, and whoever nobody read, is for the invocation that finishes.
#[test]
fn what_slices_leave_is_finished() {
    let scene = Scene::new(sound(20), &[]);
    let slices = list(&scene, 6);
    let shut = scene.member(3).id;
    scene
        .simulator
        .set_faults(denied(Operation::AssumeRole, Some(shut.clone())));
    for slice in to_read(&slices).into_iter().filter(|slice| slice.part != 2) {
        read(&scene, &slice);
    }
    let finished = scene.run(&to_finish(&slices));
    let failed: Vec<&str> = finished
        .manifest
        .accounts
        .iter()
        .filter(|entry| matches!(entry.outcome, Outcome::Failed(_)))
        .map(|entry| entry.account.as_str())
        .collect();
    assert_eq!(failed, [shut.as_str()]);
    assert_eq!(
        (finished.manifest.counts.listed, finished.manifest.counts.left),
        (20, 0)
    );
    let unknown = scene.findings(&finished);
    assert!(
        unknown
            .iter()
            .any(|it| it["account"] == shut && it["status"] == "UNKNOWN")
    );

    scene.simulator.set_faults(FaultPlan::default());
    let again = scene.run(&to_finish(&slices));
    assert_eq!(again.manifest.status, RunStatus::Complete);
}
