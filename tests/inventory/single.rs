//! One account by itself, through its own recorder.

use simulated_aws::{FaultPlan, Operation};

use super::scene::{Scene, outcomes, sound};

#[test]
fn an_account_alone_is_asked_through_its_recorder() {
    let scene = Scene::new(sound(3), &["--single-account"]);
    let finished = scene.now();
    assert!(finished.is_sound(), "{:?}", outcomes(&finished));
    let hub = scene.simulator.world().hub_account().to_owned();
    let rows = scene.rows(&finished);
    let users = scene
        .simulator
        .world()
        .contents(scene.simulator.world().account(&hub).expect("the hub"))
        .users
        .len();
    assert!(rows.len() == users && rows.iter().all(|row| row["account"] == hub.as_str()));
    assert!(rows.iter().all(|row| row.get("ou_path").is_none()));
    for operation in [
        Operation::ListAccounts,
        Operation::ListRoots,
        Operation::SelectAggregateResourceConfig,
        Operation::DescribeConfigurationAggregators,
    ] {
        assert_eq!(scene.calls(operation), 0, "{operation:?}");
    }
}

#[test]
fn an_account_that_does_not_record_has_no_users_that_anybody_knows_of() {
    let scene = Scene::new(sound(3), &["--single-account"]);
    let hub = scene.simulator.world().hub_account().to_owned();
    let hub = scene.simulator.world().account(&hub).expect("the hub").clone();
    scene.edit(&hub, |contents| contents.recorded = false);
    let finished = scene.now();
    assert!(!finished.is_sound());
    assert_eq!(outcomes(&finished)[&hub.id], "NOT_RECORDED");
    assert!(!scene.messages().is_empty());
    // The same account records, and has nobody.
    scene.edit(&hub, |contents| {
        contents.recorded = true;
        contents.users.clear();
    });
    scene.simulator.set_faults(FaultPlan::default());
    let finished = scene.now();
    assert!(finished.is_sound() && scene.rows(&finished).is_empty());
}
