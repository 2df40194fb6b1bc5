//! The built binary, called as AWS Lambda calls it, and the program; what they leave read back with boto3.

use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::harness::binaries::{bootstrap, iam_census};
use crate::harness::python::{packages, pytest, python};
use crate::harness::{environment, finish, succeed, told};
use crate::programs::Organization;
use crate::repository::{root, text};
use crate::runtime_api::{Lambda, Outcome};

const TIME: Duration = Duration::from_mins(5);

/// The event of the function, for now: the simulated organization lives by the clock on the wall.
fn event() -> String {
    let mut event: Value = serde_json::from_str(&text("events/root-activity.json")).expect("JSON");
    let now = Timestamp::try_from(SystemTime::now()).expect("a time");
    event["time"] = json!(Timestamp::from_second(now.as_second()).expect("a time").to_string());
    event.to_string()
}

#[test]
fn root_sign_ins_are_found_through_the_binary_and_agree_with_boto3() {
    let organization = Organization::start(&["--accounts", "40", "--healthy"]);
    let mut function = environment::command(bootstrap("root-activity"), &organization.endpoint, &organization.hub);
    function
        .env("IAM_CENSUS_BUCKET", &organization.bucket)
        .env("IAM_CENSUS_WITH_CHANGES", "true")
        .env("AWS_LAMBDA_LOG_LEVEL", "TRACE");
    let mut lambda = Lambda::start("root-activity", TIME, &mut function);
    let outcomes = lambda.invoke(&event());
    let [Outcome::Answered(answer)] = outcomes.as_slice() else {
        panic!("{outcomes:?}\n{}", lambda.log());
    };
    assert_eq!(
        (&answer["function"], &answer["status"]),
        (&json!("root-activity"), &json!("COMPLETE"))
    );
    let mut reader = python(&organization.endpoint, &organization.hub);
    reader
        .env("IAM_CENSUS_CHECKED_BUCKET", &organization.bucket)
        .env("IAM_CENSUS_REPOSITORY", root())
        .env("IAM_CENSUS_ANSWER", answer.to_string());
    pytest(&mut reader, "root_activity");
}

#[test]
fn a_setting_that_breaks_a_rule_is_named_before_anything_is_asked() {
    let mut function = environment::offline(bootstrap("root-activity"));
    function
        .env("IAM_CENSUS_BUCKET", "a-bucket")
        .env("IAM_CENSUS_CHANGE_EVENTS", "CreateUser");
    let output = finish(&mut function);
    let said = told(&function, &output);
    assert!(
        !output.status.success() && said.contains("IAM_CENSUS_CHANGE_EVENTS") && said.contains("--with-changes"),
        "{said}"
    );
}

/// The door for a terminal, and the workbook as another library reads it.
#[test]
fn the_program_makes_a_workbook_that_others_open() {
    let organization = Organization::start(&["--accounts", "4", "--healthy"]);
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("event.json");
    std::fs::write(&file, event()).expect("a file");
    let mut program = environment::command(iam_census(), &organization.endpoint, &organization.hub);
    program
        .args(["run", "root-activity", "--with-changes", "--event"])
        .arg(&file)
        .arg("--out")
        .arg(folder.path());
    let output = finish(&mut program);
    assert_eq!(output.status.code(), Some(0), "{}", told(&program, &output));
    let answer: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let mut check = environment::offline(packages("requirements-workbook.txt").join("bin/python"));
    check
        .arg(root().join("tests/python/privileges/check_workbook.py"))
        .arg(answer["report"].as_str().expect("a path"))
        .arg(answer["lines"].as_str().expect("a path"));
    succeed(&mut check);
}
