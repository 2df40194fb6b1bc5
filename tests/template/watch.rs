//! What tells somebody that a function fails, is held back, sees only a part, or has stopped.

use std::collections::BTreeSet;
use std::time::Duration;

use audit_aws::metrics;
use audit_core::ledger::Manifest;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::Template;
use crate::repository::text;

/// How far back an alarm may look (Amazon CloudWatch API Reference, `PutMetricAlarm`, `Period`).
const LONGEST_LOOK: u64 = 7 * 24;
/// What AWS measures of its own: namespace, metric, dimension (AWS Lambda Developer Guide, "Types of metrics for Lambda
/// functions"; Amazon SQS Developer Guide, "Available CloudWatch metrics for Amazon SQS"; AWS Step Functions Developer
/// Guide, "Monitoring Step Functions metrics using Amazon CloudWatch").
const MEASURED_BY_AWS: [(&str, &str, &str); 5] = [
    ("AWS/Lambda", "Errors", "FunctionName"),
    ("AWS/Lambda", "Throttles", "FunctionName"),
    ("AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName"),
    ("AWS/States", "ExecutionsFailed", "StateMachineArn"),
    ("AWS/States", "ExecutionsTimedOut", "StateMachineArn"),
];
/// What can be tagged, of what the templates create.
const TAGGED: [&str; 8] = [
    "AWS::CloudWatch::Alarm",
    "AWS::CloudWatch::CompositeAlarm",
    "AWS::IAM::Role",
    "AWS::KMS::Key",
    "AWS::Logs::LogGroup",
    "AWS::S3::Bucket",
    "AWS::SNS::Topic",
    "AWS::SQS::Queue",
];

/// The functions of the template: the beginning of their logical ids, and the name under which they count.
fn functions(template: &Template) -> Vec<(&str, &str)> {
    let functions = template.resources("AWS::Serverless::Function");
    let functions: Vec<_> = functions
        .map(|(id, function)| {
            let prefix = id.strip_suffix("Function").expect("the id of a function ends so");
            let name = function["Metadata"]["BuildProperties"]["Binary"].as_str();
            (prefix, name.expect("a binary"))
        })
        .collect();
    assert!(!functions.is_empty());
    functions
}

/// The name of a function in a text that `Fn::Sub` fills in.
fn in_words(prefix: &str) -> String {
    format!("${{{prefix}Function}}")
}

/// The one dimension of a function's metrics.
fn of(prefix: &str) -> Value {
    json!([{"Name": "FunctionName", "Value": {"Ref": format!("{prefix}Function")}}])
}

fn alarm<'a>(template: &'a Template, id: &str) -> &'a Value {
    let alarm = template.resource(id);
    assert_eq!(alarm["Type"], "AWS::CloudWatch::Alarm", "{id}");
    &alarm["Properties"]
}

/// A metric as the code writes it: its namespace, its names, and its one dimension, which is the Lambda function's name.
fn emitted() -> (String, BTreeSet<String>, String) {
    let manifest: Manifest = serde_json::from_str(&text("tests/golden/manifest-1.json")).expect("a manifest");
    let line = metrics::embedded(
        "stack-function",
        &manifest,
        Timestamp::UNIX_EPOCH,
        Duration::ZERO,
        false,
    );
    let line: Value = serde_json::from_str(&line).expect("JSON");
    let [set] = line["_aws"]["CloudWatchMetrics"]
        .as_array()
        .expect("metrics")
        .as_slice()
    else {
        panic!("more than one set of metrics")
    };
    let names = set["Metrics"].as_array().expect("metrics").iter();
    let names: BTreeSet<String> = names
        .map(|metric| metric["Name"].as_str().expect("a name").to_owned())
        .collect();
    assert!(names.iter().all(|name| line[name].is_number()));
    let [dimensions] = set["Dimensions"].as_array().expect("dimensions").as_slice() else {
        panic!("more than one set of dimensions")
    };
    let dimension = dimensions[0].as_str().expect("a dimension").to_owned();
    assert_eq!(line[&dimension], "stack-function");
    (
        set["Namespace"].as_str().expect("a namespace").to_owned(),
        names,
        dimension,
    )
}

