//! The built binary, called as AWS Lambda calls it, with the event that stands in `events/`.

use std::process::Command;
use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::harness::binaries::{bootstrap, iam_census};
use crate::harness::python::{pytest, python};
use crate::harness::{environment, finish, told};
use crate::programs::Organization;
use crate::repository::{root, text};
use crate::runtime_api::{Lambda, Outcome};

const TIME: Duration = Duration::from_mins(5);

/// The event of a function, for now: the simulated organization makes credential reports by the clock on the wall.
fn event(function: &str) -> String {
    let mut event: Value = serde_json::from_str(&text(&format!("events/{function}.json"))).expect("JSON");
    let now = Timestamp::try_from(SystemTime::now()).expect("a time");
    let now = Timestamp::from_second(now.as_second()).expect("a time");
    event["time"] = json!(now.to_string());
    event.to_string()
}

fn function(name: &str, organization: &Organization) -> Lambda {
    let mut function = environment::command(bootstrap(name), &organization.endpoint, &organization.hub);
    function
        .env("IAM_CENSUS_BUCKET", &organization.bucket)
        .env("AWS_LAMBDA_LOG_LEVEL", "TRACE");
    Lambda::start(name, TIME, &mut function)
}

fn answered(lambda: &mut Lambda, event: &str) -> Value {
    let outcomes = lambda.invoke(event);
    match outcomes.as_slice() {
        [Outcome::Answered(answer)] => answer.clone(),
        _ => panic!("{outcomes:?}\n{}", lambda.log()),
    }
}

fn read_back(organization: &Organization, answer: &Value) {
    let mut reader: Command = python(&organization.endpoint, &organization.hub);
    reader
        .env("IAM_CENSUS_CHECKED_BUCKET", &organization.bucket)
        .env("IAM_CENSUS_REPOSITORY", root())
        .env("IAM_CENSUS_ANSWER", answer.to_string());
    pytest(&mut reader, "inventory");
}

#[test]
fn users_of_the_organization_are_inventoried_through_the_binary_and_read_back_with_boto3_and_duckdb() {
    let organization = Organization::start(&["--accounts", "40", "--healthy"]);
    let collected = answered(
        &mut function("credential-collector", &organization),
        &event("credential-collector"),
    );
    assert_eq!(collected["status"], "COMPLETE", "{collected}");
    let answer = answered(&mut function("user-inventory", &organization), &event("user-inventory"));
    assert_eq!(
        (&answer["function"], &answer["status"]),
        (&json!("user-inventory"), &json!("COMPLETE"))
    );
    read_back(&organization, &answer);
}

#[test]
fn gaps_are_told_by_the_binary_too() {
    // An organization as they are: some accounts are not shown, do not record, or have sources that failed.
    let organization = Organization::start(&["--accounts", "40"]);
    let mut lambda = function("user-inventory", &organization);
    let outcomes = lambda.invoke(&event("user-inventory"));
    let [Outcome::Answered(answer)] = outcomes.as_slice() else {
        panic!("{outcomes:?}\n{}", lambda.log());
    };
    assert_eq!(answer["status"], "PARTIAL", "{answer}");
    assert_eq!(answer["counts"]["failed"], 3, "{answer}");
}

#[test]
fn a_setting_that_breaks_a_rule_is_named_before_anything_is_asked() {
    let mut function = environment::offline(bootstrap("user-inventory"));
    function
        .env("IAM_CENSUS_BUCKET", "a-bucket")
        .env("IAM_CENSUS_INVENTORY_QUERY", "SELECT arn FROM users");
    let output = finish(&mut function);
    let said = told(&function, &output);
    assert!(
        !output.status.success() && said.contains("IAM_CENSUS_INVENTORY_QUERY"),
        "{said}"
    );
}

/// The door for a terminal: the same event, into a folder.
#[test]
fn the_program_takes_stock_and_its_exit_code_tells_of_gaps() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("event.json");
    std::fs::write(&file, event("user-inventory")).expect("a file");
    for (arguments, code, status) in [
        (&["--accounts", "12", "--healthy"][..], 0, "COMPLETE"),
        (&["--accounts", "40"], 3, "PARTIAL"),
    ] {
        let organization = Organization::start(arguments);
        let mut program = environment::command(iam_census(), &organization.endpoint, &organization.hub);
        program
            .args(["run", "user-inventory", "--event"])
            .arg(&file)
            .arg("--out")
            .arg(folder.path().join(status));
        let output = finish(&mut program);
        assert_eq!(output.status.code(), Some(code), "{}", told(&program, &output));
        let answer: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        assert_eq!(answer["status"], status, "{answer}");
        for place in answer["files"].as_array().expect("files") {
            assert!(std::fs::metadata(place.as_str().expect("a path")).is_ok(), "{answer}");
        }
        assert!(answer["rows"].as_u64().is_some_and(|rows| rows > 20), "{answer}");
    }
}
