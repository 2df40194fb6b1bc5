//! Names, versions and lints are written down once.

use toml::Value;

use crate::repository::{packages, workspace};

#[test]
fn folder_and_crate_have_one_name() {
    for package in packages() {
        let folder = package.folder.to_string_lossy().into_owned();
        let expected = match package.name() {
            "house-tests" => "tests".to_owned(),
            name => format!("crates/{name}"),
        };
        assert_eq!(folder, expected);
    }
}

#[test]
fn every_version_is_declared_in_the_workspace() {
    let declared = workspace()["workspace"]["dependencies"].clone();
    for package in packages() {
        for kind in ["dependencies", "dev-dependencies", "build-dependencies"] {
            for (dependency, value) in package.table(kind) {
                assert_eq!(
                    value.get("workspace"),
                    Some(&Value::Boolean(true)),
                    "{}: {dependency} is not inherited from the workspace",
                    package.name()
                );
                assert!(value.get("version").is_none());
                assert!(declared.get(&dependency).is_some());
            }
        }
    }
}

#[test]
fn every_declared_dependency_is_used() {
    let declared = workspace()["workspace"]["dependencies"].clone();
    let packages = packages();
    for (dependency, _) in declared.as_table().expect("a table") {
        let used = packages.iter().any(|package| {
            ["dependencies", "dev-dependencies", "build-dependencies"]
                .into_iter()
                .any(|kind| package.table(kind).contains_key(dependency))
        });
        assert!(used, "no crate uses {dependency}");
    }
}

#[test]
fn every_crate_inherits_its_lints_and_its_facts() {
    let inherited = Value::Table([("workspace".to_owned(), Value::Boolean(true))].into_iter().collect());
    for package in packages() {
        let name = package.name();
        assert_eq!(package.manifest.get("lints"), Some(&inherited), "{name}");
        for fact in ["version", "edition", "rust-version", "license", "publish"] {
            assert_eq!(
                package.manifest["package"].get(fact),
                Some(&inherited),
                "{name}: {fact}"
            );
        }
        let description = package.manifest["package"].get("description");
        assert!(description.is_some_and(Value::is_str), "{name} says what it is for");
    }
}

/// A panic of a release build is caught by the Lambda runtime and reported, which an abort would prevent.
#[test]
fn release_builds_unwind() {
    assert_eq!(workspace()["profile"]["release"].get("panic"), None);
}

/// One set of compiled SDK crates serves everything only if all ask for the same features.
#[test]
fn every_aws_client_asks_for_the_same_features() {
    let declared = workspace()["workspace"]["dependencies"].clone();
    let clients: Vec<(&String, &Value)> = declared
        .as_table()
        .expect("a table")
        .iter()
        .filter(|(name, _)| name.starts_with("aws-sdk-"))
        .collect();
    let first = clients.first().expect("the house calls AWS").1;
    for (name, client) in clients {
        assert_eq!(client["features"], first["features"], "{name}");
        assert_eq!(client["default-features"], Value::Boolean(false), "{name}");
    }
}
