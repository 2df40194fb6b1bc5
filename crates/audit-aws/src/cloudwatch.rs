//! CloudWatch alarms.

use audit_core::facts::Alarm;
use aws_sdk_cloudwatch::Client;
use aws_types::SdkConfig;

use crate::caller::configured;
use crate::errand::{Errand, acting, malformed};
use crate::error::{CallError, classify};
use crate::whole::Whole;

/// The calls to CloudWatch.
#[derive(Clone, Debug)]
pub struct CloudWatch {
    client: Client,
}

impl CloudWatch {
    /// Ready to call.
    #[must_use]
    pub fn new(sdk: &SdkConfig) -> Self {
        Self {
            client: Client::new(&configured(sdk)),
        }
    }

    /// The alarms on a metric, given as namespace and name (Amazon CloudWatch API Reference,
    /// `DescribeAlarmsForMetric`).
    ///
    /// # Errors
    /// When the call fails for good.
    pub async fn alarms(
        &self,
        errand: &Errand<'_>,
        region: &str,
        metric: &(String, String),
    ) -> Result<Vec<Alarm>, CallError> {
        const OPERATION: &str = "cloudwatch:DescribeAlarmsForMetric";
        let ask = || async {
            let call = self
                .client
                .describe_alarms_for_metric()
                .namespace(&metric.0)
                .metric_name(&metric.1)
                .customize()
                .config_override(acting!(aws_sdk_cloudwatch, errand.session, Some(region)))
                .interceptor(Whole(&["MetricAlarms"]));
            let answer = call.send().await.map_err(|error| classify(OPERATION, &error))?;
            let alarms = answer.metric_alarms.unwrap_or_default().into_iter().map(|alarm| {
                Ok(Alarm {
                    metric: metric.clone(),
                    actions_enabled: alarm.actions_enabled.ok_or_else(|| malformed(OPERATION))?,
                    actions: alarm.alarm_actions.unwrap_or_default(),
                })
            });
            alarms.collect()
        };
        errand.call(ask).await
    }
}
