//! Why there is no run at all.

use audit_core::reason::Reason;
use jiff::Timestamp;

use crate::clock::NoClock;
use crate::error::CallError;
use crate::settings::InvalidSetting;

/// Why there is no run.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// A setting breaks a rule.
    #[error(transparent)]
    Setting(#[from] InvalidSetting),
    /// The event is for a time that has not come.
    #[error("`time` is {0}, which is more than 5 minutes ahead of the clock")]
    FutureTime(Timestamp),
    /// The event asks for something that this function does not know.
    #[error("the event's `{0}` is not something that this function takes")]
    UnknownWish(String),
    /// The SDK configuration is not usable.
    #[error(transparent)]
    Clock(#[from] NoClock),
    /// The suite's own identity could not be had.
    #[error("cannot tell who is calling: {0}")]
    Identity(CallError),
    /// Not one account could be listed.
    #[error("cannot list the accounts: {error}; {advice}", advice = listing_advice(error))]
    Listing {
        /// What failed.
        error: CallError,
    },
    /// The account is in no organization, and what the function is about is the organization's.
    #[error("there is no organization to report about: {0}")]
    NoOrganization(CallError),
    /// The run has no part, so there is nothing to deliver.
    #[error("the run has no part")]
    NothingToDeliver,
    /// A document that the settings name cannot be used.
    #[error("`{key}` cannot be used: {problem}")]
    Unusable {
        /// Its key.
        key: String,
        /// What is wrong with it.
        problem: String,
    },
    /// The store does not take anything.
    #[error("cannot use the evidence store: {0}")]
    Store(CallError),
}

fn listing_advice(error: &CallError) -> &'static str {
    if error.has_code(&["AWSOrganizationsNotInUseException"]) {
        "the account is in no organization: look at it alone with `--single-account`"
    } else if error.reason == Reason::CallDenied {
        "run in the management account or in a delegated administrator account, and allow `organizations:ListAccounts`"
    } else {
        error.reason.advice()
    }
}
