//! Which accounts a run saw, and where everything it wrote is.

use std::collections::BTreeMap;

use audit_core::account::AccountId;
use audit_core::ledger::{Counts, Manifest, Outcome, RunStatus, Shortfall};
use audit_core::named::plain;
use audit_core::run::RunId;

/// Which accounts a run saw, from its manifest.
#[derive(Clone, Debug)]
pub struct Coverage {
    /// The function that ran.
    pub function: String,
    /// The run.
    pub run: RunId,
    /// Nothing is missing.
    pub complete: bool,
    /// The sums.
    pub counts: Counts,
    /// What is missing from the run as a whole.
    pub shortfalls: Vec<Shortfall>,
    /// The accounts that should have been looked at and were not, by id.
    pub missing: Vec<Missing>,
    names: BTreeMap<AccountId, String>,
}

/// An account that should have been looked at and was not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// The account.
    pub account: AccountId,
    /// What failed; without it, the time allowed ran out before.
    pub why: String,
    /// What to do about it.
    pub advice: String,
}

/// Where a person finds something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// What is there.
    pub label: String,
    /// An `https://` address, an `s3://` address, or a path beside the page.
    pub target: String,
}

impl Coverage {
    /// What a manifest says of its accounts.
    #[must_use]
    pub fn of(manifest: &Manifest) -> Self {
        let mut coverage = Self {
            function: manifest.function.clone(),
            run: manifest.run.clone(),
            complete: manifest.status == RunStatus::Complete,
            counts: manifest.counts,
            shortfalls: manifest.shortfalls.clone(),
            missing: Vec::new(),
            names: BTreeMap::new(),
        };
        for entry in &manifest.accounts {
            if !entry.name.is_empty() {
                coverage.names.insert(entry.account, plain(&entry.name));
            }
            let (why, advice) = match &entry.outcome {
                Outcome::Collected(_) | Outcome::Skipped { .. } => continue,
                Outcome::Failed(failure) => {
                    let code = failure
                        .code
                        .as_ref()
                        .map(|code| format!(", {code}"))
                        .unwrap_or_default();
                    let why = format!("{} at {}{code}", failure.reason, failure.operation);
                    (plain(&why), failure.reason.advice())
                }
                Outcome::Left => (
                    "not reached in the time allowed".to_owned(),
                    "the next run goes on with it; raise the time-out of the function if it stays",
                ),
            };
            coverage.missing.push(Missing {
                account: entry.account,
                why,
                advice: advice.to_owned(),
            });
        }
        coverage
    }

    /// An account for people: its name, if it has one, and its id.
    #[must_use]
    pub fn called(&self, account: AccountId) -> String {
        match self.names.get(&account) {
            Some(name) => format!("{name} ({account})"),
            None => account.to_string(),
        }
    }
}
