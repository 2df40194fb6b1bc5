//! Python with its packages pinned by hash, installed under the target folder at first use.

use std::path::PathBuf;
use std::process::Command;

use super::environment;
use super::{finish, succeed, target_folder, told};
use crate::repository::root;

/// The packages of the tests.
pub(crate) const TESTS: &str = "requirements.txt";

/// The package that carries AWS's Runtime Interface Emulator.
pub(crate) const EMULATOR: &str = "requirements-emulator.txt";

/// The folder of a virtual environment with exactly the packages of `tests/python/<requirements>`.
pub(crate) fn packages(requirements: &str) -> PathBuf {
    let mut command = Command::new("python3");
    command
        .arg(root().join("scripts/venv.py"))
        .arg(root().join("tests/python").join(requirements))
        .arg(target_folder().join("python"));
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("python3 is needed: install Python 3.11 or newer ({error})"));
    assert!(output.status.success(), "{}", told(&command, &output));
    let path = String::from_utf8(output.stdout).expect("a path in UTF-8");
    PathBuf::from(path.trim_end())
}

/// Python with the packages of the tests, its calls to AWS going to `endpoint`, in `tests/python`.
pub(crate) fn python(endpoint: &str, account: &str) -> Command {
    let mut command = environment::command(packages(TESTS).join("bin/python"), endpoint, account);
    command.current_dir(root().join("tests/python"));
    command
}

/// Runs the Python tests of a folder or file in `tests/python`, which find what they need in their environment.
pub(crate) fn pytest(command: &mut Command, tests: &str) {
    command.args(["-m", "pytest", "-p", "no:cacheprovider", "--quiet", tests]);
    let output = finish(command);
    assert!(output.status.success(), "{}", told(command, &output));
}

/// A module of the standard library answers: the environment is whole.
#[test]
fn the_packages_of_the_tests_are_installed_once() {
    let first = packages(TESTS);
    assert_eq!(packages(TESTS), first);
    let mut python = python("http://127.0.0.1:1", "111122223333");
    succeed(python.args(["-c", "import boto3, duckdb, moto, pytest, waitress"]));
}
