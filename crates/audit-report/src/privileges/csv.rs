//! The report as CSV, one file for each sheet.

use std::io::{self, Write};

use audit_core::privileges::Analysis;
use iam_policy::effective::Evaluator;

use super::rows::each_row;
use super::sheet::Sheet;
use crate::sheets::CsvFiles;

/// Writes every sheet to the output that `open` gives for it. A time is RFC 3339 in UTC, an empty cell no value.
///
/// # Errors
/// When an output cannot be opened or written.
pub fn write_csv<W: Write>(
    analysis: &Analysis<'_>,
    evaluator: &mut Evaluator,
    mut open: impl FnMut(Sheet) -> io::Result<W>,
) -> io::Result<()> {
    let mut sheets = Sheet::ALL.into_iter();
    let mut files = CsvFiles::new(Sheet::ALL.map(Sheet::layout), |_| {
        sheets
            .next()
            .map_or_else(|| Err(io::ErrorKind::NotFound.into()), &mut open)
    })?;
    each_row(analysis, evaluator, &mut |sheet, cells| {
        files.append(sheet.place(), cells)
    })?;
    files.finish().map(drop)
}
