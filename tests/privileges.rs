//! The privilege report of the program, as other readers see it.

use std::path::Path;
use std::process::Command;

use crate::harness::binaries::iam_census;
use crate::harness::python::{packages, python};
use crate::harness::{environment, finish, succeed, told};
use crate::repository::root;

/// The packages that read a workbook.
const WORKBOOK: &str = "requirements-workbook.txt";

fn answer(users: &str, folder: &Path) -> String {
    let mut write = Command::new("python3");
    write.arg(root().join("tests/python/privileges/account.py")).arg(users);
    let output = finish(&mut write);
    assert!(output.status.success(), "{}", told(&write, &output));
    let path = folder.join("details.json");
    std::fs::write(&path, output.stdout).expect("a file");
    path.to_str().expect("a path in UTF-8").to_owned()
}

fn report(details: &str, out: &Path) {
    let mut program = environment::offline(iam_census());
    program.args(["privileges", details, "--at", "2026-11-20T02:00:00Z", "--out"]);
    program.arg(out);
    let output = finish(&mut program);
    // Somebody in the account becomes an administrator.
    assert_eq!(output.status.code(), Some(1), "{}", told(&program, &output));
}

#[test]
fn openpyxl_reads_every_value_of_the_workbook_and_no_formula() {
    let folder = tempfile::tempdir().expect("a folder");
    let details = answer("40", folder.path());
    let paths = ["report.xlsx", "report.jsonl", "again.xlsx"].map(|name| folder.path().join(name));
    for path in &paths {
        report(&details, path);
    }
    let [workbook, lines, again] = &paths;
    let bytes = |path| std::fs::read(path).expect("a report");
    assert!(bytes(workbook) == bytes(again), "the same report has other bytes");
    let mut check = Command::new(packages(WORKBOOK).join("bin/python"));
    check
        .arg(root().join("tests/python/privileges/check_workbook.py"))
        .arg("--long")
        .args([workbook, lines]);
    succeed(&mut check);
    let mut schema = python("http://127.0.0.1:9", "111122223333");
    schema
        .arg(root().join("tests/python/privileges/check_lines.py"))
        .arg(root().join("schemas/privileges-1.json"))
        .arg(lines);
    succeed(&mut schema);
}
