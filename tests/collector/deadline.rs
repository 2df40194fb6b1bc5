//! Deadlines: whatever the time allowed, the ledger stands, and parts go on until everybody is looked at.

use std::time::Duration;

use audit_core::ledger::{Counts, RunStatus};
use jiff::SignedDuration;
use simulated_aws::{Clock, Simulator, VirtualTime, World};

use super::scene::{Scene, sound, today};

fn slow(accounts: usize) -> Scene {
    let scene = Scene::new(sound(accounts), &["--concurrency=4"]);
    let world = World::new(sound(accounts)).expect("a world");
    let time = VirtualTime::new(world.at());
    let simulator = Simulator::builder(world)
        .clock(Clock::Virtual(time.clone()))
        .latency(Duration::from_millis(50))
        .build();
    Scene {
        simulator,
        time,
        settings: scene.settings,
    }
}

#[test]
fn parts_go_on_until_everybody_is_looked_at() {
    for seconds in [9, 20, 45, 90, 300] {
        let scene = slow(120);
        let mut request = today();
        let mut parts = 0;
        let last = loop {
            let deadline = scene.time.now_timestamp() + SignedDuration::from_secs(seconds);
            let finished = scene.run_until(&request, Some(deadline)).expect("a part");
            parts += 1;
            assert!(scene.time.now_timestamp() <= deadline, "{seconds} s: the part overran");
            let Counts {
                listed,
                collected,
                skipped,
                failed,
                left,
            } = finished.manifest.counts;
            assert_eq!(listed, collected + skipped + failed + left, "{seconds} s");
            let Some(next) = finished.next else {
                break finished.manifest;
            };
            assert_eq!(finished.manifest.status, RunStatus::Partial, "{seconds} s");
            assert_eq!(
                (next.part, next.run.as_ref()),
                (parts, Some(&finished.manifest.run)),
                "{seconds} s"
            );
            request = next;
        };
        println!("{seconds:>4} s a part: {parts} parts, {:?}", last.counts);
        assert!(parts <= 12, "{seconds} s: {parts} parts");
        if parts < 12 {
            assert_eq!(
                (last.status, last.counts.listed),
                (RunStatus::Complete, 120),
                "{seconds} s"
            );
        }
        scene.check(&last);
    }
}

#[test]
fn a_part_without_time_ends_the_run_instead_of_going_round() {
    let scene = slow(40);
    let deadline = scene.time.now_timestamp() + SignedDuration::from_millis(300);
    let first = scene.run_until(&today(), Some(deadline)).expect("a part");
    assert_eq!(first.manifest.status, RunStatus::Partial);
    let Some(next) = first.next else { return };
    let deadline = scene.time.now_timestamp() + SignedDuration::from_millis(300);
    let second = scene.run_until(&next, Some(deadline)).expect("a part");
    assert_eq!(second.manifest.counts.collected, 0);
    assert!(second.next.is_none() || second.manifest.counts.listed > first.manifest.counts.listed);
}

/// A run whose accounts are all read and whose dataset never gets the time ends after as many parts as any, and says so.
#[test]
fn a_run_without_time_for_its_dataset_ends_and_says_so() {
    let scene = slow(20);
    let whole = scene.run(&today()).expect("a run");
    let mut request = audit_core::event::RunRequest {
        run: Some(whole.manifest.run.clone()),
        ..today()
    };
    let mut parts = 0;
    let last = loop {
        let now = scene.time.now_timestamp();
        let finished = scene.run_until(&request, Some(now)).expect("a part");
        assert!(finished.dataset.is_none());
        parts += 1;
        let Some(next) = finished.next.clone() else {
            break finished;
        };
        assert!(finished.unwritten.is_none());
        assert!(parts < 20, "without end");
        request = next;
    };
    assert_eq!(parts, 13, "the first, and twelve after it");
    let error = last.unwritten.as_ref().expect("an error").to_string();
    assert!(error.contains("no time"), "{error}");
    assert!(!last.is_delivered());
    assert_eq!(last.manifest.status, RunStatus::Complete);
}
