//! What is read of one account in a sweep, judged at once, and its report stored.

use audit_aws::account::{Gatherer, ReportWanted, Subject};
use audit_aws::budget::Budget;
use audit_aws::caller::Caller;
use audit_aws::collection::Collection;
use audit_aws::errand::{Errand, unavailable};
use audit_aws::error::CallError;
use audit_aws::organization::{Above, Organization};
use audit_aws::session::{Hub, MemberRole, Session, Sts};
use audit_aws::sweep::{failure, persist};
use audit_aws::tally::Tally;
use audit_core::account::AccountId;
use audit_core::facts::{Fact, FactName, Unavailable};
use audit_core::ledger::{AccountEntry, Note, NoteCode, Outcome, StoredReport};
use audit_core::privileges::Guardrails;
use audit_core::reason::Reason;
use tokio::sync::{OnceCell, Semaphore};

use super::evidence::EvidenceStore;
use crate::gather::last_uses;
use crate::material::Material;
use crate::settings::Settings;

/// So many accounts are read at a time. Each holds what was read of it until its report is stored.
const ACCOUNTS_AT_A_TIME: usize = 32;

/// What reading accounts takes.
pub(super) struct Reader<'a> {
    pub(super) settings: &'a Settings,
    pub(super) caller: &'a Caller,
    pub(super) insistent: &'a Caller,
    pub(super) sts: &'a Sts,
    pub(super) gatherer: &'a Gatherer,
    pub(super) organization: &'a Organization,
    /// What stands above all accounts, read by the first account that needs it.
    pub(super) above: OnceCell<Result<Above, Unavailable>>,
    /// Where that is kept for later parts.
    pub(super) above_key: &'a str,
    pub(super) hub: &'a Hub,
    pub(super) role: &'a MemberRole,
    pub(super) report: &'a ReportWanted,
    pub(super) collection: &'a Collection,
    pub(super) budget: &'a Budget,
    pub(super) store: EvidenceStore<'a>,
    pub(super) slots: Semaphore,
}

/// Room for as many accounts as are read at a time.
pub(super) fn slots() -> Semaphore {
    Semaphore::new(ACCOUNTS_AT_A_TIME)
}

impl Reader<'_> {
    /// What becomes of an account; its failure stays its own.
    ///
    /// # Errors
    /// When the store takes nothing at all, so that there is no point in going on with any account.
    pub(super) async fn settle(&self, entry: AccountEntry) -> Result<AccountEntry, CallError> {
        let account = entry.account;
        let give_up = || self.store.evidence.broken().is_some();
        let attempt = async |tally: &mut Tally| self.attempt(account, tally).await;
        let result = persist(self.caller, account, give_up, attempt).await;
        if let Some(error) = self.store.evidence.broken() {
            return Err(error);
        }
        let outcome = match result {
            Ok(stored) => Outcome::Collected(stored),
            Err(error) => Outcome::Failed(failure(account, error)),
        };
        Ok(AccountEntry { outcome, ..entry })
    }

    async fn attempt(&self, account: AccountId, tally: &mut Tally) -> Result<StoredReport, CallError> {
        // A semaphore that nobody closes always has room in the end.
        let _slot = self.slots.acquire().await.ok();
        let session = if account == self.hub.account && !self.settings.access.hub_role {
            Session::Own
        } else {
            let partition = &self.hub.partition;
            self.sts
                .assume(self.caller, self.role, partition, account, tally)
                .await?
        };
        let material = Box::pin(self.material(account, &session)).await;
        let details = material.details().map_err(|because| unread(&because))?;
        let mut stored = self.store.store(self.caller, &material, details, tally).await?;
        let unread = match &material.above {
            Fact::Unavailable(because) => Some(format!(
                "{} answered {}: {}",
                because.operation, because.code, because.reason
            )),
            Fact::Known(above) if !self.settings.access.single_account && above.scps == Guardrails::NotGiven => {
                Some("the answers of the organization about the account do not fit together".to_owned())
            }
            Fact::Known(_) | Fact::NotRequested => None,
        };
        stored.notes.extend(unread.map(|detail| Note {
            code: NoteCode::ControlPoliciesUnread,
            detail,
        }));
        stored.notes.extend(material.lacking().map(|detail| Note {
            code: NoteCode::FactsUnread,
            detail,
        }));
        Ok(stored)
    }

    async fn material(&self, account: AccountId, session: &Session) -> Material {
        let stored = self.collection.report(self.caller, account).await;
        let mut wanted = self.settings.looks().wanted();
        if stored.is_some() {
            wanted = wanted.without(&[FactName::CredentialReport]);
        }
        let subject = Subject {
            account,
            partition: &self.hub.partition,
            session: Ok(session),
            report: self.report,
        };
        let gathered = self.gatherer.gather(self.caller, self.budget, &subject, &wanted);
        let mut facts = Box::pin(gathered).await;
        if let Some((report, _)) = stored {
            facts.credential_report = Fact::Known(report);
        }
        let errand = Errand {
            caller: self.caller,
            session,
            account,
            partition: &self.hub.partition,
        };
        let last_uses = Box::pin(last_uses(self.settings, self.gatherer, &errand, &facts)).await;
        let (above, organization) = if self.settings.access.single_account {
            (Fact::NotRequested, Fact::NotRequested)
        } else {
            match self.above.get_or_init(|| Box::pin(self.read_above())).await {
                Ok(above) => (
                    Fact::Known(above.account(account)),
                    Fact::Known(above.organization().clone()),
                ),
                Err(because) => (Fact::Unavailable(because.clone()), Fact::Unavailable(because.clone())),
            }
        };
        Material {
            facts,
            above,
            organization,
            last_uses,
        }
    }

    /// What cannot be read takes nothing away: users may then seem to be able to do more than they are, never less, and
    /// every report says so.
    async fn read_above(&self) -> Result<Above, Unavailable> {
        if let Some(above) = self.store.above(self.insistent, self.above_key).await {
            return Ok(above);
        }
        let errand = Errand {
            caller: self.insistent,
            session: &Session::Own,
            account: self.hub.account,
            partition: &self.hub.partition,
        };
        let above = self.organization.above(&errand).await.map_err(|error| {
            tracing::warn!(%error, "the control policies of the organization are left out");
            unavailable(&error)
        })?;
        self.store.keep_above(self.insistent, self.above_key, &above).await;
        Ok(above)
    }
}

/// Without users and policies there is no report of the account.
fn unread(because: &Unavailable) -> CallError {
    let error = CallError::recalled("iam:GetAccountAuthorizationDetails", &because.code);
    match error.reason {
        // The call was tried already with all patience that the caller has.
        Reason::UnexpectedError => CallError {
            message: Some(because.reason.clone()),
            ..error
        },
        _ => error,
    }
}
