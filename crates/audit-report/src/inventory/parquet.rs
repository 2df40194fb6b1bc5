//! The inventory as a typed data set in one Parquet file.

use std::io;

use audit_core::credential_report::State;
use audit_core::inventory::Row;
use audit_core::run::RunId;

use super::columns::{Flat, INVENTORY_COLUMNS, INVENTORY_SCHEMA};
use crate::table::{Cell, TableError, TableWriter};

/// Writes the data set. Which day it is stands in the object's key (`date=YYYY-MM-DD`).
///
/// Equal rows in equal order give equal bytes. Memory is that of one row group, however many rows there are.
pub struct InventoryParquet<W: io::Write + Send> {
    run: RunId,
    table: TableWriter<W>,
}

impl<W: io::Write + Send> InventoryParquet<W> {
    /// Begins the file of a run.
    ///
    /// # Errors
    /// When the sink refuses the first bytes.
    pub fn new(sink: W, run: RunId) -> Result<Self, TableError> {
        let table = TableWriter::new(sink, INVENTORY_SCHEMA, INVENTORY_COLUMNS)?;
        Ok(Self { run, table })
    }

    /// Adds a row.
    ///
    /// # Errors
    /// When the sink refuses a finished row group; the file is lost then.
    pub fn append(&mut self, row: &Row<'_>) -> Result<(), TableError> {
        let flat = Flat::new(self.run.as_str(), row);
        self.table.append(flat.values().map(|value| Cell {
            value,
            state: State::Value,
        }))
    }

    /// Rows added so far.
    #[must_use]
    pub const fn rows(&self) -> u64 {
        self.table.rows()
    }

    /// Writes what is left and the footer; the sink back.
    ///
    /// # Errors
    /// When the sink refuses the bytes.
    pub fn finish(self) -> Result<W, TableError> {
        self.table.finish()
    }
}
