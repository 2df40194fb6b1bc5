//! The function as AWS Lambda runs it: variables in, one invocation after the other.

use std::collections::BTreeMap;

use audit_aws::invocation::{self, Answer, Ended, FunctionError};
use audit_aws::run::Place;
use audit_aws::settings::InvalidSetting;
use audit_core::event::RunRequest;
use aws_types::SdkConfig;
use jiff::Timestamp;
use serde::Serialize;

use crate::event::Event;
use crate::rule::RuleError;
use crate::run::{Finished, Run, run};
use crate::settings::Settings;
use crate::sweep::{Sweep, Swept, sweep};

/// What stays the same from one invocation to the next. It holds nothing of a run.
pub struct Function {
    sdk: SdkConfig,
    settings: Settings,
    place: Place,
}

/// The answer to an invocation, by the kind of its event.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Answered {
    /// What AWS Config was answered.
    Rule(Finished),
    /// What the sweep came to.
    Sweep(Answer),
}

/// Why an invocation ends as an error, by the kind of its event.
#[derive(Debug, thiserror::Error)]
pub enum Unanswered {
    /// AWS Config was not answered.
    #[error(transparent)]
    Rule(#[from] RuleError),
    /// The sweep did not come to what it should.
    #[error(transparent)]
    Sweep(#[from] FunctionError),
}

impl Unanswered {
    /// The kind of error, as Lambda shows it.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Rule(error) => error.kind(),
            Self::Sweep(error) => error.kind(),
        }
    }
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
    /// See [`RuleError`]: AWS Config shows that the rule failed, and calls again. Of a sweep see [`FunctionError`].
    pub async fn answer(
        &self,
        event: &Event,
        own_arn: &str,
        deadline: Option<Timestamp>,
    ) -> Result<Answered, Unanswered> {
        match event {
            Event::Rule(event) => {
                let asked = Run {
                    sdk: &self.sdk,
                    settings: &self.settings,
                    event,
                    store: &self.place.records,
                };
                Ok(Answered::Rule(Box::pin(run(&asked)).await?))
            }
            Event::Sweep(request) => {
                let answer = Box::pin(self.sweep(request, own_arn, deadline)).await?;
                Ok(Answered::Sweep(answer))
            }
        }
    }

    async fn sweep(
        &self,
        request: &RunRequest,
        own_arn: &str,
        deadline: Option<Timestamp>,
    ) -> Result<Answer, FunctionError> {
        let asked = Sweep {
            sdk: &self.sdk,
            settings: &self.settings,
            request,
            place: &self.place,
            deadline,
            progress: &|_| {},
        };
        let allowed = self.settings.conduct.max_failed_percent;
        invocation::answer(&self.sdk, own_arn, allowed, Box::pin(sweep(&asked))).await
    }
}

impl From<Swept> for Ended {
    fn from(swept: Swept) -> Self {
        Self {
            changed: swept.missing.len(),
            manifest: swept.manifest,
            location: swept.location,
            next: swept.next,
            unwritten: swept.unwritten,
            unsent: swept.unsent,
        }
    }
}
