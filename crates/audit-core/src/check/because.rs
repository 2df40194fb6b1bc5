//! The decisive value of a verdict: typed while it is judged, words only when somebody reads it.

use std::fmt;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::Slot;
use crate::credential_report::{Column, State};
use crate::facts::{FactName, Unavailable};

/// Why a verdict is what it is.
///
/// Words are put together only on display, because a large report is judged in less time than its words take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Because {
    /// A reason that needs no value.
    Fixed(&'static str),
    /// A reason in words.
    Text(String),
    /// Credentials with their decisive dates.
    Dates(Dates),
    /// The credential report holds no answer in a column.
    NotSaid {
        /// The column.
        column: Column,
        /// What the report says instead.
        state: State,
    },
    /// Nobody asked for the fact.
    NotRequested(FactName),
    /// The fact could not be had.
    Unavailable(Box<Unavailable>),
}

impl Because {
    /// The fact that nobody asked for, where that is the reason.
    #[must_use]
    pub const fn not_requested(&self) -> Option<FactName> {
        match self {
            Self::NotRequested(fact) => Some(*fact),
            _ => None,
        }
    }
}

impl From<&'static str> for Because {
    fn from(text: &'static str) -> Self {
        Self::Fixed(text)
    }
}

impl From<String> for Because {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<Dates> for Because {
    fn from(dates: Dates) -> Self {
        Self::Dates(dates)
    }
}

impl From<Unavailable> for Because {
    fn from(unavailable: Unavailable) -> Self {
        Self::Unavailable(Box::new(unavailable))
    }
}

impl fmt::Display for Because {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fixed(text) => f.write_str(text),
            Self::Text(text) => f.write_str(text),
            Self::Dates(dates) => dates.fmt(f),
            Self::NotSaid { column, state } => write_not_said(*column, *state, f),
            Self::NotRequested(fact) => write!(f, "not looked at: {fact}"),
            Self::Unavailable(unavailable) => {
                let Unavailable {
                    operation,
                    code,
                    reason,
                } = &**unavailable;
                write!(f, "{operation} failed: {code}: {reason}")
            }
        }
    }
}

fn write_not_said(column: Column, state: State, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let column = column.name();
    let word = match state {
        State::ColumnAbsent => return write!(f, "the credential report has no column `{column}`"),
        State::Empty => return write!(f, "the credential report leaves `{column}` empty"),
        State::NotApplicable => "N/A",
        State::NoInformation | State::NotSupported | State::Value => state.as_str(),
    };
    write!(f, "the credential report says `{word}` for `{column}`")
}

/// Up to three credentials of one user, each with the date that decides about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dates {
    as_of: Timestamp,
    dated: [Option<Dated>; 3],
}

impl Dates {
    /// No credential yet, judged at an instant.
    #[must_use]
    pub const fn new(as_of: Timestamp) -> Self {
        Self {
            as_of,
            dated: [None; 3],
        }
    }

    /// One credential, judged at an instant.
    #[must_use]
    pub const fn one(as_of: Timestamp, dated: Dated) -> Self {
        Self {
            as_of,
            dated: [Some(dated), None, None],
        }
    }

    /// Adds a credential. A user has one password and two access keys, so there is always room.
    pub fn push(&mut self, dated: Dated) {
        if let Some(free) = self.dated.iter_mut().find(|place| place.is_none()) {
            *free = Some(dated);
        }
    }

    /// Nothing was added.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.dated[0].is_none()
    }
}

impl fmt::Display for Dates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, dated) in self.dated.iter().flatten().enumerate() {
            if index > 0 {
                f.write_str("; ")?;
            }
            write!(f, "{} {}", dated.credential, dated.event)?;
            if let Some(at) = dated.at {
                write!(f, " {}, {}", Day(at), Age(self.as_of.duration_since(at)))?;
            }
        }
        Ok(())
    }
}

/// A credential, what happened to it, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dated {
    /// Which credential.
    pub credential: Credential,
    /// What the date is the date of.
    pub event: Event,
    /// The date, where there is one.
    pub at: Option<Timestamp>,
}

/// A credential of a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Credential {
    /// The console password.
    Password,
    /// An access key.
    AccessKey(Slot),
}

impl fmt::Display for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Password => f.write_str("password"),
            Self::AccessKey(slot) => write!(f, "access key {slot}"),
        }
    }
}

/// What happened to a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// It was used; of several uses the last.
    LastUsed,
    /// It was never used since it was set (a password) or created (a key).
    NeverUsedSince,
    /// It was never used, and the report does not date it.
    NeverUsedUndated,
    /// It was created or changed.
    Created,
    /// It exists, and the report does not date it.
    Undated,
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::LastUsed => "last used",
            Self::NeverUsedSince => "never used, created or changed",
            Self::NeverUsedUndated => "never used, without a date of creation",
            Self::Created => "created or changed",
            Self::Undated => "without a date of creation",
        })
    }
}

/// The UTC day of an instant.
struct Day(Timestamp);

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.to_zoned(TimeZone::UTC).date().fmt(f)
    }
}

/// How long ago, in the largest unit that leaves a whole number.
struct Age(SignedDuration);

impl fmt::Display for Age {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hours = self.0.as_hours();
        match (hours / 24, hours) {
            _ if self.0.is_negative() => f.write_str("in the future"),
            (0, 0) => f.write_str("less than an hour ago"),
            (0, 1) => f.write_str("1 hour ago"),
            (0, hours) => write!(f, "{hours} hours ago"),
            (1, _) => f.write_str("1 day ago"),
            (days, _) => write!(f, "{days} days ago"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_told_with_its_age() {
        let as_of: Timestamp = "2026-11-20T12:00:00Z".parse().unwrap();
        for (at, text) in [
            ("2026-11-19T11:00:00Z", "access key 2 last used 2026-11-19, 1 day ago"),
            ("2026-11-18T12:00:01Z", "access key 2 last used 2026-11-18, 1 day ago"),
            ("2026-11-18T12:00:00Z", "access key 2 last used 2026-11-18, 2 days ago"),
            (
                "2026-11-19T12:00:01Z",
                "access key 2 last used 2026-11-19, 23 hours ago",
            ),
            ("2026-11-20T10:59:00Z", "access key 2 last used 2026-11-20, 1 hour ago"),
            (
                "2026-11-20T12:00:00Z",
                "access key 2 last used 2026-11-20, less than an hour ago",
            ),
            (
                "2026-11-20T12:00:01Z",
                "access key 2 last used 2026-11-20, in the future",
            ),
            (
                "2025-11-20T12:00:00Z",
                "access key 2 last used 2025-11-20, 365 days ago",
            ),
        ] {
            let dated = Dated {
                credential: Credential::AccessKey(Slot::Second),
                event: Event::LastUsed,
                at: Some(at.parse().unwrap()),
            };
            assert_eq!(Dates::one(as_of, dated).to_string(), text);
        }
    }

    #[test]
    fn what_could_not_be_had_names_operation_and_code() {
        let because = Because::from(Unavailable {
            operation: "iam:GetAccountSummary".to_owned(),
            code: "AccessDenied".to_owned(),
            reason: "the role may not make the call".to_owned(),
        });
        assert_eq!(
            because.to_string(),
            "iam:GetAccountSummary failed: AccessDenied: the role may not make the call"
        );
    }
}
