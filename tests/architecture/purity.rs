//! The pure crates see no clock, no environment, no file and no network.

use toml::{Table, Value};

use crate::repository::{packages, text};

const PURE: [&str; 3] = ["iam-policy", "audit-core", "audit-report"];

/// What no pure crate may call, as Clippy names it.
const CLOSED: [&str; 6] = [
    "std::time::SystemTime::now",
    "std::time::Instant::now",
    "std::env::var",
    "std::fs::read",
    "std::fs::write",
    "std::thread::sleep",
];

/// What else the crates that know `jiff` may not call.
const CLOSED_JIFF: [&str; 2] = ["jiff::Timestamp::now", "jiff::Zoned::now"];

#[test]
fn pure_crates_depend_on_nothing_that_does_input_or_output() {
    for package in packages() {
        if !PURE.contains(&package.name()) {
            continue;
        }
        for dependency in package.dependencies() {
            let impure = dependency.starts_with("aws-")
                || dependency.starts_with("tokio")
                || dependency.starts_with("hyper")
                || ["lambda_runtime", "tracing", "clap", "rand", "tempfile"].contains(&dependency.as_str());
            assert!(!impure, "{} depends on {dependency}", package.name());
        }
    }
}

#[test]
fn pure_crates_close_their_doors_by_lint() {
    for package in packages() {
        if !PURE.contains(&package.name()) {
            continue;
        }
        let path = package.folder.join("clippy.toml");
        let lints: Table = toml::from_str(&text(&path.to_string_lossy())).expect("TOML");
        let closed: Vec<&Value> = ["disallowed-methods", "disallowed-types"]
            .into_iter()
            .filter_map(|kind| lints.get(kind)?.as_array())
            .flatten()
            .collect();
        for entry in &closed {
            let reason = entry.get("reason").and_then(Value::as_str).unwrap_or_default();
            assert!(!reason.is_empty(), "{}: {entry} has no reason", path.display());
        }
        let jiff = package.dependencies().iter().any(|name| name == "jiff");
        let wanted = CLOSED.into_iter().chain(CLOSED_JIFF.into_iter().filter(|_| jiff));
        for call in wanted {
            let known = closed
                .iter()
                .any(|entry| entry.get("path").and_then(Value::as_str) == Some(call));
            assert!(known, "{} leaves {call} open", path.display());
        }
    }
}
