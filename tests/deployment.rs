//! The suite as it is deployed: template, roles, functions, state machine and message, in an emulator of AWS.

use crate::harness::binaries::bootstrap;
use crate::harness::environment;
use crate::harness::python::{TESTS, packages};
use crate::harness::succeed;
use crate::repository::root;

/// The packages of the emulator.
const EMULATOR: &str = "requirements-deployment.txt";

#[test]
fn the_suite_runs_as_it_is_deployed() {
    let binaries = bootstrap("credential-collector");
    // The AWS CLI, with which the suite is removed again, is one of the packages of the tests.
    let mut path = packages(TESTS).join("bin").into_os_string();
    path.push(":");
    path.push(std::env::var_os("PATH").unwrap_or_default());
    let mut command = environment::offline(packages(EMULATOR).join("bin/python"));
    command
        .env("PATH", path)
        .arg(root().join("scripts/local_deployment.py"))
        .arg(binaries.parent().expect("a folder"));
    succeed(&mut command);
}
