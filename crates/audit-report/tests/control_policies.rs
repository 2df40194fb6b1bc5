//! What `schemas/` says of the report about control policies is what the writers write.

use audit_report::control_policies::{Sheet, json_schema};

#[test]
fn the_schema_of_the_lines_is_that_of_the_sheets() {
    let stored: serde_json::Value = serde_json::from_str(include_str!("../../../schemas/scp-report-1.json")).unwrap();
    let schema = json_schema();
    assert!(stored == schema, "schemas/scp-report-1.json should be:\n{schema:#}");
}

#[test]
fn titles_and_columns_fit_a_workbook() {
    for sheet in Sheet::ALL {
        assert!(
            sheet.title().len() <= 24,
            "{} leaves no room for a number",
            sheet.title()
        );
        let names: std::collections::BTreeSet<&str> = sheet.fields().iter().map(|field| field.column.name).collect();
        assert_eq!(
            names.len(),
            sheet.fields().len(),
            "{} has a column twice",
            sheet.title()
        );
    }
}
