//! The documents that a visitor looks for, and what no committed file may say.

use crate::repository::{files, root, text};

#[test]
fn the_house_has_its_documents() {
    for document in [
        "README.md",
        "ARCHITECTURE.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        "LICENSE",
    ] {
        assert!(files().iter().any(|file| file == document), "{document} is missing");
    }
    let lines = text("ARCHITECTURE.md").lines().count();
    assert!(lines < 150, "ARCHITECTURE.md has {lines} lines");
}

/// Addresses and paths of the machine that a file was written on mean nothing to its reader.
#[test]
fn no_file_names_a_registry_host_or_a_path_of_a_machine() {
    let needles = [
        ["index.", "crates.io"],
        ["static.", "crates.io"],
        ["pypi", ".org"],
        ["python", "hosted.org"],
        ["registry.", "npmjs.org"],
        ["deb.", "debian.org"],
        ["/wo", "rk/"],
        ["/ro", "ot/."],
    ]
    .map(|parts| parts.concat());
    for file in files() {
        let bytes = std::fs::read(root().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
        let text = String::from_utf8_lossy(&bytes);
        for needle in &needles {
            assert!(!text.contains(needle.as_str()), "{file} names {needle}");
        }
    }
}
