//! One row of the inventory, as every format shows it.

use jiff::Timestamp;

use super::{CredentialState, Held, Reported};
use crate::account::AccountId;

/// A resource, and for users what the credential report adds.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    /// The account.
    pub account: AccountId,
    /// Its name in the organization; empty when nobody said.
    pub account_name: &'a str,
    /// The names of the organizational units above it, from the organization root on; `None` when not known.
    pub units: Option<&'a str>,
    /// What AWS Config has; `None` for a user that only the credential report shows.
    pub held: Option<&'a Held>,
    /// What the credential report has; `None` as `state` says.
    pub reported: Option<&'a Reported>,
    /// Whether there is a report, and whether the user is in it.
    pub state: CredentialState,
    /// When IAM generated the report.
    pub report_generated: Option<Timestamp>,
}
