//! What `schemas/` says of the privilege report is what the writers write.

use audit_report::privileges::{COLUMNS, SCHEMA, Sheet, columns_markdown, json_schema};
use audit_report::table::markdown;

#[test]
fn the_schema_of_the_lines_is_that_of_the_sheets() {
    let stored: serde_json::Value = serde_json::from_str(include_str!("../../../schemas/privileges-1.json")).unwrap();
    let schema = json_schema();
    assert!(stored == schema, "schemas/privileges-1.json should be:\n{schema:#}");
}

#[test]
fn the_columns_of_the_dataset_are_described() {
    let page = include_str!("../../../schemas/privileges-parquet.md");
    let table = markdown(COLUMNS);
    assert!(
        page.ends_with(&format!("\n\n{table}")),
        "schemas/privileges-parquet.md should end with this table:\n\n{table}"
    );
    assert!(page.contains(&format!("`{SCHEMA}`")), "the page does not name {SCHEMA}");
}

#[test]
fn the_columns_of_the_sheets_are_described() {
    let page = include_str!("../../../schemas/privileges.md");
    let tables = columns_markdown();
    assert!(
        page.ends_with(&tables),
        "schemas/privileges.md should end with:\n{tables}"
    );
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
