//! What the report says, what the ledger says of it, and what it takes.

use std::collections::BTreeSet;

use audit_core::digest::Sha256;
use audit_core::ledger::{Outcome, RunStatus};
use scp_report::PERMISSIONS;
use serde_json::{Value, json};
use simulated_aws::{Operation, Policy, PolicyKind, WorldSpec};

use super::scene::{Scene, sound, tally};
use crate::repository::text;

const STOP: &str = "Stop, change or delete a trail of CloudTrail";
const LEAVE: &str = "Leave the organization";

fn policy(id: &str, document: &str, targets: Vec<String>) -> Policy {
    Policy {
        id: id.to_owned(),
        name: id.to_owned(),
        kind: PolicyKind::ServiceControl,
        aws_managed: false,
        document: document.to_owned(),
        targets,
    }
}

#[test]
fn every_account_is_judged_and_the_ledger_names_the_very_bytes() {
    let scene = Scene::new(sound(60), &[]);
    let finished = scene.run();
    let manifest = &finished.manifest;
    assert_eq!((manifest.status, manifest.counts.collected), (RunStatus::Complete, 60));
    let digest = Sha256::of(&scene.document(&finished, "report.jsonl"));
    for entry in &manifest.accounts {
        let Outcome::Collected(stored) = &entry.outcome else {
            panic!("{entry:?}")
        };
        assert_eq!(stored.sha256, digest);
    }
    // The organization of the simulator keeps members from leaving, and nobody from stopping trails.
    assert_eq!(
        tally(&finished, LEAVE),
        [("NOT_PREVENTED", 1), ("PREVENTED", 59)].into()
    );
    let open = tally(&finished, STOP);
    assert_eq!(open.values().sum::<usize>(), 60);
    assert!(
        !open.contains_key("PREVENTED") && !open.contains_key("UNKNOWN"),
        "{open:?}"
    );
    for name in [
        "report.xlsx",
        "verdicts.csv",
        "accounts.csv",
        "policies_per_account.csv",
        "organization.csv",
    ] {
        assert!(!scene.document(&finished, name).is_empty(), "{name}");
    }
    assert!(scene.simulator.published().is_empty(), "all is known");
    assert_eq!(scene.rows(&finished, "accounts").len(), 60);
    assert_eq!(scene.rows(&finished, "not_known"), Vec::<Value>::new());
}

#[test]
fn the_deciding_statement_is_named_with_its_place() {
    let scene = Scene::new(sound(12), &[]);
    let world = scene.simulator.world();
    let account = world.accounts()[5].id.clone();
    let deny = r#"{"Version":"2012-10-17","Statement":{"Sid":"KeepTrails","Effect":"Deny","Action":"cloudtrail:*","Resource":"*"}}"#;
    world.edit_governance(|governance| {
        governance
            .policies
            .push(policy("p-keeptrails1", deny, vec![account.clone()]));
    });
    let finished = scene.run();
    let verdicts = scene.rows(&finished, "verdicts");
    let of = |id: &str| {
        let mut rows = verdicts
            .iter()
            .filter(|row| row["account_id"] == id && row["guardrail"] == "stop-cloudtrail");
        rows.next().expect("a verdict").clone()
    };
    let prevented = of(&account);
    assert_eq!(prevented["status"], "PREVENTED");
    let because = prevented["because"].as_str().expect("a reason");
    assert!(
        because.starts_with("statement 1 (KeepTrails) of SCP p-keeptrails1 (p-keeptrails1) at the account "),
        "{because}"
    );
    assert!(because.ends_with(" denies"), "{because}");
    let management = of(world.management_account());
    assert_eq!(management["status"], "NOT_PREVENTED");
    assert_eq!(
        management["because"],
        "control policies do not restrict the management account"
    );
}

