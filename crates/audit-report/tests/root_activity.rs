//! The document that describes the lines of the report is what the code writes, and people are told what is not known.

use audit_core::ledger::{Manifest, RunStatus};
use audit_core::root_activity::Standing;
use audit_report::root_activity::{News, Searched, Sheet, Summary, TrailAsked, json_schema, write_message};

#[test]
fn the_schema_in_the_repository_is_that_of_the_code() {
    let stored: serde_json::Value =
        serde_json::from_str(include_str!("../../../schemas/root-activity-1.json")).unwrap();
    let schema = json_schema();
    assert!(stored == schema, "schemas/root-activity-1.json should be:\n{schema:#}");
}

#[test]
fn sheets_and_columns_have_names_of_their_own() {
    let mut slugs: Vec<&str> = Sheet::ALL.iter().map(|sheet| sheet.slug()).collect();
    slugs.sort_unstable();
    slugs.dedup();
    assert_eq!(slugs.len(), Sheet::ALL.len());
    for sheet in Sheet::ALL {
        let mut names: Vec<&str> = sheet.fields().iter().map(|field| field.column.name).collect();
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all, "{sheet:?}");
    }
}

#[test]
fn what_is_not_known_is_a_message_and_what_sources_disagree_about_is_not() {
    let mut sound = Manifest::parse(include_bytes!("../../../tests/golden/manifest-1.json")).unwrap();
    sound.shortfalls.clear();
    sound.accounts.clear();
    (sound.counts.failed, sound.counts.left) = (0, 0);
    sound.status = RunStatus::Complete;
    let partial = Manifest {
        status: RunStatus::Partial,
        ..sound.clone()
    };
    let asked = |problem: Option<&str>| TrailAsked {
        table: "trails.events".to_owned(),
        from: "2025-11-20".parse().unwrap(),
        to: "2026-11-20".parse().unwrap(),
        problem: problem.map(str::to_owned),
    };
    let doubtful = Summary {
        doubtful: 3,
        ..Summary::default()
    };
    let unknown = Summary {
        standings: [(Standing::Unknown, 2)].into(),
        ..Summary::default()
    };
    for (manifest, summary, trail, expected) in [
        (&sound, &Summary::default(), None, None),
        (&sound, &doubtful, None, None),
        (&sound, &doubtful, Some(asked(None)), None),
        (&partial, &doubtful, None, Some("root activity of 3 of")),
        (&sound, &unknown, None, Some("accounts not known")),
        (
            &sound,
            &doubtful,
            Some(asked(Some("it slept"))),
            Some("the trail could not be asked"),
        ),
    ] {
        let searched = Searched {
            as_of: "2026-11-20T03:30:00Z".parse().unwrap(),
            days: 90,
            regions: "us-east-1".to_owned(),
            change_days: None,
            trail,
        };
        let news = News {
            manifest,
            searched: &searched,
            summary,
            sign_ins: &[],
            workbook: "report.xlsx",
            ledger: "manifest.json",
        };
        let Some(expected) = expected else {
            assert!(!news.matters(), "{summary:?}");
            continue;
        };
        let (subject, body) = write_message(&news);
        assert!(news.matters() && subject.contains(expected), "{subject}");
        assert_eq!(body.contains("it slept"), searched.trail_problem().is_some(), "{body}");
    }
}
