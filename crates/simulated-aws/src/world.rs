//! The organization itself: everything in it is a pure function of a [`WorldSpec`].

mod access;
mod account;
mod aggregation;
mod contents;
mod extremes;
mod governance;
mod grants;
mod history;
mod managed;
mod monitoring;
mod names;
mod organization;
mod report;
mod resources;
mod root;
mod settings;
mod spec;
mod trouble;
mod truth;
mod units;
mod users;

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;

pub use access::{CustomerPolicy, Group, InlinePolicy, MfaDevice, MfaKind, Role};
pub use account::{Account, AccountState, JoinedMethod};
pub use aggregation::{AggregatedSource, Aggregation, SourceStatus};
pub use contents::AccountContents;
pub use governance::Governance;
pub(crate) use history::uuid;
pub use history::{EVENT_HISTORY, KeyUse, RootHistory, RootSignIn, RootTask, TrailEvent};
pub(crate) use managed::{AwsPolicy, find as aws_policy};
pub use monitoring::{
    Alarm, BasicSelector, MetricFilter, Monitoring, ROOT_USAGE_PATTERN, Subscription, Trail, TrailSelectors,
};
pub use organization::{Organization, Policy, PolicyKind};
pub use report::ReportForm;
pub use resources::{Analyzer, Instance, PolicyResource};
pub use root::{RootForm, RootUser};
pub use settings::{
    AlternateContact, ContactKind, PasswordPolicy, PublicAccessBlock, RegionOption, RegionStatus, ServerCertificate,
};
pub use spec::{AccountListing, Partition, ReportStart, StateFields, Troubles, WORLD_EPOCH, WorldError, WorldSpec};
pub use trouble::Trouble;
pub use units::OrganizationalUnit;
pub use users::{AccessKey, Password, SigningCertificate, User};

use crate::operation::Operation;
use crate::random::Random;
use crate::time::whole_second;

/// The name of the small account that holds exactly `User1` (console and MFA), `User2` (one access key) and `User3`
/// (console, member of the group `IAM-Auditor-Group`). It exists from three accounts up.
pub const SAMPLE_ACCOUNT_NAME: &str = "iam-auditor-sample";

/// An organization. Small in memory whatever its size: what an account contains is computed when it is asked for.
#[derive(Debug)]
pub struct World {
    spec: WorldSpec,
    organization: Organization,
    units: Vec<OrganizationalUnit>,
    accounts: Vec<Account>,
    by_id: HashMap<String, usize>,
    governance: RwLock<Arc<Governance>>,
    /// What tests have changed.
    edited: RwLock<HashMap<usize, Arc<AccountContents>>>,
    /// The contents that were computed last, because the pages of a list come one after the other.
    recent: Mutex<Option<(usize, Arc<AccountContents>)>>,
    /// The long lists that were computed last, because their pages come one after the other, too.
    lists: Mutex<VecDeque<(String, Arc<Vec<Value>>)>>,
}

/// How many long lists are kept: as many as clients may page through at a time.
const LISTS: usize = 16;

/// How the credential report of an account stands when the world begins, and how fast it is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReportPace {
    /// Age of the report that exists at the beginning; none if there is no report.
    pub age: Option<Duration>,
    /// Time from a started generation to the finished report.
    pub takes: Duration,
}

impl World {
    /// Builds the organization.
    ///
    /// # Errors
    /// [`WorldError`] when the numbers do not fit: no account, more than AWS's limits, or more troubles than accounts.
    pub fn new(mut spec: WorldSpec) -> Result<Self, WorldError> {
        spec.check()?;
        spec.at = whole_second(spec.at);
        let organization = Organization::of(&spec);
        let units = units::tree(&spec, &organization);
        let mut accounts = account::all(&spec, &units);
        trouble::assign(&spec, &mut accounts)?;
        let governance = governance::of(&spec, &organization, &units, &accounts);
        let by_id = accounts
            .iter()
            .enumerate()
            .map(|(index, account)| (account.id.clone(), index))
            .collect();
        Ok(Self {
            spec,
            organization,
            units,
            accounts,
            by_id,
            governance: RwLock::new(Arc::new(governance)),
            edited: RwLock::default(),
            recent: Mutex::default(),
            lists: Mutex::default(),
        })
    }

    /// The description this world was built from.
    #[must_use]
    pub fn spec(&self) -> &WorldSpec {
        &self.spec
    }

    /// The organization's own identity.
    #[must_use]
    pub fn organization(&self) -> &Organization {
        &self.organization
    }

    /// All organizational units, parents before children.
    #[must_use]
    pub fn units(&self) -> &[OrganizationalUnit] {
        &self.units
    }

    /// All accounts, in the order in which `ListAccounts` gives them.
    #[must_use]
    pub fn accounts(&self) -> &[Account] {
        &self.accounts
    }

    /// The account with this 12-digit id.
    #[must_use]
    pub fn account(&self, id: &str) -> Option<&Account> {
        self.accounts.get(*self.by_id.get(id)?)
    }

    /// The id of the management account.
    #[must_use]
    pub fn management_account(&self) -> &str {
        &self.organization.management_account
    }

    /// The id of the audit account: the delegated administrator where the suite is deployed. In a world of one
    /// account it is the management account.
    #[must_use]
    pub fn hub_account(&self) -> &str {
        &self.organization.hub_account
    }

    /// The small account of [`SAMPLE_ACCOUNT_NAME`].
    #[must_use]
    pub fn sample_account(&self) -> Option<&Account> {
        self.accounts.iter().find(|account| account.name == SAMPLE_ACCOUNT_NAME)
    }

