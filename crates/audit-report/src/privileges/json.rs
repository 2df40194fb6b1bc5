//! The report as JSON Lines, and the schema of its lines.

use std::io::{self, Write};

use audit_core::privileges::Analysis;
use iam_policy::Catalogue;
use iam_policy::effective::Evaluator;
use serde_json::json;

use super::rows::each_row;
use super::sheet::Sheet;
use crate::sheets::{line_schema, write_json_line};

/// The name and major version of the documents.
pub(super) const SCHEMA: &str = "iam-census/privileges/1";

/// Writes one object a line: first the head with the schema, the account and the instant, then every row with the name
/// of its sheet.
///
/// # Errors
/// When the output cannot be written.
pub fn write_json_lines(analysis: &Analysis<'_>, evaluator: &mut Evaluator, mut out: impl Write) -> io::Result<()> {
    let input = analysis.input();
    let head = json!({
        "sheet": "report",
        "schema": SCHEMA,
        "account": input.account,
        "as_of": input.as_of.to_string(),
        "catalogue": {"source": Catalogue::get().source, "date": Catalogue::get().date},
    });
    serde_json::to_writer(&mut out, &head)?;
    out.write_all(b"\n")?;
    each_row(analysis, evaluator, &mut |sheet, cells| {
        write_json_line(&mut out, sheet.layout(), cells)
    })
}

/// The JSON Schema of a line.
#[must_use]
pub fn json_schema() -> serde_json::Value {
    let mut kinds = vec![json!({
        "title": "head",
        "type": "object",
        "required": ["sheet", "schema", "account", "as_of", "catalogue"],
        "properties": {
            "sheet": {"const": "report"},
            "schema": {"const": SCHEMA},
            "account": {"type": "string", "pattern": "^[0-9]{12}$"},
            "as_of": {"type": "string", "format": "date-time"},
            "catalogue": {
                "type": "object",
                "required": ["source", "date"],
                "properties": {"source": {"type": "string"}, "date": {"type": "string", "format": "date"}},
            },
        },
    })];
    kinds.extend(Sheet::ALL.map(|sheet| line_schema(sheet.layout())));
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA,
        "title": "A line of the privilege report of an account",
        "oneOf": kinds,
    })
}
