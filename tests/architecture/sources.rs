//! Small files, each of which says what it is for.

use crate::repository::{files_ending, functions, text};

#[test]
fn no_source_file_is_longer_than_400_lines() {
    for suffix in [".rs", ".py", ".sh"] {
        for file in files_ending(suffix) {
            let lines = text(file).lines().count();
            assert!(lines <= 400, "{file} has {lines} lines");
        }
    }
}

#[test]
fn the_entry_point_of_a_function_fits_a_glance() {
    for function in functions() {
        let file = function.folder.join("src/main.rs");
        let lines = text(&file.to_string_lossy()).lines().count();
        assert!(lines <= 30, "{} has {lines} lines", file.display());
    }
}

#[test]
fn every_module_says_what_it_is_for() {
    // What the tests beside a module are for is said by the module.
    for file in files_ending(".rs").filter(|file| !file.ends_with("/tests.rs")) {
        let text = text(file);
        let first = text.lines().find(|line| !line.starts_with("#!["));
        assert!(
            first.is_some_and(|line| line.starts_with("//! ") && line.len() > 10),
            "{file} does not start with what it is for"
        );
    }
    for file in files_ending(".py") {
        let text = text(file);
        let first = text.lines().find(|line| !line.starts_with("#!"));
        assert!(
            first.is_some_and(|line| line.starts_with("\"\"\"") && line.len() > 10),
            "{file} does not start with what it is for"
        );
    }
}

#[test]
fn modules_are_named_by_their_file() {
    assert_eq!(files_ending("/mod.rs").next(), None);
}

/// An exception to a lint is an `expect`, which complains when it is no longer needed.
#[test]
fn no_lint_is_allowed_away() {
    let needles = [["#", "[allow("].concat(), ["#!", "[allow("].concat()];
    for file in files_ending(".rs") {
        let text = text(file);
        for needle in &needles {
            assert!(!text.contains(needle.as_str()), "{file} contains {needle}…)]");
        }
    }
}

#[test]
fn no_test_is_ignored() {
    let needle = ["#", "[ignore"].concat();
    for file in files_ending(".rs") {
        assert!(!text(file).contains(&needle), "{file} ignores a test");
    }
}
