//! What the collector's credential reports of the day add.

use std::collections::BTreeMap;

use audit_core::event::RunRequest;
use serde_json::Value;
use simulated_aws::User;

use super::scene::{Scene, outcomes, sound};

fn states(rows: &[Value]) -> BTreeMap<(String, String), usize> {
    let mut states = BTreeMap::new();
    for row in rows {
        let text = |name: &str| row[name].as_str().unwrap_or_default().to_owned();
        *states.entry((text("found_in"), text("credentials_state"))).or_default() += 1;
    }
    states
}

#[test]
fn users_get_their_credentials_and_nobody_is_lost_between_the_two() {
    let scene = Scene::new(sound(8), &[]);
    scene.collect();
    let [gone, unrecorded] = [scene.member(0), scene.member(1)];
    // Deleted since the report, and another made of the same name; and an account that AWS Config knows nothing of.
    let made = scene.moment();
    scene.edit(&gone, |contents| {
        let name = contents.users[0].name.clone();
        contents.users[0] = User::new(&name, made);
    });
    scene.edit(&unrecorded, |contents| contents.recorded = false);
    let finished = scene.now();
    assert_eq!(outcomes(&finished)[&unrecorded.id], "NOT_RECORDED");

    let rows = scene.rows(&finished);
    let of_unrecorded = scene.simulator.world().contents(&unrecorded).users.len();
    let states = states(&rows);
    let count = |found: &str, state: &str| states.get(&(found.to_owned(), state.to_owned())).copied().unwrap_or(0);
    assert_eq!(count("credential_report", "joined"), of_unrecorded + 1, "{states:?}");
    assert_eq!(count("config", "not_in_report"), 1, "{states:?}");
    assert_eq!(count("both", "joined"), rows.len() - of_unrecorded - 2, "{states:?}");
    for row in rows.iter().filter(|row| row["found_in"] == "both") {
        let known = [
            "password_enabled",
            "mfa_active",
            "access_key_1_active",
            "access_key_2_active",
        ];
        assert!(known.iter().all(|column| row[column].is_boolean()), "{row}");
        assert!(row["report_generated_at"].is_string() && row["captured_at"].is_string());
    }
    let report = scene.document(&finished, "report.txt");
    assert!(
        report.contains("Users that a credential report has and AWS Config does not show"),
        "{report}"
    );
}

#[test]
fn reports_that_are_too_old_or_not_wanted_are_not_joined() {
    for (arguments, hours, joined) in [
        (&[][..], 20, true),
        (&[], 30, false),
        (&["--inventory-report-age=48"], 30, true),
        (&["--without-credentials"], 1, false),
    ] {
        let scene = Scene::new(sound(3), arguments);
        scene.collect();
        scene.time.advance(std::time::Duration::from_hours(hours));
        let rows = scene.rows(&scene.now());
        let expected = if joined { "joined" } else { "no_report" };
        assert!(
            !rows.is_empty() && rows.iter().all(|row| row["credentials_state"] == expected),
            "{arguments:?} {hours}"
        );
    }
}

/// A run that was delivered stays as it was, whatever the collector does afterwards.
#[test]
fn a_complete_run_does_nothing_again() {
    let scene = Scene::new(sound(5), &[]);
    let request = RunRequest::at(scene.moment());
    let first = scene.run_until(&request, None).expect("a run");
    let before = scene.simulator.objects(&scene.simulator.evidence_bucket()).len();
    let asked = scene.simulator.requests();
    let again = scene.run_until(&request, None).expect("a run");
    assert_eq!((again.manifest, again.summary), (first.manifest, None));
    assert_eq!(
        scene.simulator.objects(&scene.simulator.evidence_bucket()).len(),
        before
    );
    assert!(scene.simulator.requests() - asked < 20);
}
