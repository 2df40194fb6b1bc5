//! The stored form of the state: JSON Lines, a header and then one line for each thing that is remembered.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Failure, Place, State, Subject};
use crate::account::AccountId;
use crate::digest::Sha256;
use crate::finding::{Resource, finding_id};
use crate::run::RunId;

/// The first line of a state.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Header {
    /// `iam-census/state/1`.
    pub schema: String,
    /// The function that remembers.
    pub function: String,
    /// The run that wrote it.
    pub run: RunId,
    /// The instant that the run counted ages to.
    pub as_of: Timestamp,
    /// The number of lines that follow.
    pub lines: u64,
}

/// Why bytes are not a state that this version reads. A state that cannot be read is never taken for an empty one.
#[derive(Debug, thiserror::Error)]
pub enum InvalidState {
    /// Not a line of the format.
    #[error("line {line}: {error}")]
    Line {
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        error: serde_json::Error,
    },
    /// Another document, or another major version of it.
    #[error("the schema is `{0}`, expected `{expected}`", expected = State::SCHEMA)]
    Schema(String),
    /// The identity of a finding does not follow from what it is about.
    #[error("line {0}: `id` does not follow from check, account, region and resource")]
    Identity(usize),
    /// No header, another number of lines than it says, or a line that is there twice.
    #[error("the state is cut off or mixed up: its header does not agree with the lines that follow")]
    CutOff,
}

#[derive(Deserialize, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Line {
    Failure {
        id: Sha256,
        #[serde(flatten)]
        about: About,
        since: Timestamp,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        excepted_until: Option<Timestamp>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        unknown_since: Option<Timestamp>,
    },
    Unseen {
        #[serde(flatten)]
        about: About,
        since: Timestamp,
    },
    UnseenAccount {
        account: AccountId,
        since: Timestamp,
    },
}

#[derive(Deserialize, Serialize)]
struct About {
    account: AccountId,
    check: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    region: Option<String>,
    resource: String,
}

impl State {
    /// The name and major version of the document (`schemas/state-1.json` describes its lines).
    pub const SCHEMA: &'static str = "iam-census/state/1";

    /// Reads a state, and who left it when.
    ///
    /// # Errors
    /// When the bytes are not a whole state of this major version.
    pub fn parse(bytes: &[u8]) -> Result<(Header, Self), InvalidState> {
        let mut lines = bytes
            .split(|&byte| byte == b'\n')
            .enumerate()
            .filter(|(_, line)| !line.is_empty());
        let invalid = |line: usize| move |error| InvalidState::Line { line: line + 1, error };
        let (number, line) = lines.next().ok_or(InvalidState::CutOff)?;
        let header: Header = serde_json::from_slice(line).map_err(invalid(number))?;
        if header.schema != Self::SCHEMA {
            return Err(InvalidState::Schema(header.schema));
        }
        let mut state = Self::default();
        for (number, line) in lines {
            state.read(number, serde_json::from_slice(line).map_err(invalid(number))?)?;
        }
        if u64::try_from(state.lines()) == Ok(header.lines) {
            Ok((header, state))
        } else {
            Err(InvalidState::CutOff)
        }
    }

    fn read(&mut self, number: usize, line: Line) -> Result<(), InvalidState> {
        let twice = match line {
            Line::Failure {
                id,
                about,
                since,
                excepted_until,
                unknown_since,
            } => {
                // The words as they are stored, so that no reading of them can change the identity.
                if id != finding_id(&about.check, about.account, about.region.as_deref(), &about.resource) {
                    return Err(InvalidState::Identity(number + 1));
                }
                let failure = Failure {
                    since,
                    excepted_until,
                    unknown_since,
                };
                self.failures.insert(about.read(), failure).is_some()
            }
            Line::Unseen { about, since } => self.unseen.insert(Place::Subject(about.read()), since).is_some(),
            Line::UnseenAccount { account, since } => self.unseen.insert(Place::Account(account), since).is_some(),
        };
        if twice { Err(InvalidState::CutOff) } else { Ok(()) }
    }

    fn lines(&self) -> usize {
        self.failures.len() + self.unseen.len()
    }

    /// The bytes of the document: the same state of the same run gives the same bytes.
    #[must_use]
    pub fn to_bytes(&self, function: &str, run: &RunId, as_of: Timestamp) -> Vec<u8> {
        let header = Header {
            schema: Self::SCHEMA.to_owned(),
            function: function.to_owned(),
            run: run.clone(),
            as_of,
            lines: u64::try_from(self.lines()).unwrap_or(u64::MAX),
        };
        let mut bytes = Vec::new();
        append(&mut bytes, &header);
        for (subject, failure) in &self.failures {
            let line = Line::Failure {
                id: subject.id(),
                about: About::of(subject),
                since: failure.since,
                excepted_until: failure.excepted_until,
                unknown_since: failure.unknown_since,
            };
            append(&mut bytes, &line);
        }
        for (place, &since) in &self.unseen {
            let line = match place {
                Place::Account(account) => Line::UnseenAccount {
                    account: *account,
                    since,
                },
                Place::Subject(subject) => Line::Unseen {
                    about: About::of(subject),
                    since,
                },
            };
            append(&mut bytes, &line);
        }
        bytes
    }
}

impl About {
    fn of(subject: &Subject) -> Self {
        Self {
            account: subject.account,
            check: subject.check.clone(),
            region: subject.region.clone(),
            resource: subject.resource.to_string(),
        }
    }

    fn read(self) -> Subject {
        Subject {
            account: self.account,
            check: self.check,
            region: self.region,
            resource: Resource::parse(&self.resource),
        }
    }
}

/// One line. The types have string keys only, so writing them always succeeds.
fn append(bytes: &mut Vec<u8>, line: &impl Serialize) {
    bytes.extend(serde_json::to_vec(line).unwrap_or_default());
    bytes.push(b'\n');
}
