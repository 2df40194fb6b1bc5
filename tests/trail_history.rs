//! The SQL of `queries/trail-*.sql` and of `stacks/trail-history.yaml`, run by another engine over log files of a trail.

use serde_json::{Value, json};
use simulated_aws::{Account, RootSignIn, World, WorldSpec};

use crate::harness::python::{pytest, python};
use crate::repository::root;

#[test]
fn sql_over_a_trail_finds_what_the_root_users_did_and_who_changed_what() {
    let world = World::new(WorldSpec {
        odd_events: true,
        ..WorldSpec::default()
    })
    .expect("a world");
    let accounts: Vec<Value> = world.accounts().iter().map(|account| told(&world, account)).collect();
    let folder = tempfile::tempdir().expect("a folder");
    let sample = folder.path().join("sample.json");
    let document = json!({ "organization": world.organization().id, "accounts": accounts });
    std::fs::write(&sample, document.to_string()).expect("a file");

    let mut reader = python("http://127.0.0.1:9", "123456789012");
    reader
        .env("IAM_CENSUS_SAMPLE", sample)
        .env("IAM_CENSUS_REPOSITORY", root());
    pytest(&mut reader, "trail_history");
}

/// The records of an account by Region, and what they should be found to say.
fn told(world: &World, account: &Account) -> Value {
    let events = world.trail_events(account);
    let records = events.iter().flat_map(|event| {
        let regions = event.regions.iter();
        regions.map(|region| json!({ "region": region, "record": event.record }))
    });
    let truth = world.root_history(account);
    let sign_in = |one: &RootSignIn, outcome: &str| {
        json!({
            "region": one.region,
            "at": one.at.to_string(),
            "outcome": outcome,
            "mfa": one.mfa,
            "source": one.source_address,
            "id": one.event_id,
        })
    };
    let good = truth.sign_ins.iter().map(|one| sign_in(one, "Success"));
    let bad = truth.failures.iter().map(|one| sign_in(one, "Failure"));
    let tasks = truth.tasks.iter().map(|task| task.access_key.as_str());
    json!({
        "id": account.id,
        "records": records.collect::<Vec<_>>(),
        "sign_ins": good.chain(bad).collect::<Vec<_>>(),
        "key_uses": truth.key_uses.iter().map(|used| used.at.to_string()).collect::<Vec<_>>(),
        "task_keys": tasks.collect::<Vec<_>>(),
    })
}
