//! What a run measured, in CloudWatch's embedded metric format.

use std::time::Duration;

use audit_core::ledger::{Manifest, RunStatus};
use jiff::Timestamp;
use serde_json::json;

/// The namespace of the suite's metrics.
pub const NAMESPACE: &str = "IamCensus";

/// One line that CloudWatch Logs turns into metrics (Amazon CloudWatch User Guide, "Embedded metric format
/// specification"). Its one dimension is the name of the Lambda function, `own_name`, so that two deployments do not speak
/// for each other, and nothing that an account answers can become a metric.
///
/// `handed_on` is whether a further invocation goes on with the run: only a run that ends without being complete counts
/// as partial.
#[must_use]
pub fn embedded(own_name: &str, manifest: &Manifest, now: Timestamp, took: Duration, handed_on: bool) -> String {
    let counts = manifest.counts;
    let complete = manifest.status == RunStatus::Complete;
    let metric = |name: &str, unit: &str| json!({"Name": name, "Unit": unit});
    json!({
        "_aws": {
            "Timestamp": now.as_millisecond(),
            "CloudWatchMetrics": [{
                "Namespace": NAMESPACE,
                "Dimensions": [["FunctionName"]],
                "Metrics": [
                    metric("AccountsListed", "Count"),
                    metric("AccountsCollected", "Count"),
                    metric("AccountsSkipped", "Count"),
                    metric("AccountsFailed", "Count"),
                    metric("AccountsLeft", "Count"),
                    metric("RunComplete", "Count"),
                    metric("RunPartial", "Count"),
                    metric("Duration", "Milliseconds"),
                ],
            }],
        },
        "FunctionName": own_name,
        "Function": manifest.function,
        "Run": manifest.run,
        "AccountsListed": counts.listed,
        "AccountsCollected": counts.collected,
        "AccountsSkipped": counts.skipped,
        "AccountsFailed": counts.failed,
        "AccountsLeft": counts.left,
        "RunComplete": u8::from(complete),
        "RunPartial": u8::from(!complete && !handed_on),
        "Duration": u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
    })
    .to_string()
}
