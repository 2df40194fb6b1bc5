//! What a run leaves behind: findings of every account, documents, a dataset, and the same bytes for the same event.

use audit_core::event::RunRequest;
use audit_core::ledger::{Counts, Outcome, RunStatus};
use clap::Parser as _;
use credential_collector::Settings as Collecting;
use serde_json::Value;
use simulated_aws::{Operation, Troubles, WorldSpec};

use super::scene::{Scene, denied, sound};

#[test]
fn every_listed_account_is_accounted_for() {
    let spec = WorldSpec {
        accounts: 40,
        troubles: Troubles::Typical,
        ..WorldSpec::default()
    };
    let scene = Scene::new(spec, &[]);
    let finished = scene.now();
    let manifest = &finished.manifest;
    assert_eq!(manifest.counts, Counts::of(&manifest.accounts));
    assert_eq!(manifest.counts.listed, 40);
    let told = scene.findings(&finished);
    for entry in &manifest.accounts {
        let account = entry.account.as_str();
        let findings: Vec<_> = told.iter().filter(|finding| finding["account"] == account).collect();
        match &entry.outcome {
            Outcome::Collected(stored) => {
                assert!(!findings.is_empty(), "{}", entry.account);
                assert_eq!(scene.text(&stored.key).lines().count() as u64, stored.rows);
            }
            // What could not be looked at is unknown, but for its root user where AssumeRoot shows it.
            Outcome::Failed(_) => {
                let unknown = findings.iter().filter(|finding| finding["status"] == "UNKNOWN");
                assert!(unknown.count() > 5, "{}: {findings:?}", entry.account);
            }
            Outcome::Skipped { .. } | Outcome::Left => assert!(findings.is_empty(), "{}", entry.account),
        }
    }
    for name in [
        "report.html",
        "report.txt",
        "findings.csv",
        "findings.jsonl",
        "findings.ocsf.jsonl",
    ] {
        assert!(!scene.document(&finished, name).is_empty(), "{name}");
    }
    let dataset = scene.simulator.object(
        &scene.simulator.evidence_bucket(),
        &format!("findings/date={}/findings.parquet", manifest.date),
    );
    assert_eq!(&dataset.expect("a dataset").body[..4], b"PAR1");
}

#[test]
fn the_same_event_again_changes_nothing_and_tells_nobody() {
    let scene = Scene::new(sound(6), &["--security-hub-region=eu-central-1"]);
    let request = RunRequest::at(scene.moment());
    scene.run(&request);
    let objects = || {
        let objects = scene.simulator.objects(&scene.simulator.evidence_bucket());
        objects
            .into_iter()
            .map(|object| (object.key, object.version_id))
            .collect::<Vec<_>>()
    };
    let before = objects();
    assert!(
        before.iter().any(|(key, _)| key.contains("/security-hub/")),
        "{before:?}"
    );
    let (entered, puts) = (scene.calls(Operation::AssumeRole), scene.calls(Operation::PutObject));
    let again = scene.run(&request);
    assert_eq!(again.manifest.status, RunStatus::Complete);
    assert_eq!(objects(), before);
    assert_eq!(scene.calls(Operation::AssumeRole), entered, "no account is read again");
    assert_eq!(scene.calls(Operation::PutObject), puts, "nothing is written again");
    assert_eq!(scene.messages(0).len(), 1);
}

#[test]
fn the_reports_of_the_collector_are_used_and_named() {
    let scene = Scene::new(sound(6), &[]);
    let sdk = scene.simulator.sdk_config();
    let bucket = format!("--bucket={}", scene.simulator.evidence_bucket());
    let settings = Collecting::try_parse_from(["credential-collector", &bucket]).expect("settings");
    let request = RunRequest::at(scene.moment());
    let place = credential_collector::Place::of(&sdk, settings.buckets()).expect("buckets");
    let collected = scene.time.run(credential_collector::run(&credential_collector::Run {
        sdk: &sdk,
        settings: &settings,
        request: &request,
        place: &place,
        deadline: None,
        progress: &|_| {},
    }));
    collected.expect("time goes on").expect("a run");
    let fetched = scene.calls(Operation::GetCredentialReport);
    let finished = scene.now();
    assert_eq!(
        scene.calls(Operation::GetCredentialReport),
        fetched,
        "IAM is not asked again"
    );
    let told = scene.findings(&finished);
    assert!(!told.is_empty());
    for finding in &told {
        let stored = format!(
            "credentialReport_{}.csv",
            finding["account"].as_str().expect("an account")
        );
        let source = finding["source"].as_str().expect("a source");
        assert!(source.ends_with(&stored), "{source}");
    }

    // Too old a day later, and then had from IAM.
    scene.time.advance(std::time::Duration::from_hours(24));
    let finished = scene.now();
    let told = scene.findings(&finished);
    let from_iam = |finding: &Value| finding["source"] == "iam:GetCredentialReport";
    assert!(!told.is_empty() && told.iter().all(from_iam));
    assert!(scene.calls(Operation::GetCredentialReport) > fetched);
}

