//! What a sweep leaves: a report for each account in the formats that are wanted, the dataset, and the ledger.

use audit_core::digest::Sha256;
use audit_core::ledger::{Latest, Manifest, RunStatus};
use simulated_aws::Operation;

use super::scene::{Scene, sound, stored};

#[test]
fn every_account_has_a_report_that_the_ledger_names_and_the_dataset_is_made_of() {
    let scene = Scene::new(sound(12), &["--privilege-formats=xlsx,csv"]);
    let swept = scene.sweep();
    assert_eq!(
        swept.manifest.status,
        RunStatus::Complete,
        "{:?}",
        swept.manifest.counts
    );
    assert_eq!(
        (swept.manifest.counts.listed, swept.manifest.counts.collected),
        (12, 12)
    );
    assert!(swept.is_delivered() && swept.next.is_none());
    let (keys, mut principals) = (scene.keys(), 0);
    for entry in &swept.manifest.accounts {
        let account = entry.account.to_string();
        let report = stored(&swept, &account);
        let bytes = scene.body(&report.key);
        assert_eq!((Sha256::of(&bytes), bytes.len() as u64), (report.sha256, report.size));
        assert!(report.version.is_some());
        let lines = scene.lines(&swept, &account, "principals");
        assert_eq!(lines.len() as u64, report.rows);
        principals += report.rows;
        let [head] = scene.lines(&swept, &account, "report").try_into().expect("one head");
        assert_eq!(head["account"], account.as_str());
        let run = report.key.strip_suffix(".jsonl").expect("lines");
        assert!(scene.body(&format!("{run}.xlsx")).starts_with(b"PK"));
        let sheets = keys.iter().filter(|key| key.starts_with(&format!("{run}/")));
        assert_eq!(sheets.count(), 13, "one file for each sheet");
    }
    let overview = swept.overview.expect("an overview");
    assert_eq!(overview.users + overview.roles, principals);
    assert!(overview.administrators > 0, "{overview:?}");
    assert!(
        scene
            .body("privileges/date=2026-11-20/privileges.parquet")
            .starts_with(b"PAR1")
    );
    let latest = Latest::parse(&scene.body("runs/config-rule/latest.json")).expect("a pointer");
    let manifest = scene.body(&latest.manifest.key);
    assert_eq!(Sha256::of(&manifest), latest.manifest.sha256);
    assert_eq!(Manifest::parse(&manifest).expect("a manifest"), swept.manifest);
}

#[test]
fn a_complete_run_reads_no_account_again_and_writes_nothing_anew() {
    let scene = Scene::new(sound(5), &[]);
    let first = scene.sweep();
    let asked = scene.calls(Operation::GetAccountAuthorizationDetails);
    let objects = scene.simulator.objects(&scene.simulator.evidence_bucket());
    let second = scene.sweep();
    assert_eq!(scene.calls(Operation::GetAccountAuthorizationDetails), asked);
    assert_eq!((second.manifest, second.overview), (first.manifest, None));
    assert_eq!(
        scene.simulator.objects(&scene.simulator.evidence_bucket()).len(),
        objects.len()
    );
}

#[test]
fn the_same_event_over_the_same_world_gives_the_same_bytes() {
    let run = || {
        let scene = Scene::new(sound(5), &["--with-last-accessed", "--with-resource-policies"]);
        scene.sweep();
        let keys = scene.keys().into_iter();
        keys.map(|key| (scene.body(&key), key)).collect::<Vec<_>>()
    };
    let (first, second) = (run(), run());
    assert!(first.len() > 12);
    for ((ours, key), (theirs, other)) in first.iter().zip(&second) {
        assert_eq!(key, other);
        assert!(ours == theirs, "{key}");
    }
}

#[test]
fn only_lines_are_written_where_nothing_else_is_wanted() {
    let scene = Scene::new(sound(3), &["--privilege-formats=jsonl"]);
    scene.sweep();
    let reports = scene.keys().into_iter().filter(|key| key.starts_with("reports/"));
    let reports: Vec<String> = reports.collect();
    assert_eq!(reports.len(), 3, "{reports:?}");
}

#[test]
fn lines_that_are_not_those_of_the_ledger_are_missed() {
    let mut scene = Scene::new(sound(4), &[]);
    let swept = scene.sweep();
    let whole = swept.overview.expect("an overview");
    let account = scene.member(0).id;
    // Other bytes under the version that the ledger names: what a store that loses data would answer.
    let report = stored(&swept, &account);
    let bucket = scene.simulator.evidence_bucket();
    assert!(scene.simulator.tamper(&bucket, &report.key, "{}\n"));
    scene.settings.privileges.privileges_prefix = "again/".parse().expect("a prefix");
    let again = scene.sweep();
    assert_eq!(
        again.missing.iter().map(ToString::to_string).collect::<Vec<_>>(),
        [account]
    );
    assert!(!again.is_delivered());
    let rest = again.overview.expect("an overview");
    let lost = whole.users + whole.roles - rest.users - rest.roles;
    assert_eq!(lost, report.rows);
    assert!(rest.users > 0);
    // A retry does not take the dataset for the whole that it is not.
    let retried = scene.sweep();
    assert_eq!((retried.missing.len(), retried.is_delivered()), (1, false));
}
