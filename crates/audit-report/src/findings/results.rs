//! The findings of accounts: each account's for itself, and those of a few accounts held together.

use audit_core::account::AccountId;
use audit_core::benchmark::Edition;
use audit_core::exception::Exception;
use audit_core::finding::Finding;
use jiff::Timestamp;

use super::left_out::{LeftOut, Needs};
use super::{Counts, Summary};

/// Everything that came out of judging some accounts by one edition.
#[derive(Debug)]
pub struct Results {
    /// The edition.
    pub edition: Edition,
    /// The instant that ages were counted to.
    pub as_of: Timestamp,
    /// What was judged, in the order of its sources.
    pub accounts: Vec<AccountResult>,
    /// What could not be read at all.
    pub unreadable: Vec<Unreadable>,
    /// Exceptions that no failure has met.
    pub unmet: Vec<Exception>,
}

/// The findings about one account from one source.
#[derive(Debug)]
pub struct AccountResult {
    /// The account.
    pub account: AccountId,
    /// The file that was read.
    pub source: String,
    /// When IAM generated the credential report, if that is known.
    pub generated: Option<Timestamp>,
    /// The findings that say something, in their order.
    pub findings: Vec<Finding>,
    /// What was left to people, or not asked for: told once for all accounts.
    pub not_judged: Vec<Finding>,
}

/// A source from which nothing could be read.
#[derive(Clone, Debug)]
pub struct Unreadable {
    /// The file.
    pub source: String,
    /// Why.
    pub reason: String,
}

impl AccountResult {
    /// The findings about an account; what nobody looked at is set apart.
    #[must_use]
    pub fn new(account: AccountId, source: String, generated: Option<Timestamp>, findings: Vec<Finding>) -> Self {
        let (not_judged, findings) = findings.into_iter().partition(|finding| Needs::of(finding).is_some());
        Self {
            account,
            source,
            generated,
            findings,
            not_judged,
        }
    }

    /// Every finding.
    pub fn all(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().chain(&self.not_judged)
    }
}

impl Results {
    /// Nothing judged yet.
    #[must_use]
    pub const fn new(edition: Edition, as_of: Timestamp) -> Self {
        Self {
            edition,
            as_of,
            accounts: Vec::new(),
            unreadable: Vec::new(),
            unmet: Vec::new(),
        }
    }

    /// Adds what was found out about an account. What nobody looked at is told once for all accounts.
    pub fn add(&mut self, account: AccountId, source: String, generated: Option<Timestamp>, findings: Vec<Finding>) {
        let result = AccountResult::new(account, source, generated, findings);
        self.accounts.push(result);
    }

    /// What it all comes to.
    #[must_use]
    pub fn summary(&self) -> Summary {
        let mut summary = Summary::new(self.edition, self.as_of);
        for account in &self.accounts {
            summary.add(account);
        }
        summary.unreadable.clone_from(&self.unreadable);
        summary.unmet.clone_from(&self.unmet);
        summary
    }

    /// The controls of the edition that were not looked at, at least not everywhere, in their order.
    #[must_use]
    pub fn left_out(&self) -> Vec<LeftOut> {
        self.summary().left_out()
    }

    /// A control was not looked at for want of a fact, not of a person.
    #[must_use]
    pub fn needs_facts(&self) -> bool {
        self.left_out().iter().any(|left_out| left_out.needs != Needs::Person)
    }

    /// All findings that say something.
    pub fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.accounts.iter().flat_map(|account| &account.findings)
    }

    /// How many findings have each status.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::ZERO;
        for finding in self.findings() {
            counts.add(finding);
        }
        counts
    }
}
