//! The name of a run: the same event is always the same run, so that a retry goes on instead of starting over.

use std::fmt;
use std::str::FromStr;

use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::digest::Sha256;
use crate::event::RunRequest;

/// `HHMMSSZ-` and eight hexadecimal digits of the SHA-256 of function, schedule, scheduled time and parameters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct RunId(String);

/// The text is not a run id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a run id has the form `HHMMSSZ-` and eight hexadecimal digits")]
pub struct InvalidRunId;

impl RunId {
    /// The run that an event stands for: the one that it names, or the one that follows from its content.
    #[must_use]
    pub fn of(function: &str, request: &RunRequest) -> Self {
        if let Some(run) = &request.run {
            return run.clone();
        }
        let identity = serde_json::json!([
            function,
            request.schedule.as_deref().unwrap_or_default(),
            request.time.to_string(),
            request.parameters,
        ]);
        let digest = Sha256::of(identity.to_string().as_bytes()).to_string();
        let time = request.time.to_zoned(TimeZone::UTC).strftime("%H%M%SZ");
        let short: String = digest.chars().take(8).collect();
        Self(format!("{time}-{short}"))
    }

    /// The text that keys carry.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for RunId {
    type Err = InvalidRunId;

    fn from_str(text: &str) -> Result<Self, InvalidRunId> {
        let (time, digest) = text.split_once("Z-").ok_or(InvalidRunId)?;
        let is_time = time.len() == 6 && time.bytes().all(|byte| byte.is_ascii_digit());
        let is_digest = digest.len() == 8 && digest.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        if is_time && is_digest {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidRunId)
        }
    }
}

impl TryFrom<String> for RunId {
    type Error = InvalidRunId;

    fn try_from(text: String) -> Result<Self, InvalidRunId> {
        text.parse()
    }
}

impl From<RunId> for String {
    fn from(run: RunId) -> Self {
        run.0
    }
}

impl fmt::Display for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(text: &str) -> RunRequest {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn the_same_event_is_the_same_run() {
        let event = r#"{"time":"2026-11-20T02:03:04Z","schedule":"s","parameters":{"b":1,"a":2}}"#;
        let reordered = r#"{"parameters":{"a":2,"b":1},"schedule":"s","time":"2026-11-20T03:03:04+01:00"}"#;
        let run = RunId::of("credential-collector", &request(event));
        assert_eq!(run, RunId::of("credential-collector", &request(reordered)));
        assert!(run.as_str().starts_with("020304Z-"), "{run}");
        for (function, other) in [
            ("cis-checker", event),
            (
                "credential-collector",
                r#"{"time":"2026-11-20T02:03:05Z","schedule":"s","parameters":{"b":1,"a":2}}"#,
            ),
            (
                "credential-collector",
                r#"{"time":"2026-11-20T02:03:04Z","schedule":"t","parameters":{"b":1,"a":2}}"#,
            ),
            (
                "credential-collector",
                r#"{"time":"2026-11-20T02:03:04Z","schedule":"s","parameters":{"b":1}}"#,
            ),
        ] {
            assert_ne!(run, RunId::of(function, &request(other)), "{function} {other}");
        }
    }

    #[test]
    fn a_later_part_keeps_the_run_of_the_first() {
        let continued = request(r#"{"time":"2026-11-20T02:00:00Z","run":"020000Z-0123abcd","part":1}"#);
        assert_eq!(
            RunId::of("credential-collector", &continued).as_str(),
            "020000Z-0123abcd"
        );
    }

    #[test]
    fn only_run_ids_are_run_ids() {
        for text in [
            "",
            "020000Z",
            "020000Z-",
            "020000Z-0123ABCD",
            "02000Z-0123abcd",
            "020000Z-0123abcd/..",
            "0２0000Z-0123abcd",
        ] {
            assert_eq!(text.parse::<RunId>(), Err(InvalidRunId), "{text}");
        }
    }
}
