//! The event history: what it holds agrees with the credential report, and what is looked up agrees with it.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use simulated_aws::{
    Account, Delivery, EVENT_HISTORY, FaultKind, FaultPlan, FaultRule, Operation, Simulator, TrailEvent, World,
    WorldSpec,
};

use super::client::{Client, after, whole, world};

fn large() -> World {
    world(WorldSpec {
        accounts: 160,
        ..WorldSpec::default()
    })
}

fn is_root(event: &TrailEvent) -> bool {
    event.record["userIdentity"]["type"] == "Root"
}

/// Successful and failed sign-ins of the root user, as a reader of the records finds them.
fn sign_ins(events: &[TrailEvent], outcome: &str) -> Vec<Timestamp> {
    let of_root = events
        .iter()
        .filter(|event| is_root(event) && event.name == "ConsoleLogin");
    let told = of_root.filter(|event| event.record["responseElements"]["ConsoleLogin"] == outcome);
    told.map(|event| event.at).collect()
}

/// Column and value of the root user's row in the credential report.
fn root_row(world: &World, account: &Account) -> BTreeMap<String, String> {
    let report = String::from_utf8(world.credential_report_csv(account)).expect("text");
    let mut lines = report.lines();
    let header = lines.next().expect("a header").split(',').map(str::to_owned);
    let row = lines.next().expect("a row").split(',').map(str::to_owned);
    header.zip(row).collect()
}

fn moment(text: &str) -> Option<Timestamp> {
    text.parse().ok()
}

#[test]
fn the_newest_sign_in_of_the_root_user_is_what_the_credential_report_tells() {
    let world = large();
    let (mut signed_in, mut never) = (0, 0);
    for account in world.accounts() {
        let events = world.trail_events(account);
        let row = root_row(&world, account);
        let newest = sign_ins(&events, "Success").first().copied();
        assert_eq!(newest, moment(&row["password_last_used"]), "{}", account.id);
        signed_in += u32::from(newest.is_some());
        never += u32::from(newest.is_none());
    }
    assert!(signed_in > 20 && never > 20, "{signed_in} {never}");
}

#[test]
fn uses_of_root_keys_are_what_the_credential_report_tells() {
    let world = large();
    let mut seen = 0;
    for account in world.accounts() {
        let row = root_row(&world, account);
        let mut told: Vec<(Option<Timestamp>, String)> = ["access_key_1", "access_key_2"]
            .iter()
            .map(|key| {
                (
                    moment(&row[&format!("{key}_last_used_date")]),
                    row[&format!("{key}_last_used_service")].clone(),
                )
            })
            .filter(|(at, _)| at.is_some())
            .collect();
        let events = world.trail_events(account);
        let by_key = events.iter().filter(|event| {
            is_root(event)
                && event
                    .access_key
                    .as_deref()
                    .is_some_and(|key| key.starts_with("AKIA") && key.len() == 20)
        });
        let mut used: Vec<(Option<Timestamp>, String)> = by_key
            .map(|event| {
                (
                    Some(event.at),
                    event.source.trim_end_matches(".amazonaws.com").to_owned(),
                )
            })
            .collect();
        told.sort();
        used.sort();
        assert_eq!(used, told, "{}", account.id);
        seen += used.len();
    }
    assert!(seen > 2, "{seen}");
}

#[test]
fn the_truth_is_what_a_reader_of_all_records_finds() {
    let world = large();
    let from = world.at() - SignedDuration::try_from(EVENT_HISTORY).expect("90 days");
    let (mut failures, mut old, mut mfa) = (0, 0, BTreeSet::new());
    for account in world.accounts() {
        let (events, truth) = (world.trail_events(account), world.root_history(account));
        let recent = |at: &&Timestamp| **at >= from;
        let (good, bad) = (sign_ins(&events, "Success"), sign_ins(&events, "Failure"));
        assert_eq!(truth.recent_failures(world.at()), bad.iter().filter(recent).count());
        assert_eq!(
            truth.last_sign_in(world.at()).map(|one| one.at),
            good.iter().find(recent).copied()
        );
        assert_eq!(truth.sign_ins.iter().map(|one| one.at).collect::<Vec<_>>(), good);
        failures += truth.recent_failures(world.at());
        old += good.iter().filter(|at| **at < from).count();
        mfa.extend(truth.sign_ins.iter().map(|one| one.mfa));
    }
    assert!(failures > 50 && old > 20, "{failures} {old}");
    assert_eq!(mfa, [None, Some(false), Some(true)].into());
}

