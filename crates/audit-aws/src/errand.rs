//! What the calls about one account share: whose they are, with which credentials, and how failures are told.

use std::collections::BTreeSet;

use audit_core::account::{AccountId, Partition};
#[cfg(feature = "facts")]
use audit_core::facts::Fact;
use audit_core::facts::Unavailable;
#[cfg(feature = "control-policies")]
use audit_core::ledger::Failure;
use audit_core::reason::Reason;
#[cfg(any(feature = "config", feature = "facts"))]
use aws_smithy_types::DateTime;
#[cfg(any(feature = "config", feature = "facts"))]
use jiff::Timestamp;

use crate::caller::Caller;
use crate::error::CallError;
pub(crate) use crate::error::{malformed, required};
use crate::session::{Session, salt};

/// An account, the credentials that it is read with, and the caller that makes the calls.
#[derive(Clone, Copy, Debug)]
pub struct Errand<'a> {
    /// Makes the calls.
    pub caller: &'a Caller,
    /// With which credentials.
    pub session: &'a Session,
    /// The account that they belong to.
    pub account: AccountId,
    /// Its partition.
    pub partition: &'a Partition,
}

impl Errand<'_> {
    /// Makes a call with the caller's patience; a failure is the cause, not the last accident.
    pub(crate) async fn call<T, F>(&self, attempt: impl FnMut() -> F) -> Result<T, CallError>
    where
        F: Future<Output = Result<T, CallError>>,
    {
        self.caller.call_alone(salt(self.account), attempt).await
    }

    /// All pages of a list. A token that is empty or came before ends it in an error, never as if it were complete.
    pub(crate) async fn pages<T, F>(
        &self,
        operation: &'static str,
        page: impl Fn(Option<String>) -> F,
    ) -> Result<Vec<T>, CallError>
    where
        F: Future<Output = Result<(Vec<T>, Option<String>), CallError>>,
    {
        let (mut all, mut token, mut seen) = (Vec::new(), None, BTreeSet::new());
        loop {
            let (items, next) = self.call(|| page(token.clone())).await?;
            all.extend(items);
            let Some(next) = next else { return Ok(all) };
            if next.is_empty() || !seen.insert(next.clone()) {
                return Err(malformed(operation));
            }
            token = Some(next);
        }
    }
}

/// An instant of an answer, to the second.
#[cfg(any(feature = "config", feature = "facts"))]
pub(crate) fn instant(operation: &'static str, at: &DateTime) -> Result<Timestamp, CallError> {
    Timestamp::from_second(at.secs()).map_err(|_| malformed(operation))
}

/// A failed call as the ledger tells it, told in the log as well.
#[cfg(feature = "control-policies")]
pub(crate) fn failed(error: CallError) -> Failure {
    tracing::warn!(
        reason = error.reason.code(),
        operation = error.operation,
        aws.code = error.code.as_deref(),
        aws.message = error.message.as_deref(),
        aws.request_id = error.request_id.as_deref(),
        "not read",
    );
    Failure {
        reason: error.reason,
        operation: error.operation.to_owned(),
        code: error.code,
    }
}

/// What came of the calls behind a fact.
#[cfg(feature = "facts")]
pub(crate) fn told<T>(result: Result<T, CallError>) -> Fact<T> {
    match result {
        Ok(record) => Fact::Known(record),
        Err(error) => Fact::Unavailable(unavailable(&error)),
    }
}

/// A failed call as the records tell it: AWS's code if there is one, and what that means in words.
///
/// AWS's own message is only logged: it differs from call to call, and names identities.
#[must_use]
pub fn unavailable(error: &CallError) -> Unavailable {
    tracing::debug!(
        operation = error.operation,
        reason = error.reason.code(),
        message = error.message,
        "a fact is not available"
    );
    Unavailable {
        operation: error.operation.to_owned(),
        code: error.code.clone().unwrap_or_else(|| error.reason.code().to_owned()),
        reason: words(error.reason).to_owned(),
    }
}

fn words(reason: Reason) -> &'static str {
    match reason {
        Reason::AssumeRoleDenied => "the role of the account may not be assumed",
        Reason::RegionDisabled => "STS is not active in this Region",
        Reason::IdentityMismatch => "the credentials belong to another account",
        Reason::CredentialsRefused => "the account refused the credentials",
        Reason::CallDenied | Reason::StoreFailed => "the call is not allowed",
        Reason::ReportTimeout => "the report was not ready in time",
        Reason::ReportCapacity => "IAM had no capacity to generate the report",
        Reason::ReportTooLarge => "the report is larger than the suite reads",
        Reason::Throttled => "AWS kept throttling the call",
        Reason::ServiceError => "AWS kept answering with errors of its own",
        Reason::Network => "the connection kept failing",
        Reason::NoAnswer => "AWS did not answer in time",
        Reason::MalformedAnswer => "the answer is not the document asked for",
        Reason::ClockSkew => "the clocks differ too much",
        Reason::Misconfigured => "a setting of the suite or of the account does not allow it",
        Reason::NotListed => "the organization does not list the account",
        Reason::NotAggregated => "the aggregator of AWS Config does not show the account",
        Reason::NotRecorded => "AWS Config does not record it",
        Reason::UnexpectedError => "AWS answered with a code that the suite does not know",
    }
}

/// What makes a call of a client act with the credentials of a session, in a Region of its own if one is given.
#[cfg(any(feature = "cloudtrail", feature = "config", feature = "facts"))]
macro_rules! acting {
    ($sdk:ident, $session:expr) => {
        $crate::errand::acting!($sdk, $session, None::<&str>)
    };
    ($sdk:ident, $session:expr, $region:expr) => {{
        let mut config = $sdk::config::Builder::new();
        if let $crate::session::Session::Assumed(credentials) = $session {
            config = config.credentials_provider(credentials.clone());
        }
        if let Some(region) = $region {
            config = config.region($sdk::config::Region::new(region.to_owned()));
        }
        config
    }};
}
#[cfg(any(feature = "cloudtrail", feature = "config", feature = "facts"))]
pub(crate) use acting;
