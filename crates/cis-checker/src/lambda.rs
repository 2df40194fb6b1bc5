//! The function as AWS Lambda runs it: variables in, one invocation after the other, metrics and continuation out.

use std::collections::BTreeMap;

use audit_aws::invocation::{self, Answered, Ended, FunctionError};
use audit_aws::run::Place;
use audit_aws::settings::InvalidSetting;
use audit_core::event::RunRequest;
use aws_types::SdkConfig;
use jiff::Timestamp;

use crate::run::{Finished, Run, run};
use crate::settings::Settings;
use crate::share::share;

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
        let place = Place::of(&sdk, settings.buckets())
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
    ) -> Result<Answered, FunctionError> {
        let asked = Run {
            sdk: &self.sdk,
            settings: &self.settings,
            request,
            place: &self.place,
            deadline,
            progress: &|_| {},
        };
        if let Some(shared) = Box::pin(share(&asked)).await? {
            return Ok(Answered::Share(shared));
        }
        let allowed = self.settings.conduct.max_failed_percent;
        let answer = invocation::answer(&self.sdk, own_arn, allowed, Box::pin(run(&asked)));
        Ok(Answered::Run(answer.await?))
    }
}

impl From<Finished> for Ended {
    fn from(finished: Finished) -> Self {
        Self {
            changed: finished.changed.len(),
            manifest: finished.manifest,
            location: finished.location,
            next: finished.next,
            unwritten: finished.unwritten,
            unsent: finished.unsent,
        }
    }
}