#[test]
fn accepted_failures_are_told_apart_and_a_file_that_cannot_be_used_ends_the_run() {
    let scene = Scene::new(sound(4), &["--exceptions-key=exceptions/cis.toml"]);
    let refused = scene
        .run_until(&RunRequest::at(scene.moment()), None)
        .unwrap_err()
        .to_string();
    assert!(
        refused.contains("exceptions/cis.toml") && refused.contains("not there"),
        "{refused}"
    );
    scene.put(
        "exceptions/cis.toml",
        "schema = \"iam-census/exceptions/1\"\n[[exceptions]]\ncheck = \"no-such-check\"\n",
    );
    let refused = scene
        .run_until(&RunRequest::at(scene.moment()), None)
        .unwrap_err()
        .to_string();
    assert!(
        refused.contains("exceptions/cis.toml") && refused.contains("exception"),
        "{refused}"
    );
    assert_eq!(scene.calls(Operation::AssumeRole), 0, "before any account is looked at");

    let entry = |check: &str| {
        format!(
            "[[exceptions]]\ncheck = \"{check}\"\nowner = \"security\"\nreason = \"known\"\nticket = \"SEC-1\"\nexpires = \"2030-01-01\"\n"
        )
    };
    let file = format!(
        "schema = \"iam-census/exceptions/1\"\n{}{}",
        entry("root-hardware-mfa-enabled"),
        entry("server-certificate-not-expired")
    );
    scene.put("exceptions/cis.toml", &file);
    let finished = scene.now();
    let told = scene.findings(&finished);
    let failed: Vec<_> = told
        .iter()
        .filter(|finding| finding["status"] == "FAIL" && finding["check"] == "root-hardware-mfa-enabled")
        .collect();
    assert!(
        !failed.is_empty() && failed.iter().all(|finding| finding["open"] == false),
        "{failed:?}"
    );
    let summary = finished.summary.expect("a summary");
    let unmet: Vec<_> = summary.unmet.iter().map(|exception| exception.check.slug).collect();
    assert_eq!(unmet, ["server-certificate-not-expired"]);
}

#[test]
fn evidence_that_was_changed_is_told_and_never_judged() {
    let scene = Scene::new(sound(5), &[]);
    let request = RunRequest::at(scene.moment());
    let first = scene.run(&request);
    let entry = first
        .manifest
        .accounts
        .iter()
        .find(|entry| matches!(entry.outcome, Outcome::Collected(_)));
    let entry = entry.expect("an account");
    let Outcome::Collected(stored) = &entry.outcome else {
        panic!("not collected")
    };
    assert!(
        scene
            .simulator
            .tamper(&scene.simulator.evidence_bucket(), &stored.key, "{}\n")
    );
    let again = scene.run(&request);
    assert_eq!(again.changed, [entry.account]);
    assert!(!again.is_delivered());
    let changes = again.changes.as_ref().expect("changes");
    assert!(changes.resolved.is_empty() && changes.retired.is_empty(), "{changes:?}");
    let findings = scene.findings(&again);
    let mut of_account = findings
        .iter()
        .filter(|finding| finding["account"] == entry.account.as_str())
        .peekable();
    assert!(of_account.peek().is_some(), "the account is in no document");
    for finding in of_account {
        let status = finding["status"].as_str().unwrap_or_default();
        assert!(["UNKNOWN", "MANUAL"].contains(&status), "{finding}");
    }
}

#[test]
fn a_store_that_takes_nothing_ends_the_run_and_one_bad_account_does_not() {
    let scene = Scene::new(sound(5), &[]);
    scene.simulator.set_faults(denied(Operation::PutObject, None));
    let error = scene
        .run_until(&RunRequest::at(scene.moment()), None)
        .unwrap_err()
        .to_string();
    assert!(error.contains("evidence store"), "{error}");

    let account = scene.member(0);
    scene
        .simulator
        .set_faults(denied(Operation::AssumeRole, Some(account.id)));
    let finished = scene.now();
    assert_eq!(
        (finished.manifest.counts.failed, finished.manifest.counts.collected),
        (1, 4)
    );
}

#[test]
fn one_account_is_looked_at_without_an_organization() {
    let scene = Scene::new(sound(5), &["--single-account"]);
    let finished = scene.now();
    assert_eq!(finished.manifest.status, RunStatus::Complete);
    assert_eq!(finished.manifest.counts.listed, 1);
    for operation in [
        Operation::ListAccounts,
        Operation::AssumeRole,
        Operation::DescribeOrganization,
    ] {
        assert_eq!(scene.calls(operation), 0);
    }
}

#[test]
fn a_run_that_comes_late_replaces_nothing_of_a_later_one() {
    let scene = Scene::new(sound(4), &[]);
    let late = RunRequest::at(scene.moment());
    let later = scene.later();
    let bucket = scene.simulator.evidence_bucket();
    let kept = |key: &str| scene.simulator.object(&bucket, key).expect("an object").version_id;
    let dataset = format!("findings/date={}/findings.parquet", later.manifest.date);
    let before = (kept(&dataset), kept("state/cis-checker/state.jsonl"));
    let finished = scene.run(&late);
    assert_eq!(finished.manifest.date, later.manifest.date);
    assert!(finished.changes.is_none(), "the later run has told the news");
    assert_eq!((kept(&dataset), kept("state/cis-checker/state.jsonl")), before);
    assert_eq!(scene.messages(0).len(), 1);
}
