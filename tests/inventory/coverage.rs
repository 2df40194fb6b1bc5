//! Everybody once, by the newest copy; and whoever is not covered is named.

use std::collections::BTreeMap;

use audit_core::ledger::RunStatus;
use serde_json::{Value, json};
use simulated_aws::{Aggregation, Operation, SourceStatus, WorldSpec};

use super::scene::{Scene, outcomes, sound};

#[test]
fn every_user_stands_once_by_the_newest_copy() {
    let scene = Scene::new(sound(30), &[]);
    let finished = scene.now();
    assert!(
        finished.is_sound() && finished.is_delivered(),
        "{:?}",
        outcomes(&finished)
    );
    assert_eq!(scene.messages(), []);

    let rows = scene.rows(&finished);
    let mut expected = BTreeMap::new();
    for account in scene.simulator.world().accounts() {
        for user in &scene.simulator.world().contents(account).users {
            let mut groups = user.groups.clone();
            groups.sort();
            expected.insert((account.id.clone(), user.name.clone()), groups);
        }
    }
    let found: BTreeMap<_, _> = rows
        .iter()
        .map(|row| {
            let text = |name: &str| row[name].as_str().unwrap_or_default().to_owned();
            let groups: Vec<String> = serde_json::from_value(row["groups"].clone()).expect("groups");
            ((text("account"), text("name")), groups)
        })
        .collect();
    assert_eq!(rows.len(), expected.len());
    assert!(
        found == expected,
        "the older copies, which are in no group, do not count"
    );
    let copies: Vec<u64> = rows.iter().filter_map(|row| row["copies"].as_u64()).collect();
    assert!(copies.contains(&1) && copies.contains(&2), "{copies:?}");
    for row in &rows {
        assert!(row["id"].as_str().is_some_and(|id| id.starts_with("AIDA")), "{row}");
        assert!(
            row["ou_path"].as_str().is_some_and(|path| path.starts_with("Root")),
            "{row}"
        );
        assert_eq!(
            (&row["found_in"], &row["credentials_state"]),
            (&json!("config"), &json!("no_report"))
        );
    }
    // Page by page, a hundred at most, fifty accounts in one query.
    let pages = scene.calls(Operation::SelectAggregateResourceConfig);
    assert!((2..=6).contains(&pages), "{pages}");
}

#[test]
fn whoever_is_not_covered_is_named_and_nothing_is_lost() {
    let scene = Scene::new(sound(12), &[]);
    let home = "us-east-1";
    let [hidden, silent, failed, old, empty, lost, bad] = [0, 1, 2, 3, 4, 5, 6].map(|index| scene.member(index));
    scene.edit(&hidden, |contents| contents.aggregation.sources.clear());
    scene.edit(&silent, |contents| contents.recorded = false);
    scene.edit(&failed, |contents| {
        contents.users.clear();
        contents.aggregation = Aggregation::sound(&[home]);
        contents.aggregation.sources[0].status = SourceStatus::Failed;
    });
    scene.edit(&old, |contents| {
        contents.aggregation.sources[0].status = SourceStatus::Outdated;
    });
    scene.edit(&empty, |contents| contents.users.clear());
    scene.edit(&lost, |contents| {
        contents.aggregation.sources[0].status = SourceStatus::Failed;
    });
    let odd = json!({ "accountId": bad.id, "resourceType": "AWS::IAM::User", "resourceId": 7 });
    scene.edit(&bad, |contents| {
        contents.aggregation.odd_results = vec![odd.to_string()];
    });

    let finished = scene.now();
    let outcomes = outcomes(&finished);
    for (account, expected) in [
        (&hidden, "NOT_AGGREGATED"),
        (&silent, "NOT_RECORDED"),
        (&failed, "NOT_AGGREGATED"),
        (&old, "SOURCE_OUTDATED"),
        (&empty, "collected"),
        (&lost, "SOURCE_FAILED"),
        (&bad, "ROWS_UNREADABLE"),
    ] {
        assert_eq!(outcomes[&account.id], expected, "{}", account.name);
    }
    assert_eq!(finished.manifest.status, RunStatus::Partial);
    assert!(!finished.is_sound());

    let rows = scene.rows(&finished);
    let of = |account: &simulated_aws::Account| rows.iter().filter(|row| row["account"] == account.id).count();
    assert_eq!([&hidden, &silent, &failed, &empty].map(of), [0; 4]);
    assert!(
        [&old, &lost, &bad].map(of).iter().all(|count| *count >= 4),
        "rows of doubtful accounts are kept"
    );

    let report = scene.document(&finished, "report.txt");
    let [(subject, body)] = &scene.messages()[..] else {
        panic!("one message");
    };
    assert!(subject.contains("lacks 3 of 12 accounts"), "{subject}");
    for account in [&hidden, &silent, &failed, &old, &lost, &bad] {
        assert!(
            report.contains(&account.id) && body.contains(&account.id),
            "{report}\n{body}"
        );
    }
    assert!(!report.contains(&empty.id), "{report}");
    assert!(
        report.contains("us-east-1 is OUTDATED since 2026-11-16T23:00:00Z"),
        "{report}"
    );
}

