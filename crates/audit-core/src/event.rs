//! The one event that every scheduled function takes, from whichever scheduler it comes.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::run::RunId;

/// What a scheduled function is asked to do: which run, which part of it, over which accounts.
///
/// Read from EventBridge Scheduler's `Input` (with its scheduled-time and schedule-arn attributes), from a classic
/// EventBridge rule's event, or from a continuation that a function sent to itself.
/// `time` names keys and judges ages; it is never compared with a clock except to refuse the future.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(try_from = "Raw")]
pub struct RunRequest {
    /// The instant that the run stands for, in UTC.
    pub time: Timestamp,
    /// What scheduled the run: the ARN of a schedule or rule.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schedule: Option<String>,
    /// The run that this event goes on with; absent for a first part.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub run: Option<RunId>,
    /// Which part of the run this is, from 0.
    #[serde(skip_serializing_if = "is_first")]
    pub part: u32,
    /// The slice of an account list in S3 that this part is limited to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accounts: Option<AccountSlice>,
    /// Wishes for this run alone, by name; each function documents those it knows and refuses others.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub parameters: BTreeMap<String, Value>,
}

/// A slice of an account list that stands in the evidence bucket: lines `from` (inclusive) to `to` (exclusive).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct AccountSlice {
    /// The key of the list.
    pub key: String,
    /// The first line, from 0.
    pub from: u64,
    /// The line after the last.
    pub to: u64,
}

impl RunRequest {
    /// A first part at an instant, with nothing else asked for.
    #[must_use]
    pub fn at(time: Timestamp) -> Self {
        Self {
            time,
            schedule: None,
            run: None,
            part: 0,
            accounts: None,
            parameters: BTreeMap::new(),
        }
    }

    /// The UTC date that the run's keys carry.
    #[must_use]
    pub fn date(&self) -> Date {
        self.time.to_zoned(TimeZone::UTC).date()
    }
}

/// Why an event is refused, before any call to AWS.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidEvent {
    /// Without an instant there is no run: nothing would name its keys.
    #[error("the event has no `time`: give the scheduled time as RFC 3339, for example `2026-11-20T02:00:00Z`")]
    NoTime,
    /// The instant is not RFC 3339.
    #[error("`time` is `{0}`: give the scheduled time as RFC 3339, for example `2026-11-20T02:00:00Z`")]
    Time(String),
    /// A part after the first belongs to a run.
    #[error("`part` is {0} but `run` is absent: a later part names the run that it goes on with")]
    PartWithoutRun(u32),
    /// A slice that is empty or runs backwards.
    #[error("`accounts.from` ({from}) is not below `accounts.to` ({to})")]
    EmptySlice {
        /// The first line asked for.
        from: u64,
        /// The line after the last.
        to: u64,
    },
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands the field over by reference"
)]
fn is_first(part: &u32) -> bool {
    *part == 0
}

/// Every field that any known sender uses; anything else is a typing error and refused by name.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    time: Option<String>,
    schedule: Option<String>,
    run: Option<RunId>,
    #[serde(default)]
    part: u32,
    accounts: Option<AccountSlice>,
    #[serde(default)]
    parameters: BTreeMap<String, Value>,
    // The envelope of a classic EventBridge rule.
    source: Option<String>,
    #[serde(default)]
    resources: Vec<String>,
    #[serde(rename = "version")]
    _version: Option<Value>,
    #[serde(rename = "id")]
    _id: Option<Value>,
    #[serde(rename = "detail-type")]
    _detail_type: Option<Value>,
    #[serde(rename = "account")]
    _account: Option<Value>,
    #[serde(rename = "region")]
    _region: Option<Value>,
    #[serde(rename = "detail")]
    _detail: Option<Value>,
}

impl TryFrom<Raw> for RunRequest {
    type Error = InvalidEvent;

    fn try_from(raw: Raw) -> Result<Self, InvalidEvent> {
        let text = raw.time.ok_or(InvalidEvent::NoTime)?;
        let time = text
            .parse()
            .map_err(|_| InvalidEvent::Time(text.escape_debug().take(80).collect()))?;
        if raw.part > 0 && raw.run.is_none() {
            return Err(InvalidEvent::PartWithoutRun(raw.part));
        }
        if let Some(AccountSlice { from, to, .. }) = raw.accounts
            && from >= to
        {
            return Err(InvalidEvent::EmptySlice { from, to });
        }
        Ok(Self {
            time,
            schedule: raw.schedule.or_else(|| raw.resources.into_iter().next()).or(raw.source),
            run: raw.run,
            part: raw.part,
            accounts: raw.accounts,
            parameters: raw.parameters,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<RunRequest, String> {
        serde_json::from_str(text).map_err(|error| error.to_string())
    }

    #[test]
    fn every_sender_is_understood() {
        let scheduler = r#"{"time":"2026-11-20T02:00:00Z","schedule":"arn:aws:scheduler:us-east-1:111122223333:schedule/default/s"}"#;
        let classic = r#"{"version":"0","id":"x","detail-type":"Scheduled Event","source":"aws.events","account":"111122223333",
            "time":"2026-11-20T02:00:00Z","region":"us-east-1","resources":["arn:aws:events:us-east-1:111122223333:rule/r"],"detail":{}}"#;
        let bare = r#"{"time":"2026-11-20T03:00:00+01:00"}"#;
        let continued = r#"{"time":"2026-11-20T02:00:00Z","run":"020000Z-0123abcd","part":3}"#;
        for (text, schedule, part) in [
            (
                scheduler,
                Some("arn:aws:scheduler:us-east-1:111122223333:schedule/default/s"),
                0,
            ),
            (classic, Some("arn:aws:events:us-east-1:111122223333:rule/r"), 0),
            (bare, None, 0),
            (continued, None, 3),
        ] {
            let request = parse(text).unwrap();
            assert_eq!(request.date().to_string(), "2026-11-20", "{text}");
            assert_eq!(request.time.to_string(), "2026-11-20T02:00:00Z", "{text}");
            assert_eq!(request.schedule.as_deref(), schedule, "{text}");
            assert_eq!(request.part, part, "{text}");
            assert_eq!(
                parse(&serde_json::to_string(&request).unwrap()).unwrap(),
                request,
                "{text}"
            );
        }
    }

    #[test]
    fn bad_events_are_refused_by_field() {
        for (text, expected) in [
            ("{}", "the event has no `time`"),
            ("null", "expected struct"),
            (r#"{"time":"tomorrow"}"#, "`time` is `tomorrow`"),
            (
                r#"{"time":"2026-11-20T02:00:00Z","time":"2026-11-21T02:00:00Z"}"#,
                "duplicate field `time`",
            ),
            (
                r#"{"time":"2026-11-20T02:00:00Z","bucket":"other"}"#,
                "unknown field `bucket`",
            ),
            (r#"{"time":"2026-11-20T02:00:00Z","part":1}"#, "`run` is absent"),
            (r#"{"time":"2026-11-20T02:00:00Z","run":"../../x"}"#, "a run id"),
            (
                r#"{"time":"2026-11-20T02:00:00Z","accounts":{"key":"k","from":3,"to":3}}"#,
                "is not below",
            ),
        ] {
            let error = parse(text).unwrap_err();
            assert!(error.contains(expected), "{text}: {error}");
        }
    }
}
