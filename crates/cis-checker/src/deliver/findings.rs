//! The findings of a run, account by account: what was stored of them, what is known of those that could not be entered,
//! and what was found out about the organization. They pass by as often as is asked, and never stand in memory together.

use std::collections::BTreeMap;

use audit_aws::account::Wanted;
use audit_aws::caller::Caller;
use audit_aws::error::CallError;
use audit_aws::store::Store;
use audit_core::account::{AccountId, Partition};
use audit_core::exception::Exceptions;
use audit_core::facts::Unavailable;
use audit_core::finding::Finding;
use audit_core::ledger::{AccountEntry, Manifest, Outcome};
use audit_report::findings::AccountResult;
use futures_util::{StreamExt as _, stream};

use super::evidence::{self, Evidence};
use crate::judge::Bench;

/// How many accounts' findings are read ahead.
const READ_AHEAD: usize = 8;

/// Where the findings of a run are.
pub(crate) struct Findings<'a> {
    pub(crate) store: &'a Store,
    pub(crate) caller: &'a Caller,
    pub(crate) manifest: &'a Manifest,
    pub(crate) bench: &'a Bench,
    pub(crate) partition: &'a Partition,
    pub(crate) wanted: &'a Wanted,
    /// Findings about accounts that could not be entered, by what this invocation could see without entering.
    pub(crate) not_entered: BTreeMap<AccountId, Vec<Finding>>,
    /// Findings about the organization, all of one account.
    pub(crate) organization: Vec<Finding>,
}

/// What was found out about one account.
pub(crate) struct OfAccount {
    pub(crate) result: AccountResult,
    /// Whether the account was entered; of others nothing is known for certain.
    pub(crate) entered: bool,
}

impl Findings<'_> {
    /// Shows what was found out about each account, in the order of accounts, exceptions applied. Returns the accounts
    /// whose stored findings are not those that the ledger names.
    ///
    /// # Errors
    /// When the store cannot be read, and whatever `visit` returns.
    pub(crate) async fn each(
        &self,
        exceptions: &mut Exceptions,
        mut visit: impl AsyncFnMut(OfAccount) -> Result<(), CallError>,
    ) -> Result<Vec<AccountId>, CallError> {
        let mut changed = Vec::new();
        let mut ahead = stream::iter(&self.manifest.accounts)
            .map(|entry| async move { (entry, self.read(entry).await) })
            .buffered(READ_AHEAD);
        while let Some((entry, read)) = ahead.next().await {
            let account = entry.account;
            let Evidence {
                mut findings,
                source,
                generated,
            } = match (&entry.outcome, read?) {
                (Outcome::Collected(_), None) => {
                    tracing::error!(account.id = %account, "the stored findings are not those that the ledger names");
                    changed.push(account);
                    let reason = Unavailable {
                        operation: "s3:GetObject".to_owned(),
                        code: "EVIDENCE_CHANGED".to_owned(),
                        reason: "the stored findings are not those that the ledger names".to_owned(),
                    };
                    let findings = self.bench.nothing_seen(account, self.partition, self.wanted, &reason);
                    Evidence {
                        findings,
                        ..Evidence::default()
                    }
                }
                (_, read) => read.unwrap_or_default(),
            };
            let of_organization = self.organization.iter().filter(|finding| finding.account == account);
            findings.extend(of_organization.cloned());
            if !findings.is_empty() {
                self.cover(&mut findings, exceptions);
                visit(OfAccount {
                    result: AccountResult::new(account, source, generated, findings),
                    entered: !matches!(entry.outcome, Outcome::Failed(_)) && changed.last() != Some(&account),
                })
                .await?;
            }
        }
        // The management account is not among the accounts where the settings leave it out.
        if let Some(management) = self.organization.first().map(|finding| finding.account)
            && self.manifest.accounts.iter().all(|entry| entry.account != management)
        {
            let mut findings = self.organization.clone();
            self.cover(&mut findings, exceptions);
            visit(OfAccount {
                result: AccountResult::new(management, String::new(), None, findings),
                entered: true,
            })
            .await?;
        }
        Ok(changed)
    }

    async fn read(&self, entry: &AccountEntry) -> Result<Option<Evidence>, CallError> {
        match &entry.outcome {
            Outcome::Collected(stored) => evidence::read(self.store, self.caller, stored).await,
            Outcome::Failed(failure) => {
                let seen = self.not_entered.get(&entry.account).cloned();
                let unseen = || {
                    self.bench
                        .not_entered(entry.account, self.partition, self.wanted, failure)
                };
                Ok(Some(Evidence {
                    findings: seen.unwrap_or_else(unseen),
                    ..Evidence::default()
                }))
            }
            Outcome::Skipped { .. } | Outcome::Left => Ok(None),
        }
    }

    fn cover(&self, findings: &mut [Finding], exceptions: &mut Exceptions) {
        for finding in findings {
            exceptions.cover(finding, self.bench.as_of);
        }
    }
}
