//! A run that does not fit into one invocation, at the pace that CloudTrail allows.

use audit_core::event::RunRequest;
use audit_core::ledger::RunStatus;
use jiff::SignedDuration;
use simulated_aws::{Clock, Outcome, Simulator, VirtualTime, World};

use super::scene::{Scene, sound};

#[test]
fn several_parts_come_to_the_same_report_as_one() {
    let whole = Scene::new(sound(300), &[]);
    let request = RunRequest::at(whole.moment());
    let expected = whole.run_until(&request, None).expect("a run");
    assert!(expected.is_delivered());

    let scene = Scene::new(sound(300), &[]);
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
    for name in ["accounts.csv", "root_activity.csv", "searches.csv"] {
        assert!(scene.document(&last, name) == whole.document(&expected, name), "{name}");
    }
}

#[test]
fn no_search_is_throttled() {
    let mut scene = Scene::new(sound(40), &[]);
    let world = World::new(sound(40)).expect("a world");
    let time = VirtualTime::new(world.at());
    let clock = Clock::Virtual(time.clone());
    scene.simulator = Simulator::builder(world).clock(clock).pacing(true).build();
    scene.time = time;
    assert_eq!(scene.now().manifest.status, RunStatus::Complete);
    let counts = scene.simulator.call_counts();
    let throttled = counts
        .iter()
        .filter(|((_, outcome), _)| matches!(outcome, Outcome::Refused(code) if code == "ThrottlingException"));
    assert_eq!(throttled.count(), 0, "{counts:?}");
}
