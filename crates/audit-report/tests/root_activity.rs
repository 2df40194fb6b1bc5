//! The document that describes the lines of the report is what the code writes.

use audit_report::root_activity::{Sheet, json_schema};

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
