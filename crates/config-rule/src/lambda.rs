//! The function as AWS Lambda runs it: variables in, one invocation after the other.

use std::collections::BTreeMap;

use audit_aws::invocation;
use audit_aws::settings::InvalidSetting;
use audit_aws::store::{Bucket, Store};
use audit_core::config_rule::RuleEvent;
use aws_types::SdkConfig;

use crate::rule::RuleError;
use crate::run::{Finished, Run, run};
use crate::settings::Settings;

/// What stays the same from one invocation to the next. It holds nothing of a run.
pub struct Function {
    sdk: SdkConfig,
    settings: Settings,
    store: Store,
}

impl Function {
    /// Reads the settings from the variables and makes everything ready for the first invocation.
    ///
    /// # Errors
    /// When a variable breaks a rule; the message names it.
    pub fn new(sdk: SdkConfig, variables: &BTreeMap<String, String>) -> Result<Self, RuleError> {
        let settings: Settings =
            invocation::settings(variables, &[]).map_err(|error| RuleError::Variables(error.to_string()))?;
        settings.validate()?;
        let bucket = settings
            .bucket_settings()
            .ok_or_else(|| InvalidSetting::new("bucket", "is required in a Lambda function"))?;
        let store = Store::Bucket(Bucket::new(&sdk, bucket));
        Ok(Self { sdk, settings, store })
    }

    /// Answers one invocation.
    ///
    /// # Errors
    /// See [`RuleError`]. AWS Config shows that the rule failed, and calls again.
    pub async fn answer(&self, event: &RuleEvent) -> Result<Finished, RuleError> {
        run(&Run {
            sdk: &self.sdk,
            settings: &self.settings,
            event,
            store: &self.store,
        })
        .await
    }
}
