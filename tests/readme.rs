//! What the README says about reasons is what the program says.

use audit_core::reason::Reason;

use crate::repository::text;

/// The rows of the table whose first heading is `heading`, each cut into its two cells.
fn rows(document: &str, heading: &str) -> Vec<(String, String)> {
    let first = format!("| {heading} |");
    document
        .lines()
        .skip_while(|line| !line.starts_with(&first))
        .skip(2)
        .map_while(|line| line.strip_prefix("| ")?.strip_suffix(" |")?.split_once(" | "))
        .map(|(left, right)| (left.to_owned(), right.to_owned()))
        .collect()
}

#[test]
fn every_reason_stands_there_with_its_advice() {
    let expected = Reason::ALL.map(|reason| (format!("`{reason}`"), reason.advice().to_owned()));
    assert_eq!(rows(&text("README.md"), "reason"), expected);
}
