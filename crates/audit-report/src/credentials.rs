//! The data set `credentials`: the rows of all credential reports of a day, typed, in one Parquet file.

mod columns;

use std::io;

use audit_core::account::AccountId;
use audit_core::credential_report::Credentials;
use audit_core::run::RunId;
use jiff::Timestamp;

use crate::table::{TableError, TableWriter};

pub use columns::COLUMNS;

/// Name and major version, in the file's metadata under `schema`.
pub const SCHEMA: &str = "iam-census/credentials-parquet/1";

/// Writes the data set. Which day it is stands in the object's key (`date=YYYY-MM-DD`), from where query engines add
/// it as a column; a column of that name in the file would contradict it.
///
/// Equal rows in equal order give equal bytes. Memory is that of one row group, however many rows there are.
pub struct CredentialsParquet<W: io::Write + Send> {
    run: RunId,
    table: TableWriter<W>,
}

/// One row of the data set, before it is cut into cells.
struct Row<'r> {
    run: &'r str,
    account: AccountId,
    generated: Timestamp,
    credentials: &'r Credentials<'r>,
    other: Option<String>,
}

impl<W: io::Write + Send> CredentialsParquet<W> {
    /// Begins the file of a run.
    ///
    /// # Errors
    /// When the sink refuses the first bytes.
    pub fn new(sink: W, run: RunId) -> Result<Self, TableError> {
        let table = TableWriter::new(sink, SCHEMA, COLUMNS)?;
        Ok(Self { run, table })
    }

    /// Adds a row of the report that AWS generated for this account at this time.
    ///
    /// # Errors
    /// When the sink refuses a finished row group; the file is lost then.
    pub fn append(
        &mut self,
        account: AccountId,
        generated: Timestamp,
        credentials: &Credentials<'_>,
    ) -> Result<(), TableError> {
        let row = Row {
            run: self.run.as_str(),
            account,
            generated,
            credentials,
            other: columns::other_as_json(credentials),
        };
        self.table.append(columns::cells(&row))
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
