//! The documents of a run: for people, for spreadsheets, and for other programs.

use std::io::Cursor;

use audit_aws::caller::Caller;
use audit_aws::error::CallError;
use audit_aws::store::{Object, Standing, Store, contended};
use audit_core::control_policies::Report;
use audit_core::digest::Sha256;
use audit_core::keys;
use audit_core::ledger::{ObjectState, StoredReport};
use audit_core::reason::Reason;
use audit_core::run::RunId;
use audit_report::control_policies::{Coverage, write_csv, write_json_lines, write_workbook};
use bytes::Bytes;
use jiff::civil::Date;

use crate::FUNCTION;

/// The document that the ledger names.
pub(crate) const LINES: &str = "report.jsonl";
/// The document that people open.
pub(crate) const WORKBOOK: &str = "report.xlsx";

/// Where the documents go.
pub(crate) struct Documents<'a> {
    pub(crate) store: &'a Store,
    pub(crate) caller: &'a Caller,
    pub(crate) date: Date,
    pub(crate) run: &'a RunId,
}

impl Documents<'_> {
    /// Writes all documents; the same report gives the same bytes. What the ledger names comes back.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub(crate) async fn write(&self, report: &Report<'_>, coverage: Coverage) -> Result<StoredReport, CallError> {
        let mut lines = Vec::new();
        write_json_lines(report, coverage, &mut lines).map_err(|error| unwritable(&error))?;
        let stored = self.object(LINES, "application/x-ndjson", lines).await?;
        let mut workbook = Cursor::new(Vec::new());
        write_workbook(report, coverage, &mut workbook).map_err(|error| unwritable(&error))?;
        let media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
        self.object(WORKBOOK, media_type, workbook.into_inner()).await?;
        let mut names = Vec::new();
        let files = write_csv(report, coverage, |layout| {
            names.push(format!("{}.csv", layout.slug));
            Ok(Vec::new())
        });
        for (name, bytes) in names.iter().zip(files.map_err(|error| unwritable(&error))?) {
            self.object(name, "text/csv", bytes).await?;
        }
        Ok(StoredReport {
            generated: report.as_of,
            ..stored
        })
    }

    /// The key of a document.
    pub(crate) fn key(&self, name: &str) -> String {
        keys::report(FUNCTION, self.date, self.run, name)
    }

    async fn object(&self, name: &str, media_type: &'static str, bytes: Vec<u8>) -> Result<StoredReport, CallError> {
        let key = self.key(name);
        let object = Object::new(&key, Bytes::from(bytes), media_type);
        let Standing::There(stored, bytes) = self.store.settle(self.caller, &object, |_| true).await? else {
            return Err(contended(&key));
        };
        Ok(StoredReport {
            version: stored.version,
            sha256: Sha256::of(&bytes),
            size: u64::try_from(bytes.len()).unwrap_or(u64::MAX),
            rows: 0,
            generated: jiff::Timestamp::UNIX_EPOCH,
            age_seconds: 0,
            object: ObjectState::New,
            notes: Vec::new(),
            key,
        })
    }
}

/// A document could not be made.
fn unwritable(error: &dyn std::fmt::Display) -> CallError {
    CallError {
        message: Some(error.to_string()),
        ..CallError::new("write the report", Reason::StoreFailed)
    }
}
