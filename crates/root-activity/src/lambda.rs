//! The function as AWS Lambda runs it: variables in, one invocation after the other, metrics and continuation out.

use std::collections::BTreeMap;

use audit_aws::caller::{Caller, Patience};
use audit_aws::invocation::{self, Answer, Ended, FunctionError};
use audit_aws::run::RunError;
use audit_aws::settings::InvalidSetting;
use audit_core::event::RunRequest;
use aws_types::SdkConfig;
use jiff::Timestamp;

use crate::run::{Place, Run, run};
use crate::settings::Settings;

/// What stays the same from one invocation to the next. It holds nothing of a run.
pub struct Function {
    sdk: SdkConfig,
    settings: Settings,
    place: Place,
}

impl Function {
    /// Reads the settings from the variables and makes everything ready for the first invocation.
    ///
    /// # Errors
    /// When a variable breaks a rule; the message names it.
    pub fn new(sdk: SdkConfig, variables: &BTreeMap<String, String>) -> Result<Self, FunctionError> {
        let settings: Settings = invocation::settings(variables, &[])?;
        settings.validate()?;
        let place = Place::buckets(&sdk, &settings)
            .ok_or_else(|| InvalidSetting::new("bucket", "is required in a Lambda function"))?;
        Ok(Self { sdk, settings, place })
    }

    /// Answers one invocation of the function `own_arn` that ends at `deadline`.
    ///
    /// # Errors
    /// See [`FunctionError`].
    pub async fn answer(
        &self,
        request: &RunRequest,
        own_arn: &str,
        deadline: Option<Timestamp>,
    ) -> Result<Answer, FunctionError> {
        let caller = Caller::new(&self.sdk, Patience::default(), 1)
            .map_err(RunError::from)?
            .insistent();
        let started = caller.clock().now();
        let finished = Box::pin(run(&Run {
            sdk: &self.sdk,
            settings: &self.settings,
            request,
            place: &self.place,
            deadline,
            progress: &|_| {},
        }))
        .await?;
        let ended = Ended {
            changed: finished.changed.len(),
            manifest: finished.manifest,
            location: finished.location,
            next: finished.next,
            unwritten: finished.unwritten,
            unsent: finished.unsent,
        };
        let allowed = self.settings.conduct.max_failed_percent;
        ended.conclude(&self.sdk, &caller, own_arn, started, allowed).await
    }
}
