//! The state: what is remembered from run to run, so that people are told what changed and nothing twice.
//!
//! It holds every finding whose last definite status is `FAIL`, and every place that could not be seen. What is not in
//! it was, as far as anybody knows, in order. A run compares its findings with it ([`changes()`]) and leaves a new one.
//!
//! The rules: an answer that could not be had resolves nothing; it freezes what it hides, and so does an account that
//! was not looked at and a check that said nothing at all about an account. Only a definite answer, or the absence of a
//! resource from an answer that was had, resolves. What is no longer to be judged is retired, which is another thing.

mod changes;
mod comparison;
mod document;
mod notify;
mod scope;
mod settlement;
mod subject;

pub use changes::{Blind, Change, Changes, How};
pub use comparison::{Comparison, changes};
pub use document::{Header, InvalidState};
pub use notify::{InvalidNotify, Notify};
pub use scope::{Scope, Sight};
pub use subject::{Place, Subject};

use std::collections::BTreeMap;

use jiff::Timestamp;

/// What is remembered from run to run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State {
    /// The findings whose last definite status is `FAIL`.
    pub(crate) failures: BTreeMap<Subject, Failure>,
    /// The places that could not be seen, and since when.
    pub(crate) unseen: BTreeMap<Place, Timestamp>,
}

/// A finding whose last definite status is `FAIL`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The instant of the run that first saw it fail.
    pub since: Timestamp,
    /// The instant to which an exception covers it; absent when it is open.
    pub excepted_until: Option<Timestamp>,
    /// The instant of the first run since the last definite answer that could not see it.
    pub unknown_since: Option<Timestamp>,
}

impl Failure {
    /// No exception covers it.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.excepted_until.is_none()
    }
}

impl State {
    /// What is known about a finding whose last definite status is `FAIL`.
    #[must_use]
    pub fn failure(&self, subject: &Subject) -> Option<&Failure> {
        self.failures.get(subject)
    }

    /// All of them, by account, check, Region and resource.
    pub fn failures(&self) -> impl Iterator<Item = (&Subject, &Failure)> {
        self.failures.iter()
    }

    /// The places that could not be seen, and since when.
    pub fn unseen(&self) -> impl Iterator<Item = (&Place, Timestamp)> {
        self.unseen.iter().map(|(place, since)| (place, *since))
    }
}
