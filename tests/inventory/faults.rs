//! Whatever goes wrong with a call, no run says that everything is in order.

use simulated_aws::{FaultKind, FaultPlan, Operation};

use super::scene::{Scene, always, outcomes, sound};

const CALLS: [(Operation, &str); 3] = [
    (Operation::DescribeConfigurationAggregators, "ConfigurationAggregators"),
    (
        Operation::DescribeConfigurationAggregatorSourcesStatus,
        "AggregatedSourceStatusList",
    ),
    (Operation::SelectAggregateResourceConfig, "Results"),
];

/// What is not clean: no run at all, or one that says what is missing.
fn is_clean(scene: &Scene) -> bool {
    scene.try_now().is_ok_and(|finished| finished.is_sound())
}

#[test]
fn a_call_that_always_fails_never_gives_a_clean_answer() {
    for (operation, member) in CALLS {
        for (kind, member) in [
            (FaultKind::Denied, None),
            (FaultKind::Throttle, None),
            (FaultKind::InternalError, None),
            (FaultKind::Malformed, None),
            (FaultKind::CutDocument, None),
            (FaultKind::ResetAfter, None),
            (FaultKind::MissingMember, Some(member)),
        ] {
            let scene = Scene::new(sound(4), &[]);
            scene.simulator.set_faults(always(operation, kind, member));
            assert!(!is_clean(&scene), "{operation:?} {kind:?}");
            scene.simulator.set_faults(FaultPlan::default());
            assert!(is_clean(&scene), "{operation:?} {kind:?}: the same event again");
        }
    }
}

#[test]
fn a_token_that_repeats_is_no_end_of_a_list() {
    for (operation, _) in &CALLS[1..] {
        let spec = simulated_aws::WorldSpec {
            largest_page: Some(5),
            ..sound(8)
        };
        let scene = Scene::new(spec, &[]);
        scene.simulator.world().edit_governance(|governance| {
            governance.repeated_tokens.insert(*operation);
        });
        let finished = scene.now();
        let outcomes = outcomes(&finished);
        assert!(
            outcomes.values().all(|outcome| outcome == "MALFORMED_ANSWER"),
            "{operation:?}: {outcomes:?}"
        );
        assert!(!scene.messages().is_empty());
    }
}

#[test]
fn accidents_delay_and_change_nothing() {
    let calm = Scene::new(sound(20), &[]);
    let expected = calm.document(&calm.now(), "inventory.csv");
    for seed in 0..12 {
        let scene = Scene::new(sound(20), &[]);
        scene.simulator.set_faults(FaultPlan::transient(seed, 0.2));
        let finished = scene.now();
        assert!(finished.is_sound(), "seed {seed}: {:?}", outcomes(&finished));
        assert!(scene.document(&finished, "inventory.csv") == expected, "seed {seed}");
    }
}

#[test]
fn without_an_aggregator_there_is_no_run_and_the_message_says_what_to_do() {
    let scene = Scene::new(sound(4), &[]);
    scene
        .simulator
        .world()
        .edit_governance(|governance| governance.aggregator = None);
    let error = scene.try_now().expect_err("no aggregator").to_string();
    assert!(
        error.contains("stacks/config-aggregator.yaml") && error.contains("--single-account"),
        "{error}"
    );

    let named = Scene::new(sound(4), &["--aggregator=other"]);
    let finished = named.now();
    assert!(outcomes(&finished).values().all(|outcome| outcome == "MISCONFIGURED"));
}

/// Names of units are a convenience: without them the users are still there, and the report says what is missing.
#[test]
fn units_that_cannot_be_read_cost_their_names_only() {
    let scene = Scene::new(sound(4), &[]);
    let faults = always(Operation::ListOrganizationalUnitsForParent, FaultKind::Denied, None);
    scene.simulator.set_faults(faults);
    let finished = scene.now();
    assert!(finished.is_sound());
    assert!(scene.rows(&finished).iter().all(|row| row.get("ou_path").is_none()));
    let report = scene.document(&finished, "report.txt");
    assert!(report.contains("not known: CALL_DENIED"), "{report}");
}

/// A list that is not there is not an empty one: units that nobody told of do not leave their accounts at the root.
#[test]
fn units_of_half_an_answer_are_not_known() {
    for (operation, member) in [
        (Operation::ListRoots, "Roots"),
        (Operation::ListOrganizationalUnitsForParent, "OrganizationalUnits"),
    ] {
        let scene = Scene::new(sound(4), &[]);
        let faults = always(operation, FaultKind::MissingMember, Some(member));
        scene.simulator.set_faults(faults);
        let report = scene.document(&scene.now(), "report.txt");
        assert!(
            report.contains("not known: MALFORMED_ANSWER"),
            "{operation:?}: {report}"
        );
    }
}
