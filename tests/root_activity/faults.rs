//! Whatever goes wrong with a search, no account is told as one whose root user did not sign in.

use audit_core::ledger::RunStatus;
use simulated_aws::{FaultKind, FaultPlan, FaultRule, Operation, WorldSpec};

use super::scene::{Scene, always, outcomes, sound};

#[test]
fn a_search_that_always_fails_never_says_that_there_was_none() {
    for (kind, member) in [
        (FaultKind::Denied, None),
        (FaultKind::Throttle, None),
        (FaultKind::InternalError, None),
        (FaultKind::Malformed, None),
        (FaultKind::CutDocument, None),
        (FaultKind::ResetAfter, None),
        (FaultKind::MissingMember, Some("Events")),
    ] {
        let scene = Scene::new(sound(3), &[]);
        scene.simulator.set_faults(always(kind, member));
        let finished = scene.now();
        assert_eq!(finished.manifest.status, RunStatus::Partial, "{kind:?}");
        for (account, row) in scene.accounts(&finished) {
            assert_eq!(row["standing"], "UNKNOWN", "{kind:?} {account}");
            assert!(
                row["not_known"]
                    .as_str()
                    .is_some_and(|why| why.contains("LookupEvents")),
                "{row}"
            );
        }
        scene.simulator.set_faults(FaultPlan::default());
        let again = scene.now();
        assert_eq!(
            again.manifest.status,
            RunStatus::Complete,
            "{kind:?}: {:?}",
            outcomes(&again)
        );
    }
}

#[test]
fn one_account_that_is_denied_is_alone_and_named() {
    let scene = Scene::new(sound(8), &[]);
    let denied = scene.account_with_sign_in(false);
    scene.simulator.set_faults(FaultPlan::rule(
        0,
        FaultRule {
            operation: Some(Operation::LookupEvents),
            account: Some(denied.id.clone()),
            kinds: vec![FaultKind::Denied],
            ..FaultRule::default()
        },
    ));
    let finished = scene.now();
    let failed: Vec<_> = outcomes(&finished)
        .into_iter()
        .filter(|(_, outcome)| outcome != "collected")
        .collect();
    assert_eq!(failed, [(denied.id.clone(), "CALL_DENIED".to_owned())]);
    let (_, body) = scene.messages().pop().expect("a message");
    assert!(body.contains(&denied.id) && body.contains("CALL_DENIED"), "{body}");
}

/// A search that goes wrong in the middle goes on from the token that it has, and what it found is not lost.
#[test]
fn a_search_goes_on_where_it_was_and_what_other_searches_found_is_told() {
    let calm = Scene::new(sound(6), &[]);
    let expected = calm.rows(&calm.now(), "root_activity");
    let calls = calm.calls(Operation::LookupEvents);
    for seed in 0..8 {
        let scene = Scene::new(sound(6), &[]);
        scene.simulator.set_faults(FaultPlan::transient(seed, 0.2));
        let finished = scene.now();
        assert_eq!(
            finished.manifest.status,
            RunStatus::Complete,
            "{seed}: {:?}",
            outcomes(&finished)
        );
        assert_eq!(scene.rows(&finished, "root_activity"), expected, "{seed}");
        assert!(scene.calls(Operation::LookupEvents) >= calls, "{seed}");
    }
    // A third of the calls are denied: what the others found is told of accounts that failed, too.
    let scene = Scene::new(sound(20), &[]);
    scene.simulator.set_faults(FaultPlan::rule(
        0,
        FaultRule {
            operation: Some(Operation::LookupEvents),
            probability: 0.3,
            kinds: vec![FaultKind::Denied],
            ..FaultRule::default()
        },
    ));
    let finished = scene.now();
    let outcomes = outcomes(&finished);
    let failed = |row: &serde_json::Value| outcomes[row["account_id"].as_str().expect("an id")] == "CALL_DENIED";
    let searches = scene.rows(&finished, "searches");
    let of_failed: Vec<_> = searches.iter().filter(|row| failed(row)).collect();
    assert!(of_failed.iter().any(|row| row["conclusive"] == true), "{of_failed:?}");
    assert!(of_failed.iter().any(|row| row["conclusive"] == false), "{of_failed:?}");
}

#[test]
fn a_search_that_is_cut_off_says_so() {
    let spec = WorldSpec {
        largest_page: Some(2),
        ..sound(6)
    };
    let scene = Scene::new(spec, &["--max-pages=1"]);
    let finished = scene.now();
    let rows = scene.accounts(&finished);
    let unknown = rows.values().filter(|row| row["standing"] == "UNKNOWN").count();
    assert!(unknown > 0);
    for row in rows.values().filter(|row| row["standing"] == "UNKNOWN") {
        assert!(
            row["not_known"].as_str().is_some_and(|why| why.contains("--max-pages")),
            "{row}"
        );
    }
}

#[test]
fn a_token_that_repeats_is_no_end_of_a_search() {
    let spec = WorldSpec {
        largest_page: Some(2),
        ..sound(4)
    };
    let scene = Scene::new(spec, &[]);
    scene.simulator.world().edit_governance(|governance| {
        governance.repeated_tokens.insert(Operation::LookupEvents);
    });
    let finished = scene.now();
    for (account, row) in scene.accounts(&finished) {
        assert_ne!(row["standing"], "NONE_FOUND", "{account}: {row}");
    }
    assert_eq!(finished.manifest.status, RunStatus::Partial);
}
