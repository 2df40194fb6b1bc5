//! The document that describes the lines of the report is what the code writes, and nobody who doubts keeps it to himself.

use audit_core::ledger::Manifest;
use audit_core::root_activity::Standing;
use audit_report::root_activity::{News, Searched, Sheet, Summary, json_schema, write_message};

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
fn a_doubt_is_a_message_and_its_absence_is_none() {
    let mut manifest = Manifest::parse(include_bytes!("../../../tests/golden/manifest-1.json")).unwrap();
    manifest.shortfalls.clear();
    (manifest.counts.failed, manifest.counts.left) = (0, 0);
    let searched = Searched {
        as_of: "2026-11-20T03:30:00Z".parse().unwrap(),
        days: 90,
        regions: "us-east-1".to_owned(),
        change_days: None,
        trail: None,
    };
    let told = |summary: &Summary| {
        let news = News {
            manifest: &manifest,
            searched: &searched,
            summary,
            sign_ins: &[],
            workbook: "report.xlsx",
            ledger: "manifest.json",
        };
        news.matters().then(|| write_message(&news))
    };
    assert_eq!(told(&Summary::default()), None);
    let doubtful = Summary {
        doubtful: 3,
        ..Summary::default()
    };
    let (subject, body) = told(&doubtful).unwrap();
    assert!(
        subject.contains("of 3 of") && subject.ends_with("in doubt"),
        "{subject}"
    );
    assert!(body.contains("3 accounts with something in doubt"), "{body}");
    let unknown = Summary {
        standings: [(Standing::Unknown, 2)].into(),
        ..Summary::default()
    };
    let (subject, _) = told(&unknown).unwrap();
    assert!(subject.ends_with("accounts not known"), "{subject}");
}
