//! The collector, ended at every point where it waits for AWS: what a manifest names is always there, and the next run
//! converges.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use audit_core::digest::Sha256;
use audit_core::keys;
use audit_core::ledger::{Counts, Latest, Manifest, Outcome, RunStatus};
use credential_collector::FUNCTION;
use simulated_aws::{ReportStart, Silence, Trouble, Troubles, World, WorldSpec};

use crate::harness::served::{Served, Target, has_ended};

/// Six accounts, one of them broken, so that a run has a message to keep and to send.
fn world() -> World {
    World::new(WorldSpec {
        accounts: 6,
        users_per_account: Some(3),
        all_active: true,
        reports: ReportStart::Ready,
        troubles: Troubles::Exactly(vec![(Trouble::ReportDenied, 1)]),
        ..WorldSpec::default()
    })
    .expect("a world")
}

fn collector(served: &Served, target: &Target<'_>) -> Command {
    served.function(FUNCTION, target)
}

fn run(served: &Served, target: &Target<'_>) {
    let status = collector(served, target).status().expect("the collector");
    assert_eq!(status.code(), Some(3), "one account is broken");
}

/// What holds at every moment: a manifest names only what is there, with its digest, and so does the pointer.
fn check(objects: &BTreeMap<String, Vec<u8>>) -> Option<Manifest> {
    if let Some(pointer) = objects.get(&keys::latest(FUNCTION)) {
        let latest = Latest::parse(pointer).expect("a whole pointer");
        assert_eq!(Sha256::of(&objects[&latest.manifest.key]), latest.manifest.sha256);
    }
    let (_, bytes) = objects.iter().find(|(key, _)| is_manifest(key))?;
    let manifest = Manifest::parse(bytes).expect("a whole manifest");
    for entry in &manifest.accounts {
        if let Outcome::Collected(report) = &entry.outcome {
            assert_eq!(Sha256::of(&objects[&report.key]), report.sha256, "{}", report.key);
        }
    }
    Some(manifest)
}

fn is_manifest(key: &str) -> bool {
    let json = Path::new(key).extension().is_some_and(|extension| extension == "json");
    key.starts_with("runs/") && json && key != keys::latest(FUNCTION)
}

/// What a run that nobody disturbed leaves behind, without what says who stored a report first.
fn essence(objects: &BTreeMap<String, Vec<u8>>) -> (Counts, RunStatus, BTreeMap<String, Sha256>) {
    let manifest = check(objects).expect("a manifest");
    // The dataset tells when each report was generated, which is another moment in each simulated organization.
    assert!(objects.contains_key(&keys::dataset("credentials/", manifest.date, "credentials")));
    let reports = objects
        .iter()
        .filter(|(key, _)| key.starts_with("credential-reports/"))
        .map(|(key, bytes)| (key.clone(), Sha256::of(bytes)));
    (manifest.counts, manifest.status, reports.collect())
}

/// Ends the collector at every call, before and after it is carried out, and lets it run again; how often it was ended.
fn end_everywhere(target: impl Fn(&Path) -> Option<std::path::PathBuf>) -> u32 {
    let folder = tempfile::tempdir().expect("a folder");
    let mut undisturbed = None;
    let mut ended = 0;
    for silence in [Silence::Before, Silence::AfterCarryingOut] {
        for answered in 0.. {
            let place = target(&folder.path().join(format!("{silence:?}-{answered}")));
            let target = place.as_deref().map_or(Target::Bucket, Target::Folder);
            let served = Served::start(world());
            let reached = served.end_at(&mut collector(&served, &target), answered, silence);
            check(&target.objects(&served));
            if !reached {
                // The run was over before the call came: there is no further point to end it at.
                break;
            }
            ended += 1;
            run(&served, &target);
            let after = essence(&target.objects(&served));
            assert_eq!(
                &after,
                undisturbed.get_or_insert_with(|| after.clone()),
                "{silence:?} {answered}"
            );
            assert!(
                !served.simulator.published().is_empty(),
                "{silence:?} {answered}: the message is lost"
            );
            assert!(
                served.simulator.published().len() <= 2,
                "{silence:?} {answered}: at most one repeat"
            );
        }
    }
    ended
}

#[test]
fn a_run_into_a_bucket_survives_its_end_at_every_call() {
    let ended = end_everywhere(|_| None);
    println!("ended at {ended} points");
    assert!(ended > 60, "{ended}");
}

#[test]
fn a_run_into_a_folder_survives_its_end_at_every_call() {
    let ended = end_everywhere(|folder| Some(folder.to_owned()));
    println!("ended at {ended} points");
    assert!(ended > 20, "{ended}");
}

#[test]
fn a_run_into_a_folder_survives_its_end_at_any_moment() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut ended = 0;
    for moment in 0..260_u64 {
        let served = Served::start(world());
        let place = folder.path().join(moment.to_string());
        let target = Target::Folder(&place);
        let mut child = collector(&served, &target).spawn().expect("the collector");
        std::thread::sleep(Duration::from_micros(moment * 200));
        ended += u32::from(!has_ended(&mut child));
        child.kill().expect("ended");
        child.wait().expect("gone");
        check(&target.objects(&served));
        run(&served, &target);
        essence(&target.objects(&served));
    }
    println!("ended {ended} times");
    assert!(ended > 0);
}
