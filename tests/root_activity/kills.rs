//! The search, ended at every point where it waits for AWS: the next run of the same event comes to the same bytes.

use std::collections::BTreeMap;

use audit_core::ledger::{Latest, Manifest, RunStatus};
use root_activity::FUNCTION;
use simulated_aws::{Silence, Troubles, World, WorldSpec};

use crate::harness::served::{Served, Target};

fn world() -> World {
    World::new(WorldSpec {
        accounts: 2,
        users_per_account: Some(1),
        all_active: true,
        troubles: Troubles::None,
        empty_pages: false,
        ..WorldSpec::default()
    })
    .expect("a world")
}

/// What a run leaves behind, but for the ledger's parts, of which an ended run may leave one more.
fn essence(objects: &BTreeMap<String, Vec<u8>>) -> (RunStatus, u64, BTreeMap<String, Vec<u8>>) {
    let latest = Latest::parse(&objects[&format!("runs/{FUNCTION}/latest.json")]).expect("a whole pointer");
    let manifest = Manifest::parse(&objects[&latest.manifest.key]).expect("a whole manifest");
    let made = objects
        .iter()
        .filter(|(key, _)| !key.starts_with("runs/") && !key.starts_with("outbox/"));
    let made = made.map(|(key, bytes)| (key.clone(), bytes.clone())).collect();
    (manifest.status, manifest.counts.collected, made)
}

#[test]
fn a_run_survives_its_end_at_every_call() {
    let mut undisturbed = None;
    let mut ended = 0;
    for silence in [Silence::Before, Silence::AfterCarryingOut] {
        for answered in 0.. {
            let served = Served::start(world());
            let search = || served.function(FUNCTION, &Target::Bucket);
            if !served.end_at(&mut search(), answered, silence) {
                // The run was over before the call came: there is no further point to end it at.
                break;
            }
            ended += 1;
            let status = search().status().expect("the search");
            assert_eq!(status.code(), Some(0), "{silence:?} {answered}: complete");
            let after = essence(&Target::Bucket.objects(&served));
            assert!(
                &after == undisturbed.get_or_insert_with(|| after.clone()),
                "{silence:?} {answered}"
            );
        }
    }
    println!("ended at {ended} points");
    assert!(ended > 40, "{ended}");
}
