//! A sweep that goes over several invocations comes to the same as one that has all the time.

use audit_core::ledger::RunStatus;
use jiff::SignedDuration;

use super::scene::{Scene, sound};

const DATASET: &str = "privileges/date=2026-11-20/privileges.parquet";

#[test]
fn parts_come_to_the_same_dataset_as_a_sweep_that_has_all_the_time() {
    let whole = Scene::new(sound(60), &[]);
    let expected = whole.sweep();

    let scene = Scene::new(sound(60), &["--concurrency=2"]);
    let (mut request, mut invocations) = (scene.request(), 0);
    let finished = loop {
        invocations += 1;
        let deadline = scene.time.now_timestamp() + SignedDuration::from_secs(90);
        let swept = scene.until(&request, Some(deadline)).expect("a sweep");
        let Some(next) = &swept.next else { break swept };
        assert!(!scene.keys().contains(DATASET), "the dataset waits for all accounts");
        request = next.clone();
    };
    assert!(invocations > 2, "{invocations}");
    assert_eq!(finished.manifest.status, RunStatus::Complete);
    assert_eq!(finished.manifest.run, expected.manifest.run);
    assert_eq!(finished.overview, expected.overview);
    assert!(scene.body(DATASET) == whole.body(DATASET), "another dataset");
}
