//! The inventory in the formats that people and engines open. One table of columns drives all of them.

mod columns;
mod csv;
mod lines;
mod parquet;
mod summary;
mod text;

pub use columns::{INVENTORY_COLUMNS, INVENTORY_SCHEMA};
pub use csv::InventoryCsv;
pub use lines::InventoryLines;
pub use parquet::InventoryParquet;
pub use summary::{AccountSummary, Summary};
pub use text::{Page, write_coverage, write_text};
