//! What the checker decides, without any call: the findings of accounts and of the organization.

use audit_aws::account::Wanted;
use audit_core::account::{AccountId, Partition};
use audit_core::benchmark::Edition;
use audit_core::check::{Judge, Parameters};
use audit_core::facts::{AccountFacts, FactName, OrganizationFacts, Unavailable};
use audit_core::finding::Finding;
use audit_core::ledger::Failure;
use jiff::Timestamp;

/// By what everything is judged.
#[derive(Clone, Debug)]
pub(crate) struct Bench {
    pub(crate) edition: Edition,
    pub(crate) as_of: Timestamp,
    pub(crate) parameters: Parameters,
}

impl Bench {
    pub(crate) fn account(&self, facts: &AccountFacts) -> Vec<Finding> {
        Judge::new(self.edition, self.as_of, &self.parameters).account_findings(facts)
    }

    pub(crate) fn organization(&self, facts: &OrganizationFacts) -> Vec<Finding> {
        Judge::new(self.edition, self.as_of, &self.parameters).organization_findings(facts)
    }

    /// The findings about an account that could not be entered, from what the ledger says of it.
    pub(crate) fn not_entered(
        &self,
        account: AccountId,
        partition: &Partition,
        wanted: &Wanted,
        failure: &Failure,
    ) -> Vec<Finding> {
        let reason = Unavailable {
            operation: failure.operation.clone(),
            code: failure.code.clone().unwrap_or_else(|| failure.reason.code().to_owned()),
            reason: "the account could not be entered".to_owned(),
        };
        self.nothing_seen(account, partition, wanted, &reason)
    }

    /// The findings about an account of which nothing that was seen can be told.
    pub(crate) fn nothing_seen(
        &self,
        account: AccountId,
        partition: &Partition,
        wanted: &Wanted,
        reason: &Unavailable,
    ) -> Vec<Finding> {
        let asked = |fact| wanted.has(fact) && fact != FactName::OrganizationAnalyzers;
        self.account(&AccountFacts::unavailable(account, partition.clone(), asked, reason))
    }
}
