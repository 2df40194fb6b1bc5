//! What is read of one account: its credential report, stored before anything else is done with it.

use audit_aws::account::{Iam, ReportWanted};
use audit_aws::budget::Budget;
use audit_aws::caller::Caller;
use audit_aws::error::CallError;
use audit_aws::session::{Hub, MemberRole, Session, Sts, salt};
use audit_aws::sweep::{failure, persist};
use audit_aws::tally::Tally;
use audit_core::account::AccountId;
use audit_core::ledger::{AccountEntry, Outcome, StoredReport};

use crate::deliver::report::ReportStore;

/// What reading an account takes.
pub(crate) struct Gatherer<'a> {
    pub(crate) caller: &'a Caller,
    pub(crate) sts: &'a Sts,
    pub(crate) iam: &'a Iam,
    pub(crate) hub: &'a Hub,
    pub(crate) role: &'a MemberRole,
    /// Whether the role is assumed in the suite's own account too.
    pub(crate) hub_role: bool,
    pub(crate) wanted: ReportWanted,
    pub(crate) budget: &'a Budget,
    pub(crate) store: ReportStore<'a>,
}

impl Gatherer<'_> {
    /// What becomes of an account; its failure stays its own.
    ///
    /// # Errors
    /// When the store takes nothing at all, so that there is no point in going on with any account.
    pub(crate) async fn settle(&self, entry: AccountEntry) -> Result<AccountEntry, CallError> {
        let account = entry.account;
        let give_up = || self.store.broken().is_some();
        let attempt = async |tally: &mut Tally| self.attempt(account, tally).await;
        let result = persist(self.caller, account, give_up, attempt).await;
        if let Some(error) = self.store.broken() {
            return Err(error);
        }
        let outcome = match result {
            Ok(report) => Outcome::Collected(report),
            Err(error) => Outcome::Failed(failure(account, error)),
        };
        Ok(AccountEntry { outcome, ..entry })
    }

    async fn attempt(&self, account: AccountId, tally: &mut Tally) -> Result<StoredReport, CallError> {
        let session = if account == self.hub.account && !self.hub_role {
            Session::Own
        } else {
            let partition = &self.hub.partition;
            self.sts
                .assume(self.caller, self.role, partition, account, tally)
                .await?
        };
        let wanted = &self.wanted;
        let report = self
            .iam
            .credential_report(self.caller, self.budget, &session, salt(account), wanted, tally)
            .await?;
        self.store
            .store(self.caller, account, report, wanted.as_of, tally)
            .await
    }
}
