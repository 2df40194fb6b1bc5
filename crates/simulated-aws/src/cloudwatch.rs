//! Amazon CloudWatch: metric filters of its logs, and alarms.

use serde_json::{Value, json};

use crate::operation::Operation;
use crate::service::Call;
use crate::wire::cbor::moment;
use crate::wire::refusal::Refusal;
use crate::world::{Alarm, MetricFilter};

/// `DescribeMetricFilters` of CloudWatch Logs.
pub(crate) fn metric_filters(call: &Call<'_>) -> Result<Value, Refusal> {
    let invalid = || {
        Refusal::bad(
            "InvalidParameterException",
            "Invalid parameter: limit, nextToken or metricName",
        )
    };
    let (name, namespace) = (call.text("metricName"), call.text("metricNamespace"));
    if name.is_some() != namespace.is_some() {
        return Err(invalid());
    }
    let group = call.text("logGroupName");
    let prefix = call.text("filterNamePrefix").unwrap_or("");
    let contents = call.world.contents(call.account);
    let monitoring = &contents.monitoring;
    if let Some(group) = group {
        let of_filter = monitoring
            .metric_filters
            .iter()
            .any(|filter| filter.log_group == group && filter.region == call.region);
        let of_trail = monitoring.trails.iter();
        let mut of_trail = of_trail.filter(|trail| trail.home_region == call.region);
        if !of_filter && of_trail.all(|trail| trail.log_group.as_deref() != Some(group)) {
            let message = "The specified log group does not exist.";
            return Err(Refusal::bad("ResourceNotFoundException", message));
        }
    }
    let wanted = |filter: &&MetricFilter| {
        filter.region == call.region
            && group.is_none_or(|group| group == filter.log_group)
            && filter.name.starts_with(prefix)
            && name.is_none_or(|name| name == filter.metric.1)
            && namespace.is_none_or(|namespace| namespace == filter.metric.0)
    };
    let created = call.account.joined.as_millisecond();
    let filters: Vec<Value> = monitoring
        .metric_filters
        .iter()
        .filter(wanted)
        .map(|filter| {
            json!({
                "filterName": filter.name,
                "filterPattern": filter.pattern,
                "metricTransformations": [{
                    "metricName": filter.metric.1,
                    "metricNamespace": filter.metric.0,
                    "metricValue": "1",
                    "defaultValue": 0.0,
                }],
                "creationTime": created,
                "logGroupName": filter.log_group,
                "applyOnTransformedLogs": false,
            })
        })
        .collect();
    let subject = [group, Some(prefix), name, namespace]
        .map(|part| part.unwrap_or(""))
        .join(" ");
    let page = call.page(&subject, ("limit", 50), "nextToken", &filters, "metricFilters");
    page.map_err(|_| invalid())
}

/// Alarms of CloudWatch.
pub(crate) fn handle(call: &Call<'_>) -> Result<Value, Refusal> {
    let contents = call.world.contents(call.account);
    let alarms = contents
        .monitoring
        .alarms
        .iter()
        .filter(|alarm| alarm.region == call.region);
    if call.operation == Operation::DescribeAlarmsForMetric {
        let (Some(name), Some(namespace)) = (call.text("MetricName"), call.text("Namespace")) else {
            let message = "The parameter MetricName and Namespace are required.";
            return Err(Refusal::bad("MissingParameter", message));
        };
        let alarms = alarms.filter(|alarm| alarm.metric.0 == namespace && alarm.metric.1 == name);
        let alarms: Vec<Value> = alarms.map(|alarm| describe(call, alarm)).collect();
        return Ok(json!({ "MetricAlarms": alarms }));
    }
    let names = call.input.get("AlarmNames").and_then(Value::as_array);
    let names: Vec<&str> = names.into_iter().flatten().filter_map(Value::as_str).collect();
    let prefix = call.text("AlarmNamePrefix").unwrap_or("");
    let alarms = alarms
        .filter(|alarm| (names.is_empty() || names.contains(&alarm.name.as_str())) && alarm.name.starts_with(prefix));
    let alarms: Vec<Value> = alarms.map(|alarm| describe(call, alarm)).collect();
    let subject = format!("{} {prefix}", names.join(","));
    let page = call.page(&subject, ("MaxRecords", 100), "NextToken", &alarms, "MetricAlarms");
    let invalid = |_| Refusal::bad("InvalidNextToken", "The next token specified is invalid.");
    let mut page = page.map_err(invalid)?;
    if let Some(members) = page.as_object_mut() {
        members.insert("CompositeAlarms".to_owned(), json!([]));
    }
    Ok(page)
}

fn describe(call: &Call<'_>, alarm: &Alarm) -> Value {
    let partition = call.world.spec().partition.id();
    let at = moment(call.account.joined.as_second());
    json!({
        "AlarmName": alarm.name,
        "AlarmArn": format!("arn:{partition}:cloudwatch:{}:{}:alarm:{}", call.region, call.account.id, alarm.name),
        "AlarmConfigurationUpdatedTimestamp": at,
        "ActionsEnabled": alarm.actions_enabled,
        "OKActions": [],
        "AlarmActions": alarm.actions,
        "InsufficientDataActions": [],
        "StateValue": "OK",
        "StateReason": "Threshold not crossed",
        "StateUpdatedTimestamp": at,
        "MetricName": alarm.metric.1,
        "Namespace": alarm.metric.0,
        "Statistic": "Sum",
        "Dimensions": [],
        "Period": 300,
        "EvaluationPeriods": 1,
        "Threshold": 1.0,
        "ComparisonOperator": "GreaterThanOrEqualToThreshold",
        "TreatMissingData": "notBreaching",
    })
}
