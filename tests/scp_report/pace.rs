//! The pace that AWS allows is kept, so that nothing is throttled.

use simulated_aws::{Clock, Outcome, Simulator, VirtualTime, World};

use super::scene::{Scene, sound};

#[test]
fn no_call_is_throttled() {
    let mut scene = Scene::new(sound(400), &[]);
    let world = World::new(sound(400)).expect("a world");
    world.edit_governance(|governance| {
        for number in 0..60 {
            let mut more = governance.policies[1].clone();
            more.id = format!("p-more{number:06}");
            governance.policies.push(more);
        }
    });
    let time = VirtualTime::new(world.at());
    let clock = Clock::Virtual(time.clone());
    scene.simulator = Simulator::builder(world).clock(clock).pacing(true).build();
    scene.time = time;
    let begun = scene.time.now_timestamp();
    scene.run();
    let counts = scene.simulator.call_counts();
    let throttled = counts
        .iter()
        .filter(|((_, outcome), _)| matches!(outcome, Outcome::Refused(code) if code == "TooManyRequestsException"));
    assert_eq!(throttled.count(), 0, "{counts:?}");
    // 65 documents at two a second are the slowest of all, and everything else goes on beside them.
    let took = scene.time.now_timestamp().duration_since(begun).as_secs();
    assert!((32..=60).contains(&took), "{took} s");
}
