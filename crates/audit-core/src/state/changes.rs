//! What changed between the state and a run.

use std::cmp::Reverse;

use jiff::Timestamp;

use super::{Place, Subject};
use crate::check::Severity;
use crate::checks::CATALOGUE;

/// What changed, told against the state. Each list is sorted: the severest first, then by check, account and resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changes {
    /// There was no state before: the first run.
    pub first: bool,
    /// Open now, in order before.
    pub new: Vec<Change>,
    /// Failing as before; an exception ended, or one was made.
    pub changed: Vec<Change>,
    /// No longer failing.
    pub resolved: Vec<Change>,
    /// Open before, and not judged any more: the account or the check left the scope.
    pub retired: Vec<Change>,
    /// Open before and now.
    pub still_open: Vec<Change>,
    /// Open when they were last seen; whether they still are could not be seen.
    pub unknown_since: Vec<Change>,
    /// Failures that a valid exception covers, seen or last seen.
    pub excepted: usize,
    /// What could not be seen.
    pub unseen: Vec<Blind>,
}

/// One finding and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The finding.
    pub subject: Subject,
    /// What became of it.
    pub how: How,
    /// The decisive value of this run; empty when the run has none.
    pub why: String,
    /// The instant of the run that first saw it fail.
    pub since: Timestamp,
    /// The instant of the first run since then that could not see it.
    pub unknown_since: Option<Timestamp>,
}

/// What became of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum How {
    /// It was in order and fails.
    New,
    /// It failed under an exception that no longer counts.
    ExceptionEnded,
    /// It failed and is covered by an exception now.
    Excepted,
    /// It failed and is in order.
    Mended,
    /// It failed and is no longer there.
    Gone,
    /// Its account is not looked at any more.
    AccountLeft,
    /// Its check is not judged any more.
    CheckLeft,
    /// It fails as before.
    StillOpen,
    /// It failed when it was last seen.
    Unknown,
}

/// A place that could not be seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blind {
    /// The place.
    pub place: Place,
    /// Why; empty for whole accounts, whose reasons are in the ledger.
    pub why: String,
    /// The instant of the first run that could not see it.
    pub since: Timestamp,
    /// The run before could see it.
    pub is_new: bool,
}

impl How {
    /// The word that machine formats carry.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::New => "NEW",
            Self::ExceptionEnded => "EXCEPTION_ENDED",
            Self::Excepted => "EXCEPTED",
            Self::Mended => "RESOLVED",
            Self::Gone => "GONE",
            Self::AccountLeft => "ACCOUNT_LEFT",
            Self::CheckLeft => "CHECK_LEFT",
            Self::StillOpen => "STILL_OPEN",
            Self::Unknown => "UNKNOWN_SINCE",
        }
    }
}

impl Changes {
    /// Whether there is anything that nobody was told before. A first run always is news, if only that it ran.
    #[must_use]
    pub fn is_news(&self) -> bool {
        let lists = [&self.new, &self.changed, &self.resolved, &self.retired];
        self.first || lists.iter().any(|list| !list.is_empty()) || self.unseen.iter().any(|blind| blind.is_new)
    }

    /// Everything that is open, as far as anybody knows: new, no longer excepted, still open, and unseen since.
    pub fn open(&self) -> impl Iterator<Item = &Change> {
        let ended = self.changed.iter().filter(|change| change.how == How::ExceptionEnded);
        let open = self.new.iter().chain(ended);
        open.chain(&self.still_open).chain(&self.unknown_since)
    }

    pub(super) fn sort(&mut self) {
        for list in [
            &mut self.new,
            &mut self.changed,
            &mut self.resolved,
            &mut self.retired,
            &mut self.still_open,
            &mut self.unknown_since,
        ] {
            list.sort_by_cached_key(|change| (rank(&change.subject), change.subject.clone(), change.how));
        }
        self.unseen.sort_by(|one, other| one.place.cmp(&other.place));
    }
}

/// The severest first, then in the order of the catalogue; checks that this release does not have come last.
fn rank(subject: &Subject) -> (Reverse<Option<Severity>>, usize) {
    let place = CATALOGUE.iter().position(|check| check.slug == subject.check);
    (Reverse(subject.severity()), place.unwrap_or(CATALOGUE.len()))
}
