//! What the function is called with: an event of AWS Config about one account, or a schedule's about the organization.

use audit_core::config_rule::RuleEvent;
use audit_core::event::RunRequest;
use serde::Deserialize;
use serde_json::Value;

/// An event of either kind.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(try_from = "Value")]
pub enum Event {
    /// AWS Config asks about the account of a rule.
    Rule(Box<RuleEvent>),
    /// A schedule, or the part before, asks about all accounts.
    Sweep(RunRequest),
}

/// What only events of AWS Config have (AWS Config Developer Guide, "Example events for AWS Config rules").
const OF_CONFIG: [&str; 4] = ["invokingEvent", "resultToken", "configRuleName", "configRuleArn"];

impl TryFrom<Value> for Event {
    type Error = String;

    fn try_from(event: Value) -> Result<Self, String> {
        if OF_CONFIG.into_iter().any(|name| event.get(name).is_some()) {
            let rule = RuleEvent::try_from(event).map_err(|error| error.to_string())?;
            return Ok(Self::Rule(Box::new(rule)));
        }
        let request = serde_json::from_value(event).map_err(|error| error.to_string())?;
        Ok(Self::Sweep(request))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_calls_is_told_by_what_only_aws_config_sends() {
        for (event, expected) in [
            (r#"{"time":"2026-11-20T02:00:00Z"}"#, Ok(())),
            ("{}", Err("the event has no `time`")),
            (r#"{"resultToken":"t"}"#, Err("no `accountId`")),
            (
                r#"{"invokingEvent":"{}","time":"2026-11-20T02:00:00Z"}"#,
                Err("no `resultToken`"),
            ),
            (
                r#"{"time":"2026-11-20T02:00:00Z","bucket":"b"}"#,
                Err("unknown field `bucket`"),
            ),
        ] {
            match (serde_json::from_str::<Event>(event), expected) {
                (Ok(read), Ok(())) => assert!(matches!(read, Event::Sweep(_)), "{event}"),
                (Err(error), Err(expected)) => assert!(error.to_string().contains(expected), "{event}: {error}"),
                (read, _) => panic!("{event}: {read:?}"),
            }
        }
    }
}
