//! The list of accounts: an end that is not the end is told, and nobody is looked at who should not be.

use audit_aws::caller::{Caller, Patience};
use audit_aws::store::{Condition, Object};
use audit_aws::tally::Tally;
use audit_core::event::RunRequest;
use audit_core::ledger::{Outcome, RunStatus, Shortfall, Skip, StoppedBy};
use bytes::Bytes;
use jiff::SignedDuration;
use simulated_aws::{AccountListing, AccountState, Operation, Partition, StateFields, WORLD_EPOCH, WorldSpec};

use super::scene::{Scene, denied, sound, today};

#[test]
fn a_list_with_a_defect_is_never_a_complete_one() {
    for (listing, stopped_by, shortfall) in [
        (
            AccountListing::RepeatsToken(2),
            Some(StoppedBy::RepeatedToken),
            Shortfall::ListingIncomplete,
        ),
        (AccountListing::Empty, None, Shortfall::NoAccounts),
        (AccountListing::WithoutHub, None, Shortfall::HubMissing),
    ] {
        let scene = Scene::new(
            WorldSpec {
                listing: listing.clone(),
                ..sound(70)
            },
            &[],
        );
        let manifest = scene.today().manifest;
        assert_eq!(manifest.status, RunStatus::Partial, "{listing:?}");
        assert_eq!(manifest.listing.stopped_by, stopped_by, "{listing:?}");
        assert_eq!(manifest.shortfalls, [shortfall], "{listing:?}");
        assert_eq!(scene.simulator.published().len(), 1, "{listing:?}");
        scene.check(&manifest);
    }
}

#[test]
fn harmless_oddities_of_a_list_are_survived() {
    for listing in [AccountListing::Complete, AccountListing::Duplicates] {
        let scene = Scene::new(
            WorldSpec {
                listing: listing.clone(),
                ..sound(70)
            },
            &[],
        );
        let manifest = scene.today().manifest;
        assert_eq!(
            (manifest.status, manifest.counts.listed),
            (RunStatus::Complete, 70),
            "{listing:?}"
        );
        scene.check(&manifest);
    }
}

#[test]
fn a_list_that_shrinks_is_told() {
    let full = Scene::new(sound(100), &[]);
    full.today();
    let shrunk = Scene::new(
        WorldSpec {
            listing: AccountListing::Shrunk(90),
            ..sound(100)
        },
        &[],
    );
    let caller = Caller::new(&shrunk.simulator.sdk_config(), Patience::default(), 1).expect("a caller");
    let store = shrunk.store();
    for object in full.simulator.objects(&full.simulator.evidence_bucket()) {
        // Another bucket gives other version ids, and a pointer without one names the current version.
        let body = if object.key.ends_with("latest.json") {
            unpinned(&object.body)
        } else {
            object.body
        };
        let object = Object::new(&object.key, body, "application/json");
        let mut tally = Tally::default();
        let put = store.put(&caller, &mut tally, &object, Condition::Absent);
        shrunk.time.run(put).expect("time goes on").expect("planted");
    }
    shrunk.time.advance(std::time::Duration::from_hours(24));
    let next = RunRequest::at(WORLD_EPOCH + SignedDuration::from_hours(24));
    let manifest = shrunk.run(&next).expect("a run").manifest;
    assert_eq!(manifest.counts.listed, 90);
    assert!(
        manifest.shortfalls.contains(&Shortfall::ListShrank),
        "{:?}",
        manifest.shortfalls
    );
}

fn unpinned(pointer: &[u8]) -> Bytes {
    let mut pointer: serde_json::Value = serde_json::from_slice(pointer).expect("a pointer");
    pointer.as_object_mut().expect("an object").remove("version");
    pointer.to_string().into()
}

#[test]
fn every_state_ends_where_it_should_whichever_field_tells_it() {
    for state_fields in [StateFields::Both, StateFields::StateOnly, StateFields::StatusOnly] {
        let scene = Scene::new(
            WorldSpec {
                state_fields,
                ..sound(200)
            },
            &[],
        );
        let manifest = scene.today().manifest;
        for entry in &manifest.accounts {
            let truth = scene
                .simulator
                .world()
                .account(entry.account.as_str())
                .expect("an account of the world");
            let skipped = match (&entry.outcome, truth.state) {
                (Outcome::Collected(_), AccountState::Active | AccountState::PendingClosure) => continue,
                (Outcome::Skipped { reason }, _) => *reason,
                // Without `State` an account that was never activated cannot be told from any other.
                (Outcome::Failed(_), AccountState::PendingActivation) if state_fields == StateFields::StatusOnly => {
                    continue;
                }
                other => panic!("{state_fields:?} {}: {other:?}", entry.account),
            };
            let expected = match truth.state {
                AccountState::Closed if state_fields == StateFields::StatusOnly => Skip::Suspended,
                AccountState::Closed => Skip::Closed,
                AccountState::Suspended => Skip::Suspended,
                AccountState::PendingActivation => Skip::PendingActivation,
                AccountState::Active | AccountState::PendingClosure => panic!("{} skipped", entry.account),
            };
            assert_eq!(skipped, expected, "{state_fields:?} {}", entry.account);
        }
    }
}

#[test]
fn scope_is_kept_and_left_out_accounts_are_accounted_for() {
    let spec = || WorldSpec {
        all_active: true,
        ..sound(60)
    };
    let all = Scene::new(spec(), &[]);
    let account = all.simulator.world().accounts()[7].id.clone();
    let unit = all.simulator.world().units()[0].id.clone();
    let below = all.today().manifest.accounts.len();
    for (argument, expected) in [
        (format!("--accounts={account}"), Some(1)),
        (format!("--exclude-accounts={account}"), Some(59)),
        (format!("--organizational-units={unit}"), None),
    ] {
        let scene = Scene::new(spec(), &[&argument]);
        let manifest = scene.today().manifest;
        assert_eq!(manifest.counts.listed, 60);
        assert_eq!(manifest.counts.skipped + manifest.counts.collected, 60, "{argument}");
        match expected {
            Some(collected) => assert_eq!(manifest.counts.collected, collected, "{argument}"),
            None => assert!((1..60).contains(&manifest.counts.collected), "{argument}: {below}"),
        }
    }
}

#[test]
fn whoever_may_not_list_gets_advice_and_no_manifest() {
    let scene = Scene::new(sound(12), &[]);
    scene.simulator.set_faults(denied(Operation::ListAccounts, None));
    let error = scene.run(&today()).expect_err("no run").to_string();
    assert!(error.contains("delegated administrator"), "{error}");
    assert!(scene.simulator.objects(&scene.simulator.evidence_bucket()).is_empty());
}

#[test]
fn every_partition_is_entered_by_its_own_names() {
    for partition in [Partition::Aws, Partition::AwsCn, Partition::AwsUsGov] {
        let scene = Scene::new(WorldSpec { partition, ..sound(12) }, &[]);
        let manifest = scene.today().manifest;
        assert_eq!(manifest.status, RunStatus::Complete, "{partition:?}");
        scene.check(&manifest);
    }
}

#[test]
fn a_single_account_needs_no_organization() {
    let scene = Scene::new(sound(12), &["--single-account"]);
    let manifest = scene.today().manifest;
    assert_eq!((manifest.status, manifest.counts.listed), (RunStatus::Complete, 1));
    assert_eq!(
        (scene.calls(Operation::ListAccounts), scene.calls(Operation::AssumeRole)),
        (0, 0)
    );
}
