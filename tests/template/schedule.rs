//! How often the functions run, and what their schedules send them.

use serde_json::Value;

use super::{Template, rule};
use crate::repository::{files, text};

/// AWS makes a new credential report at most every four hours.
#[test]
fn no_schedule_is_faster_than_four_hours() {
    let cases = [
        ("rate(4 hours)", true),
        ("rate(12 hours)", true),
        ("rate(1 day)", true),
        ("rate(7 days)", true),
        ("cron(0 2 * * ? *)", true),
        ("cron(30 23 ? * MON-FRI *)", true),
        ("cron(0 */4 * * ? *)", true),
        ("cron(15 2/12 * * ? *)", true),
        ("rate(1 hour)", false),
        ("rate(3 hours)", false),
        ("rate(240 minutes)", false),
        ("cron(* 2 * * ? *)", false),
        ("cron(0/5 2 * * ? *)", false),
        ("cron(0 * * * ? *)", false),
        ("cron(0 */3 * * ? *)", false),
        ("cron(0 */7 * * ? *)", false),
        ("cron(0 1,2 * * ? *)", false),
        ("cron(0 1-5 * * ? *)", false),
        ("cron(0 24 * * ? *)", false),
        ("at(2026-11-20T02:00:00)", false),
    ];
    let template = Template::hub();
    let schedules: Vec<&String> = template
        .parameters()
        .keys()
        .filter(|name| name.ends_with("Schedule"))
        .collect();
    assert!(!schedules.is_empty());
    for name in schedules {
        let rule = rule(&template.parameters()[name]["AllowedPattern"]);
        for (expression, taken) in cases {
            assert_eq!(rule.is_match(expression.as_bytes()), taken, "{name}: {expression}");
        }
    }
}

/// The event in `events/` is what the schedule sends, with the scheduler's own words in the places that it fills in.
#[test]
fn a_schedule_sends_the_event_of_its_function() {
    let template = Template::hub();
    for (id, function) in template.resources("AWS::Serverless::Function") {
        let name = function["Metadata"]["BuildProperties"]["Binary"]
            .as_str()
            .expect("a binary");
        let scheduled: Vec<Value> = files()
            .iter()
            .filter(|file| {
                file.strip_prefix("events/")
                    .is_some_and(|event| event.split('.').next() == Some(name))
            })
            .map(|file| serde_json::from_str(&text(file)).expect("JSON"))
            .filter(|event: &Value| event["schedule"].is_string())
            .collect();
        let event = scheduled
            .first()
            .unwrap_or_else(|| panic!("{name} has no event of a schedule"));
        let triggers = function["Properties"]["Events"].as_object().expect("triggers");
        for trigger in triggers.values() {
            assert_eq!(trigger["Type"], "ScheduleV2", "{id}");
            let input = trigger["Properties"]["Input"].as_str().expect("an input");
            let filled = input
                .replace(
                    "<aws.scheduler.scheduled-time>",
                    event["time"].as_str().expect("a time"),
                )
                .replace(
                    "<aws.scheduler.schedule-arn>",
                    event["schedule"].as_str().expect("a schedule"),
                );
            assert_eq!(serde_json::from_str::<Value>(&filled).expect("JSON"), *event, "{id}");
        }
    }
}
