//! The inventory for programs: a JSON object a line, with the columns as members.

use std::io;

use audit_core::inventory::Row;
use audit_core::run::RunId;
use serde::ser::{SerializeMap as _, Serializer};
use serde_json::Value as Json;

use super::columns::{Flat, INVENTORY_COLUMNS};
use crate::table::Value;

/// Name and major version of each line (`schemas/inventory-1.json`).
const SCHEMA: &str = "iam-census/inventory/1";

/// The columns that hold JSON, which stands here as what it is.
const NESTED: [&str; 5] = ["groups", "managed_policies", "inline_policies", "tags", "properties"];

/// Writes the inventory as JSON Lines. A null is a member left out.
pub struct InventoryLines<W: io::Write> {
    run: RunId,
    out: W,
}

impl<W: io::Write> InventoryLines<W> {
    /// Begins the file of a run.
    #[must_use]
    pub const fn new(out: W, run: RunId) -> Self {
        Self { run, out }
    }

    /// Adds a row.
    ///
    /// # Errors
    /// When the output cannot be written.
    pub fn append(&mut self, row: &Row<'_>) -> io::Result<()> {
        let flat = Flat::new(self.run.as_str(), row);
        let mut serializer = serde_json::Serializer::new(&mut self.out);
        let mut members = serializer.serialize_map(None)?;
        members.serialize_entry("schema", SCHEMA)?;
        for (column, value) in INVENTORY_COLUMNS.iter().zip(flat.values()) {
            match value {
                Value::Null => {}
                Value::Text(text) if NESTED.contains(&column.name) => {
                    members.serialize_entry(column.name, &serde_json::from_str::<Json>(text)?)?;
                }
                Value::Text(text) => members.serialize_entry(column.name, text)?,
                Value::Time(at) => members.serialize_entry(column.name, &at.to_string())?,
                Value::Boolean(value) => members.serialize_entry(column.name, &value)?,
                Value::Integer(value) => members.serialize_entry(column.name, &value)?,
            }
        }
        members.end()?;
        self.out.write_all(b"\n")
    }
}
