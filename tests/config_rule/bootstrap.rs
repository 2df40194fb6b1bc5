//! The built binary, called as AWS Lambda calls it, with the events that stand in `events/`.

use std::time::Duration;

use serde_json::{Value, json};

use crate::harness::binaries::{bootstrap, iam_census};
use crate::harness::python::{pytest, python};
use crate::harness::server::Server;
use crate::harness::{environment, finish, told};
use crate::moto;
use crate::programs::Organization;
use crate::repository::{files, text};
use crate::runtime_api::{Lambda, Outcome};

const TIME: Duration = Duration::from_mins(5);

/// The rule of the events, and the one of the event about an organization rule.
const RULE: &str = "iam-census-privileges";
const ORGANIZATION_RULE: &str = "OrgConfigRule-iam-census-privileges-a1b2c3d4";

/// The event of the schedule, which is about all accounts.
const SWEEP: &str = "config-rule.sweep.json";

/// An event of the folder, about the account and the token given.
fn event(file: &str, account: &str, token: &str) -> String {
    let event = text(&format!("events/{file}"));
    event.replace("111122223333", account).replace("a-result-token", token)
}

fn function(organization: &Organization) -> Lambda {
    function_at(&organization.endpoint, organization)
}

/// The function, whose calls go to an endpoint before the organization.
fn function_at(endpoint: &str, organization: &Organization) -> Lambda {
    let mut function = environment::command(bootstrap("config-rule"), endpoint, &organization.hub);
    function
        .env("IAM_CENSUS_BUCKET", &organization.bucket)
        .env("AWS_LAMBDA_LOG_LEVEL", "TRACE");
    Lambda::start("config-rule", TIME, &mut function)
}

fn read_back(organization: &Organization, stage: &str, answer: &Value) {
    let mut reader = python(&organization.endpoint, &organization.hub);
    reader
        .env("IAM_CENSUS_CHECKED_BUCKET", &organization.bucket)
        .env("IAM_CENSUS_ACCOUNT", &organization.hub)
        .env("IAM_CENSUS_RULE", RULE)
        .env("IAM_CENSUS_RULES", format!("{RULE},{ORGANIZATION_RULE}"))
        .env("IAM_CENSUS_ANSWER", answer.to_string());
    pytest(&mut reader, &format!("config_rule/test_{stage}.py"));
}

#[test]
fn users_of_an_account_are_answered_through_the_binary_and_read_back_with_boto3() {
    let organization = Organization::start(&["--accounts", "3", "--healthy", "--users", "250"]);
    read_back(&organization, "rule", &Value::Null);
    let token = format!("simulated-result-token/{RULE}");
    let folder = tempfile::tempdir().expect("a folder");
    let calls = folder.path().join("calls.jsonl");
    let mut proxy = python(&organization.endpoint, &organization.hub);
    proxy.args(["config_rule/proxy.py", &organization.endpoint]).arg(&calls);
    let mut proxy = Server::start(&mut proxy);
    let mut lambda = function_at(&proxy.line(), &organization);
    let outcomes = lambda.invoke(&event("config-rule.json", &organization.hub, &token));
    let [Outcome::Answered(answer)] = outcomes.as_slice() else {
        panic!("{outcomes:?}\n{}", lambda.log());
    };
    assert_eq!(
        (&answer["function"], &answer["test"]),
        (&json!("config-rule"), &json!(false))
    );
    read_back(&organization, "answers", answer);
    let mut wire = python("http://127.0.0.1:9", &organization.hub);
    pytest(wire.env("IAM_CENSUS_CALLS", &calls), "config_rule/test_wire.py");
    let log = lambda.whole_log();
    assert!(!log.contains(&token), "the token is in the log");
}

#[test]
fn every_event_of_the_folder_is_answered() {
    let organization = Organization::start(&["--accounts", "3", "--healthy", "--users", "4"]);
    read_back(&organization, "rule", &Value::Null);
    let mut lambda = function(&organization);
    let mut answered = 0;
    for file in files().iter().filter_map(|file| file.strip_prefix("events/")) {
        if !file.starts_with("config-rule.") || file == SWEEP {
            continue;
        }
        let token = format!("simulated-result-token/{RULE}");
        let outcomes = lambda.invoke(&event(file, &organization.hub, &token));
        let [Outcome::Answered(answer)] = outcomes.as_slice() else {
            panic!("{file}: {outcomes:?}\n{}", lambda.log());
        };
        assert_eq!(answer["account"], organization.hub.as_str(), "{file}");
        answered += 1;
    }
    assert!(answered >= 6, "{answered}");
}

