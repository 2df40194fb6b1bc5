//! Findings as JSON Lines of the schema `iam-census/finding/1`: one document a finding.

mod read;

use std::io;

use audit_core::finding::Finding;
use audit_core::run::RunId;
use jiff::Timestamp;
use serde::Serialize;

use super::Origin;
use super::json::Row;

pub use read::{InvalidLine, read_lines};

/// The name and major version of the document (`schemas/finding-1.json`).
const SCHEMA: &str = "iam-census/finding/1";

/// Writes one line for each finding, in their order.
///
/// `source` is where the credential report of the account was had, if one was.
///
/// # Errors
/// When the output cannot be written.
pub fn write_lines<'f>(
    findings: impl IntoIterator<Item = &'f Finding>,
    origin: &Origin<'_>,
    source: Option<&str>,
    mut out: impl io::Write,
) -> io::Result<()> {
    for finding in findings {
        let line = Line {
            schema: SCHEMA,
            run: origin.run.map(RunId::as_str),
            as_of: origin.as_of,
            row: Row::of(finding, source),
        };
        serde_json::to_writer(&mut out, &line)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}

#[derive(Serialize)]
struct Line<'a> {
    schema: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    run: Option<&'a str>,
    as_of: Timestamp,
    #[serde(flatten)]
    row: Row<'a>,
}
