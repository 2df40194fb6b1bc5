//! Sign-ins that are older than the event history: the trail tells of them where it is asked, and what it cannot tell is
//! said.

use std::time::Duration;

use audit_core::event::RunRequest;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use simulated_aws::{FaultKind, FaultPlan, FaultRule, Operation};

use super::scene::{Scene, sound};
use root_activity::Finished;

const TABLE: &str = "--trail-table=iam_census_trail.trail_events";

fn of(operation: Operation, kind: FaultKind, member: Option<&str>) -> FaultPlan {
    FaultPlan::rule(
        0,
        FaultRule {
            operation: Some(operation),
            member: member.map(str::to_owned),
            kinds: vec![kind],
            ..FaultRule::default()
        },
    )
}

fn asked(scene: &Scene) -> u64 {
    scene.calls(Operation::StartQueryExecution)
}

fn problem(finished: &Finished) -> Option<String> {
    let results = finished.results.as_ref().expect("results");
    results.searched.trail_problem().map(str::to_owned)
}

/// The days that the setting names, to the day.
fn since(scene: &Scene, days: i64) -> Timestamp {
    let first = scene.moment() - SignedDuration::from_hours(days * 24);
    first
        .to_zoned(jiff::tz::TimeZone::UTC)
        .start_of_day()
        .expect("a day")
        .timestamp()
}

#[test]
fn a_trail_that_is_not_asked_costs_nothing() {
    let scene = Scene::new(sound(4), &[]);
    let finished = scene.now();
    assert_eq!((asked(&scene), problem(&finished)), (0, None));
    assert_eq!(scene.rows(&finished, "trail"), Vec::<Value>::new());
}

#[test]
fn the_last_sign_in_of_each_account_is_that_of_the_truth_however_old() {
    for days in [300, 2_000] {
        let scene = Scene::new(sound(60), &[TABLE, &format!("--trail-days={days}")]);
        let finished = scene.now();
        assert_eq!(problem(&finished), None);
        let (since, world) = (since(&scene, days), scene.simulator.world());
        let mut older = 0;
        for (id, row) in scene.accounts(&finished) {
            let history = world.root_history(world.account(&id).expect("an account"));
            let truth = history.sign_ins.iter().find(|sign_in| sign_in.at >= since);
            let recent = history.last_sign_in(world.at());
            let told: Option<Timestamp> = row["last_sign_in"].as_str().map(|text| text.parse().expect("a time"));
            assert_eq!(told, truth.map(|sign_in| sign_in.at), "{row}");
            // What the trail tells of other days is not that somebody signed in during these.
            assert_eq!(row["standing"] == "SIGNED_IN", recent.is_some(), "{row}");
            assert_eq!(row["not_known"], Value::Null, "{row}");
            if let (Some(truth), None) = (truth, recent) {
                older += 1;
                assert_eq!(row["told_by"], "trail");
                assert_eq!(
                    (row["mfa_used"].as_bool(), &row["source_ip"]),
                    (truth.mfa, &truth.source_address.as_str().into())
                );
            }
        }
        let results = finished.results.as_ref().expect("results");
        assert!(older > 0 && results.summary.in_trail > older, "{older}");
        let rows = scene.rows(&finished, "trail");
        let attempts = world.accounts().iter().map(|account| {
            let history = world.root_history(account);
            let both = history.sign_ins.iter().chain(&history.failures);
            both.filter(|attempt| attempt.at >= since).count()
        });
        assert_eq!(rows.len(), attempts.sum::<usize>());
        let head = scene.rows(&finished, "report");
        assert_eq!(head[0]["trail"]["problem"], Value::Null);
        // Nobody is told of what happened long ago.
        for (_, body) in scene.messages() {
            assert!(!body.contains("told by the trail"), "{body}");
        }
    }
}

/// What Athena does not answer is missing, is said, and takes nothing from the rest.
#[test]
fn a_trail_that_does_not_answer_is_told_and_the_rest_stands() {
    let calm = Scene::new(sound(5), &[]);
    let expected = calm.rows(&calm.now(), "root_activity");
    for (operation, kind, member) in [
        (Operation::StartQueryExecution, FaultKind::Denied, None),
        (
            Operation::StartQueryExecution,
            FaultKind::MissingMember,
            Some("QueryExecutionId"),
        ),
        (Operation::GetQueryExecution, FaultKind::Denied, None),
        (Operation::GetQueryExecution, FaultKind::Throttle, None),
        (
            Operation::GetQueryExecution,
            FaultKind::MissingMember,
            Some("QueryExecution/Status"),
        ),
        (Operation::GetQueryResults, FaultKind::Denied, None),
        (Operation::GetQueryResults, FaultKind::Malformed, None),
        (Operation::GetQueryResults, FaultKind::CutDocument, None),
        (
            Operation::GetQueryResults,
            FaultKind::MissingMember,
            Some("ResultSet/Rows"),
        ),
    ] {
        let scene = Scene::new(sound(5), &[TABLE]);
        scene.simulator.set_faults(of(operation, kind, member));
        let finished = scene.now();
        let told = problem(&finished).unwrap_or_else(|| panic!("{operation:?} {kind:?}: nothing is missing"));
        assert!(told.contains(operation.name()), "{told}");
        assert_eq!(
            scene.rows(&finished, "root_activity"),
            expected,
            "{operation:?} {kind:?}"
        );
        assert!(scene.rows(&finished, "trail").is_empty());
        let messages = scene.messages();
        assert!(messages.iter().any(|(_, body)| body.contains(&told)), "{messages:?}");
        let summary = scene.rows(&finished, "summary");
        let row = summary
            .iter()
            .find(|row| row["item"] == "Sign-ins in the trail")
            .expect("a row");
        assert!(
            row["value"].as_str().is_some_and(|value| value.contains(&told)),
            "{row}"
        );
        scene.simulator.set_faults(FaultPlan::default());
        assert_eq!(problem(&scene.now()), None);
    }
}

