//! Where the packages of the workspace come from, and under which licenses.

use std::process::Command;

use serde_json::Value;
use spdx::{Expression, LicenseReq, ParseMode};
use toml::Table;

use crate::harness::succeed;
use crate::repository::{root, text};

/// Licenses under which a package may be built into what is distributed.
const LICENSES: [&str; 13] = [
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "BlueOak-1.0.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "OpenSSL",
    "Unicode-3.0",
    "Zlib",
];

fn accepted(requirement: &LicenseReq) -> bool {
    LICENSES
        .iter()
        .any(|name| requirement.license.id() == spdx::license_id(name))
}

/// Nothing comes from a repository or a folder that could change under its name.
#[test]
fn every_package_comes_from_the_registry_with_its_checksum() {
    let lock: Table = toml::from_str(&text("Cargo.lock")).expect("the lock file is TOML");
    let mut foreign = 0;
    for package in lock["package"].as_array().expect("packages") {
        let Some(source) = package.get("source").and_then(toml::Value::as_str) else {
            continue;
        };
        assert!(source.starts_with("registry+"), "{package}");
        let checksum = package.get("checksum").and_then(toml::Value::as_str);
        assert!(checksum.is_some_and(|it| it.len() == 64), "{package}");
        foreign += 1;
    }
    assert!(foreign > 0);
}

#[test]
fn every_package_has_an_accepted_license() {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command
        .args(["metadata", "--locked", "--format-version", "1"])
        .current_dir(root());
    let metadata: Value = serde_json::from_slice(&succeed(&mut command).stdout).expect("JSON");
    for package in metadata["packages"].as_array().expect("packages") {
        let name = &package["name"];
        let license = package["license"]
            .as_str()
            .unwrap_or_else(|| panic!("{name} names no license"));
        let expression = Expression::parse_mode(license, ParseMode::LAX)
            .unwrap_or_else(|error| panic!("{name}: {license}: {error}"));
        assert!(expression.evaluate(accepted), "{name}: {license}");
    }
}

#[test]
fn licenses_are_told_apart() {
    for (license, taken) in [
        ("MIT OR Apache-2.0", true),
        ("GPL-3.0-only OR MIT", true),
        ("MIT AND GPL-3.0-only", false),
        ("AGPL-3.0-only", false),
        ("Apache-2.0 WITH LLVM-exception", true),
    ] {
        let expression = Expression::parse(license).expect("a license");
        assert_eq!(expression.evaluate(accepted), taken, "{license}");
    }
}
