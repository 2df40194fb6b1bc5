//! The report in each of its formats.

use std::io::{self, Seek, Write};

use audit_core::control_policies::Report;
use iam_policy::Catalogue;
use serde_json::json;

use super::Sheet;
use super::rows::{Coverage, each_row};
use crate::sheets::{Book, CsvFiles, Layout, WorkbookError, line_schema, write_json_line};

/// The name and major version of the JSON documents.
pub const SCHEMA: &str = "iam-census/scp-report/1";

/// Writes the workbook.
///
/// # Errors
/// When the library or the output refuses.
pub fn write_workbook<W: Write + Seek + Send>(
    report: &Report<'_>,
    coverage: Coverage,
    out: W,
) -> Result<(), WorkbookError> {
    let mut book = Book::new("Control policies", Sheet::ALL.map(Sheet::layout), report.as_of)?;
    each_row(report, coverage, &mut |sheet, cells| book.append(sheet.place(), cells))?;
    book.finish(out)
}

/// Writes every sheet to the output that `open` gives for it; the outputs back, in the order of the sheets.
///
/// # Errors
/// When an output cannot be opened or written.
pub fn write_csv<W: Write>(
    report: &Report<'_>,
    coverage: Coverage,
    open: impl FnMut(Layout) -> io::Result<W>,
) -> io::Result<Vec<W>> {
    let mut files = CsvFiles::new(Sheet::ALL.map(Sheet::layout), open)?;
    each_row(report, coverage, &mut |sheet, cells| files.append(sheet.place(), cells))?;
    files.finish()
}

/// Writes one object a line: first the head with the schema, the organization and the instant, then every row with the
/// name of its sheet.
///
/// # Errors
/// When the output cannot be written.
pub fn write_json_lines(report: &Report<'_>, coverage: Coverage, mut out: impl Write) -> io::Result<()> {
    let head = json!({
        "sheet": "report",
        "schema": SCHEMA,
        "organization": report.organization.map(|record| &record.id),
        "as_of": report.as_of.to_string(),
        "catalogue": {"source": Catalogue::get().source, "date": Catalogue::get().date},
    });
    serde_json::to_writer(&mut out, &head)?;
    out.write_all(b"\n")?;
    each_row(report, coverage, &mut |sheet, cells| {
        write_json_line(&mut out, sheet.layout(), cells)
    })
}

/// The JSON Schema of a line.
#[must_use]
pub fn json_schema() -> serde_json::Value {
    let mut kinds = vec![json!({
        "title": "head",
        "type": "object",
        "required": ["sheet", "schema", "organization", "as_of", "catalogue"],
        "properties": {
            "sheet": {"const": "report"},
            "schema": {"const": SCHEMA},
            "organization": {"type": ["string", "null"]},
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
        "title": "A line of the report about control policies",
        "oneOf": kinds,
    })
}