/// Every metric that an alarm or the dashboard asks for: namespace, name, name of the dimension and its value.
fn asked(template: &Template) -> Vec<[String; 4]> {
    let alarms = template.resources("AWS::CloudWatch::Alarm").map(|(id, alarm)| {
        let alarm = &alarm["Properties"];
        let [dimension] = alarm["Dimensions"].as_array().expect("dimensions").as_slice() else {
            panic!("{id}")
        };
        let value = match &dimension["Value"] {
            Value::Object(of) if of.contains_key("Ref") => format!("${{{}}}", of["Ref"].as_str().expect("an id")),
            other => other.to_string(),
        };
        let word = |name: &str| alarm[name].as_str().expect("a word").to_owned();
        let dimension = dimension["Name"].as_str().expect("a name").to_owned();
        [word("Namespace"), word("MetricName"), dimension, value]
    });
    let drawn = dashboard(template);
    alarms.chain(drawn).collect()
}

fn dashboard(template: &Template) -> Vec<[String; 4]> {
    let mut boards = template.resources("AWS::CloudWatch::Dashboard");
    let (_, board) = boards.next().expect("a dashboard");
    let body = board["Properties"]["DashboardBody"]["Fn::Sub"]
        .as_str()
        .expect("a body");
    let body: Value = serde_json::from_str(body).expect("the body is JSON");
    let widgets = body["widgets"].as_array().expect("widgets").iter();
    widgets
        .flat_map(|widget| widget["properties"]["metrics"].as_array().expect("metrics"))
        .map(|row| serde_json::from_value(row.clone()).expect("namespace, name, dimension, value"))
        .collect()
}

#[test]
fn every_metric_that_is_asked_for_is_measured() {
    let (namespace, names, dimension) = emitted();
    let template = Template::hub();
    let known: BTreeSet<String> = functions(&template)
        .into_iter()
        .map(|(prefix, _)| in_words(prefix))
        .collect();
    for [in_namespace, name, by, value] in asked(&template) {
        if in_namespace == namespace {
            assert!(names.contains(&name), "nobody emits {name}");
            assert_eq!(by, dimension, "{name}");
            assert!(known.contains(&value), "{name}: no function {value}");
        } else {
            let measured = (in_namespace.as_str(), name.as_str(), by.as_str());
            assert!(MEASURED_BY_AWS.contains(&measured), "{measured:?}");
        }
    }
}

#[test]
fn the_dashboard_shows_every_metric_of_every_function() {
    let (namespace, names, dimension) = emitted();
    let template = Template::hub();
    let drawn: BTreeSet<[String; 4]> = dashboard(&template).into_iter().collect();
    for (prefix, _) in functions(&template) {
        let own = names
            .iter()
            .map(|name| (namespace.as_str(), name.as_str(), dimension.as_str()));
        let of_lambda = ["Errors", "Throttles"].map(|name| ("AWS/Lambda", name, "FunctionName"));
        for (namespace, name, dimension) in own.chain(of_lambda) {
            let row = [namespace, name, dimension, &in_words(prefix)].map(str::to_owned);
            assert!(drawn.contains(&row), "the dashboard does not show {row:?}");
        }
    }
}

#[test]
fn every_function_has_alarms_on_errors_throttles_and_partial_runs() {
    let template = Template::hub();
    for (prefix, _) in functions(&template) {
        for (what, metric) in [
            ("Errors", "Errors"),
            ("Throttles", "Throttles"),
            ("Partial", "RunPartial"),
        ] {
            let alarm = alarm(&template, &format!("{prefix}{what}Alarm"));
            assert_eq!(alarm["MetricName"], metric, "{prefix}");
            assert_eq!(alarm["Dimensions"], of(prefix), "{prefix}");
            assert_eq!(alarm["Statistic"], "Sum", "{prefix}");
            assert_eq!(alarm["Threshold"], 1, "{prefix}");
            assert_eq!(alarm["ComparisonOperator"], "GreaterThanOrEqualToThreshold", "{prefix}");
            assert_eq!(alarm["TreatMissingData"], "notBreaching", "{prefix}");
            assert!(rings(alarm), "{prefix}{what}Alarm tells nobody");
        }
    }
}

