//! The report as CSV, one file for each sheet: safe from formulas, without loss.

use std::io::{self, Write};

use audit_core::privileges::Analysis;
use iam_policy::effective::Evaluator;

use super::rows::each_row;
use super::sheet::Sheet;
use crate::spreadsheet::safe;
use crate::table::Value;

/// Writes every sheet to the output that `open` gives for it. A time is RFC 3339 in UTC, an empty cell no value.
///
/// # Errors
/// When an output cannot be opened or written.
pub fn write_csv<W: Write>(
    analysis: &Analysis<'_>,
    evaluator: &mut Evaluator,
    mut open: impl FnMut(Sheet) -> io::Result<W>,
) -> io::Result<()> {
    let mut writers = Vec::with_capacity(Sheet::ALL.len());
    for sheet in Sheet::ALL {
        let mut writer = csv::Writer::from_writer(open(sheet)?);
        writer.write_record(sheet.fields().iter().map(|field| field.column.name))?;
        writers.push((sheet, writer));
    }
    each_row(analysis, evaluator, &mut |sheet, cells| {
        let Some((_, writer)) = writers.iter_mut().find(|(one, _)| *one == sheet) else {
            return Ok(());
        };
        for cell in cells {
            match cell {
                Value::Null => writer.write_field("")?,
                Value::Text(text) => writer.write_field(safe(text).as_ref())?,
                Value::Time(at) => writer.write_field(at.to_string())?,
                Value::Boolean(value) => writer.write_field(value.to_string())?,
                Value::Integer(number) => writer.write_field(number.to_string())?,
            }
        }
        writer.write_record(None::<&[u8]>)?;
        Ok::<_, io::Error>(())
    })?;
    for (_, mut writer) in writers {
        writer.flush()?;
    }
    Ok(())
}