/// A result that names nobody may have been about anybody: everyone who was asked about in the same query says so.
#[test]
fn a_result_that_nobody_can_place_puts_all_of_its_query_in_doubt() {
    let scene = Scene::new(sound(6), &[]);
    let somebody = scene.member(1);
    scene.edit(&somebody, |contents| {
        contents.aggregation.odd_results = vec!["{".to_owned()];
    });
    let finished = scene.now();
    assert!(outcomes(&finished).values().all(|outcome| outcome == "ROWS_UNREADABLE"));
    assert!(!finished.is_sound() && !scene.messages().is_empty());
    assert!(scene.rows(&finished).len() >= 20);
}

#[test]
fn names_that_are_formulas_stay_names() {
    let scene = Scene::new(sound(3), &["--without-credentials"]);
    let somebody = scene.member(0);
    scene.edit(&somebody, |contents| contents.users[0].name = "=1+1".to_owned());
    let finished = scene.now();
    let csv = scene.document(&finished, "inventory.csv");
    assert!(csv.contains(",'=1+1,"), "{csv}");
    assert!(scene.rows(&finished).iter().any(|row| row["name"] == "=1+1"));
}

#[test]
fn other_resources_and_queries_of_ones_own() {
    let arguments = ["--resource-types=AWS::IAM::Role,AWS::EC2::Instance"];
    let roles = Scene::new(sound(4), &arguments);
    let kinds: Vec<Value> = roles
        .rows(&roles.now())
        .iter()
        .map(|row| row["resource_type"].clone())
        .collect();
    assert!(
        kinds.contains(&json!("AWS::IAM::Role")) && !kinds.contains(&json!("AWS::IAM::User")),
        "{kinds:?}"
    );

    let query = "SELECT arn, configuration.state.name WHERE resourceType = 'AWS::EC2::Instance' ORDER BY arn";
    let own = Scene::new(sound(8), &[&format!("--inventory-query={query}")]);
    let finished = own.now();
    let rows = own.rows(&finished);
    assert!(!rows.is_empty());
    for row in &rows {
        assert_eq!(row["resource_type"], "AWS::EC2::Instance");
        assert!(row["properties"]["configuration"]["state"]["name"].is_string(), "{row}");
    }
    assert_eq!(
        finished.summary.expect("a summary").rows(),
        u64::try_from(rows.len()).unwrap()
    );
}

/// A type that the recorder of an account leaves out is not answered for by another that it records.
#[test]
fn a_type_that_nobody_records_does_not_hide_behind_another() {
    let bucket = "AWS::S3::Bucket";
    for arguments in [
        "--resource-types=AWS::IAM::Role,AWS::S3::Bucket",
        "--inventory-query=SELECT arn WHERE resourceType IN ('AWS::IAM::Role', 'AWS::S3::Bucket')",
    ] {
        let scene = Scene::new(sound(6), &[arguments]);
        let [without, empty] = [0, 1].map(|index| scene.member(index));
        scene.edit(&without, |contents| {
            contents.not_recorded.insert(bucket.to_owned());
        });
        scene.edit(&empty, |contents| {
            contents.resources.retain(|resource| resource.resource_type != bucket);
        });
        let finished = scene.now();
        let found = outcomes(&finished);
        assert_eq!(found[&without.id], "TYPES_NOT_RECORDED");
        assert_eq!(found[&empty.id], "collected");
        assert!(!finished.is_sound());
        let report = scene.document(&finished, "report.txt");
        let words = "nothing shows that AWS Config records AWS::S3::Bucket there";
        assert!(report.contains(&without.id) && report.contains(words), "{report}");
        assert!(scene.messages()[0].1.contains(&without.id));
        assert!(
            scene
                .rows(&finished)
                .iter()
                .any(|row| row["account"] == without.id.as_str())
        );
    }
}