#[test]
fn the_same_event_asks_nothing_twice_and_writes_the_same_bytes() {
    let scene = Scene::new(sound(30), &[]);
    let request = scene.request();
    let first = scene.run_until(&request, None).expect("a run");
    let before = scene.document(&first, "report.xlsx");
    let calls = |scene: &Scene| {
        Operation::ALL
            .iter()
            .map(|one| (one.name(), scene.calls(*one)))
            .collect::<Vec<_>>()
    };
    let organizations = |calls: Vec<(&'static str, u64)>| {
        let asked = calls
            .into_iter()
            .filter(|(name, _)| name.contains("Polic") || name.contains("Unit") || name.contains("Root"));
        asked.collect::<Vec<_>>()
    };
    let asked = organizations(calls(&scene));
    let second = scene.run_until(&request, None).expect("a run");
    assert_eq!(organizations(calls(&scene)), asked);
    assert_eq!(second.manifest, first.manifest);
    assert!(scene.document(&second, "report.xlsx") == before, "other bytes");
}

#[test]
fn each_node_is_asked_once_in_the_direction_of_fewer_calls() {
    let scene = Scene::new(sound(100), &[]);
    scene.run();
    // Three policies of its own and AWS's, which is attached to 114 targets, 20 to a page; some pages are empty.
    let targets = scene.calls(Operation::ListTargetsForPolicy);
    assert!((9..=12).contains(&targets), "{targets}");
    assert_eq!(scene.calls(Operation::ListPoliciesForTarget), 0);
    assert_eq!(scene.calls(Operation::DescribePolicy), 5);
    assert_eq!(scene.calls(Operation::ListOrganizationalUnitsForParent), 14);
    assert_eq!(scene.calls(Operation::ListAccountsForParent), 0);
    assert_eq!(
        (
            scene.calls(Operation::ListRoots),
            scene.calls(Operation::DescribeOrganization)
        ),
        (1, 1)
    );

    let many = Scene::new(sound(5), &[]);
    let deny = r#"{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"ec2:*","Resource":"*"}}"#;
    many.simulator.world().edit_governance(|governance| {
        let more = (0..50).map(|number| policy(&format!("p-more{number:06}"), deny, Vec::new()));
        governance.policies.extend(more);
    });
    let finished = many.run();
    // The organization root, 13 units and 5 accounts, for service control policies only.
    assert_eq!(many.calls(Operation::ListPoliciesForTarget), 19);
    assert_eq!(many.calls(Operation::ListTargetsForPolicy), 1);
    assert_eq!(many.calls(Operation::DescribePolicy), 55);
    let policies = many.rows(&finished, "policies");
    let unattached = policies.iter().filter(|row| row["attached"] == "not attached").count();
    assert_eq!((policies.len(), unattached), (55, 50));
}

#[test]
fn where_accounts_stand_is_asked_for_where_the_list_does_not_say_so() {
    let with = Scene::new(sound(40), &[]);
    let expected = with.run();
    let without = Scene::new(sound(40), &[]);
    without.simulator.set_faults(simulated_aws::FaultPlan::rule(
        0,
        simulated_aws::FaultRule {
            operation: Some(Operation::ListAccounts),
            member: Some("Accounts/Paths".to_owned()),
            kinds: vec![simulated_aws::FaultKind::MissingMember],
            ..simulated_aws::FaultRule::default()
        },
    ));
    let finished = without.run();
    assert!(without.calls(Operation::ListAccountsForParent) >= 14);
    assert!(
        without.document(&finished, "report.jsonl") == with.document(&expected, "report.jsonl"),
        "another report"
    );
}

#[test]
fn a_list_of_guardrails_of_ones_own_is_used_or_the_run_refused() {
    let list = r#"{"schema":"iam-census/guardrails/1","guardrails":[{"slug":"own","title":"Own","actions":["s3:*"]}]}"#;
    for (text, problem) in [
        (Some(list.to_owned()), None),
        (
            Some(list.replace("s3:*", "s4:*")),
            Some("guardrail 1: `actions` has `s4:*`"),
        ),
        (None, Some("it is not there")),
    ] {
        let scene = Scene::new(sound(3), &["--guardrails-key=guardrails/ours.json"]);
        if let Some(text) = text {
            put(&scene, "guardrails/ours.json", &text);
        }
        match (scene.run_until(&scene.request(), None), problem) {
            (Ok(finished), None) => assert_eq!(finished.results.expect("results").guardrails.len(), 1),
            (Err(error), Some(problem)) => {
                let error = error.to_string();
                assert!(
                    error.contains("guardrails/ours.json") && error.contains(problem),
                    "{error}"
                );
                assert_eq!(
                    scene.calls(Operation::ListAccounts),
                    0,
                    "refused before the first account"
                );
            }
            (result, _) => panic!("{result:?}"),
        }
    }
}

