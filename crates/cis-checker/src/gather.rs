//! What is read of one account: the facts that the checks look at, judged at once, and the findings stored.

pub(crate) mod organization;

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use audit_aws::account::{Gatherer, ReportWanted, Subject, Wanted};
use audit_aws::budget::Budget;
use audit_aws::caller::Caller;
use audit_aws::collection::Collection;
use audit_aws::error::CallError;
use audit_aws::session::{Hub, MemberRole, Session, Sts};
use audit_aws::sweep::{failure, persist};
use audit_aws::tally::Tally;
use audit_core::account::AccountId;
use audit_core::facts::{AccountFacts, Analyzer, Fact, FactName, Regional};
use audit_core::finding::Finding;
use audit_core::ledger::{AccountEntry, Outcome, StoredReport};
use audit_core::reason::Reason;
use tokio::sync::Semaphore;

use crate::deliver::evidence::EvidenceStore;
use crate::judge::Bench;

/// So many accounts are read at a time. Each holds what was read of it until it is judged, and makes several calls at
/// once, so that more of them would only wait for each other.
const ACCOUNTS_AT_A_TIME: usize = 32;

/// What reading accounts takes.
pub(crate) struct Reader<'a> {
    pub(crate) caller: &'a Caller,
    pub(crate) sts: &'a Sts,
    pub(crate) gatherer: &'a Gatherer,
    pub(crate) hub: &'a Hub,
    pub(crate) role: &'a MemberRole,
    /// Whether the role is assumed in the suite's own account too.
    pub(crate) hub_role: bool,
    pub(crate) wanted: &'a Wanted,
    pub(crate) report: &'a ReportWanted,
    /// The credential reports that the collector stored.
    pub(crate) collection: &'a Collection,
    pub(crate) organization_analyzers: Fact<Regional<Vec<Analyzer>>>,
    pub(crate) budget: &'a Budget,
    pub(crate) bench: &'a Bench,
    pub(crate) store: EvidenceStore<'a>,
    pub(crate) slots: Semaphore,
    /// Findings about accounts that could not be entered, by what could be seen without entering.
    pub(crate) not_entered: Mutex<BTreeMap<AccountId, Vec<Finding>>>,
}

/// Room for as many accounts as are read at a time.
pub(crate) fn slots() -> Semaphore {
    Semaphore::new(ACCOUNTS_AT_A_TIME)
}

impl Reader<'_> {
    /// What becomes of an account; its failure stays its own.
    ///
    /// # Errors
    /// When the store takes nothing at all, so that there is no point in going on with any account.
    pub(crate) async fn settle(&self, entry: AccountEntry) -> Result<AccountEntry, CallError> {
        let account = entry.account;
        let give_up = || self.store.evidence.broken().is_some();
        let attempt = async |tally: &mut Tally| self.attempt(account, tally).await;
        let result = persist(self.caller, account, give_up, attempt).await;
        if let Some(error) = self.store.evidence.broken() {
            return Err(error);
        }
        let outcome = match result {
            Ok(stored) => Outcome::Collected(stored),
            Err(error) => {
                if self.wanted.has(FactName::RootSession) && error.reason != Reason::StoreFailed {
                    self.look_from_outside(account, &error).await;
                }
                Outcome::Failed(failure(account, error))
            }
        };
        Ok(AccountEntry { outcome, ..entry })
    }

    async fn attempt(&self, account: AccountId, tally: &mut Tally) -> Result<StoredReport, CallError> {
        // A semaphore that nobody closes always has room in the end.
        let _slot = self.slots.acquire().await.ok();
        let session = if account == self.hub.account && !self.hub_role {
            Session::Own
        } else {
            let partition = &self.hub.partition;
            self.sts
                .assume(self.caller, self.role, partition, account, tally)
                .await?
        };
        let stored = if self.wanted.has(FactName::CredentialReport) {
            self.collection.report(self.caller, account).await
        } else {
            None
        };
        let mut unneeded = vec![FactName::RootSession];
        if stored.is_some() {
            unneeded.push(FactName::CredentialReport);
        }
        let mut facts = self.facts(account, Ok(&session), &self.wanted.without(&unneeded)).await;
        let mut source = facts
            .credential_report
            .known()
            .map(|_| "iam:GetCredentialReport".to_owned());
        if let Some((report, location)) = stored {
            facts.credential_report = Fact::Known(report);
            source = Some(location);
        }
        let generated = facts.credential_report.known().and_then(|report| report.generated);
        let findings = self.bench.account(&facts);
        drop(facts);
        self.store
            .store(self.caller, account, &findings, source.as_deref(), generated, tally)
            .await
    }

    async fn facts(&self, account: AccountId, session: Result<&Session, &CallError>, wanted: &Wanted) -> AccountFacts {
        let subject = Subject {
            account,
            partition: &self.hub.partition,
            session,
            report: self.report,
        };
        let facts = self.gatherer.gather(self.caller, self.budget, &subject, wanted);
        AccountFacts {
            organization_analyzers: self.organization_analyzers.clone(),
            ..Box::pin(facts).await
        }
    }

    /// Looks at the root user of an account that has no role to enter by, where the organization allows it.
    async fn look_from_outside(&self, account: AccountId, error: &CallError) {
        let _slot = self.slots.acquire().await.ok();
        let facts = self.facts(account, Err(error), self.wanted).await;
        let findings = self.bench.account(&facts);
        let mut not_entered = self.not_entered.lock().unwrap_or_else(PoisonError::into_inner);
        not_entered.insert(account, findings);
    }
}
