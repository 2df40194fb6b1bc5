//! What the demo shows people, as it was looked at and stored: a change of words or looks is seen in review.

use std::fs;
use std::path::Path;

use audit_core::ledger::Latest;
use jiff::civil::Date;
use serde_json::Value;

use crate::harness::binaries::iam_census;
use crate::harness::{environment, succeed, target_folder};
use crate::repository::root;

/// A document that differs from the stored one is kept beside the build, where it can be looked at and taken over.
fn compare(name: &str, shown: &str) -> Result<(), String> {
    let stored = root().join("tests/golden/demo").join(name);
    if fs::read_to_string(&stored).is_ok_and(|stored| stored == shown) {
        return Ok(());
    }
    let kept = target_folder().join("showing");
    fs::create_dir_all(&kept).expect("a folder");
    fs::write(kept.join(name), shown).expect("a file");
    Err(format!(
        "{name} has changed: look at target/showing/{name}, and store it in tests/golden/demo"
    ))
}

/// What is stored of each function: the message that waits in its outbox, if it has one to send, and reports of its own.
const STORED: [(&str, bool, &[&str]); 6] = [
    ("credential-collector", true, &[]),
    ("cis-checker", true, &["report.txt", "report.html"]),
    ("config-rule", true, &[]),
    ("user-inventory", true, &["report.txt"]),
    (
        "scp-report",
        false,
        &["summary.csv", "accounts.csv", "policies.csv", "guardrails.csv"],
    ),
    ("root-activity", true, &["summary.csv", "accounts.csv", "not_known.csv"]),
];

/// The message that waits in the outbox.
fn message(folder: &Path, function: &str, date: Date) -> String {
    let mut waiting: Vec<_> = fs::read_dir(folder.join("outbox").join(function).join(date.to_string()))
        .expect("an outbox")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    waiting.sort();
    let [only] = waiting.as_slice() else {
        panic!("{waiting:?}")
    };
    let message: Value = serde_json::from_slice(&fs::read(only).expect("a message")).expect("JSON");
    let part = |name: &str| message[name].as_str().expect("a text").to_owned();
    format!("Subject: {}\n\n{}", part("subject"), part("body"))
}

/// Everything that is stored of a function, by the name of the file that holds it.
fn documents(folder: &Path, (function, has_message, reports): (&str, bool, &[&str])) -> Vec<(String, String)> {
    let latest = fs::read(folder.join(format!("runs/{function}/latest.json"))).expect("a pointer");
    let latest = Latest::parse(&latest).expect("a pointer");
    let place = folder.join(format!("reports/{function}/{}/{}", latest.date, latest.run));
    let mut documents: Vec<(String, String)> = reports
        .iter()
        .map(|name| {
            let shown =
                fs::read_to_string(place.join(name)).unwrap_or_else(|error| panic!("{function} {name}: {error}"));
            (format!("{function}-{name}"), shown)
        })
        .collect();
    let outbox = folder.join("outbox").join(function);
    assert_eq!(outbox.exists(), has_message, "{function}");
    if has_message {
        documents.push((
            format!("{function}-message.txt"),
            message(folder, function, latest.date),
        ));
    }
    documents
}

#[test]
fn the_reports_of_the_demo_are_the_stored_ones() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = fs::canonicalize(folder.path()).expect("a folder");
    let mut demo = environment::offline(iam_census());
    let output = succeed(demo.arg("demo").arg("--out").arg(&folder));
    let shown = String::from_utf8(output.stdout).expect("UTF-8");
    let place = folder.to_str().expect("a path in UTF-8");
    let documents = STORED.into_iter().flat_map(|stored| documents(&folder, stored));
    let differences: Vec<String> = [("demo.txt".to_owned(), shown)]
        .into_iter()
        .chain(documents)
        .filter_map(|(name, shown)| compare(&name, &shown.replace(place, "FOLDER")).err())
        .collect();
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}