fn put(scene: &Scene, key: &str, text: &str) {
    use audit_aws::caller::{Caller, Patience};
    use audit_aws::store::Object;
    let sdk = scene.simulator.sdk_config();
    let store = scp_report::Place::bucket(&sdk, &scene.settings)
        .expect("a bucket")
        .records;
    let caller = Caller::new(&sdk, Patience::default(), 1).expect("a caller");
    let object = Object::new(key, text.as_bytes().to_vec().into(), "application/json");
    let put = scene.time.run(store.settle(&caller, &object, |_| true));
    put.expect("time goes on").expect("stored");
}

#[test]
fn accounts_left_out_and_closed_are_in_the_ledger_and_not_in_the_report() {
    let spec = WorldSpec {
        accounts: 60,
        users_per_account: Some(1),
        ..WorldSpec::default()
    };
    let scene = Scene::new(spec, &[]);
    let finished = scene.run();
    let skipped = finished.manifest.counts.skipped;
    assert!(skipped > 0);
    assert_eq!(scene.rows(&finished, "accounts").len() as u64, 60 - skipped);
    assert_eq!(finished.manifest.status, RunStatus::Complete);
}

#[test]
fn no_call_is_made_that_is_not_declared() {
    let scene = Scene::new(sound(20), &[]);
    scene.run();
    let declared: BTreeSet<&str> = PERMISSIONS.iter().map(|permission| permission.operation).collect();
    for one in Operation::ALL.iter().filter(|one| scene.calls(**one) > 0) {
        let name = format!("{}:{}", one.service().name(), one.name());
        assert!(declared.contains(name.as_str()), "{name}");
    }
    // Nobody's account is entered.
    assert_eq!(scene.calls(Operation::AssumeRole), 0);
}

/// The report of the demo's organization, but for accounts after the first three.
#[test]
fn the_report_of_the_demo_is_the_one_that_was_looked_at() {
    let spec = WorldSpec {
        accounts: 40,
        seed: 7,
        ..WorldSpec::default()
    };
    let scene = Scene::new(spec, &[]);
    let finished = scene.run();
    let lines = scene.document(&finished, "report.jsonl");
    let mut accounts = BTreeSet::new();
    let kept = std::str::from_utf8(&lines).expect("UTF-8").lines().filter(|line| {
        let row: Value = serde_json::from_str(line).expect("JSON");
        let Some(account) = row.get("account_id").and_then(Value::as_str) else {
            return true;
        };
        if accounts.len() < 3 {
            accounts.insert(account.to_owned());
        }
        accounts.contains(account)
    });
    let kept: String = kept.flat_map(|line| [line, "\n"]).collect();
    let golden = text("tests/golden/scp-report-1.jsonl");
    if kept != golden {
        let seen = std::env::temp_dir().join("scp-report-1.jsonl");
        std::fs::write(&seen, &kept).expect("a file");
        panic!(
            "tests/golden/scp-report-1.jsonl is not what is written now: {}",
            seen.display()
        );
    }
}

#[test]
fn outside_an_organization_there_is_nothing_to_report_and_that_is_said() {
    let scene = Scene::new(sound(2), &[]);
    scene
        .simulator
        .world()
        .edit_governance(|governance| governance.in_use = false);
    let error = scene.run_until(&scene.request(), None).expect_err("no run");
    assert!(
        error
            .to_string()
            .starts_with("there is no organization to report about: "),
        "{error}"
    );
    assert_eq!(json!(scene.simulator.published().len()), json!(0));
}
