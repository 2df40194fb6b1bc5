//! A run that goes over several invocations comes to the same report as one that has all the time.

use audit_core::ledger::RunStatus;
use jiff::SignedDuration;
use simulated_aws::Operation;

use super::scene::{Scene, sound};

fn scene() -> Scene {
    let scene = Scene::new(sound(80), &[]);
    scene.simulator.world().edit_governance(|governance| {
        for number in 0..120 {
            let mut more = governance.policies[1].clone();
            more.id = format!("p-more{number:06}");
            governance.policies.push(more);
        }
    });
    scene
}

#[test]
fn parts_come_to_the_same_report_as_a_run_that_has_all_the_time() {
    let whole = scene();
    let first = whole.request();
    let expected = whole.run_until(&first, None).expect("a run");

    let scene = scene();
    let mut request = first;
    let mut invocations = 0;
    let finished = loop {
        invocations += 1;
        let deadline = scene.time.now_timestamp() + SignedDuration::from_secs(30);
        let finished = scene.run_until(&request, Some(deadline)).expect("a run");
        assert!(
            scene.time.now_timestamp() <= deadline,
            "invocation {invocations} was late"
        );
        match &finished.next {
            None => break finished,
            Some(next) => {
                assert!(finished.results.is_none() && scene.simulator.published().is_empty());
                assert_eq!(finished.manifest.status, RunStatus::Partial);
                request = next.clone();
            }
        }
    };
    assert!(invocations > 2, "{invocations}");
    assert_eq!(finished.manifest.status, RunStatus::Complete);
    assert!(
        scene.document(&finished, "report.jsonl") == whole.document(&expected, "report.jsonl"),
        "another report"
    );
    // Nothing that was answered is asked again; a call under way at the deadline is.
    let again = scene.calls(Operation::DescribePolicy) - whole.calls(Operation::DescribePolicy);
    assert!(
        again < invocations,
        "{again} documents were read again in {invocations} invocations"
    );
}

#[test]
fn a_run_that_gets_nowhere_ends_and_says_what_it_knows() {
    let scene = scene();
    let mut request = scene.request();
    let mut invocations = 0;
    let finished = loop {
        invocations += 1;
        assert!(invocations <= 13, "without end");
        // So little time that hardly anything is read.
        let deadline = scene.time.now_timestamp() + SignedDuration::from_millis(900);
        let finished = scene.run_until(&request, Some(deadline)).expect("a run");
        match &finished.next {
            None => break finished,
            Some(next) => request = next.clone(),
        }
    };
    assert_eq!(finished.manifest.status, RunStatus::Partial);
    assert!(finished.results.is_some(), "nothing is said");
}