/// The schedule's event through the same binary: every account of the organization, in as many parts as it takes.
#[test]
fn the_schedule_reports_every_account_through_the_binary() {
    let organization = Organization::start(&["--accounts", "6", "--healthy", "--users", "3"]);
    let mut lambda = function(&organization);
    let outcomes = lambda.invoke(&text(&format!("events/{SWEEP}")));
    let [Outcome::Answered(answer)] = outcomes.as_slice() else {
        panic!("{outcomes:?}\n{}", lambda.log());
    };
    assert_eq!(
        (&answer["function"], &answer["status"]),
        (&json!("config-rule"), &json!("COMPLETE")),
        "{answer}"
    );
    assert_eq!(answer["counts"]["collected"], 6, "{answer}");
    let mut reader = python(&organization.endpoint, &organization.hub);
    reader
        .env("IAM_CENSUS_CHECKED_BUCKET", &organization.bucket)
        .env("IAM_CENSUS_ANSWER", answer.to_string());
    pytest(&mut reader, "config_rule/test_sweep.py");
}

#[test]
fn what_is_no_event_of_aws_config_is_refused_without_its_token() {
    let organization = Organization::start(&["--accounts", "3", "--healthy", "--users", "1"]);
    let mut lambda = function(&organization);
    let unknown = text("events/config-rule.json").replace("ScheduledNotification", "SomethingNew");
    for (event, expected) in [
        (r#"{"configRuleName":"privileges"}"#, "no `resultToken`"),
        ("{}", "no `time`"),
        (unknown.as_str(), "messageType` is `SomethingNew`"),
    ] {
        let outcomes = lambda.invoke(event);
        let [Outcome::Failed(error)] = outcomes.as_slice() else {
            panic!("{outcomes:?}");
        };
        let message = error["errorMessage"].as_str().expect("a message");
        assert!(
            message.contains(expected) && !message.contains("a-result-token"),
            "{message}"
        );
    }
}

/// Moto takes evaluations in dry runs only.
#[test]
fn a_dry_run_about_a_member_is_answered_over_moto() {
    let organization = moto::Organization::start();
    let account = organization.account(7);
    let mut function = environment::command(
        bootstrap("config-rule"),
        organization.said("endpoint"),
        organization.said("management"),
    );
    function
        .env("IAM_CENSUS_BUCKET", "reports-of-the-function")
        .env("IAM_CENSUS_CONFIG_RULE_ROLE_NAME", "credential-report");
    let mut lambda = Lambda::start("config-rule", TIME, &mut function);
    let outcomes = lambda.invoke(&event("config-rule.test.json", account, "unused"));
    let [Outcome::Answered(answer)] = outcomes.as_slice() else {
        panic!("{outcomes:?}\n{}", lambda.log());
    };
    // No user has the boundary that this event demands.
    assert_eq!(
        answer["answers"],
        json!({ "compliant": 0, "non_compliant": 3, "not_applicable": 0 }),
        "{answer}"
    );
    let link = answer["evidence"]["link"].as_str().expect("a link");
    assert!(
        link.starts_with("s3://reports-of-the-function/reports/config-rule/2026-11-20/"),
        "{link}"
    );
    assert!(link.contains("?versionId="), "{link}");
}

/// The door for a terminal: the same event, into a folder.
#[test]
fn the_program_answers_an_event_and_its_exit_code_tells_of_it() {
    let organization = Organization::start(&["--accounts", "3", "--healthy", "--users", "4"]);
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("event.json");
    std::fs::write(&file, event("config-rule.test.json", &organization.hub, "unused")).expect("a file");
    let mut program = environment::command(iam_census(), &organization.endpoint, &organization.hub);
    program
        .args(["run", "config-rule", "--event"])
        .arg(&file)
        .arg("--out")
        .arg(folder.path().join("evidence"));
    let output = finish(&mut program);
    assert_eq!(output.status.code(), Some(1), "{}", told(&program, &output));
    let answer: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(answer["answers"]["non_compliant"], 4, "{answer}");
    let link = answer["evidence"]["link"].as_str().expect("a path");
    assert!(std::fs::read(link).expect("a workbook").starts_with(b"PK"), "{link}");
}