/// What a recorder had recorded before it was stopped is still shown, and says nothing about who came since.
#[test]
fn what_a_stopped_recorder_shows_is_told_as_that() {
    let scene = Scene::new(sound(6), &[]);
    let stopped = scene.member(1);
    scene.edit(&stopped, |contents| contents.recorder_stopped = true);
    let finished = scene.now();
    let found = outcomes(&finished);
    assert_eq!(found[&stopped.id], "TYPES_NOT_RECORDED");
    assert!(
        found
            .iter()
            .all(|(id, outcome)| *id == stopped.id || outcome == "collected"),
        "{found:?}"
    );
    assert!(!finished.is_sound());
    let rows = scene.rows(&finished);
    assert!(
        rows.iter().any(|row| row["account"] == stopped.id.as_str()),
        "what is shown is kept"
    );
    assert!(scene.messages()[0].1.contains(&stopped.id));
}

/// Buckets say nothing about users, whoever asks for them.
#[test]
fn a_query_of_ones_own_about_identities_believes_only_who_records_them() {
    let query = "SELECT arn WHERE resourceType = 'AWS::IAM::User'";
    let scene = Scene::new(sound(6), &[&format!("--inventory-query={query}")]);
    let [without, empty] = [0, 1].map(|index| scene.member(index));
    let identities = ["AWS::IAM::Role", "AWS::IAM::User"];
    scene.edit(&without, |contents| {
        contents.not_recorded.extend(identities.map(str::to_owned));
    });
    scene.edit(&empty, |contents| contents.users.clear());
    let outcomes = outcomes(&scene.now());
    assert_eq!(outcomes[&without.id], "NOT_RECORDED");
    assert_eq!(outcomes[&empty.id], "collected");
}

/// An answer that would be too large is asked for again in parts, and what is too large by itself is named.
#[test]
fn no_answer_is_larger_than_the_memory_for_it() {
    let spec = WorldSpec {
        users_per_account: Some(700),
        ..sound(6)
    };
    let roomy = Scene::new(spec.clone(), &["--memory=4096"]);
    let expected = roomy.rows(&roomy.now()).len();
    let scene = Scene::new(spec, &["--memory=8"]);
    let finished = scene.now();
    assert!(finished.is_sound(), "{:?}", outcomes(&finished));
    assert_eq!(scene.rows(&finished).len(), expected);
    let answers = |scene: &Scene| {
        let objects = scene.simulator.objects(&scene.simulator.evidence_bucket());
        objects.iter().filter(|object| object.key.contains("/results/")).count()
    };
    assert_eq!(answers(&roomy), 1);
    assert!(answers(&scene) > 1, "{}", answers(&scene));

    let scene = Scene::new(sound(6), &["--memory=8"]);
    let large = scene.member(2);
    scene.edit(&large, |contents| {
        contents.aggregation.odd_results = vec!["x".repeat(3 << 20); 3];
    });
    let finished = scene.now();
    for (account, outcome) in outcomes(&finished) {
        let expected = if account == large.id {
            "REPORT_TOO_LARGE"
        } else {
            "collected"
        };
        assert_eq!(outcome, expected, "{account}");
    }
}

/// The report of the organization that `iam-census demo` shows, as a person reads it.
#[test]
fn the_report_of_the_demo_organization_is_the_one_that_was_looked_at() {
    let scene = Scene::new(WorldSpec::default(), &[]);
    scene.collect();
    let report = scene.document(&scene.now(), "report.txt");
    let expected = include_str!("report.txt");
    assert!(report == expected, "tests/inventory/report.txt should be:\n{report}");
}
