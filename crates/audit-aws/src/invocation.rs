//! One invocation of a Lambda function: settings in, the answer or the error out.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::time::Duration;

use audit_core::event::RunRequest;
use audit_core::ledger::{Counts, Manifest, RunStatus};
use audit_core::run::RunId;
use aws_types::SdkConfig;
use clap::Parser;
use jiff::Timestamp;
use serde::Serialize;

use crate::caller::{Caller, Patience};
use crate::continuation;
use crate::error::CallError;
use crate::metrics;
use crate::run::RunError;
use crate::settings::{Alias, InvalidSetting, arguments};
use crate::slices::Shared;

/// The answer to an invocation.
#[derive(Debug, Serialize)]
pub struct Answer {
    /// The function.
    pub function: String,
    /// The run.
    pub run: RunId,
    /// Whether anything is missing.
    pub status: RunStatus,
    /// The sums.
    pub counts: Counts,
    /// Where the ledger is.
    pub manifest: String,
    /// The part that the function handed on, if anything is left to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_part: Option<u32>,
}

/// The answer to an invocation for a whole run or for a share of one.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Answered {
    /// Of a whole run.
    Run(Answer),
    /// Of a share.
    Share(Shared),
}

/// Why an invocation ends as an error, so that Lambda tries again and alarms ring.
#[derive(Debug, thiserror::Error)]
pub enum FunctionError {
    /// A variable breaks a rule.
    #[error("{0}")]
    Variables(String),
    /// There is no run.
    #[error(transparent)]
    Run(#[from] RunError),
    /// Too many accounts failed.
    #[error("{0}")]
    TooManyFailed(String),
    /// The ledger stands, and what is made of it could not be written.
    #[error("the evidence and the ledger are stored, what is made of them is not: {0}")]
    Unwritten(CallError),
    /// Stored evidence is not that which the ledger names.
    #[error("of {0} accounts the stored evidence is not that which the ledger names, so nothing is made of it")]
    EvidenceChanged(usize),
    /// The run's message could not be sent; it waits in the outbox.
    #[error("the message of the run waits in the outbox: {0}")]
    Unsent(CallError),
    /// Accounts are left, and the next part could not be started.
    #[error("cannot start the next part of the run: {0}")]
    NotContinued(CallError),
}

impl FunctionError {
    /// The kind of error, as Lambda shows it.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Variables(_) => "Misconfigured",
            Self::Run(_) => "NoRun",
            Self::TooManyFailed(_) => "TooManyFailed",
            Self::Unwritten(_) => "Unwritten",
            Self::EvidenceChanged(_) => "EvidenceChanged",
            Self::Unsent(_) => "Unsent",
            Self::NotContinued(_) => "NotContinued",
        }
    }
}

impl From<InvalidSetting> for FunctionError {
    fn from(error: InvalidSetting) -> Self {
        Self::Variables(error.to_string())
    }
}

/// A function's settings from its variables.
///
/// # Errors
/// When a variable breaks a rule; the message names it.
pub fn settings<S: Parser>(variables: &BTreeMap<String, String>, aliases: &[Alias]) -> Result<S, FunctionError> {
    let arguments = arguments::<S>(variables, aliases)?;
    S::try_parse_from(arguments).map_err(|error| FunctionError::Variables(error.to_string()))
}

/// How a run ended, as far as an invocation tells it.
#[derive(Clone, Debug)]
pub struct Ended {
    /// The ledger of the run.
    pub manifest: Manifest,
    /// Where it is, for people.
    pub location: String,
    /// What the next invocation is to be asked.
    pub next: Option<RunRequest>,
    /// Why what is made of the evidence could not be written.
    pub unwritten: Option<CallError>,
    /// Of how many accounts the stored evidence is not that which the ledger names.
    pub changed: usize,
    /// Why the run's message, kept in the outbox, could not be sent.
    pub unsent: Option<CallError>,
}

/// Answers an invocation by a run: the metrics, the continuation, and the errors that alarms ring for.
///
/// # Errors
/// See [`FunctionError`].
pub async fn answer<R: Into<Ended>>(
    sdk: &SdkConfig,
    own_arn: &str,
    max_failed_percent: u8,
    run: impl Future<Output = Result<R, RunError>>,
) -> Result<Answer, FunctionError> {
    let caller = Caller::new(sdk, Patience::default(), 1)
        .map_err(RunError::from)?
        .insistent();
    let started = caller.clock().now();
    let ended: Ended = run.await?.into();
    ended.conclude(sdk, &caller, own_arn, started, max_failed_percent).await
}

impl Ended {
    /// Tells the metrics, hands on what is left, and answers.
    ///
    /// # Errors
    /// See [`FunctionError`]: whatever somebody has to look at.
    async fn conclude(
        self,
        sdk: &SdkConfig,
        caller: &Caller,
        own_arn: &str,
        started: Timestamp,
        max_failed_percent: u8,
    ) -> Result<Answer, FunctionError> {
        let now = caller.clock().now();
        let took: Duration = now.duration_since(started).unsigned_abs();
        // The seventh word of `arn:aws:lambda:region:account:function:name`; a version or alias may follow it.
        let own_name = own_arn.split(':').nth(6).unwrap_or(&self.manifest.function);
        let line = metrics::embedded(own_name, &self.manifest, now, took, self.next.is_some());
        // CloudWatch reads metrics from standard output; when that is closed there is nobody left to tell.
        let _ = writeln!(std::io::stdout().lock(), "{line}");
        if let Some(next) = &self.next {
            let handed_on = continuation::go_on(sdk, caller, own_arn, next).await;
            handed_on.map_err(FunctionError::NotContinued)?;
        } else if let Some(text) = crate::run::too_many_failed(&self.manifest, max_failed_percent, &self.location) {
            return Err(FunctionError::TooManyFailed(text));
        }
        if let Some(error) = self.unwritten {
            return Err(FunctionError::Unwritten(error));
        }
        if self.changed > 0 {
            return Err(FunctionError::EvidenceChanged(self.changed));
        }
        if let Some(error) = self.unsent {
            return Err(FunctionError::Unsent(error));
        }
        Ok(Answer {
            function: self.manifest.function,
            run: self.manifest.run,
            status: self.manifest.status,
            counts: self.manifest.counts,
            manifest: self.location,
            next_part: self.next.map(|next| next.part),
        })
    }
}
