//! Metric filters of CloudWatch Logs.

use audit_core::facts::MetricFilter;
use aws_sdk_cloudwatchlogs::Client;
use aws_types::SdkConfig;

use crate::caller::configured;
use crate::errand::{Errand, acting, malformed};
use crate::error::{CallError, classify};
use crate::whole::Whole;

/// The calls to CloudWatch Logs.
#[derive(Clone, Debug)]
pub struct Logs {
    client: Client,
}

impl Logs {
    /// Ready to call.
    #[must_use]
    pub fn new(sdk: &SdkConfig) -> Self {
        Self {
            client: Client::new(&configured(sdk)),
        }
    }

    /// The metric filters of a log group, one record for each metric that a filter feeds (Amazon CloudWatch Logs API
    /// Reference, `DescribeMetricFilters`). The group's ARN names Region and group.
    ///
    /// # Errors
    /// When a call fails for good, or the ARN is that of no log group.
    pub async fn metric_filters(&self, errand: &Errand<'_>, group: &str) -> Result<Vec<MetricFilter>, CallError> {
        const OPERATION: &str = "logs:DescribeMetricFilters";
        let parts: Vec<&str> = group.splitn(7, ':').collect();
        let [_, _, _, region, _, "log-group", name] = parts.as_slice() else {
            return Err(malformed(OPERATION));
        };
        let name = name.strip_suffix(":*").unwrap_or(name);
        let page = |token: Option<String>| async move {
            let call = self
                .client
                .describe_metric_filters()
                .log_group_name(name)
                .set_next_token(token)
                .customize()
                .config_override(acting!(aws_sdk_cloudwatchlogs, errand.session, Some(*region)))
                .interceptor(Whole(&["metricFilters"]));
            let answer = call.send().await.map_err(|error| classify(OPERATION, &error))?;
            let mut filters = Vec::new();
            for filter in answer.metric_filters.unwrap_or_default() {
                let pattern = filter.filter_pattern.unwrap_or_default();
                let metrics = filter.metric_transformations.ok_or_else(|| malformed(OPERATION))?;
                filters.extend(metrics.into_iter().map(|metric| MetricFilter {
                    log_group: group.to_owned(),
                    pattern: pattern.clone(),
                    has_dimensions: metric.dimensions.is_some_and(|dimensions| !dimensions.is_empty()),
                    metric: (metric.metric_namespace, metric.metric_name),
                }));
            }
            Ok((filters, answer.next_token))
        };
        errand.pages(OPERATION, page).await
    }
}
