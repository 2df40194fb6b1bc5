//! What a run was to look at: the difference between what is in order and what was not looked at.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use crate::account::AccountId;
use crate::benchmark::Edition;
use crate::checks;
use crate::ledger::{Manifest, Outcome, Skip};

/// Which accounts and checks a run was to look at, and which accounts it saw.
#[derive(Clone, Debug)]
pub struct Scope {
    /// The instant that ages were counted to, which is also the instant of the news.
    pub as_of: Timestamp,
    checks: BTreeSet<String>,
    of_organization: BTreeSet<&'static str>,
    accounts: BTreeMap<AccountId, Sight>,
    others: Sight,
}

/// How a run stands to an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sight {
    /// It was looked at, with findings to show for it.
    Seen,
    /// It is not looked at for now, on purpose: suspended, say. What is known about it stays as it is.
    Skipped,
    /// It should have been looked at and was not. What is known about it stays as it is, and people are told.
    Unseen,
    /// It is not looked at any more: it left the organization, or a setting leaves it out.
    OutOfScope,
}

impl Scope {
    /// A run that judged all checks of an edition, and has seen no account yet. Accounts that are not named with
    /// [`Scope::account`] are skipped.
    #[must_use]
    pub fn new(as_of: Timestamp, edition: Edition) -> Self {
        let checks = checks::of_edition(edition);
        let of_organization = checks.iter().map(|(check, _)| check);
        let of_organization = of_organization.filter(|check| check.uses.iter().any(|fact| fact.is_of_organization()));
        Self {
            as_of,
            of_organization: of_organization.map(|check| check.slug).collect(),
            checks: checks.iter().map(|(check, _)| check.slug.to_owned()).collect(),
            accounts: BTreeMap::new(),
            others: Sight::Skipped,
        }
    }

    /// The accounts as a manifest has them; those that it does not list are out of scope only if the list can be
    /// trusted to be whole.
    ///
    /// That a run is partial because single accounts failed says nothing against its list.
    #[must_use]
    pub fn of_manifest(manifest: &Manifest, edition: Edition) -> Self {
        let mut scope = Self::new(manifest.time, edition);
        for entry in &manifest.accounts {
            scope.account(
                entry.account,
                match &entry.outcome {
                    Outcome::Collected(_) => Sight::Seen,
                    Outcome::Skipped { reason: Skip::Excluded } => Sight::OutOfScope,
                    Outcome::Skipped {
                        reason: Skip::Suspended | Skip::Closed | Skip::PendingActivation,
                    } => Sight::Skipped,
                    Outcome::Failed(_) | Outcome::Left => Sight::Unseen,
                },
            );
        }
        // Whatever is missing from a run as a whole makes its list doubtful.
        if manifest.listing.complete && manifest.shortfalls.is_empty() {
            scope.others(Sight::OutOfScope);
        }
        scope
    }

    /// Says how the run stands to an account.
    pub fn account(&mut self, account: AccountId, sight: Sight) {
        self.accounts.insert(account, sight);
    }

    /// Says how the run stands to all accounts that it does not name.
    pub fn others(&mut self, sight: Sight) {
        self.others = sight;
    }

    /// Takes a check out of the scope: switched off by a setting.
    pub fn without_check(&mut self, slug: &str) {
        self.checks.remove(slug);
    }

    pub(super) fn sight(&self, account: AccountId) -> Sight {
        self.accounts.get(&account).copied().unwrap_or(self.others)
    }

    pub(super) fn judges(&self, slug: &str) -> bool {
        self.checks.contains(slug)
    }

    /// Whether a check judges the organization, whose findings stand on an account that need not be looked at itself.
    pub(super) fn is_of_organization(&self, slug: &str) -> bool {
        self.of_organization.contains(slug)
    }

    /// The accounts that should have been looked at and were not.
    pub(super) fn unseen(&self) -> impl Iterator<Item = AccountId> {
        let unseen = self.accounts.iter().filter(|(_, sight)| **sight == Sight::Unseen);
        unseen.map(|(account, _)| *account)
    }
}
