//! Putting the findings of all accounts together: what was stored of them, what is known of those that could not be
//! entered, and what was found out about the organization.

use std::collections::{BTreeMap, BTreeSet};

use audit_aws::account::Wanted;
use audit_aws::caller::Caller;
use audit_aws::error::CallError;
use audit_aws::store::Store;
use audit_core::account::{AccountId, Partition};
use audit_core::check::Status;
use audit_core::exception::Exceptions;
use audit_core::finding::Finding;
use audit_core::ledger::{Manifest, Outcome};
use audit_core::state::{Scope, Sight};
use audit_report::findings::Results;
use futures_util::{StreamExt as _, stream};

use super::evidence;
use crate::judge::Bench;

/// How many accounts' findings are read ahead.
const READ_AHEAD: usize = 8;

/// What is known beside the ledger.
pub(crate) struct Known<'a> {
    pub(crate) bench: &'a Bench,
    pub(crate) partition: &'a Partition,
    pub(crate) wanted: &'a Wanted,
    /// Findings about accounts that could not be entered, by what this invocation could see without entering.
    pub(crate) not_entered: BTreeMap<AccountId, Vec<Finding>>,
    /// Findings about the organization, all of one account.
    pub(crate) organization: Vec<Finding>,
}

/// Everything that was found out.
pub(crate) struct Whole {
    /// What is reported.
    pub(crate) results: Results,
    /// What reports tell once for all accounts and the dataset tells of each: left to people, or not asked for.
    pub(crate) not_judged: BTreeMap<AccountId, Vec<Finding>>,
    /// Accounts whose stored findings are not those that the ledger names.
    pub(crate) changed: Vec<AccountId>,
    /// Accounts of which this run knows nothing for certain.
    not_entered: BTreeSet<AccountId>,
}

/// Puts everything together, account by account in their order.
///
/// # Errors
/// When the store cannot be read.
pub(crate) async fn put_together(
    store: &Store,
    caller: &Caller,
    manifest: &Manifest,
    known: Known<'_>,
    exceptions: &mut Exceptions,
) -> Result<Whole, CallError> {
    let bench = known.bench;
    let mut whole = Whole {
        results: Results::new(bench.edition, bench.as_of),
        not_judged: BTreeMap::new(),
        changed: Vec::new(),
        not_entered: BTreeSet::new(),
    };
    let mut of_organization = known.organization;
    let mut not_entered = known.not_entered;
    let mut ahead = stream::iter(&manifest.accounts)
        .map(|entry| async move {
            let read = match &entry.outcome {
                Outcome::Collected(stored) => evidence::read(store, caller, stored).await,
                Outcome::Skipped { .. } | Outcome::Failed(_) | Outcome::Left => Ok(None),
            };
            (entry, read)
        })
        .buffered(READ_AHEAD);
    while let Some((entry, read)) = ahead.next().await {
        let account = entry.account;
        let (mut findings, mut source, mut generated) = (Vec::new(), String::new(), None);
        match (&entry.outcome, read?) {
            (Outcome::Collected(_), None) => {
                tracing::error!(account.id = %account, "the stored findings are not those that the ledger names");
                whole.changed.push(account);
            }
            (Outcome::Collected(_), Some(read)) => {
                source = read.iter().find_map(|(_, source)| source.clone()).unwrap_or_default();
                generated = read.iter().find_map(|(finding, _)| finding.evidence_generated);
                findings = read.into_iter().map(|(finding, _)| finding).collect();
            }
            (Outcome::Failed(failure), _) => {
                let seen = not_entered.remove(&account);
                whole.not_entered.insert(account);
                findings = seen.unwrap_or_else(|| bench.not_entered(account, known.partition, known.wanted, failure));
            }
            (Outcome::Skipped { .. } | Outcome::Left, _) => {}
        }
        let (here, elsewhere): (Vec<_>, Vec<_>) = of_organization
            .into_iter()
            .partition(|finding| finding.account == account);
        of_organization = elsewhere;
        findings.extend(here);
        if !findings.is_empty() {
            whole.add(account, source, generated, findings, exceptions);
        }
    }
    // The management account is not among the accounts where the settings leave it out.
    if let Some(management) = of_organization.first().map(|finding| finding.account) {
        whole.add(management, String::new(), None, of_organization, exceptions);
    }
    whole.results.unmet = exceptions.unmet().cloned().collect();
    Ok(whole)
}

impl Whole {
    fn add(
        &mut self,
        account: AccountId,
        source: String,
        generated: Option<jiff::Timestamp>,
        mut findings: Vec<Finding>,
        exceptions: &mut Exceptions,
    ) {
        for finding in &mut findings {
            exceptions.cover(finding, self.results.as_of);
        }
        let not_judged = findings
            .iter()
            .filter(|finding| finding.status == Status::Manual || finding.because.not_requested().is_some());
        self.not_judged.insert(account, not_judged.cloned().collect());
        self.results.add(account, source, generated, findings);
    }

    /// Every finding, account by account.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Finding> {
        self.results.accounts.iter().flat_map(|account| {
            let not_judged = self.not_judged.get(&account.account);
            account.findings.iter().chain(not_judged.into_iter().flatten())
        })
    }

    /// What changes are told from. That nothing is known of an account that could not be entered is told once for the
    /// account, and not for each check.
    pub(crate) fn comparable(&self) -> impl Iterator<Item = &Finding> {
        self.results
            .findings()
            .filter(|finding| finding.status != Status::Unknown || !self.not_entered.contains(&finding.account))
    }

    /// What the run was to look at, and what of it can be told.
    pub(crate) fn scope(&self, manifest: &Manifest) -> Scope {
        let mut scope = Scope::of_manifest(manifest, self.results.edition);
        for account in &self.changed {
            scope.account(*account, Sight::Unseen);
        }
        scope
    }
}
