//! The privilege report of an account: a workbook, CSV, JSON Lines, a Parquet dataset, and a table for a terminal.
//!
//! All formats have the same sheets, columns and values; [`Sheet`] documents them.

mod csv;
mod dataset;
mod json;
mod lines;
mod markdown;
mod overview;
mod rows;
mod sheet;
mod text;
mod workbook;

pub use self::csv::write_csv;
pub use self::dataset::{COLUMNS, Dataset, DatasetError, SCHEMA};
pub use self::json::{json_schema, write_json_lines};
pub use self::lines::LineError;
pub use self::markdown::columns_markdown;
pub use self::overview::Overview;
pub use self::rows::{Sink, each_row};
pub use self::sheet::Sheet;
pub use self::text::write_text;
pub use self::workbook::write_workbook;
pub use crate::sheets::{Field, WorkbookError};