/// That a function stopped is told in time for its schedule, and not while a run is going on.
#[test]
fn every_function_has_an_alarm_on_freshness_that_fits_its_schedule() {
    let template = Template::hub();
    for (prefix, _) in functions(&template) {
        let stale = alarm(&template, &format!("{prefix}StaleAlarm"));
        let parameter = format!("{prefix}FreshHours");
        assert_eq!(stale["MetricName"], "RunComplete", "{prefix}");
        assert_eq!(stale["Dimensions"], of(prefix), "{prefix}");
        assert_eq!(stale["Statistic"], "Maximum", "{prefix}");
        assert_eq!(stale["ComparisonOperator"], "LessThanThreshold", "{prefix}");
        assert_eq!(stale["Threshold"], 1, "{prefix}");
        assert_eq!(stale["TreatMissingData"], "breaching", "{prefix}");
        assert_eq!(stale["Period"], 3600, "{prefix}");
        assert_eq!(stale["EvaluationPeriods"], json!({"Ref": parameter}), "{prefix}");

        let parameters = template.parameters();
        assert_eq!(parameters[&parameter]["MaxValue"], LONGEST_LOOK, "{prefix}");
        let hours = parameters[&parameter]["Default"].as_u64().expect("hours");
        let schedule = parameters[&format!("{prefix}Schedule")]["Default"]
            .as_str()
            .expect("a schedule");
        let between = hours_between(schedule);
        if between < LONGEST_LOOK {
            assert_eq!(hours, between + 2, "{prefix}: {schedule}");
            assert!(rings(stale), "{prefix}StaleAlarm tells nobody");
            continue;
        }
        assert_eq!((between, hours), (LONGEST_LOOK, LONGEST_LOOK), "{prefix}: {schedule}");
        assert!(!rings(stale), "{prefix}StaleAlarm rings while the next run is going on");
        let late = template.resource(&format!("{prefix}LateAlarm"));
        assert_eq!(late["Type"], "AWS::CloudWatch::CompositeAlarm", "{prefix}");
        assert_eq!(
            late["Condition"],
            template.resource(&format!("{prefix}StaleAlarm"))["Condition"]
        );
        let late = &late["Properties"];
        assert_eq!(
            late["AlarmRule"]["Fn::Sub"],
            format!("ALARM(\"${{{prefix}StaleAlarm}}\")")
        );
        assert_eq!(late["ActionsSuppressor"]["Ref"], format!("{prefix}ErrorsAlarm"));
        let longest_run = template.0["Globals"]["Function"]["Timeout"].as_u64().expect("seconds")
            * u64::from(audit_aws::ledger::MAX_PARTS);
        assert_eq!(late["ActionsSuppressorWaitPeriod"], longest_run, "{prefix}");
        assert!(rings(late), "{prefix}LateAlarm tells nobody");
    }
}

/// What no schedule starts is not missed.
#[test]
fn freshness_is_watched_only_where_the_schedule_is_enabled() {
    let template = Template::hub();
    for (prefix, _) in functions(&template) {
        let condition = template.resource(&format!("{prefix}StaleAlarm"))["Condition"].clone();
        let condition = &template.0["Conditions"][condition.as_str().expect("a condition")];
        let state =
            &template.resource(&format!("{prefix}Function"))["Properties"]["Events"]["Schedule"]["Properties"]["State"];
        let (state, whole) = match state.get("Fn::If") {
            // The schedule of a state machine starts the function instead, and runs are awaited all the same.
            Some(chosen) if chosen[1] == "DISABLED" => (&chosen[2], None),
            Some(chosen) => (&chosen[1], Some(json!({"Condition": chosen[0]}))),
            None => (state, None),
        };
        let demands = condition["Fn::And"].as_array().expect("several demands");
        assert!(demands.contains(&json!({"Condition": "HasAlarms"})), "{prefix}");
        assert!(demands.contains(&json!({"Fn::Equals": [state, "ENABLED"]})), "{prefix}");
        assert!(whole.is_none_or(|whole| demands.contains(&whole)), "{prefix}");
    }
}

