//! One account, from stepping in to the stored report; its failure stays its own.

use std::time::Duration;

use audit_aws::error::CallError;
use audit_aws::session::{Session, salt};
use audit_aws::tally::Tally;
use audit_core::account::AccountId;
use audit_core::ledger::{AccountEntry, Failure, Outcome, StoredReport};
use audit_core::reason::Reason;

use super::Gatherer;

/// How often an account is tried from the start. With a tenth of all calls failing at random a single try would lose
/// accounts every night in a large organization.
const TRIES: u32 = 3;

impl Gatherer<'_> {
    /// What becomes of an account.
    pub(super) async fn settle(&self, entry: AccountEntry) -> AccountEntry {
        let outcome = match self.collect(entry.account).await {
            Ok(report) => Outcome::Collected(report),
            Err(error) => {
                tracing::warn!(
                    account.id = %entry.account,
                    reason = error.reason.code(),
                    operation = error.operation,
                    aws.code = error.code.as_deref(),
                    aws.message = error.message.as_deref(),
                    aws.request_id = error.request_id.as_deref(),
                    "account not collected",
                );
                Outcome::Failed(Failure {
                    reason: error.reason,
                    operation: error.operation.to_owned(),
                    code: error.code,
                })
            }
        };
        AccountEntry { outcome, ..entry }
    }

    async fn collect(&self, account: AccountId) -> Result<StoredReport, CallError> {
        let mut tally = Tally::default();
        let mut tries = 0;
        loop {
            let error = match Box::pin(self.attempt(account, &mut tally)).await {
                Ok(report) => return Ok(report),
                Err(error) => error,
            };
            if !error.is_transient() {
                // The accidents are noted where they happen.
                tally.note(&error);
            }
            tries += 1;
            if tries >= most_tries(error.reason) || self.store.broken().is_some() {
                return Err(tally.cause(error));
            }
            // Spread over some seconds: what failed together should not come back together.
            let spread = salt(account).wrapping_mul(0x9e37_79b9) % 5_000;
            self.caller
                .clock()
                .sleep(Duration::from_millis(10_000 * u64::from(tries) + spread))
                .await;
        }
    }

    async fn attempt(&self, account: AccountId, tally: &mut Tally) -> Result<StoredReport, CallError> {
        let session = if account == self.hub.account && !self.settings.access.hub_role {
            Session::Own
        } else {
            self.sts
                .assume(self.caller, self.role, &self.hub.partition, account, tally)
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

/// How often an account is tried when it fails for this reason.
fn most_tries(reason: Reason) -> u32 {
    match reason {
        Reason::Throttled
        | Reason::ServiceError
        | Reason::Network
        | Reason::NoAnswer
        | Reason::MalformedAnswer
        | Reason::StoreFailed => TRIES,
        // A role that was just created may be denied for some seconds, and a session may be revoked under way.
        Reason::AssumeRoleDenied | Reason::CredentialsRefused => 2,
        Reason::RegionDisabled
        | Reason::IdentityMismatch
        | Reason::CallDenied
        | Reason::ReportTimeout
        | Reason::ReportCapacity
        | Reason::ReportTooLarge
        | Reason::ClockSkew
        | Reason::Misconfigured
        | Reason::UnexpectedError => 1,
    }
}
