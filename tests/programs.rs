//! The programs as a user starts them, and what they leave behind as others' clients and readers see it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use audit_core::digest::Sha256;
use audit_core::ledger::{Latest, Manifest, RunStatus};
use simulated_aws::{World, WorldSpec};

use crate::harness::binaries::iam_census;
use crate::harness::python::{pytest, python};
use crate::harness::server::Server;
use crate::harness::{environment, finish, succeed, told};
use crate::repository::root;

const AT: &str = "2026-11-20T02:00:00Z";

/// An organization that `iam-census simulate` serves.
pub(crate) struct Organization {
    /// The base URL.
    pub(crate) endpoint: String,
    /// The account that any access key acts as.
    pub(crate) hub: String,
    /// A bucket of that account.
    pub(crate) bucket: String,
    server: Server,
}

impl Organization {
    pub(crate) fn start(arguments: &[&str]) -> Self {
        let mut command = environment::offline(iam_census());
        command.args(["simulate", "--listen", "127.0.0.1:0"]).args(arguments);
        let mut server = Server::start(&mut command);
        let line = server.line();
        let after = |name: &str| {
            let mut words = line.split([' ', ',']).skip_while(|word| *word != name);
            words.nth(1).unwrap_or_else(|| panic!("no {name}: {line}")).to_owned()
        };
        Self {
            endpoint: line.split(' ').next().expect("a first word").to_owned(),
            hub: after("hub"),
            bucket: after("bucket"),
            server,
        }
    }

    /// Python whose calls go to this organization.
    fn python(&self) -> Command {
        python(&self.endpoint, &self.hub)
    }

    /// The program, whose calls go to this organization.
    pub(crate) fn program(&self) -> Command {
        environment::command(iam_census(), &self.endpoint, &self.hub)
    }
}

/// Every file below a folder with its digest and the time of its last change.
fn files(folder: &Path) -> BTreeMap<PathBuf, (Sha256, SystemTime)> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in next.read_dir().expect("a readable folder") {
            let path = entry.expect("a readable folder").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let bytes = std::fs::read(&path).expect("a readable file");
                let changed = path.metadata().and_then(|about| about.modified());
                found.insert(path, (Sha256::of(&bytes), changed.expect("a time")));
            }
        }
    }
    found
}

fn demo(accounts: &str, out: &Path) {
    let mut program = environment::offline(iam_census());
    program
        .args(["demo", "--accounts", accounts, "--seed", "7", "--at", AT, "--out"])
        .arg(out);
    succeed(&mut program);
}

#[test]
fn the_demo_is_what_others_read_from_the_simulator() {
    let folder = tempfile::tempdir().expect("a folder");
    demo("1000", folder.path());
    let first = files(folder.path());
    demo("1000", folder.path());
    assert!(files(folder.path()) == first, "the second showing changed files");

    let stored = |key: &str| std::fs::read(folder.path().join(key)).expect("a stored document");
    let latest = Latest::parse(&stored("runs/credential-collector/latest.json")).expect("a pointer");
    let bytes = stored(&latest.manifest.key);
    assert_eq!(Sha256::of(&bytes), latest.manifest.sha256);
    let manifest = Manifest::parse(&bytes).expect("a manifest");
    let counts = manifest.counts;
    assert_eq!(counts.listed, 1000);
    assert_eq!(
        counts.collected + counts.skipped + counts.failed + counts.left,
        1000,
        "{counts:?}"
    );
    assert!(
        counts.collected > 0 && counts.skipped > 0 && counts.failed > 0,
        "{counts:?}"
    );
    assert_eq!(manifest.status, RunStatus::Partial);

    let organization = Organization::start(&["--accounts", "1000", "--seed", "7"]);
    let mut reader = organization.python();
    reader.env("IAM_CENSUS_FOLDER", folder.path());
    pytest(&mut reader, "programs/test_demo.py");
}

#[test]
fn the_documents_of_the_demo_keep_to_their_schemas() {
    let folder = tempfile::tempdir().expect("a folder");
    demo("40", folder.path());
    let mut reader = python("http://127.0.0.1:9", "123456789012");
    reader
        .env("IAM_CENSUS_FOLDER", folder.path())
        .env("IAM_CENSUS_REPOSITORY", root());
    pytest(&mut reader, "programs/test_schemas.py");
}

/// An account that nothing else distinguishes, the last one of the organization.
fn broken_account(accounts: usize) -> String {
    let world = World::new(WorldSpec {
        accounts,
        ..WorldSpec::default()
    });
    let world = world.expect("an organization");
    world
        .accounts()
        .last()
        .map(|account| account.id.clone())
        .expect("an account")
}

#[test]
fn the_stock_cli_is_answered_and_two_commands_store_the_same_objects() {
    let denied = broken_account(12);
    let plan = format!(
        r#"{{"rules": [{{"service": "sts", "operation": "AssumeRole", "account": "{denied}", "kinds": ["denied"]}}]}}"#
    );
    let folder = tempfile::tempdir().expect("a folder");
    let faults = folder.path().join("faults.json");
    std::fs::write(&faults, plan).expect("a file");
    let faults = faults.to_str().expect("a path in UTF-8");
    let mut organization = Organization::start(&["--accounts", "12", "--healthy", "--faults", faults]);

    let (of_run, of_audit) = ("stored-by-run", "stored-by-audit");
    for bucket in [of_run, of_audit] {
        let mut make = organization.python();
        succeed(make.args(["-m", "awscli", "s3", "mb", &format!("s3://{bucket}")]));
    }

    let mut run = organization.program();
    run.args(["run", "credential-collector", "--event"])
        .arg(root().join("events/credential-collector.json"))
        .args(["--bucket", of_run]);
    let mut audit = organization.program();
    audit.args(["audit", "--at", AT, "--bucket", of_audit]);
    for command in [&mut run, &mut audit] {
        let output = finish(command);
        // One account is broken, so the answer is incomplete.
        assert_eq!(output.status.code(), Some(3), "{}", told(command, &output));
    }

    let mut reader = organization.python();
    reader
        .env("IAM_CENSUS_DENIED", denied)
        .env("IAM_CENSUS_BUCKETS", format!("{of_run} {of_audit}"));
    pytest(&mut reader, "programs/test_stock_cli.py");

    let calls = organization.server.interrupt();
    let told = |what: &str| calls.iter().any(|line| line.ends_with(what));
    assert!(told("iam:GetCredentialReport  answered"), "{calls:?}");
    assert!(told("sts:AssumeRole  hit by the fault Denied"), "{calls:?}");
}
