//! What a run came to.

use audit_aws::error::CallError;
use audit_core::account::AccountId;
use audit_core::event::RunRequest;
use audit_core::ledger::Manifest;
use audit_report::root_activity::{Searched, Summary};

/// What a run came to.
#[derive(Clone, Debug)]
pub struct Finished {
    /// The ledger of the run.
    pub manifest: Manifest,
    /// Where the manifest is, for people.
    pub location: String,
    /// What it came to and where the report is; `None` when the next part makes it, or nobody can.
    pub results: Option<Results>,
    /// Accounts of which the store does not hold what the ledger names.
    pub changed: Vec<AccountId>,
    /// Why the report could not be written.
    pub unwritten: Option<CallError>,
    /// What the next invocation is to be asked, if accounts are left and this one got anywhere.
    pub next: Option<RunRequest>,
    /// Why the run's message, kept in the outbox, could not be sent.
    pub unsent: Option<CallError>,
}

/// What the report tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Results {
    /// What the accounts come to.
    pub summary: Summary,
    /// What was searched.
    pub searched: Searched,
    /// How many sign-ins people were not told of before.
    pub news: usize,
    /// Where the workbook is, for people.
    pub workbook: String,
    /// Where the rows are, for programs.
    pub lines: String,
}

impl Finished {
    /// Whether everything that follows from the ledger is where it belongs: report and message.
    #[must_use]
    pub fn is_delivered(&self) -> bool {
        self.results.is_some() && self.unsent.is_none() && self.unwritten.is_none() && self.changed.is_empty()
    }
}
