//! What findings come to. It grows with the failures and what could not be seen of a few hundred resources a check, and
//! not with everything that is in order, so that the findings of a large organization can pass by one account at a time.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use audit_core::account::AccountId;
use audit_core::benchmark::{ControlId, Edition};
use audit_core::check::{Check, Status};
use audit_core::exception::Exception;
use audit_core::finding::Finding;
use jiff::Timestamp;

use super::left_out::{LeftOut, LeftOuts};
use super::words::rank;
use super::{AccountResult, Counts, Unreadable};

/// How many resources of one check, and how many sources, are kept by name; the other files of a report have them all.
pub(super) const LISTED: usize = 200;

/// What the findings of all accounts come to.
#[derive(Debug)]
pub struct Summary {
    /// The edition.
    pub edition: Edition,
    /// The instant that ages were counted to.
    pub as_of: Timestamp,
    /// What could not be read at all.
    pub unreadable: Vec<Unreadable>,
    /// Exceptions that no failure has met.
    pub unmet: Vec<Exception>,
    accounts: usize,
    sources: Vec<SourceRead>,
    checks: BTreeMap<ControlId, CheckSummary>,
    reasons: BTreeMap<String, Unseen>,
    with_open: BTreeSet<AccountId>,
    left_out: LeftOuts,
}

/// The findings of one check.
#[derive(Debug)]
pub struct CheckSummary {
    /// The check.
    pub check: &'static Check,
    /// Its findings by status.
    pub counts: Counts,
    /// The accounts in which it failed without an exception.
    pub accounts_open: BTreeSet<AccountId>,
    /// Failures and what could not be seen, the worst first; so many that no other list is longer.
    worst: BTreeMap<Reverse<u8>, Vec<Finding>>,
    /// The only finding, whatever it says.
    only: Option<Box<Finding>>,
}

/// An answer that could not be had, and where.
#[derive(Debug, Default)]
pub struct Unseen {
    /// The accounts.
    pub accounts: BTreeSet<AccountId>,
    /// The controls that needed it.
    pub controls: BTreeSet<ControlId>,
    /// The number of findings.
    pub findings: usize,
}

/// A source from which an account's findings follow.
#[derive(Debug)]
pub(super) struct SourceRead {
    pub(super) account: AccountId,
    pub(super) source: String,
    pub(super) generated: Option<Timestamp>,
}

impl Summary {
    /// Nothing judged yet.
    #[must_use]
    pub const fn new(edition: Edition, as_of: Timestamp) -> Self {
        Self {
            edition,
            as_of,
            unreadable: Vec::new(),
            unmet: Vec::new(),
            accounts: 0,
            sources: Vec::new(),
            checks: BTreeMap::new(),
            reasons: BTreeMap::new(),
            with_open: BTreeSet::new(),
            left_out: LeftOuts::new(),
        }
    }

    /// Adds what was found out about an account.
    pub fn add(&mut self, account: &AccountResult) {
        self.accounts += 1;
        if self.sources.len() < LISTED {
            self.sources.push(SourceRead {
                account: account.account,
                source: account.source.clone(),
                generated: account.generated,
            });
        }
        for finding in &account.not_judged {
            self.left_out.add(finding);
        }
        for finding in &account.findings {
            self.see(finding);
        }
    }

    fn see(&mut self, finding: &Finding) {
        let of_check = self.checks.entry(finding.control.id);
        of_check
            .or_insert_with(|| CheckSummary::new(finding.check))
            .see(finding);
        if finding.is_open() {
            self.with_open.insert(finding.account);
        }
        if finding.status == Status::Unknown {
            let unseen = self.reasons.entry(finding.because.to_string()).or_default();
            unseen.accounts.insert(finding.account);
            unseen.controls.insert(finding.control.id);
            unseen.findings += 1;
        }
    }

    /// How many findings have each status.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let each = self.checks.values().map(|of_check| of_check.counts);
        each.fold(Counts::default(), |sum, counts| sum + counts)
    }

    /// The number of accounts about which anything was found out.
    #[must_use]
    pub const fn accounts(&self) -> usize {
        self.accounts
    }

    /// The accounts with open failures.
    #[must_use]
    pub const fn accounts_with_open(&self) -> &BTreeSet<AccountId> {
        &self.with_open
    }

    /// The checks that said anything: open failures first, the severest of them at the top; what passed comes last.
    #[must_use]
    pub fn checks(&self) -> Vec<(ControlId, &CheckSummary)> {
        let mut checks: Vec<_> = self.checks.iter().map(|(id, of_check)| (*id, of_check)).collect();
        checks.sort_by_key(|(id, of_check)| (Reverse((of_check.counts.worst(), of_check.check.severity)), *id));
        checks
    }

    /// The answers that could not be had by reason, those that hide the most first.
    #[must_use]
    pub fn unseen(&self) -> Vec<(&str, &Unseen)> {
        let mut reasons: Vec<_> = self
            .reasons
            .iter()
            .map(|(why, unseen)| (why.as_str(), unseen))
            .collect();
        reasons.sort_by_key(|(_, unseen)| Reverse((unseen.accounts.len(), unseen.findings)));
        reasons
    }

    /// The controls of the edition that were not looked at, at least not everywhere, in their order.
    #[must_use]
    pub fn left_out(&self) -> Vec<LeftOut> {
        let seen = |slug: &str| self.checks.values().any(|of_check| of_check.check.slug == slug);
        self.left_out.list(self.edition, self.accounts, seen)
    }

    pub(super) fn sources(&self) -> &[SourceRead] {
        &self.sources
    }
}

impl CheckSummary {
    const fn new(check: &'static Check) -> Self {
        Self {
            check,
            counts: Counts::ZERO,
            accounts_open: BTreeSet::new(),
            worst: BTreeMap::new(),
            only: None,
        }
    }

    fn see(&mut self, finding: &Finding) {
        let first = self.counts == Counts::ZERO;
        self.only = first.then(|| Box::new(finding.clone()));
        self.counts.add(finding);
        if finding.is_open() {
            self.accounts_open.insert(finding.account);
        }
        if matches!(finding.status, Status::Fail | Status::Unknown) {
            let alike = self.worst.entry(Reverse(rank(finding))).or_default();
            if alike.len() < LISTED {
                alike.push(finding.clone());
            }
        }
    }

    /// The findings worth showing, the worst first: failures and what could not be seen, and an only finding whatever
    /// it says. Of many alike a few hundred are here.
    pub fn telling(&self) -> impl Iterator<Item = &Finding> {
        let worst = self.worst.values().flatten();
        let only = self.only.as_deref().filter(|_| self.worst.is_empty());
        worst.chain(only).take(LISTED)
    }

    /// How many findings are worth showing and not among [`CheckSummary::telling`].
    #[must_use]
    pub fn untold(&self) -> usize {
        (self.counts.fail + self.counts.unknown).saturating_sub(LISTED)
    }
}
