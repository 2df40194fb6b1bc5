//! The inventory for spreadsheets: safe from formulas, without loss.

use std::io;

use audit_core::inventory::Row;
use audit_core::run::RunId;

use super::columns::{Flat, INVENTORY_COLUMNS};
use crate::spreadsheet::safe;
use crate::table::Value;

/// Writes the inventory as CSV. A null is an empty cell.
pub struct InventoryCsv<W: io::Write> {
    run: RunId,
    writer: csv::Writer<W>,
}

impl<W: io::Write> InventoryCsv<W> {
    /// Begins the file of a run with the names of the columns.
    ///
    /// # Errors
    /// When the output cannot be written.
    pub fn new(out: W, run: RunId) -> io::Result<Self> {
        let mut writer = csv::Writer::from_writer(out);
        writer.write_record(INVENTORY_COLUMNS.iter().map(|column| column.name))?;
        writer.flush()?;
        Ok(Self { run, writer })
    }

    /// Adds a row.
    ///
    /// # Errors
    /// When the output cannot be written.
    pub fn append(&mut self, row: &Row<'_>) -> io::Result<()> {
        let flat = Flat::new(self.run.as_str(), row);
        self.writer.write_record(flat.values().map(|value| match value {
            Value::Null => String::new(),
            Value::Text(text) => safe(text).into_owned(),
            Value::Time(at) => at.to_string(),
            Value::Boolean(value) => value.to_string(),
            Value::Integer(value) => value.to_string(),
        }))?;
        Ok(())
    }

    /// Hands on what has been written so far.
    ///
    /// # Errors
    /// When the output cannot be written.
    pub fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}