#[test]
fn what_only_looks_like_the_root_user_is_there_too() {
    let world = large();
    let events: Vec<TrailEvent> = world
        .accounts()
        .iter()
        .flat_map(|account| world.trail_events(account))
        .collect();
    let any = |what: &str, is: &dyn Fn(&TrailEvent) -> bool| assert!(events.iter().any(is), "{what}");
    let identity = |event: &TrailEvent, name: &str| event.record["userIdentity"][name].clone();
    any("a user called root", &|event| {
        !is_root(event) && event.username.as_deref() == Some("root")
    });
    any("a hidden name", &|event| {
        identity(event, "userName") == "HIDDEN_DUE_TO_SECURITY_REASONS"
    });
    any("the root user under its alias", &|event| {
        is_root(event) && event.username.as_deref() != Some("root")
    });
    any("a service", &|event| {
        is_root(event) && identity(event, "invokedBy").is_string()
    });
    any("an event of a service", &|event| {
        is_root(event) && event.record["eventType"] == "AwsServiceEvent"
    });
    any("an address of IPv6", &|event| {
        event.record["sourceIPAddress"]
            .as_str()
            .is_some_and(|at| at.contains(':'))
    });
    any("two Regions", &|event| event.regions.len() == 2);
    any("no word of a device", &|event| {
        is_root(event) && event.name == "ConsoleLogin" && event.record.get("additionalEventData").is_none()
    });
    let versions: BTreeSet<&str> = events
        .iter()
        .filter_map(|event| event.record["eventVersion"].as_str())
        .collect();
    assert!(versions.len() >= 5, "{versions:?}");
    let ids: BTreeSet<&str> = events.iter().map(|event| event.id.as_str()).collect();
    assert_eq!(ids.len(), events.len(), "every event has an id of its own");
    // Every session was asked for in the hub or the management account, under the same key.
    let asked: BTreeSet<&str> = events
        .iter()
        .filter(|event| event.name == "AssumeRoot")
        .filter_map(|event| event.record["responseElements"]["credentials"]["accessKeyId"].as_str())
        .collect();
    let done = events
        .iter()
        .filter(|event| identity(event, "sessionContext")["assumedRoot"] == "true");
    let done: BTreeSet<&str> = done.filter_map(|event| event.access_key.as_deref()).collect();
    assert!(!asked.is_empty() && asked == done);
}

#[test]
fn changes_agree_with_the_users_that_there_are() {
    let world = large();
    let from = world.at() - SignedDuration::from_hours(400 * 24);
    for account in world.accounts() {
        let events = world.trail_events(account);
        for user in world.users(account).iter().filter(|user| user.created >= from) {
            let made = events.iter().find(|event| {
                event.name == "CreateUser" && event.record["requestParameters"]["userName"] == user.name.as_str()
            });
            let made = made.expect("the user's creation");
            assert_eq!(made.at, user.created);
            assert_eq!(made.resources, [("AWS::IAM::User".to_owned(), user.name.clone())]);
        }
    }
}

#[test]
fn edited_accounts_have_the_history_of_what_they_became() {
    let world = large();
    let account = world.sample_account().expect("the sample account").clone();
    world.make_negligent(&account);
    let truth = world.root_history(&account);
    assert_eq!(truth.last_sign_in(world.at()).expect("a sign-in").mfa, Some(false));
    assert_eq!(truth.key_uses.len(), 1);
    world.make_exemplary(&account);
    assert!(sign_ins(&world.trail_events(&account), "Success").is_empty());
    let mut added = world.trail_events(world.account(world.management_account()).expect("an account"));
    added.truncate(1);
    added[0].id = "11111111-2222-4333-8444-555555555555".to_owned();
    world.edit(&account, |contents| contents.events.clone_from(&added));
    assert!(world.trail_events(&account).contains(&added[0]));
}