    /// What the management account has decided for the organization.
    #[must_use]
    pub fn governance(&self) -> Arc<Governance> {
        Arc::clone(&self.governance.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Changes what the management account has decided, from now on.
    pub fn edit_governance(&self, change: impl FnOnce(&mut Governance)) {
        let mut governance = self.governance.write().unwrap_or_else(PoisonError::into_inner);
        change(Arc::make_mut(&mut governance));
        self.lists.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Everything that is in an account.
    #[must_use]
    pub fn contents(&self, account: &Account) -> Arc<AccountContents> {
        if let Some(edited) = self.edited(account) {
            return edited;
        }
        let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        match &*recent {
            Some((index, contents)) if *index == account.index() => Arc::clone(contents),
            _ => {
                let contents = Arc::new(contents::of(&self.spec, &self.organization, account));
                *recent = Some((account.index(), Arc::clone(&contents)));
                contents
            }
        }
    }

    /// Changes what is in an account, from now on: all answers follow, the credential report included.
    pub fn edit(&self, account: &Account, change: impl FnOnce(&mut AccountContents)) {
        let contents = self.contents(account);
        let mut edited = self.edited.write().unwrap_or_else(PoisonError::into_inner);
        change(Arc::make_mut(edited.entry(account.index()).or_insert(contents)));
        self.lists.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// A long list that follows from the world alone, computed once for all its pages.
    pub(crate) fn list(&self, subject: &str, compute: impl FnOnce() -> Vec<Value>) -> Arc<Vec<Value>> {
        let mut lists = self.lists.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, list)) = lists.iter().find(|(known, _)| known == subject) {
            return Arc::clone(list);
        }
        let list = Arc::new(compute());
        if lists.len() >= LISTS {
            lists.pop_front();
        }
        lists.push_back((subject.to_owned(), Arc::clone(&list)));
        list
    }

    /// How the organization's aggregator of AWS Config gets on with an account.
    pub(crate) fn aggregation(&self, account: &Account) -> Aggregation {
        match self.edited(account) {
            Some(contents) => contents.aggregation.clone(),
            None => aggregation::of(&self.spec, &self.organization, account),
        }
    }

    fn edited(&self, account: &Account) -> Option<Arc<AccountContents>> {
        let edited = self.edited.read().unwrap_or_else(PoisonError::into_inner);
        edited.get(&account.index()).map(Arc::clone)
    }

    /// The users of an account, in the order of its credential report.
    #[must_use]
    pub fn users(&self, account: &Account) -> Vec<User> {
        self.contents(account).users.clone()
    }

    /// The root user of an account.
    #[must_use]
    pub fn root_user(&self, account: &Account) -> RootUser {
        match self.edited(account) {
            Some(contents) => contents.root.clone(),
            None => root::of(&self.spec, account),
        }
    }

    /// Operations that a test has closed in an account.
    pub(crate) fn denied(&self, account: &Account) -> BTreeSet<Operation> {
        self.edited(account)
            .map(|contents| contents.denied.clone())
            .unwrap_or_default()
    }

    /// True if an account has a role that can be assumed, given by path and name.
    pub(crate) fn has_role(&self, account: &Account, role: &str) -> bool {
        match self.edited(account) {
            Some(contents) => contents
                .roles
                .iter()
                .any(|known| format!("{}{}", known.path, known.name) == role),
            None => self.spec.roles.iter().any(|known| known == role),
        }
    }

    /// How the credential report of an account is written.
    #[must_use]
    pub fn report_form(&self, account: &Account) -> ReportForm {
        report::form(&self.spec, account)
    }

    /// The bytes of the account's credential report: what `GetCredentialReport` carries, and the truth for tests.
    #[must_use]
    pub fn credential_report_csv(&self, account: &Account) -> Vec<u8> {
        if account.trouble == Some(Trouble::ReportTooLarge) {
            return report::oversized(&self.spec, account);
        }
        match self.edited(account) {
            Some(contents) => report::csv(&self.spec, account, &contents.root, &contents.users),
            // What else the account contains costs more than its report, and is not in it.
            None => report::csv(
                &self.spec,
                account,
                &self.root_user(account),
                &users::of(&self.spec, account),
            ),
        }
    }

    /// How the account's report stands at the beginning.
    #[must_use]
    pub fn report_pace(&self, account: &Account) -> ReportPace {
        let mut random = Random::of(self.spec.seed, "report-pace", account.number());
        let (least, most) = self.spec.report_takes;
        let spread = u64::try_from(most.saturating_sub(least).as_millis()).unwrap_or(u64::MAX - 1);
        let takes = least + Duration::from_millis(random.between(0, spread));
        let young = Duration::from_secs(random.between(60, 3 * 3_600 + 1_800));
        let old = Duration::from_secs(random.between(4 * 3_600 + 60, 30 * 86_400));
        let never = matches!(
            account.trouble,
            Some(Trouble::NoCapacity | Trouble::ReportNeverCompletes)
        );
        let age = match (self.spec.reports, random.below(100)) {
            _ if never => None,
            (ReportStart::Ready, _) | (ReportStart::Varied, 0..40) => Some(young),
            (ReportStart::Varied, 40..60) => Some(old),
            (ReportStart::Absent | ReportStart::Varied, _) => None,
        };
        ReportPace { age, takes }
    }

    /// The moment the world describes.
    #[must_use]
    pub fn at(&self) -> Timestamp {
        self.spec.at
    }
}
