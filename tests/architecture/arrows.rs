//! Dependencies point down only.

use crate::repository::{Package, packages};

/// Which crates of ours the shipped code of a crate may use.
fn may_use(package: &Package) -> &'static [&'static str] {
    const FUNCTION: &[&str] = &["audit-aws", "audit-report", "audit-core", "iam-policy"];
    match package.name() {
        "iam-policy" => &[],
        "audit-core" | "simulated-aws" => &["iam-policy"],
        "audit-report" | "audit-aws" => &["audit-core", "iam-policy"],
        _ => FUNCTION,
    }
}

/// Crates at the top of the house, which may use all and are used by nobody.
const TOPS: [&str; 2] = ["audit-cli", "house-tests"];

/// Crates that are no function and stand below the functions.
const LIBRARIES: [&str; 5] = ["iam-policy", "audit-core", "audit-report", "audit-aws", "simulated-aws"];

#[test]
fn shipped_code_depends_downwards_only() {
    let packages = packages();
    for package in packages.iter().filter(|it| !TOPS.contains(&it.name())) {
        for dependency in package.dependencies() {
            let ours = packages.iter().any(|it| it.name() == dependency);
            assert!(
                !ours || may_use(package).contains(&dependency.as_str()),
                "{} may not depend on {dependency}",
                package.name()
            );
        }
    }
}

/// Tests of the crates that call AWS run against the simulator; everything else looks down in its tests, too.
#[test]
fn tests_of_crates_depend_downwards_or_on_the_simulator() {
    let packages = packages();
    for package in packages.iter().filter(|it| !TOPS.contains(&it.name())) {
        let calls_aws = package.is_function() || package.name() == "audit-aws";
        for (dependency, _) in package.table("dev-dependencies") {
            let ours = packages.iter().any(|it| it.name() == dependency);
            let allowed = may_use(package).contains(&dependency.as_str())
                || (calls_aws && dependency == "simulated-aws")
                || dependency == package.name();
            assert!(
                !ours || allowed,
                "the tests of {} may not depend on {dependency}",
                package.name()
            );
        }
    }
}

#[test]
fn nobody_uses_the_tops() {
    for package in packages() {
        for kind in ["dependencies", "dev-dependencies", "build-dependencies"] {
            for top in TOPS {
                assert!(!package.table(kind).contains_key(top), "{} uses {top}", package.name());
            }
        }
    }
}

#[test]
fn every_crate_is_a_library_of_the_house_a_function_or_a_top() {
    for package in packages() {
        let name = package.name();
        assert!(
            LIBRARIES.contains(&name) || TOPS.contains(&name) || package.is_function(),
            "{name} has no place in the house"
        );
        assert!(
            !(package.is_function() && (LIBRARIES.contains(&name) || TOPS.contains(&name))),
            "{name} names lambda_runtime, which only functions may"
        );
    }
}

/// A client that two functions need belongs in `audit-aws`.
#[test]
fn no_two_functions_bring_the_same_aws_client() {
    let functions = crate::repository::functions();
    for (position, one) in functions.iter().enumerate() {
        for dependency in one.dependencies() {
            let shared = functions
                .iter()
                .skip(position + 1)
                .find(|other| other.dependencies().contains(&dependency));
            if let (true, Some(other)) = (dependency.starts_with("aws-sdk-"), shared) {
                panic!("{} and {} both bring {dependency}", one.name(), other.name());
            }
        }
    }
}
