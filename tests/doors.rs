//! The credential collector end to end, through each of its doors, in an organization that moto serves.

use std::time::Duration;

use serde_json::Value;

use crate::harness::binaries::{bootstrap, iam_census};
use crate::harness::{environment, succeed};
use crate::moto::Organization;
use crate::repository::{root, text};
use crate::runtime_api::{Lambda, Outcome};
use crate::runtime_interface_emulator::Emulated;

const EVENT: &str = "events/credential-collector.json";

/// The collector's bootstrap, with its settings in variables as the template sets them.
fn function(organization: &Organization, bucket: &str) -> std::process::Command {
    let program = bootstrap("credential-collector");
    let mut command = environment::command(program, organization.said("endpoint"), organization.said("management"));
    command
        .env("IAM_CENSUS_BUCKET", bucket)
        .env("IAM_CENSUS_TOPIC", organization.said("topic"))
        .env("IAM_CENSUS_EXTERNAL_ID", "");
    command
}

#[test]
fn every_door_collects_what_moto_answers() {
    let organization = Organization::start();

    let bucket = "reports-of-the-program";
    let mut program = environment::command(
        iam_census(),
        organization.said("endpoint"),
        organization.said("management"),
    );
    program
        .args(["run", "credential-collector", "--event"])
        .arg(root().join(EVENT))
        .args(["--bucket", bucket, "--topic", organization.said("topic")]);
    succeed(&mut program);
    organization.check("test_collected.py", bucket);

    let bucket = "reports-of-the-function";
    let mut lambda = Lambda::start(
        "credential-collector",
        Duration::from_mins(15),
        &mut function(&organization, bucket),
    );
    let outcomes = lambda.invoke(&text("events/credential-collector.classic.json"));
    assert!(matches!(outcomes.as_slice(), [Outcome::Answered(_)]), "{outcomes:?}");
    organization.check("test_collected.py", bucket);

    let bucket = "reports-of-the-emulator";
    let answer = Emulated::start(&function(&organization, bucket)).invoke(&text(EVENT));
    let answer: Value = serde_json::from_str(&answer).unwrap_or_else(|error| panic!("{error}: {answer}"));
    assert_eq!(answer["status"], "COMPLETE", "{answer}");
    organization.check("test_collected.py", bucket);
}
