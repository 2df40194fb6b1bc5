//! A run that goes over several invocations comes to the same findings as one that has all the time.

use audit_core::event::RunRequest;
use audit_core::ledger::RunStatus;
use jiff::SignedDuration;

use super::scene::{Scene, sound};

#[test]
fn parts_come_to_the_same_findings_as_a_run_that_has_all_the_time() {
    let whole = Scene::new(sound(60), &[]);
    let request = RunRequest::at(whole.moment());
    let expected = whole.run(&request);

    let scene = Scene::new(sound(60), &["--concurrency=2"]);
    let mut request = RunRequest::at(scene.moment());
    let mut invocations = 0;
    let finished = loop {
        invocations += 1;
        let deadline = scene.time.now_timestamp() + SignedDuration::from_secs(90);
        let finished = scene.run_until(&request, Some(deadline)).expect("a run");
        match &finished.next {
            None => break finished,
            Some(next) => {
                assert!(
                    scene.messages(0).is_empty(),
                    "nothing is told before all accounts are seen"
                );
                request = next.clone();
            }
        }
    };
    assert!(invocations > 2, "{invocations}");
    assert_eq!(finished.manifest.status, RunStatus::Complete);
    assert_eq!(
        scene.document(&finished, "findings.csv"),
        whole.document(&expected, "findings.csv")
    );
    assert_eq!(scene.messages(0).len(), 1);
}
