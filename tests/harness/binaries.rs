//! The programs of the workspace, built once and by the same Cargo, profile and folder as this test.

use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;

use super::{profile_folder, succeed, target_folder};
use crate::repository::root;

/// The program `iam-census`.
pub(crate) fn iam_census() -> PathBuf {
    binary("iam-census")
}

/// The bootstrap of a function.
pub(crate) fn bootstrap(function: &str) -> PathBuf {
    binary(function)
}

/// An example of the workspace, a program made for its tests.
pub(crate) fn example(name: &str) -> PathBuf {
    binary(&format!("examples/{name}"))
}

fn binary(name: &str) -> PathBuf {
    static BUILT: OnceLock<()> = OnceLock::new();
    BUILT.get_or_init(build);
    let path = profile_folder().join(name);
    assert!(path.is_file(), "{} was not built", path.display());
    path
}

fn build() {
    let profile = profile_folder();
    let profile = profile.file_name().expect("a profile").to_string_lossy();
    let profile = if profile == "debug" { "dev" } else { &profile };
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    // What Cargo says to this test about its package would make build scripts of others run again.
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy().into_owned();
        if name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_") {
            command.env_remove(name);
        }
    }
    command
        .args([
            "build",
            "--locked",
            "--workspace",
            "--bins",
            "--examples",
            "--profile",
            profile,
        ])
        .arg("--target-dir")
        .arg(target_folder())
        .current_dir(root());
    succeed(&mut command);
}