/// The longest time between two runs, in hours, of the schedules that are defaults.
fn hours_between(schedule: &str) -> u64 {
    let cron = schedule.strip_prefix("cron(").and_then(|rest| rest.strip_suffix(')'));
    let fields: Vec<&str> = cron.unwrap_or_default().split(' ').collect();
    match fields.as_slice() {
        [_, hour, "*", "*", "?", "*"] if hour.parse::<u8>().is_ok() => 24,
        [_, hour, "?", "*", day, "*"] if hour.parse::<u8>().is_ok() && !day.contains([',', '-', '#', '*']) => 7 * 24,
        _ => panic!("how often is {schedule}?"),
    }
}

/// Whether an alarm tells somebody: the topic of the stack, or the one that was given.
fn rings(alarm: &Value) -> bool {
    let topic = json!([{"Fn::If": ["NoAlarmTopic", {"Ref": "AlarmMessages"}, {"Ref": "AlarmTopic"}]}]);
    alarm["AlarmActions"] == topic
}

/// Whose event fails for good is told as well, and by whichever way it failed.
#[test]
fn every_failed_event_is_set_aside_and_told() {
    let template = Template::hub();
    let queue = json!({"Fn::GetAtt": ["FailedEventsQueue", "Arn"]});
    for (prefix, _) in functions(&template) {
        let function = &template.resource(&format!("{prefix}Function"))["Properties"];
        let destination = &function["EventInvokeConfig"]["DestinationConfig"]["OnFailure"];
        assert_eq!(
            (&destination["Type"], &destination["Destination"]),
            (&json!("SQS"), &queue)
        );
        for trigger in function["Events"].as_object().expect("triggers").values() {
            assert_eq!(trigger["Properties"]["DeadLetterConfig"]["Arn"], queue, "{prefix}");
        }
    }
    let told = alarm(&template, "FailedEventsAlarm");
    assert_eq!(
        told["Dimensions"][0]["Value"],
        json!({"Fn::GetAtt": ["FailedEventsQueue", "QueueName"]})
    );
    assert!(rings(told));
}

#[test]
fn every_function_has_a_log_group_that_forgets() {
    let template = Template::hub();
    for (prefix, name) in functions(&template) {
        let id = format!("{prefix}Logs");
        let group = template.resource(&id);
        assert_eq!(group["Type"], "AWS::Logs::LogGroup", "{id}");
        let group = &group["Properties"];
        assert_eq!(group["RetentionInDays"], json!({"Ref": "LogRetentionDays"}), "{id}");
        assert_eq!(
            group["LogGroupName"]["Fn::Sub"],
            format!("/aws/lambda/${{AWS::StackName}}-{name}")
        );
        let function = &template.resource(&format!("{prefix}Function"))["Properties"];
        assert_eq!(function["LoggingConfig"]["LogGroup"], json!({"Ref": id}));
    }
}

#[test]
fn what_can_be_tagged_is() {
    let template = Template::hub();
    let mut tagged = 0;
    for kind in TAGGED {
        for (id, resource) in template.resources(kind) {
            let tags = resource["Properties"]["Tags"].as_array();
            let project = json!({"Key": "Project", "Value": "iam-census"});
            assert!(tags.is_some_and(|tags| tags.contains(&project)), "{id}");
            tagged += 1;
        }
    }
    assert!(tagged > 30);
    assert_eq!(template.0["Globals"]["Function"]["Tags"]["Project"], "iam-census");
}

/// A run that goes on in a further invocation is not partial yet.
#[test]
fn only_a_run_that_ended_counts_as_partial() {
    let mut manifest: Manifest = serde_json::from_str(&text("tests/golden/manifest-1.json")).expect("a manifest");
    for (complete, handed_on, expected) in [(false, false, (0, 1)), (false, true, (0, 0)), (true, false, (1, 0))] {
        manifest.status = if complete {
            audit_core::ledger::RunStatus::Complete
        } else {
            audit_core::ledger::RunStatus::Partial
        };
        let line = metrics::embedded("x", &manifest, Timestamp::UNIX_EPOCH, Duration::ZERO, handed_on);
        let line: Value = serde_json::from_str(&line).expect("JSON");
        assert_eq!(
            (&line["RunComplete"], &line["RunPartial"]),
            (&json!(expected.0), &json!(expected.1))
        );
    }
}
