//! Controls that were not looked at, which reports tell once for all accounts.

use std::collections::BTreeMap;
use std::fmt;

use audit_core::benchmark::{Control, Edition};
use audit_core::check::{Check, Status};
use audit_core::checks;
use audit_core::facts::FactName;
use audit_core::finding::Finding;

/// A control that was not looked at, and why.
#[derive(Clone, Debug)]
pub struct LeftOut {
    /// The check.
    pub check: &'static Check,
    /// Its control.
    pub control: Control,
    /// What it would take.
    pub needs: Needs,
    /// In how many accounts it was not looked at, though it may have been in others.
    pub accounts: usize,
}

/// What it takes to look at a control.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// A person's judgement.
    Person,
    /// A fact that was not part of what was handed in.
    Fact(FactName),
    /// The organization as a whole.
    Organization,
}

impl Needs {
    /// What the check behind a finding would take, if it was not looked at.
    pub(super) fn of(finding: &Finding) -> Option<Self> {
        match (finding.status, finding.because.not_requested()) {
            (Status::Manual, _) => Some(Self::Person),
            (_, Some(fact)) => Some(Self::Fact(fact)),
            _ => None,
        }
    }
}

impl fmt::Display for Needs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Person => f.write_str("needs a person"),
            Self::Fact(fact) => write!(f, "needs {fact}"),
            Self::Organization => f.write_str("needs the organization"),
        }
    }
}

/// What was not looked at, by check.
#[derive(Debug)]
pub(super) struct LeftOuts(BTreeMap<&'static str, LeftOut>);

impl LeftOuts {
    pub(super) const fn new() -> Self {
        Self(BTreeMap::new())
    }

    /// Counts an account in which a check was not looked at.
    pub(super) fn add(&mut self, finding: &Finding) {
        let Some(needs) = Needs::of(finding) else { return };
        let new = LeftOut {
            check: finding.check,
            control: finding.control,
            needs,
            accounts: 0,
        };
        self.0.entry(finding.check.slug).or_insert(new).accounts += 1;
    }

    /// The controls of an edition that were not looked at in all `accounts`, in their order; `seen` says whether a
    /// check said anything.
    pub(super) fn list(&self, edition: Edition, accounts: usize, seen: impl Fn(&str) -> bool) -> Vec<LeftOut> {
        let of_edition = checks::of_edition(edition).into_iter();
        let left_out = of_edition.filter_map(|(check, control)| match self.0.get(check.slug) {
            Some(left_out) => Some(left_out.clone()),
            None if seen(check.slug) || accounts == 0 => None,
            None => {
                let needs = check.uses.first().map_or(Needs::Person, |_| Needs::Organization);
                Some(LeftOut {
                    check,
                    control,
                    needs,
                    accounts,
                })
            }
        });
        left_out.collect()
    }
}
