//! What `schemas/` says of the data sets is what the writer writes.

use audit_report::credentials::{COLUMNS, SCHEMA};
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
