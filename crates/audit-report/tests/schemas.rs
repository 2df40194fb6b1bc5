//! What `schemas/` says of the data sets is what the writer writes.

use audit_report::credentials::{COLUMNS, SCHEMA};
use audit_report::findings::{FINDINGS_COLUMNS, FINDINGS_SCHEMA};
use audit_report::inventory::{INVENTORY_COLUMNS, INVENTORY_SCHEMA};
use audit_report::table::markdown;

#[test]
fn the_columns_of_the_credentials_are_described() {
    let page = include_str!("../../../schemas/credentials-parquet.md");
    let table = markdown(COLUMNS);
    assert!(
        page.ends_with(&format!("\n\n{table}")),
        "schemas/credentials-parquet.md should end with this table:\n\n{table}"
    );
    assert!(page.contains(&format!("`{SCHEMA}`")), "the page does not name {SCHEMA}");
}

#[test]
fn the_columns_of_the_findings_are_described() {
    let page = include_str!("../../../schemas/findings-parquet.md");
    let table = markdown(FINDINGS_COLUMNS);
    assert!(
        page.ends_with(&format!("\n\n{table}")),
        "schemas/findings-parquet.md should end with this table:\n\n{table}"
    );
    assert!(
        page.contains(&format!("`{FINDINGS_SCHEMA}`")),
        "the page does not name {FINDINGS_SCHEMA}"
    );
}

#[test]
fn the_columns_of_the_inventory_are_described() {
    let page = include_str!("../../../schemas/inventory-parquet.md");
    let table = markdown(INVENTORY_COLUMNS);
    assert!(
        page.ends_with(&format!("\n\n{table}")),
        "schemas/inventory-parquet.md should end with this table:\n\n{table}"
    );
    assert!(
        page.contains(&format!("`{INVENTORY_SCHEMA}`")),
        "the page does not name {INVENTORY_SCHEMA}"
    );
}