fn look(client: &Client, input: &Value) -> Value {
    let answer = client.document(Operation::LookupEvents, input);
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

/// The events of all pages.
fn all(client: &Client, input: &Value) -> Vec<Value> {
    let (mut events, mut input) = (Vec::new(), input.clone());
    loop {
        let page = look(client, &input);
        let here = page["Events"].as_array().expect("events");
        assert!(here.len() <= 50);
        events.extend(here.iter().cloned());
        match page.get("NextToken") {
            Some(token) => input["NextToken"] = token.clone(),
            None => return events,
        }
    }
}

#[test]
fn what_is_looked_up_is_what_the_world_holds() {
    let simulator = Simulator::new(large());
    let world = simulator.world();
    let account = world.account(world.management_account()).expect("an account");
    let client = Client::of(&simulator, &account.id);
    let from = world.at() - SignedDuration::try_from(EVENT_HISTORY).expect("90 days");
    let held = world.trail_events(account);
    let here = |event: &&TrailEvent| event.at >= from && event.regions.iter().any(|region| region == "us-east-1");
    let expected: Vec<&str> = held.iter().filter(here).map(|event| event.id.as_str()).collect();
    let found = all(&client, &json!({}));
    let ids: Vec<&str> = found.iter().filter_map(|event| event["EventId"].as_str()).collect();
    assert!(ids.len() > 100, "several pages");
    assert_eq!(ids, expected);
    let records = found
        .iter()
        .map(|event| event["CloudTrailEvent"].as_str().expect("a text"));
    for (record, event) in records.zip(held.iter().filter(here)) {
        assert_eq!(serde_json::from_str::<Value>(record).expect("JSON"), event.record);
    }
}

#[test]
fn looks_are_paced_by_account_and_region() {
    let builder = Simulator::builder(large()).pacing(true);
    let simulator = builder.build();
    let client = Client::hub(&simulator);
    let request = client.request_for(Operation::LookupEvents, &json!({}));
    let status = |client: &Client, second| whole(client.reply(&request, after(second))).status;
    assert_eq!([0, 0, 0].map(|second| status(&client, second)), [200, 200, 400]);
    let refused = whole(client.reply(&request, after(0)));
    assert_eq!(refused.json()["__type"], "ThrottlingException");
    assert_eq!([1, 1, 1].map(|second| status(&client, second)), [200, 200, 400]);
    let other = Client::of(&simulator, world_management(&simulator));
    let theirs = other.request_for(Operation::LookupEvents, &json!({}));
    assert_eq!(whole(other.reply(&theirs, after(1))).status, 200);
}

fn world_management(simulator: &Simulator) -> &str {
    simulator.world().management_account()
}

#[test]
fn a_member_of_the_record_can_be_missing() {
    let simulator = Simulator::new(large());
    let client = Client::of(&simulator, world_management(&simulator));
    let rule = FaultRule {
        operation: Some(Operation::LookupEvents),
        kinds: vec![FaultKind::MissingMember],
        member: Some("Events/CloudTrailEvent/userIdentity".to_owned()),
        ..FaultRule::default()
    };
    simulator.set_faults(FaultPlan::rule(1, rule));
    let request = client.request_for(Operation::LookupEvents, &json!({}));
    let Delivery::Whole(response) = client.reply(&request, after(0)).delivery else {
        panic!("a whole answer");
    };
    let text = String::from_utf8(response.body().to_vec()).expect("text");
    assert!(text.contains("eventSource") && !text.contains("userIdentity"));
}

#[test]
fn odd_events_are_there_when_asked_for() {
    let simulator = Simulator::new(world(WorldSpec {
        odd_events: true,
        ..WorldSpec::default()
    }));
    let world = simulator.world();
    let account = world.sample_account().expect("the sample account");
    let found = all(&Client::of(&simulator, &account.id), &json!({}));
    let text = |event: &Value| event["CloudTrailEvent"].as_str().expect("a text").to_owned();
    let broken = found
        .iter()
        .filter(|event| serde_json::from_str::<Value>(&text(event)).is_err());
    assert_eq!(broken.count(), 1);
    assert!(
        found
            .iter()
            .any(|event| text(event).contains("\\u001b[2J") && text(event).len() > 8_192)
    );
    let times: Vec<i64> = found.iter().filter_map(|event| event["EventTime"].as_i64()).collect();
    assert!(times.iter().any(|at| *at > world.at().as_second()), "from the future");
    assert!(!times.is_sorted_by(|one, other| one >= other), "out of order");
}
