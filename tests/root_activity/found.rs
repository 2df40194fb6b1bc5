//! What the report says of every account is what truly happened there, and no more.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::Value;
use simulated_aws::{Operation, WorldSpec};

use super::scene::{Scene, sound};

fn time(row: &Value, name: &str) -> Option<Timestamp> {
    row[name].as_str().map(|text| text.parse().expect("a time"))
}

#[test]
fn the_event_history_alone_tells_every_sign_in_of_ninety_days_and_none_before() {
    let scene = Scene::new(sound(60), &[]);
    let finished = scene.now();
    assert!(finished.is_delivered());
    let world = scene.simulator.world();
    let (rows, events) = (scene.accounts(&finished), scene.rows(&finished, "root_activity"));
    let mut standings = BTreeSet::new();
    for account in world.accounts() {
        let (history, row) = (world.root_history(account), &rows[&account.id]);
        let truth = history.last_sign_in(world.at());
        assert_eq!(time(row, "last_sign_in"), truth.map(|sign_in| sign_in.at), "{row}");
        assert_eq!(
            row["failed_sign_ins"].as_u64(),
            u64::try_from(history.recent_failures(world.at())).ok(),
            "{row}"
        );
        assert_eq!(row["not_known"], Value::Null);
        let standing = row["standing"].as_str().expect("a word").to_owned();
        if let Some(truth) = truth {
            assert_eq!(
                (standing.as_str(), row["mfa_used"].as_bool()),
                ("SIGNED_IN", truth.mfa),
                "{row}"
            );
            assert_eq!(row["source_ip"], truth.source_address);
            let regions = [Some(truth.region.clone()), truth.also_in.clone()];
            let region = row["sign_in_region"].as_str().map(str::to_owned);
            assert!(regions.contains(&region), "{row}");
            let told = events
                .iter()
                .filter(|event| event["event_id"] == truth.event_id.as_str());
            assert_eq!(told.count(), 1, "an event of two Regions is told once");
        } else {
            assert_eq!(standing, "NONE_FOUND");
            let words = row["in_words"].as_str().expect("words");
            assert_eq!(words, "none in the last 90 days (us-east-1, us-east-2, us-west-2)");
        }
        let tasks = events
            .iter()
            .filter(|event| event["account_id"] == account.id.as_str() && event["act"] == "PRIVILEGED_TASK");
        let since = world.at() - jiff::SignedDuration::from_hours(90 * 24);
        // Where the history goes by the alias of the account, only sign-ins are found.
        let known = world.trail_events(account);
        let by_name = |key: &str| {
            let of_key = |event: &&simulated_aws::TrailEvent| event.access_key.as_deref() == Some(key);
            known
                .iter()
                .filter(of_key)
                .any(|event| event.username.as_deref() == Some("root"))
        };
        let tasks_told = history
            .tasks
            .iter()
            .filter(|task| task.at >= since && by_name(&task.access_key));
        let recent = tasks_told.count();
        assert_eq!(tasks.count(), recent, "{} {:?}", account.id, history.tasks);
        standings.insert(standing);
    }
    assert_eq!(standings.len(), 2, "{standings:?}");
}

#[test]
fn credential_reports_add_what_is_older_and_are_told_apart() {
    let scene = Scene::new(sound(60), &[]);
    scene.collect();
    let finished = scene.now();
    let world = scene.simulator.world();
    let mut older = 0;
    for (id, row) in scene.accounts(&finished) {
        let history = world.root_history(world.account(&id).expect("an account"));
        let newest = history.sign_ins.first();
        assert!(row["report_generated"].is_string(), "{row}");
        // The report counts in whole seconds, as the events do.
        assert_eq!(
            time(&row, "reported_password_last_used"),
            newest.map(|sign_in| sign_in.at),
            "{row}"
        );
        assert_eq!(time(&row, "last_sign_in"), newest.map(|sign_in| sign_in.at), "{row}");
        if row["standing"] == "NONE_FOUND" && newest.is_some() {
            assert_eq!(row["told_by"], "credential report");
            older += 1;
        }
        let key_uses = history
            .key_uses
            .iter()
            .map(|used| Some(used.at))
            .collect::<BTreeSet<_>>();
        for column in ["reported_key_1_last_used", "reported_key_2_last_used"] {
            let told = time(&row, column);
            assert!(told.is_none() || key_uses.contains(&told), "{row}");
        }
    }
    assert!(older > 0, "the world has root users that signed in long ago");
}

#[test]
fn odd_events_are_counted_where_they_may_hide_a_sign_in_and_break_nothing() {
    let spec = WorldSpec {
        odd_events: true,
        ..sound(20)
    };
    let scene = Scene::new(spec, &[]);
    let finished = scene.now();
    let rows = scene.accounts(&finished);
    let damaged: Vec<_> = rows.values().filter(|row| !row["not_known"].is_null()).collect();
    assert!(!damaged.is_empty());
    for row in damaged {
        let why = row["not_known"].as_str().expect("words");
        assert!(why.contains("1 events could not be read"), "{why}");
        assert_ne!(row["standing"], "NONE_FOUND", "{row}");
    }
    for sheet in ["accounts", "root_activity"] {
        let csv = scene.document(&finished, &format!("{sheet}.csv"));
        let mut reader = csv::Reader::from_reader(csv.as_bytes());
        assert_eq!(reader.records().filter(Result::is_err).count(), 0);
    }
    let (_, body) = scene.messages().pop().expect("a message");
    assert!(!body.contains('\u{1b}'), "{body}");
}

#[test]
fn an_account_costs_an_assume_role_and_two_searches_a_region() {
    let scene = Scene::new(sound(20), &["--sign-in-regions=us-west-2"]);
    scene.now();
    assert_eq!(scene.calls(Operation::AssumeRole), 19);
    let looks = scene.calls(Operation::LookupEvents);
    assert!((41..=80).contains(&looks), "{looks}");
}

#[test]
fn every_enabled_region_is_searched_when_asked_for() {
    let scene = Scene::new(sound(4), &["--all-regions"]);
    let finished = scene.now();
    assert!(finished.is_delivered());
    for row in scene.accounts(&finished).values() {
        let regions = row["regions"].as_str().expect("Regions").split(", ").count();
        assert!(regions > 3, "{row}");
    }
}
