//! A run that does not fit into one invocation, and one that is made again after something failed.

use audit_core::event::RunRequest;
use audit_core::ledger::RunStatus;
use jiff::SignedDuration;
use simulated_aws::{FaultPlan, Operation, WorldSpec};

use super::scene::{Scene, always, outcomes, sound};

/// Twenty queries, which begin when fifty pages of accounts are listed at AWS's pace.
fn large() -> WorldSpec {
    WorldSpec {
        empty_pages: false,
        ..sound(1_000)
    }
}

#[test]
fn several_parts_come_to_the_same_inventory_as_one() {
    let whole = Scene::new(large(), &[]);
    let request = RunRequest::at(whole.moment());
    let expected = whole.run_until(&request, None).expect("a run");
    assert!(expected.is_sound());

    let scene = Scene::new(large(), &[]);
    let mut request = request;
    let mut invocations = 0;
    let last = loop {
        invocations += 1;
        let deadline = scene.time.now_timestamp() + SignedDuration::from_secs(9);
        let finished = scene.run_until(&request, Some(deadline)).expect("a run");
        assert!(scene.time.now_timestamp() <= deadline);
        match finished.next.clone() {
            Some(next) => request = next,
            None => break finished,
        }
    };
    assert!((2..=12).contains(&invocations), "{invocations}");
    assert_eq!(last.manifest.status, RunStatus::Complete, "{:?}", last.manifest.counts);
    for name in ["inventory.csv", "inventory.jsonl"] {
        assert!(scene.document(&last, name) == whole.document(&expected, name), "{name}");
    }
}

#[test]
fn what_failed_is_asked_again_by_the_same_event_and_only_that() {
    let scene = Scene::new(sound(120), &[]);
    let request = RunRequest::at(scene.moment());
    // The second of three queries finds nobody to answer it.
    let hidden = scene.member(3);
    scene.edit(&hidden, |contents| contents.recorded = false);
    let first = scene.run_until(&request, None).expect("a run");
    assert_eq!(first.manifest.counts.failed, 1, "{:?}", outcomes(&first));
    scene.edit(&hidden, |contents| contents.recorded = true);
    let before = scene.calls(Operation::SelectAggregateResourceConfig);
    let second = scene.run_until(&request, None).expect("a run");
    assert!(second.is_sound(), "{:?}", outcomes(&second));
    // What it has, and whether its recorder runs.
    assert_eq!(scene.calls(Operation::SelectAggregateResourceConfig) - before, 2);
    assert!(scene.rows(&second).iter().any(|row| row["account"] == hidden.id));
}

#[test]
fn a_query_that_fails_is_the_trouble_of_its_accounts_and_is_told() {
    let scene = Scene::new(sound(60), &[]);
    let kind = simulated_aws::FaultKind::Denied;
    scene
        .simulator
        .set_faults(always(Operation::SelectAggregateResourceConfig, kind, None));
    let finished = scene.now();
    assert_eq!(finished.manifest.counts.failed, 60);
    scene.simulator.set_faults(FaultPlan::default());
    let [(subject, body)] = &scene.messages()[..] else {
        panic!("one message");
    };
    assert!(subject.contains("lacks 60 of 60"), "{subject}");
    assert!(body.contains("CALL_DENIED") && body.contains("and 40 more"), "{body}");
}
