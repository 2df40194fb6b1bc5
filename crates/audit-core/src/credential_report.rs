//! The IAM credential report: one row for the root user and one for each IAM user of an account.
//!
//! Reading is total. Whatever the bytes are, the outcome is a [`ReportError`] for the whole, or for each row its
//! [`Credentials`] or a [`RowError`] with the line; no cell that cannot be read becomes a value that passes a check.
//! Columns are found by name. Sources: IAM User Guide, "Generate credential reports for your AWS account"; RFC 4180
//! for quoting; RFC 3339 for times.
//!
//! ```
//! use audit_core::credential_report::CredentialReport;
//!
//! let bytes = include_bytes!("../testdata/current.csv");
//! let report = CredentialReport::parse(bytes)?;
//! for row in report.rows() {
//!     let credentials = row?;
//!     assert_eq!(credentials.is_root(), credentials.user == "<root_account>");
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod column;
mod credentials;
mod error;
mod header;
mod identity;
mod names;
mod record;
mod rows;
mod timestamp;
mod value;

pub use column::Column;
pub use credentials::{AccessKey, Certificate, Credentials};
pub use error::{ReportError, RowError, RowProblem};
pub use rows::{Rows, Tally};
pub use value::{Flag, Moment, State, Text};

use memchr::memchr_iter;

use crate::account::AccountId;
use header::Header;
use record::Records;

/// A credential report whose header has been read. It borrows the bytes; nothing is copied that need not be.
#[derive(Clone, Debug)]
pub struct CredentialReport<'a> {
    header: Header<'a>,
    body: Records<'a>,
    account: Option<AccountId>,
}

impl<'a> CredentialReport<'a> {
    /// Reads the header of a report, as `iam:GetCredentialReport` returns it after base64 has been decoded.
    ///
    /// A byte order mark, CRLF, a quoted header, other orders, additional and missing optional columns, and a missing
    /// final line end are all accepted. How many bytes are too many is for the caller to say; time and memory are
    /// proportional to them.
    ///
    /// # Errors
    /// When no row can be trusted: no text, not UTF-8, no readable header, a required column missing, a known
    /// column twice, or no rows at all.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, ReportError> {
        let text = std::str::from_utf8(bytes).map_err(|error| {
            let valid = bytes.get(..error.valid_up_to()).unwrap_or_default();
            ReportError::NotUtf8 {
                line: memchr_iter(b'\n', valid).count() as u64 + 1,
            }
        })?;
        let mut records = Records::new(text.strip_prefix('\u{feff}').unwrap_or(text));
        let header = Header::read(&mut records)?;
        if records.is_at_end() {
            return Err(ReportError::NoRows);
        }
        Ok(Self {
            header,
            body: records,
            account: None,
        })
    }

    /// Makes every row an error that belongs to another account. Without this, the first row read sets the account.
    #[must_use]
    pub fn of_account(self, account: AccountId) -> Self {
        Self {
            account: Some(account),
            ..self
        }
    }

    /// The rows, from the first; may be asked for any number of times.
    #[must_use]
    pub fn rows(&self) -> Rows<'_, 'a> {
        Rows::new(&self.header, self.body.clone(), self.account)
    }

    /// Reads all rows only to count them.
    #[must_use]
    pub fn tally(&self) -> Tally {
        let mut rows = self.rows();
        rows.by_ref().for_each(drop);
        rows.tally()
    }

    /// Columns that AWS did not document when this was written; [`Credentials::other`] has their cells.
    pub fn unknown_columns(&self) -> impl Iterator<Item = &str> {
        self.header.unknown().iter().map(|(_, name)| name.as_ref())
    }

    /// Optional columns that this report lacks.
    pub fn absent_columns(&self) -> impl Iterator<Item = Column> {
        self.header.absent()
    }
}
