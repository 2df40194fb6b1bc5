//! The built binary, called as AWS Lambda calls it, and the program; the organization read back with boto3.

use std::time::Duration;

use serde_json::{Value, json};

use crate::harness::binaries::{bootstrap, iam_census};
use crate::harness::python::{packages, pytest, python};
use crate::harness::{environment, finish, succeed, told};
use crate::moto;
use crate::programs::Organization;
use crate::repository::{root, text};
use crate::runtime_api::{Lambda, Outcome};

const TIME: Duration = Duration::from_mins(5);

fn read_back(organization: &Organization) {
    let mut reader = python(&organization.endpoint, &organization.hub);
    reader.env("IAM_CENSUS_CHECKED_BUCKET", &organization.bucket);
    pytest(&mut reader, "scp_report");
}

#[test]
fn the_report_is_made_through_the_binary_and_read_back_with_boto3() {
    let organization = Organization::start(&["--accounts", "12"]);
    let mut function = environment::command(bootstrap("scp-report"), &organization.endpoint, &organization.hub);
    function.env("IAM_CENSUS_BUCKET", &organization.bucket);
    let mut lambda = Lambda::start("scp-report", TIME, &mut function);
    let outcomes = lambda.invoke(&text("events/scp-report.json"));
    let [Outcome::Answered(answer)] = outcomes.as_slice() else {
        panic!("{outcomes:?}\n{}", lambda.log());
    };
    assert_eq!(
        (&answer["function"], &answer["status"]),
        (&json!("scp-report"), &json!("COMPLETE"))
    );
    read_back(&organization);
}

#[test]
fn what_is_no_event_or_no_setting_is_refused_by_name() {
    let organization = Organization::start(&["--accounts", "3"]);
    let mut function = environment::command(bootstrap("scp-report"), &organization.endpoint, &organization.hub);
    function.env("IAM_CENSUS_BUCKET", &organization.bucket);
    let mut lambda = Lambda::start("scp-report", TIME, &mut function);
    for (event, expected) in [
        ("{}", "no `time`"),
        (
            r#"{"time":"2026-11-20T04:00:00Z","parameters":{"depth":3}}"#,
            "`parameters.depth`",
        ),
        (r#"{"time":"2999-11-20T04:00:00Z"}"#, "ahead of the clock"),
    ] {
        let outcomes = lambda.invoke(event);
        let [Outcome::Failed(error)] = outcomes.as_slice() else {
            panic!("{outcomes:?}");
        };
        let message = error["errorMessage"].as_str().expect("a message");
        assert!(message.contains(expected), "{message}");
    }
}

/// The door for a terminal, and the workbook as another library reads it.
#[test]
fn the_program_makes_a_workbook_that_others_open() {
    let organization = Organization::start(&["--accounts", "12"]);
    let folder = tempfile::tempdir().expect("a folder");
    let mut program = environment::command(iam_census(), &organization.endpoint, &organization.hub);
    program
        .args(["run", "scp-report", "--event"])
        .arg(root().join("events/scp-report.json"))
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

#[test]
fn nested_policies_of_moto_come_to_what_aws_documents() {
    moto::Organization::start().check("test_guardrails.py", "reports-of-the-function");
}
