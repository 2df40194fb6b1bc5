//! What is read of one account: the event history of each Region, searched page by page.

mod region;
pub(crate) mod tasks;
pub(crate) mod trail;

use audit_aws::account_management::AccountManagement;
use audit_aws::caller::Caller;
use audit_aws::cloudtrail::CloudTrail;
use audit_aws::errand::Errand;
use audit_aws::error::CallError;
use audit_aws::session::{Hub, MemberRole, Session, Sts};
use audit_aws::sweep::{failure, persist};
use audit_aws::tally::Tally;
use audit_core::account::AccountId;
use audit_core::ledger::{AccountEntry, Failure, Outcome};
use audit_core::reason::Reason;
use audit_core::root_activity::{By, Evidence};
use futures_util::future::join_all;
use jiff::Timestamp;
use tokio::sync::{Mutex, Semaphore};

use crate::deliver::evidence::EvidenceStore;
use crate::judge;
use region::RegionSearch;
use tasks::Tasks;

/// So many accounts are searched at a time. Each mostly waits: CloudTrail answers twice a second.
const ACCOUNTS_AT_A_TIME: usize = 256;

/// What is searched in every account.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    /// The Regions that record sign-ins of root users.
    pub(crate) sign_in_regions: Vec<String>,
    /// Whether all Regions that are enabled in the account are searched.
    pub(crate) all_regions: bool,
    pub(crate) from: Timestamp,
    pub(crate) to: Timestamp,
    /// By what changes are looked for.
    pub(crate) changes: Vec<By>,
    pub(crate) changes_from: Timestamp,
    pub(crate) max_pages: u32,
}

/// What searching accounts takes.
pub(crate) struct Reader<'a> {
    pub(crate) caller: &'a Caller,
    pub(crate) sts: &'a Sts,
    pub(crate) trail: &'a CloudTrail,
    pub(crate) management: &'a AccountManagement,
    pub(crate) hub: &'a Hub,
    pub(crate) role: &'a MemberRole,
    /// Whether the role is assumed in the suite's own account too.
    pub(crate) hub_role: bool,
    pub(crate) plan: &'a Plan,
    pub(crate) tasks: &'a Tasks,
    pub(crate) as_of: Timestamp,
    pub(crate) store: EvidenceStore<'a>,
    pub(crate) slots: Semaphore,
}

/// Room for as many accounts as are searched at a time.
pub(crate) fn slots() -> Semaphore {
    Semaphore::new(ACCOUNTS_AT_A_TIME)
}

impl Reader<'_> {
    /// What becomes of an account; its failure stays its own.
    ///
    /// # Errors
    /// When the store takes nothing at all, so that there is no point in going on with any account.
    pub(crate) async fn settle(&self, entry: AccountEntry) -> Result<AccountEntry, CallError> {
        // A semaphore that nobody closes always has room in the end.
        let _slot = self.slots.acquire().await.ok();
        let account = entry.account;
        // Kept from try to try, so that each goes on where the one before stopped.
        let regions: Mutex<Vec<RegionSearch>> = Mutex::default();
        let give_up = || self.store.kept.broken().is_some();
        let attempt = async |tally: &mut Tally| self.attempt(account, &regions, tally).await;
        let result = persist(self.caller, account, give_up, attempt).await;
        let regions = regions.into_inner();
        let outcome = match result {
            Err(error) if regions.is_empty() => Outcome::Failed(failure(account, error)),
            result => {
                let failed = result.err().map(|error| failure(account, error));
                self.keep(account, regions, failed).await
            }
        };
        match self.store.kept.broken() {
            Some(error) => Err(error),
            None => Ok(AccountEntry { outcome, ..entry }),
        }
    }

    async fn attempt(
        &self,
        account: AccountId,
        regions: &Mutex<Vec<RegionSearch>>,
        tally: &mut Tally,
    ) -> Result<(), CallError> {
        let partition = &self.hub.partition;
        let session = if account == self.hub.account && !self.hub_role {
            Session::Own
        } else {
            self.sts
                .assume(self.caller, self.role, partition, account, tally)
                .await?
        };
        let errand = Errand {
            caller: self.caller,
            session: &session,
            account,
            partition,
        };
        let mut regions = regions.lock().await;
        if regions.is_empty() {
            let names = if self.plan.all_regions {
                self.management.regions(&errand).await?
            } else {
                self.plan.sign_in_regions.clone()
            };
            *regions = names
                .into_iter()
                .map(|name| RegionSearch::new(name, self.plan))
                .collect();
        }
        let searches = regions.iter_mut().map(|region| region.go_on(self, &errand));
        let ended = join_all(searches).await;
        ended.into_iter().collect()
    }

    /// Stores what was found, and says what became of the account.
    async fn keep(&self, account: AccountId, regions: Vec<RegionSearch>, failed: Option<Failure>) -> Outcome {
        let (mut searches, mut root, mut changes) = (Vec::new(), Vec::new(), Vec::new());
        for region in regions {
            region.into_found(failed.as_ref(), &mut searches, (&mut root, &mut changes));
        }
        let evidence = Evidence::new(account, self.as_of, searches, self.tasks.doubt(), (root, changes));
        match self.store.store(self.caller, account, &evidence).await {
            Ok(stored) => judge::outcome(&evidence, stored),
            Err(error) => Outcome::Failed(failure(account, error)),
        }
    }
}

/// Whether a further try, with a new session, may succeed where this call failed.
fn may_pass(error: &CallError) -> bool {
    error.is_transient() || error.reason == Reason::CredentialsRefused
}
