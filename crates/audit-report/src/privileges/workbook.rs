//! The report as an Excel workbook.

use std::io::{Seek, Write};

use audit_core::privileges::Analysis;
use iam_policy::effective::Evaluator;

use super::rows::each_row;
use super::sheet::Sheet;
use crate::sheets::{Book, WorkbookError};

/// Writes the workbook.
///
/// # Errors
/// When the library or the output refuses.
pub fn write_workbook<W: Write + Seek + Send>(
    analysis: &Analysis<'_>,
    evaluator: &mut Evaluator,
    out: W,
) -> Result<(), WorkbookError> {
    let as_of = analysis.input().as_of;
    let mut book = Book::new("Privilege report", Sheet::ALL.map(Sheet::layout), as_of)?;
    each_row(analysis, evaluator, &mut |sheet, cells| {
        book.append(sheet.place(), cells)
    })?;
    book.finish(out)
}
