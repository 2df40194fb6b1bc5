//! An organization served by moto, an emulator that others wrote.

use serde_json::Value;

use crate::harness::binaries::iam_census;
use crate::harness::environment;
use crate::harness::python::{TESTS, packages, pytest, python};
use crate::harness::server::Server;
use crate::repository::root;

/// A running organization: 52 accounts beside the management account, three of them closed.
pub(crate) struct Organization {
    world: Value,
    _server: Server,
}

impl Organization {
    pub(crate) fn start() -> Self {
        Self::of(&["52", "3"])
    }

    /// Twelve accounts beside the management account, two of them closed, and none with roles of the suite.
    pub(crate) fn bare() -> Self {
        Self::of(&["12", "2", "bare"])
    }

    fn of(arguments: &[&str]) -> Self {
        let mut command = environment::offline(packages(TESTS).join("bin/python"));
        command
            .arg(root().join("tests/python/moto/organization.py"))
            .args(arguments);
        let mut server = Server::start(&mut command);
        let world = serde_json::from_str(&server.line()).expect("a description in JSON");
        Self { world, _server: server }
    }

    /// A text of the description: `endpoint`, `management` (the account), `topic`.
    pub(crate) fn said(&self, name: &str) -> &str {
        self.world[name].as_str().expect("a text")
    }

    /// A member account; the one of place `n` has as many users as `n` modulo four.
    pub(crate) fn account(&self, place: usize) -> &str {
        self.world["accounts"][place].as_str().expect("an account")
    }

    /// Runs the Python tests of one file in `tests/python/moto`.
    pub(crate) fn check(&self, tests: &str, bucket: &str) {
        let mut command = python(self.said("endpoint"), self.said("management"));
        command
            .env("IAM_CENSUS_WORLD", self.world.to_string())
            .env("IAM_CENSUS_PROGRAM", iam_census())
            .env("IAM_CENSUS_CHECKED_BUCKET", bucket);
        pytest(&mut command, &format!("moto/{tests}"));
    }
}

#[test]
fn the_organization_is_what_the_tests_rely_on() {
    Organization::start().check("test_world.py", "");
}

#[test]
fn what_the_checker_tells_arrives_at_a_subscription() {
    Organization::start().check("test_told.py", "reports-of-the-program");
}
