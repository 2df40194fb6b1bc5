//! The function as AWS Lambda runs it: variables in, one invocation after the other, metrics and continuation out.

use std::collections::BTreeMap;
use std::io::Write as _;

use audit_aws::caller::{Caller, Patience};
use audit_aws::continuation;
use audit_aws::error::CallError;
use audit_aws::metrics;
use audit_aws::settings::{InvalidSetting, arguments};
use audit_core::event::RunRequest;
use audit_core::ledger::{Counts, RunStatus};
use audit_core::run::RunId;
use aws_types::SdkConfig;
use clap::Parser as _;
use jiff::Timestamp;
use lambda_runtime::{Context, Diagnostic, LambdaEvent};
use serde::Serialize;

use crate::FUNCTION;
use crate::run::{Finished, Place, Run, RunError, run};
use crate::settings::{ALIASES, Settings};

/// What stays the same from one invocation to the next. It holds nothing of a run.
pub struct Function {
    sdk: SdkConfig,
    settings: Settings,
    place: Place,
}

/// The answer to an invocation.
#[derive(Debug, Serialize)]
pub struct Answer {
    /// The function.
    pub function: &'static str,
    /// The run.
    pub run: RunId,
    /// Whether anything is missing.
    pub status: RunStatus,
    /// The sums.
    pub counts: Counts,
    /// Where the ledger is.
    pub manifest: String,
    /// The part that the function handed on, if accounts are left.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_part: Option<u32>,
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
    /// The reports are stored, and the dataset of them could not be.
    #[error("the reports and the ledger are stored, the dataset is not: {0}")]
    NoDataset(CallError),
    /// Stored reports are not those that the ledger names.
    #[error(
        "{0} collected reports are not in the dataset: their bytes in the store are not those that the ledger names"
    )]
    EvidenceChanged(usize),
    /// The run's message could not be sent; it waits in the outbox.
    #[error("the message of the run waits in the outbox: {0}")]
    Unsent(CallError),
    /// Accounts are left, and the next part could not be started.
    #[error("cannot start the next part of the run: {0}")]
    NotContinued(CallError),
}

impl From<FunctionError> for Diagnostic {
    fn from(error: FunctionError) -> Self {
        let kind = match error {
            FunctionError::Variables(_) => "Misconfigured",
            FunctionError::Run(_) => "NoRun",
            FunctionError::TooManyFailed(_) => "TooManyFailed",
            FunctionError::NoDataset(_) => "NoDataset",
            FunctionError::EvidenceChanged(_) => "EvidenceChanged",
            FunctionError::Unsent(_) => "Unsent",
            FunctionError::NotContinued(_) => "NotContinued",
        };
        Self {
            error_type: kind.to_owned(),
            error_message: error.to_string(),
        }
    }
}

impl Function {
    /// Reads the settings from the variables and makes everything ready for the first invocation.
    ///
    /// # Errors
    /// When a variable breaks a rule; the message names it.
    pub fn new(sdk: SdkConfig, variables: &BTreeMap<String, String>) -> Result<Self, FunctionError> {
        let refused = |error: InvalidSetting| FunctionError::Variables(error.to_string());
        let arguments = arguments::<Settings>(variables, ALIASES).map_err(refused)?;
        let settings =
            Settings::try_parse_from(arguments).map_err(|error| FunctionError::Variables(error.to_string()))?;
        settings.validate().map_err(refused)?;
        let place = Place::buckets(&sdk, &settings)
            .ok_or_else(|| refused(InvalidSetting::new("bucket", "is required in a Lambda function")))?;
        Ok(Self { sdk, settings, place })
    }

    /// Answers one invocation.
    ///
    /// # Errors
    /// See [`FunctionError`].
    pub async fn answer(&self, event: LambdaEvent<RunRequest>) -> Result<Answer, FunctionError> {
        let LambdaEvent {
            payload: request,
            context,
        } = event;
        let caller = Caller::new(&self.sdk, Patience::default(), 1)
            .map_err(RunError::from)?
            .insistent();
        let start = caller.clock().now();
        let finished = run(&Run {
            sdk: &self.sdk,
            settings: &self.settings,
            request: &request,
            place: &self.place,
            deadline: deadline(&context),
            progress: &|_| {},
        })
        .await?;

        let now = caller.clock().now();
        let line = metrics::embedded(&finished.manifest, now, Finished::took(start, now));
        // CloudWatch reads metrics from standard output; when that is closed there is nobody left to tell.
        let _ = writeln!(std::io::stdout().lock(), "{line}");
        if let Some(next) = &finished.next {
            let handed_on = continuation::go_on(&self.sdk, &caller, &context.invoked_function_arn, next).await;
            handed_on.map_err(FunctionError::NotContinued)?;
        } else if let Some(text) = finished.too_many_failed(&self.settings) {
            return Err(FunctionError::TooManyFailed(text));
        }
        if let Some(error) = finished.unwritten {
            return Err(FunctionError::NoDataset(error));
        }
        if !finished.missing.is_empty() {
            return Err(FunctionError::EvidenceChanged(finished.missing.len()));
        }
        if let Some(error) = finished.unsent {
            return Err(FunctionError::Unsent(error));
        }
        Ok(Answer {
            function: FUNCTION,
            run: finished.manifest.run,
            status: finished.manifest.status,
            counts: finished.manifest.counts,
            manifest: finished.location,
            next_part: finished.next.map(|next| next.part),
        })
    }
}

fn deadline(context: &Context) -> Option<Timestamp> {
    Timestamp::from_millisecond(i64::try_from(context.deadline).ok()?).ok()
}
