//! The SQL of `stacks/analytics.yaml`, run by another engine over collected reports.

use crate::harness::binaries::iam_census;
use crate::harness::python::{pytest, python};
use crate::harness::{environment, finish, succeed};
use crate::programs::Organization;
use crate::repository::{root, text};

/// Every account has so many users that all accounts together have more than 10,000.
const USERS: [&str; 5] = ["--accounts", "24", "--users", "620", "--healthy"];
const MIDNIGHT: &str = "2026-11-20T00:00:00Z";

#[test]
fn sql_over_the_raw_reports_says_what_the_checks_say() {
    let folder = tempfile::tempdir().expect("a folder");
    let organization = Organization::start(&USERS);
    let event = folder.path().join("event.json");
    std::fs::write(&event, r#"{"time": "2026-11-20T02:00:00Z", "schedule": "test"}"#).expect("a file");
    let mut collect = organization.program();
    collect
        .args(["run", "credential-collector", "--event"])
        .arg(&event)
        .arg("--out")
        .arg(folder.path());
    succeed(&mut collect);

    // The organization is not of GovCloud, where root users have no password.
    let of_govcloud = folder.path().join("credential-reports/2026-11-20/govcloud");
    std::fs::create_dir_all(&of_govcloud).expect("a folder");
    let report = text("crates/audit-core/testdata/root-govcloud.csv");
    std::fs::write(of_govcloud.join("report.csv"), report).expect("a file");

    let mut check = environment::offline(iam_census());
    check
        .args(["check", "--format", "json", "--at", MIDNIGHT])
        .arg(folder.path().join("credential-reports"));
    let judged = finish(&mut check);
    let verdicts = folder.path().join("verdicts.json");
    std::fs::write(&verdicts, judged.stdout).expect("a file");

    let mut reader = python("http://127.0.0.1:9", "123456789012");
    reader
        .env("IAM_CENSUS_FOLDER", folder.path())
        .env("IAM_CENSUS_VERDICTS", verdicts)
        .env("IAM_CENSUS_REPOSITORY", root());
    pytest(&mut reader, "analytics");
}
