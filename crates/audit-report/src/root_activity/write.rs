//! All formats, written in one pass over the accounts.

use std::io::{self, Seek, Write};

use audit_core::ledger::Counts;
use serde_json::json;

use super::{AccountLine, Searched, Sheet, Summary};
use crate::sheets::{Book, CsvFiles, Layout, WorkbookError, line_schema, write_json_line};
use crate::table::Value;

/// The name and major version of the JSON documents.
pub const SCHEMA: &str = "iam-census/root-activity/1";

/// The workbook, the files of CSV and the JSON Lines, under way.
///
/// The first line of JSON is the head with the schema, the instant and what was searched; every other is a row with the
/// name of its sheet.
pub struct Documents<W: Write> {
    searched: Searched,
    book: Book,
    csv: CsvFiles<W>,
    lines: W,
    summary: Summary,
}

impl<W: Write> Documents<W> {
    /// Begins them; `open` gives the output for the CSV of each sheet.
    ///
    /// # Errors
    /// When an output cannot be opened or written, or the library of the workbook refuses.
    pub fn begin(
        searched: Searched,
        mut lines: W,
        open: impl FnMut(Layout) -> io::Result<W>,
    ) -> Result<Self, WorkbookError> {
        let layouts = Sheet::ALL.map(Sheet::layout);
        let head = json!({
            "sheet": "report",
            "schema": SCHEMA,
            "as_of": searched.as_of.to_string(),
            "days": searched.days,
            "regions": searched.regions,
            "change_days": searched.change_days,
            "trail": searched.trail.as_ref().map(|trail| json!({
                "table": trail.table,
                "from": trail.from.to_string(),
                "to": trail.to.to_string(),
                "problem": trail.problem,
            })),
        });
        serde_json::to_writer(&mut lines, &head).map_err(io::Error::from)?;
        lines.write_all(b"\n")?;
        Ok(Self {
            book: Book::new("Root activity", layouts, searched.as_of)?,
            csv: CsvFiles::new(layouts, open)?,
            lines,
            searched,
            summary: Summary::default(),
        })
    }

    /// Adds an account.
    ///
    /// # Errors
    /// When an output cannot be written, or the library of the workbook refuses.
    pub fn account(&mut self, line: &AccountLine<'_>) -> Result<(), WorkbookError> {
        self.summary.add(line);
        let Self {
            searched,
            book,
            csv,
            lines,
            ..
        } = self;
        line.each_row(searched, &mut |sheet, cells| append(book, csv, lines, sheet, cells))
    }

    /// Ends them with the summary, and writes the workbook.
    ///
    /// # Errors
    /// When an output cannot be written, or the library of the workbook refuses.
    pub fn finish(
        self,
        counts: Counts,
        listing_complete: bool,
        out: impl Write + Seek + Send,
    ) -> Result<Summary, WorkbookError> {
        let Self {
            searched,
            mut book,
            mut csv,
            mut lines,
            summary,
        } = self;
        for (item, value) in summary.rows(&searched, counts, listing_complete) {
            let cells = [Value::Text(item), Value::Text(&value)];
            append(&mut book, &mut csv, &mut lines, Sheet::Summary, &cells)?;
        }
        csv.finish()?;
        book.finish(out)?;
        Ok(summary)
    }
}

fn append<W: Write>(
    book: &mut Book,
    csv: &mut CsvFiles<W>,
    lines: &mut W,
    sheet: Sheet,
    cells: &[Value<'_>],
) -> Result<(), WorkbookError> {
    book.append(sheet.place(), cells)?;
    csv.append(sheet.place(), cells)?;
    Ok(write_json_line(lines, sheet.layout(), cells)?)
}

/// The JSON Schema of a line.
#[must_use]
pub fn json_schema() -> serde_json::Value {
    let mut kinds = vec![json!({
        "title": "head",
        "type": "object",
        "required": ["sheet", "schema", "as_of", "days", "regions", "change_days", "trail"],
        "properties": {
            "sheet": {"const": "report"},
            "schema": {"const": SCHEMA},
            "as_of": {"type": "string", "format": "date-time"},
            "days": {"type": "integer"},
            "regions": {"type": "string"},
            "change_days": {"type": ["integer", "null"]},
            "trail": {
                "type": ["object", "null"],
                "required": ["table", "from", "to", "problem"],
                "properties": {
                    "table": {"type": "string"},
                    "from": {"type": "string", "format": "date"},
                    "to": {"type": "string", "format": "date"},
                    "problem": {"type": ["string", "null"]},
                },
            },
        },
    })];
    kinds.extend(Sheet::ALL.map(|sheet| line_schema(sheet.layout())));
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA,
        "title": "A line of the report about root activity",
        "oneOf": kinds,
    })
}
