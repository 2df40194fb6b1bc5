//! The formats of findings, looked at by the models of those who read them.

use crate::harness::environment;
use crate::harness::python::{packages, pytest};
use crate::repository::root;

/// The schema of OCSF and AWS's model of Security Hub, as packages carry them.
const MODELS: &str = "requirements-ocsf.txt";

#[test]
fn stored_findings_are_what_ocsf_security_hub_and_the_schemas_ask_for() {
    let mut command = environment::offline(packages(MODELS).join("bin/python"));
    command
        .current_dir(root().join("tests/python"))
        .env("IAM_CENSUS_REPOSITORY", root());
    pytest(&mut command, "findings");
}
