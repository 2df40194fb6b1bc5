//! A check is data: what it is called, why it matters, which control it is in each edition, and the rule that judges it.

mod because;
mod context;
mod judge;
mod rule;
mod verdict;

pub use because::{Because, Credential, Dated, Dates, Event};
pub(crate) use context::days;
pub use context::{Context, Parameters};
pub use judge::{Judge, Judgement};
pub(crate) use rule::need;
pub use rule::{Answer, Judged, KeyRule, RootUser, Rule, Scope, Slot, UserRule};
pub use verdict::{Status, Verdict};

use std::fmt;

use crate::benchmark::{Assessment, Control, Edition, Level, Span};
use crate::facts::FactName;

/// A check of the catalogue.
#[derive(Debug)]
pub struct Check {
    /// The stable name, in lower case with hyphens; never reused.
    pub slug: &'static str,
    /// What is true when the check passes.
    pub title: &'static str,
    /// How bad a failure is.
    pub severity: Severity,
    /// The profile of the control, the same in all editions.
    pub level: Level,
    /// Why it matters.
    pub rationale: &'static str,
    /// What to do about a failure.
    pub remediation: &'static str,
    /// What a person looks at where an edition leaves the judgement to people.
    pub look_at: Option<&'static str>,
    /// The controls that the check is, in all editions that have it.
    pub spans: &'static [Span],
    /// The facts that the verdict rests on; a missing one never becomes a `PASS`.
    pub uses: &'static [FactName],
    /// How it is judged.
    pub rule: Rule,
}

impl Check {
    /// The control in every edition that has the check, oldest first.
    pub fn controls(&self) -> impl Iterator<Item = Control> {
        self.spans.iter().flat_map(|span| span.controls())
    }

    /// The control in one edition.
    #[must_use]
    pub fn control(&self, edition: Edition) -> Option<Control> {
        self.controls().find(|control| control.edition == edition)
    }

    /// The control in some edition is left to people.
    #[must_use]
    pub fn is_ever_manual(&self) -> bool {
        self.controls().any(|control| control.assessment == Assessment::Manual)
    }
}

/// How bad a failed check is, mildest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Good housekeeping.
    Low,
    /// Makes an attack easier.
    Medium,
    /// One further mistake away from a compromise.
    High,
    /// A single stolen secret opens the whole account.
    Critical,
}

impl Severity {
    /// The word that documents and machine formats carry.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
