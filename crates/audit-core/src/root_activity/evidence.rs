//! What was found in one account, as it is kept until the reports are made of it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Search, TrailEvent};
use crate::account::AccountId;

/// The searches of one account and the events that they found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// What was searched.
    pub head: Head,
    /// What the root user did, newest first, each event once.
    pub root: Vec<TrailEvent>,
    /// What was changed, newest first, each event once.
    pub changes: Vec<TrailEvent>,
}

/// What was searched: the first line of the document.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// `iam-census/root-activity-evidence/1`.
    pub schema: String,
    /// The account.
    pub account: AccountId,
    /// The instant that the run stands for.
    pub as_of: Timestamp,
    /// The searches.
    pub searches: Vec<Search>,
    /// Why sessions of `sts:AssumeRoot` may be told as other sessions, if they may.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tasks_unknown: Option<String>,
    /// The number of lines about the root user that follow.
    pub root: u64,
    /// The number of lines about changes that follow those.
    pub changes: u64,
}

/// Why bytes are no evidence that this version reads.
#[derive(Debug, thiserror::Error)]
pub enum InvalidEvidence {
    /// Not a line of the format.
    #[error("line {line}: {error}")]
    Line {
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        error: serde_json::Error,
    },
    /// Another document, or another major version of it.
    #[error("the schema is `{0}`, expected `{expected}`", expected = Evidence::SCHEMA)]
    Schema(String),
    /// No head, or another number of lines than it says.
    #[error("the evidence is cut off: its head does not agree with the lines that follow")]
    CutOff,
}

impl Evidence {
    /// The name and major version of the document (`schemas/root-activity-evidence-1.json` describes its lines).
    pub const SCHEMA: &'static str = "iam-census/root-activity-evidence/1";

    /// Evidence of these searches: each event once, however many searches and Regions it was found in.
    #[must_use]
    pub fn new(
        account: AccountId,
        as_of: Timestamp,
        searches: Vec<Search>,
        tasks_unknown: Option<String>,
        (root, changes): (Vec<TrailEvent>, Vec<TrailEvent>),
    ) -> Self {
        let (root, changes) = (newest_first(root), newest_first(changes));
        let count = |events: &[TrailEvent]| u64::try_from(events.len()).unwrap_or(u64::MAX);
        let head = Head {
            schema: Self::SCHEMA.to_owned(),
            account,
            as_of,
            searches,
            tasks_unknown,
            root: count(&root),
            changes: count(&changes),
        };
        Self { head, root, changes }
    }

    /// Reads evidence.
    ///
    /// # Errors
    /// When the bytes are not the whole evidence in this major version.
    pub fn parse(bytes: &[u8]) -> Result<Self, InvalidEvidence> {
        let mut lines = bytes
            .split(|&byte| byte == b'\n')
            .enumerate()
            .filter(|(_, line)| !line.is_empty());
        let invalid = |line: usize| move |error| InvalidEvidence::Line { line: line + 1, error };
        let (number, line) = lines.next().ok_or(InvalidEvidence::CutOff)?;
        let head: Head = serde_json::from_slice(line).map_err(invalid(number))?;
        if head.schema != Self::SCHEMA {
            return Err(InvalidEvidence::Schema(head.schema));
        }
        let events = lines.map(|(number, line)| serde_json::from_slice(line).map_err(invalid(number)));
        let mut root = events.collect::<Result<Vec<TrailEvent>, _>>()?;
        let boundary = usize::try_from(head.root).map_err(|_| InvalidEvidence::CutOff)?;
        if boundary > root.len() {
            return Err(InvalidEvidence::CutOff);
        }
        let changes = root.split_off(boundary);
        if u64::try_from(changes.len()) == Ok(head.changes) {
            Ok(Self { head, root, changes })
        } else {
            Err(InvalidEvidence::CutOff)
        }
    }

    /// The bytes of the document: the same evidence gives the same bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = crate::ledger::to_json_line(&self.head);
        for event in self.root.iter().chain(&self.changes) {
            bytes.append(&mut crate::ledger::to_json_line(event));
        }
        bytes
    }
}

/// Each event once. One that is in the history of two Regions is told as of the first in their order.
fn newest_first(mut events: Vec<TrailEvent>) -> Vec<TrailEvent> {
    events.sort_by(|one, other| (&one.id, &one.region).cmp(&(&other.id, &other.region)));
    events.dedup_by(|one, other| one.id == other.id);
    events.sort_by(|one, other| (other.time, &one.id).cmp(&(one.time, &other.id)));
    events
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::root_activity::{Act, By, Ended, Purpose};

    fn event(id: &str, time: &str, region: &str) -> TrailEvent {
        TrailEvent {
            id: id.to_owned(),
            time: time.parse().unwrap(),
            region: region.to_owned(),
            source: "signin.amazonaws.com".to_owned(),
            name: "ConsoleLogin".to_owned(),
            act: Some(Act::SignIn),
            who: None,
            mfa: None,
            source_ip: None,
            user_agent: Some("a\u{1b}[31m\nb".to_owned()),
            error: None,
            read_only: None,
            resources: Vec::new(),
        }
    }

    fn evidence() -> Evidence {
        let at: Timestamp = "2026-11-20T02:00:00Z".parse().unwrap();
        let search = Search {
            purpose: Purpose::Root,
            region: "us-east-1".to_owned(),
            by: By::Username("root".to_owned()),
            from: at,
            to: at,
            pages: 1,
            events: 3,
            unreadable: 0,
            ended: Ended::Whole,
        };
        let root = vec![
            event("b", "2026-11-01T00:00:00Z", "us-west-2"),
            event("a", "2026-11-02T00:00:00Z", "us-east-1"),
            event("b", "2026-11-01T00:00:00Z", "us-east-1"),
        ];
        let changes = vec![event("c", "2026-11-03T00:00:00Z", "us-east-1")];
        Evidence::new("111122223333".parse().unwrap(), at, vec![search], None, (root, changes))
    }

    #[test]
    fn an_event_of_two_regions_is_told_once_and_the_newest_first() {
        let evidence = evidence();
        let told: Vec<_> = evidence
            .root
            .iter()
            .map(|event| (event.id.as_str(), event.region.as_str()))
            .collect();
        assert_eq!(told, [("a", "us-east-1"), ("b", "us-east-1")]);
    }

    #[test]
    fn evidence_is_read_as_it_was_written_or_not_at_all() {
        let evidence = evidence();
        let bytes = evidence.to_bytes();
        assert_eq!(Evidence::parse(&bytes).unwrap(), evidence);
        assert_eq!(String::from_utf8_lossy(&bytes).lines().count(), 4);
        let ends: Vec<usize> = bytes
            .iter()
            .enumerate()
            .filter_map(|(place, &byte)| (byte == b'\n').then_some(place))
            .collect();
        for end in &ends[..3] {
            assert!(matches!(Evidence::parse(&bytes[..*end]), Err(InvalidEvidence::CutOff)));
        }
        let text = String::from_utf8(bytes).unwrap();
        let other = text.replacen("evidence/1", "evidence/2", 1);
        assert!(matches!(
            Evidence::parse(other.as_bytes()),
            Err(InvalidEvidence::Schema(_))
        ));
        let more = text + "{}\n";
        assert!(matches!(
            Evidence::parse(more.as_bytes()),
            Err(InvalidEvidence::Line { line: 5, .. })
        ));
        assert!(matches!(Evidence::parse(b""), Err(InvalidEvidence::CutOff)));
    }
}
