//! What end-to-end tests need around them: built programs, Python, servers, and an environment without surprises.

pub(crate) mod binaries;
pub(crate) mod environment;
pub(crate) mod python;
pub(crate) mod served;
pub(crate) mod server;
pub(crate) mod slices;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The folder that Cargo builds into, found from where this test itself was built: `<target>/<profile>/deps/suite-…`.
pub(crate) fn profile_folder() -> PathBuf {
    let this = std::env::current_exe().expect("the path of this test");
    let deps = this.parent().expect("a folder of dependencies");
    deps.parent().expect("a folder of the profile").to_owned()
}

/// The folder of everything that Cargo builds and that tests install.
pub(crate) fn target_folder() -> PathBuf {
    let profile = profile_folder();
    profile.parent().map(Path::to_owned).expect("a target folder")
}

/// Runs a command to its end and shows all that it said when it fails.
pub(crate) fn succeed(command: &mut Command) -> Output {
    let output = finish(command);
    assert!(output.status.success(), "{}", told(command, &output));
    output
}

/// Runs a command to its end, however that is.
pub(crate) fn finish(command: &mut Command) -> Output {
    command
        .output()
        .unwrap_or_else(|error| panic!("{command:?} cannot be started: {error}"))
}

/// A command, how it ended, and what it said.
pub(crate) fn told(command: &Command, output: &Output) -> String {
    format!(
        "{command:?}: {}\n--- standard output\n{}\n--- standard error\n{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}
