//! What became of one account.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::account::AccountId;
use crate::digest::Sha256;
use crate::reason::Reason;

/// One listed account and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct AccountEntry {
    /// The account.
    pub account: AccountId,
    /// Its name in the organization; empty when it has none or none was asked for.
    pub name: String,
    /// Its state in AWS Organizations (`ACTIVE`, `SUSPENDED`, …), as AWS spelled it; `UNKNOWN` when AWS said nothing.
    pub state: String,
    /// What became of it.
    #[serde(flatten)]
    pub outcome: Outcome,
}

/// What became of a listed account: exactly one of four things.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Outcome {
    /// The evidence is stored.
    Collected(StoredReport),
    /// Not looked at, on purpose.
    Skipped {
        /// Why.
        reason: Skip,
    },
    /// Looked at without success.
    Failed(Failure),
    /// Not reached in the time allowed; the next part or run goes on with it.
    Left,
}

/// Why an account is not looked at, on purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Skip {
    /// AWS suspended the account.
    Suspended,
    /// The account is closed; AWS lists it for up to 90 days more.
    Closed,
    /// The account was created but never activated.
    PendingActivation,
    /// A setting leaves the account out.
    Excluded,
}

/// A credential report as it stands in the evidence store.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct StoredReport {
    /// The key of the object.
    pub key: String,
    /// The version of the object; absent where the store keeps no versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The digest of the stored bytes.
    pub sha256: Sha256,
    /// The number of stored bytes.
    pub size: u64,
    /// The number of rows that could be read, the root user's included.
    pub rows: u64,
    /// When IAM generated the report.
    pub generated: Timestamp,
    /// The age of the report at the run's time, in seconds; 0 for a report generated after it.
    pub age_seconds: u64,
    /// Whether the object was there before this run stored it.
    pub object: ObjectState,
    /// What is odd about the report, if anything.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Note>,
}

/// Whether an object was there before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ObjectState {
    /// Stored by this run.
    New,
    /// The same bytes were there already.
    Existing,
}

/// Something odd about a stored report that whoever reads it should know.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Note {
    /// What kind of oddity.
    pub code: NoteCode,
    /// The particulars, in words.
    pub detail: String,
}

/// The kinds of oddities.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum NoteCode {
    /// The report as a whole could not be parsed; its bytes are stored unchanged.
    ReportUnreadable,
    /// Single rows could not be parsed; the others are usable.
    RowsUnreadable,
    /// IAM served a report older than the setting allows, after it was asked for a new one.
    Stale,
    /// The report has no row for the root user.
    NoRootUser,
    /// The rows name another account than the one that was asked.
    OtherAccount,
    /// An aggregator could not take from a Region of the account: what it shows may be old or incomplete.
    SourceFailed,
    /// What an aggregator shows of a Region of the account is not the newest.
    SourceOutdated,
    /// A search ended at the bound that the settings put on it: what was found may not be all.
    SearchTruncated,
    /// Some of the types that were asked for are shown or known to be recorded; nothing shows that the others are.
    TypesNotRecorded,
    /// The control policies above the account could not be read, so that they take nothing away in its report.
    ControlPoliciesUnread,
    /// Something else that was asked about the account could not be read, and its report lacks it.
    FactsUnread,
}

/// Why an account failed.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Failure {
    /// The kind of failure, with what to do about it in [`Reason::advice`].
    pub reason: Reason,
    /// The call that failed (`sts:AssumeRole`).
    pub operation: String,
    /// The error code that AWS answered with; absent when there was no answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
}

impl AccountEntry {
    /// Whether a later part or run has anything to do for the account.
    #[must_use]
    pub fn is_unfinished(&self) -> bool {
        matches!(self.outcome, Outcome::Failed(_) | Outcome::Left)
    }
}
