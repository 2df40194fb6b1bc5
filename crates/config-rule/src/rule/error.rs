//! Why a rule is not answered, or not whole.

use std::fmt;

use audit_aws::clock::NoClock;
use audit_aws::error::CallError;
use audit_aws::settings::InvalidSetting;
use audit_core::account::AccountId;
use audit_core::config_rule::{LinkTooLong, Resource};
use audit_core::facts::Unavailable;
use jiff::Timestamp;

/// Why an invocation ends as an error, so that AWS Config shows that the rule failed, and calls again.
#[derive(Debug, thiserror::Error)]
pub enum RuleError {
    /// A setting breaks a rule.
    #[error(transparent)]
    Setting(#[from] InvalidSetting),
    /// The SDK configuration is not usable.
    #[error(transparent)]
    Clock(#[from] NoClock),
    /// The event is for a time that has not come.
    #[error("the event is for {0}, which is more than 5 minutes ahead of the clock")]
    FutureTime(Timestamp),
    /// The suite's own identity could not be had.
    #[error("cannot tell who is calling: {0}")]
    Identity(CallError),
    /// The rule belongs to another account, and the settings leave others out.
    #[error("the rule belongs to account {0}, and `--single-account` leaves other accounts out")]
    OtherAccount(AccountId),
    /// The account of the rule cannot be entered.
    #[error("cannot enter account {0}: {1}; {advice}", advice = .1.reason.advice())]
    Entry(AccountId, CallError),
    /// Users and their permissions could not be read to their end, so nobody is judged and nobody counts as deleted.
    #[error("cannot read the users of account {0}: `{operation}` failed: {code}, {reason}",
        operation = .1.operation, code = .1.code, reason = .1.reason)]
    Unread(AccountId, Unavailable),
    /// The report could not be written.
    #[error("cannot write the report: {0}")]
    Report(String),
    /// The store does not take the evidence, so nothing is evaluated.
    #[error("cannot store the evidence, so nothing is evaluated: {0}")]
    Store(CallError),
    /// The link to the evidence does not fit.
    #[error(transparent)]
    Link(#[from] LinkTooLong),
    /// AWS Config could not be asked or answered.
    #[error("cannot answer AWS Config: {0}; {advice}", advice = .0.reason.advice())]
    Config(CallError),
    /// AWS Config did not take some evaluations, twice.
    #[error("AWS Config did not take {0}")]
    Refused(Failed),
}

/// Evaluations that were not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failed {
    /// How many were put.
    pub of: usize,
    /// What those were about that were not taken.
    pub resources: Vec<Resource>,
}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {} evaluations", self.resources.len(), self.of)?;
        match self.resources.first() {
            Some(first) => write!(f, ", the first about {} `{}`", first.kind, first.id),
            None => Ok(()),
        }
    }
}

impl RuleError {
    /// The kind of error, as Lambda shows it.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Setting(_) => "Misconfigured",
            Self::Clock(_) | Self::FutureTime(_) | Self::Identity(_) => "NoRun",
            Self::OtherAccount(_) | Self::Entry(..) => "NotEntered",
            Self::Unread(..) => "NotRead",
            Self::Report(_) | Self::Store(_) | Self::Link(_) => "NotStored",
            Self::Config(_) | Self::Refused(_) => "NotAnswered",
        }
    }
}
