//! Evidence: conditional writes, older and newer reports, layouts, and a store that does not take anything.

use audit_aws::caller::{Caller, Patience};
use audit_aws::run::RunError;
use audit_aws::store::{Condition, Object};
use audit_aws::tally::Tally;
use audit_core::ledger::{ObjectState, Outcome};
use simulated_aws::{Operation, WORLD_EPOCH};

use super::scene::{Scene, sound, today};

fn plant(scene: &Scene, key: &str, body: &'static [u8], generated: &str) {
    let caller = Caller::new(&scene.simulator.sdk_config(), Patience::default(), 1).expect("a caller");
    let notes = [("generated", generated.to_owned())];
    let object = Object {
        notes: &notes,
        ..Object::new(key, body.into(), "text/csv")
    };
    let mut tally = Tally::default();
    let store = scene.store();
    let put = store.put(&caller, &mut tally, &object, Condition::Absent);
    scene.time.run(put).expect("time goes on").expect("planted");
}

fn hub_key(scene: &Scene) -> String {
    let hub = scene.simulator.world().hub_account();
    format!("credential-reports/2026-11-20/{hub}/credentialReport_{hub}.csv")
}

#[test]
fn an_older_report_never_replaces_a_newer_one() {
    let scene = Scene::new(sound(12), &["--single-account"]);
    let newer = b"user,arn\n";
    plant(&scene, &hub_key(&scene), newer, "2026-11-20T23:00:00Z");
    let manifest = scene.today().manifest;
    let Outcome::Collected(report) = &manifest.accounts[0].outcome else {
        panic!("{manifest:?}")
    };
    assert_eq!((report.size, report.object), (9, ObjectState::Existing));
    let stored = scene
        .simulator
        .object(&scene.simulator.evidence_bucket(), &hub_key(&scene))
        .expect("a report");
    assert_eq!(stored.body.as_ref(), newer);
}

#[test]
fn a_newer_report_replaces_an_older_one_and_both_versions_stay() {
    for generated in ["2026-11-19T23:00:00Z", "unreadable"] {
        let scene = Scene::new(sound(12), &["--single-account"]);
        plant(&scene, &hub_key(&scene), b"user,arn\n", generated);
        let manifest = scene.today().manifest;
        let Outcome::Collected(report) = &manifest.accounts[0].outcome else {
            panic!("{manifest:?}")
        };
        assert_eq!(report.object, ObjectState::New);
        scene.check(&manifest);
    }
}

#[test]
fn an_existing_bucket_of_a_crawler_gets_raw_reports_only() {
    let scene = Scene::new(
        sound(12),
        &[
            "--report-prefix=/",
            "--layout=flat",
            "--second-bucket=records-of-the-census",
        ],
    );
    scene.simulator.create_bucket(simulated_aws::BucketSpec {
        name: "records-of-the-census".to_owned(),
        ..simulated_aws::BucketSpec::default()
    });
    let manifest = scene.today().manifest;
    let raw = scene.simulator.objects(&scene.simulator.evidence_bucket());
    assert_eq!(u64::try_from(raw.len()).expect("few"), manifest.counts.collected);
    for object in raw {
        let name = object
            .key
            .strip_prefix("2026-11-20/credentialReport_")
            .expect(&object.key);
        assert_eq!(name.len(), "111122223333.csv".len(), "{}", object.key);
    }
    let records = scene.simulator.objects("records-of-the-census");
    assert!(
        records
            .iter()
            .any(|object| object.key == "credentials/date=2026-11-20/credentials.parquet")
    );
}

#[test]
fn a_store_that_takes_nothing_ends_the_run_early() {
    let scene = Scene::new(sound(200), &[]);
    scene.simulator.remove_bucket(&scene.simulator.evidence_bucket());
    let error = scene.run(&today()).expect_err("no run");
    assert!(matches!(error, RunError::Store(_)), "{error}");
    assert_eq!(scene.calls(Operation::AssumeRole), 0, "{error}");
}

#[test]
fn an_event_of_the_future_is_refused() {
    let scene = Scene::new(sound(12), &[]);
    let request = audit_core::event::RunRequest::at(WORLD_EPOCH + jiff::SignedDuration::from_mins(6));
    assert!(matches!(scene.run(&request), Err(RunError::FutureTime(_))));
}