#[test]
fn a_trail_that_stumbles_answers_in_the_end() {
    let calm = Scene::new(sound(6), &[TABLE, "--trail-days=2000"]);
    let expected = calm.rows(&calm.now(), "trail");
    assert!(!expected.is_empty());
    for seed in 0..6 {
        let scene = Scene::new(sound(6), &[TABLE, "--trail-days=2000"]);
        scene.simulator.set_faults(FaultPlan::transient(seed, 0.2));
        let finished = scene.now();
        assert_eq!(problem(&finished), None, "{seed}");
        assert_eq!(scene.rows(&finished, "trail"), expected, "{seed}");
    }
}

/// What died answers the same for good under its token, so it is asked again under another, once.
#[test]
fn a_query_that_dies_is_asked_once_more() {
    let calm = Scene::new(sound(4), &[TABLE, "--trail-days=2000"]);
    let expected = calm.rows(&calm.now(), "trail");
    for (dying, begun) in [(1, 2), (2, 2)] {
        let scene = Scene::new(sound(4), &[TABLE, "--trail-days=2000"]);
        scene.simulator.kill_queries(dying);
        let finished = scene.now();
        assert_eq!(scene.simulator.queries(), begun);
        if dying < begun {
            assert_eq!(
                (problem(&finished), scene.rows(&finished, "trail")),
                (None, expected.clone())
            );
        } else {
            let told = problem(&finished).expect("a problem");
            assert!(told.contains("FAILED"), "{told}");
        }
    }
}

/// Athena answers a folder that is not there as an empty one: that is no answer about anybody.
#[test]
fn a_trail_without_log_files_is_told() {
    let scene = Scene::new(sound(4), &[TABLE]);
    scene.simulator.lose_trail();
    let finished = scene.now();
    let told = problem(&finished).expect("a problem");
    assert!(told.contains("no log files"), "{told}");
    for (_, row) in scene.accounts(&finished) {
        let why = row["not_known"].as_str().unwrap_or_default();
        assert!(why.contains("trail"), "{row}");
    }
    assert!(scene.messages().iter().any(|(_, body)| body.contains(&told)));
}

/// In an account by itself the table does not tell accounts apart.
#[test]
fn the_trail_of_one_account_is_asked_about_no_account() {
    let scene = Scene::new(sound(1), &[TABLE, "--single-account", "--trail-days=2000"]);
    let finished = scene.now();
    assert_eq!(problem(&finished), None);
    let world = scene.simulator.world();
    let hub = world.account(world.hub_account()).expect("an account");
    let history = world.root_history(hub);
    let attempts = history.sign_ins.len() + history.failures.len();
    assert_eq!(scene.rows(&finished, "trail").len(), attempts);
}

/// An invocation that ends over a query leaves it to the next, which finds it under way.
#[test]
fn a_query_is_asked_once_in_a_run() {
    let scene = Scene::new(sound(3), &[TABLE]);
    let whole = scene.now();
    let rows = scene.rows(&whole, "trail");
    assert_eq!(asked(&scene), 1);

    let scene = Scene::new(sound(3), &[TABLE]);
    let mut request = RunRequest::at(scene.moment());
    let last = loop {
        let deadline = scene.time.now_timestamp() + SignedDuration::from_secs(9);
        let finished = scene.run_until(&request, Some(deadline)).expect("a run");
        match finished.next.clone() {
            Some(next) => request = next,
            None => break finished,
        }
    };
    assert_eq!(scene.rows(&last, "trail"), rows);
    assert!(asked(&scene) > 1, "there was time for everything at once");
    assert_eq!(scene.simulator.queries(), 1, "the same question is another query");
}

/// However long a query takes, the rest is told: the first parts of a run wait for it, and the last does not.
#[test]
fn a_query_without_end_does_not_keep_the_report_back() {
    let calm = Scene::new(sound(3), &[]);
    let expected = calm.rows(&calm.now(), "root_activity");
    let scene = Scene::new(sound(3), &[TABLE]);
    scene.simulator.set_query_time(Duration::from_hours(24));
    let mut request = RunRequest::at(scene.moment());
    let mut parts = 1;
    let last = loop {
        let deadline = scene.time.now_timestamp() + SignedDuration::from_secs(9);
        let finished = scene.run_until(&request, Some(deadline)).expect("a run");
        assert!(scene.time.now_timestamp() <= deadline);
        match finished.next.clone() {
            Some(next) => request = next,
            None => break finished,
        }
        parts += 1;
    };
    assert!(parts > 2 && last.is_delivered(), "{parts}");
    assert_eq!(scene.rows(&last, "root_activity"), expected);
    let told = problem(&last).expect("a problem");
    assert!(told.contains("in the time allowed"), "{told}");
    for (_, row) in scene.accounts(&last) {
        assert!(
            row["not_known"].as_str().is_some_and(|why| why.contains("trail")),
            "{row}"
        );
    }
    assert!(scene.messages().iter().any(|(_, body)| body.contains(&told)));
}
