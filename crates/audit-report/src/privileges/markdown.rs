//! The columns of the sheets, for people.

use std::fmt::Write as _;

use super::sheet::Sheet;

/// Describes every sheet as a Markdown table.
#[must_use]
pub fn columns_markdown() -> String {
    let mut text = String::new();
    for sheet in Sheet::ALL {
        let _ = writeln!(
            text,
            "\n## {}: `{}`\n\n| column | type | null | meaning |\n|---|---|---|---|",
            sheet.title(),
            sheet.slug()
        );
        for field in sheet.fields() {
            let column = field.column;
            let null = if column.nullable { "yes" } else { "no" };
            let _ = writeln!(
                text,
                "| `{}` | {} | {null} | {} |",
                column.name,
                column.kind.sql_name(),
                column.doc
            );
        }
    }
    text
}
