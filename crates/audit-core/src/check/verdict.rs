//! A verdict: one of five words, and why.

use std::fmt;

use super::Because;

/// What a check came to.
///
/// Ordered by how much it asks of the reader, so that the worst of several comes last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// There is nothing here that the control speaks of.
    NotApplicable,
    /// The control is met.
    Pass,
    /// A person has to judge.
    Manual,
    /// The answer could not be had, for a stated reason.
    Unknown,
    /// The control is not met.
    Fail,
}

impl Status {
    /// All statuses, mildest first.
    pub const ALL: [Self; 5] = [Self::NotApplicable, Self::Pass, Self::Manual, Self::Unknown, Self::Fail];

    /// The word that reports and machine formats carry.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotApplicable => "NOT_APPLICABLE",
            Self::Pass => "PASS",
            Self::Manual => "MANUAL",
            Self::Unknown => "UNKNOWN",
            Self::Fail => "FAIL",
        }
    }

    /// The verdict with this status for a reason.
    #[must_use]
    pub fn because(self, because: impl Into<Because>) -> Verdict {
        Verdict {
            status: self,
            because: because.into(),
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The whole answer of a rule about one resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The word.
    pub status: Status,
    /// The decisive value.
    pub because: Because,
}

impl Verdict {
    /// The verdict that an answer which could not be had comes to.
    #[must_use]
    pub fn unknown(because: impl Into<Because>) -> Self {
        Status::Unknown.because(because)
    }
}
