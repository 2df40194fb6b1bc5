//! Users for a sandbox account: made and removed by the program, and looked at with boto3 over moto.

use std::process::Command;

use crate::harness::binaries::iam_census;
use crate::harness::python::{pytest, python};
use crate::harness::{environment, finish, told};
use crate::moto::Organization;

fn program(organization: &Organization, arguments: &[&str]) -> Command {
    let (endpoint, account) = (organization.said("endpoint"), organization.said("management"));
    let mut program = environment::command(iam_census(), endpoint, account);
    program.args(["seed-users", "--prefix", "trial-"]).args(arguments);
    program
}

/// What the program said, if it ended with this code.
fn said(organization: &Organization, arguments: &[&str], code: i32) -> String {
    let mut program = program(organization, arguments);
    let output = finish(&mut program);
    assert_eq!(output.status.code(), Some(code), "{}", told(&program, &output));
    told(&program, &output)
}

fn look(organization: &Organization, stage: &str) {
    let mut reader = python(organization.said("endpoint"), organization.said("management"));
    reader.env("IAM_CENSUS_STAGE", stage);
    pytest(&mut reader, "moto/test_seeded.py");
}

#[test]
fn users_are_made_and_removed_and_nobody_elses_are_touched() {
    let organization = Organization::start();
    look(&organization, "before");
    let plan = said(&organization, &["--count", "12"], 2);
    assert!(
        plan.contains(organization.said("management")) && plan.contains("trial-0012"),
        "{plan}"
    );
    look(&organization, "before");

    let made = said(&organization, &["--count", "12", "--yes"], 0);
    assert!(made.contains("made: 12 users, 4 access keys, 3 groups"), "{made}");
    look(&organization, "made");
    let again = said(&organization, &["--count", "12", "--yes"], 0);
    assert!(
        again.contains("made: 0 users, 0 access keys, 0 groups; there before: 15"),
        "{again}"
    );

    let plan = said(&organization, &["--remove"], 2);
    assert!(plan.contains("Removes the users"), "{plan}");
    look(&organization, "made");
    // A user of the same path and prefix that somebody else made.
    look(&organization, "foreign");
    let removed = said(&organization, &["--remove", "--yes"], 0);
    assert!(
        removed.contains("removed: 12 users, 4 access keys, 3 groups; left alone, not ours: 1"),
        "{removed}"
    );
    look(&organization, "removed");
}
