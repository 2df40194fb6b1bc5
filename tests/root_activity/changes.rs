//! Who created, changed or deleted what, when and from where.

use std::collections::BTreeMap;

use jiff::SignedDuration;

use super::scene::{Scene, sound};

#[test]
fn changes_are_those_of_the_days_and_types_and_reads_are_none() {
    let scene = Scene::new(sound(12), &["--with-changes", "--change-days=90"]);
    let finished = scene.now();
    let world = scene.simulator.world();
    let mut told: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in scene.rows(&finished, "changes") {
        assert!(row["who"].is_string() && row["source_ip"].is_string(), "{row}");
        let account = row["account_id"].as_str().expect("an id").to_owned();
        told.entry(account)
            .or_default()
            .push(row["event_id"].as_str().expect("an id").to_owned());
    }
    let types = [
        "AWS::IAM::User",
        "AWS::IAM::AccessKey",
        "AWS::IAM::Policy",
        "AWS::EC2::Instance",
        "AWS::EC2::SecurityGroup",
    ];
    let regions = ["us-east-1", "us-east-2", "us-west-2"];
    let since = world.at() - SignedDuration::from_hours(90 * 24);
    let mut all = 0;
    for account in world.accounts() {
        let events = world.trail_events(account).into_iter().filter(|event| {
            let is_of_type = event.resources.iter().any(|(kind, _)| types.contains(&kind.as_str()));
            let is_searched = event.regions.iter().any(|region| regions.contains(&region.as_str()));
            is_of_type && is_searched && !event.read_only && (since..=world.at()).contains(&event.at)
        });
        let mut expected: Vec<String> = events.map(|event| event.id).collect();
        let mut told = told.remove(&account.id).unwrap_or_default();
        expected.sort();
        told.sort();
        assert_eq!(told, expected, "{}", account.id);
        all += expected.len();
    }
    assert!(all > 20, "{all}");
}

#[test]
fn one_resource_or_some_events_can_be_asked_for() {
    let all = Scene::new(sound(6), &["--with-changes", "--change-days=90"]);
    let rows = all.rows(&all.now(), "changes");
    let created = rows.iter().filter(|row| row["event_name"] == "CreateUser").count();
    assert!(created > 0);

    let events = Scene::new(
        sound(6),
        &["--with-changes", "--change-days=90", "--change-events=CreateUser"],
    );
    let told = events.rows(&events.now(), "changes");
    assert_eq!(told.len(), created);
    assert!(told.iter().all(|row| row["event_name"] == "CreateUser"));

    let resources = told[0]["resources"].as_str().expect("resources");
    let name = resources
        .split(", ")
        .next()
        .and_then(|one| one.split(' ').nth(1))
        .expect("a name");
    let one = Scene::new(
        sound(6),
        &[
            "--with-changes",
            "--change-days=90",
            &format!("--change-resource-name={name}"),
        ],
    );
    let told = one.rows(&one.now(), "changes");
    assert!(
        !told.is_empty()
            && told
                .iter()
                .all(|row| row["resources"].as_str().expect("resources").contains(name))
    );
}

#[test]
fn nothing_is_told_of_changes_unless_asked() {
    let scene = Scene::new(sound(4), &[]);
    let finished = scene.now();
    assert!(scene.rows(&finished, "changes").is_empty());
    let summary = scene.document(&finished, "summary.csv");
    assert!(summary.contains("Changes,not looked for"), "{summary}");
}
