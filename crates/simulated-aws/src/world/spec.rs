//! What a world is made from.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::trouble::Trouble;

/// The moment that worlds describe unless told otherwise: 2026-11-20T02:00:00Z.
pub const WORLD_EPOCH: Timestamp = Timestamp::constant(1_795_140_000, 0);

/// The description of an organization; the same description gives the same organization, byte for byte.
#[derive(Debug, Clone)]
pub struct WorldSpec {
    /// Number of accounts, the management account and the hub included: 1 to 50,000 (AWS's limit).
    pub accounts: usize,
    /// Chooses everything that is left open.
    pub seed: u64,
    /// The moment that all dates are relative to.
    pub at: Timestamp,
    /// IAM users in every account; a varied number (0 to 14) if not given. At most 5,000, AWS's quota.
    pub users_per_account: Option<usize>,
    /// The AWS partition: prefix of ARNs, Regions.
    pub partition: Partition,
    /// Which accounts are broken for good.
    pub troubles: Troubles,
    /// Roles (path and name without the leading slash) that exist in every active account and trust the hub.
    pub roles: Vec<String>,
    /// The external id that those roles demand.
    pub external_id: Option<String>,
    /// Which of the two fields for an account's state Organizations answers.
    pub state_fields: StateFields,
    /// How the credential reports stand at the beginning.
    pub reports: ReportStart,
    /// Shortest and longest time that a report takes from the start of its generation.
    pub report_takes: (Duration, Duration),
    /// Every account is `ACTIVE`, for figures that count accounts.
    pub all_active: bool,
    /// Organizations answers some empty pages that carry a token.
    pub empty_pages: bool,
    /// The most items that a page of a list has, whatever the client allows; as many as the client allows unless given.
    pub largest_page: Option<usize>,
    /// The event history of CloudTrail holds events that break careless readers, and not always in order.
    pub odd_events: bool,
    /// `ListAccounts` lists the whole organization, or has a defect.
    pub listing: AccountListing,
}

impl Default for WorldSpec {
    fn default() -> Self {
        Self {
            accounts: 40,
            seed: 7,
            at: WORLD_EPOCH,
            users_per_account: None,
            partition: Partition::Aws,
            troubles: Troubles::Typical,
            roles: vec![
                "iam-census/config-rule".to_owned(),
                "iam-census/credential-report".to_owned(),
                "IAM-Auditor-role".to_owned(),
                "iam-census/IAM-Auditor-role".to_owned(),
                "iam-census/root-activity".to_owned(),
            ],
            external_id: None,
            state_fields: StateFields::Both,
            reports: ReportStart::Varied,
            report_takes: (Duration::from_secs(2), Duration::from_secs(90)),
            all_active: false,
            empty_pages: true,
            largest_page: None,
            odd_events: false,
            listing: AccountListing::Complete,
        }
    }
}

impl WorldSpec {
    pub(super) fn check(&self) -> Result<(), WorldError> {
        if self.accounts == 0 || self.accounts > 50_000 {
            return Err(WorldError::Accounts(self.accounts));
        }
        match self.users_per_account {
            Some(users) if users > 5_000 => Err(WorldError::Users(users)),
            _ => Ok(()),
        }
    }
}

/// Why a description gives no world.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WorldError {
    /// No account, or more than AWS allows in one organization.
    #[error("accounts: `{0}` is not between 1 and 50000")]
    Accounts(usize),
    /// More users than AWS allows in one account.
    #[error("users per account: `{0}` is more than 5000")]
    Users(usize),
    /// There are fewer accounts that can be broken than were to be broken.
    #[error("troubles: {wanted} accounts were to be broken, {available} can be")]
    Troubles {
        /// Accounts that were to be broken.
        wanted: usize,
        /// Active member accounts other than the management, hub and sample account.
        available: usize,
    },
}

/// An AWS partition.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Partition {
    /// The commercial partition, `aws`.
    #[default]
    Aws,
    /// China, `aws-cn`.
    AwsCn,
    /// GovCloud (US), `aws-us-gov`.
    AwsUsGov,
}

impl Partition {
    /// The partition as it stands in ARNs.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Aws => "aws",
            Self::AwsCn => "aws-cn",
            Self::AwsUsGov => "aws-us-gov",
        }
    }

    /// The Region that the hub works in.
    #[must_use]
    pub fn region(self) -> &'static str {
        match self {
            Self::Aws => "us-east-1",
            Self::AwsCn => "cn-north-1",
            Self::AwsUsGov => "us-gov-west-1",
        }
    }
}

/// Which accounts are broken, and how.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Troubles {
    /// About 8 % of the active accounts, in assorted ways; none in organizations of fewer than 8 accounts.
    #[default]
    Typical,
    /// No account.
    None,
    /// This many accounts of every cause.
    EachCause(usize),
    /// Exactly these numbers of accounts.
    Exactly(Vec<(Trouble, usize)>),
}

/// Which fields tell an account's state (AWS announced the retirement of `Status` for 2026-09-09).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum StateFields {
    /// `State` and the old `Status`, as captured in September 2026.
    #[default]
    Both,
    /// Only `State`.
    StateOnly,
    /// Only `Status`, as before 2025.
    StatusOnly,
    /// Neither.
    Neither,
}

/// How credential reports stand at the beginning.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ReportStart {
    /// Some young, some expired, some not there.
    #[default]
    Varied,
    /// Everywhere a report that is younger than four hours.
    Ready,
    /// Nowhere a report.
    Absent,
}

/// What `ListAccounts` does to its reader.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum AccountListing {
    /// All accounts, every one once.
    #[default]
    Complete,
    /// No account at all.
    Empty,
    /// Every account but the hub.
    WithoutHub,
    /// Page number n (from 1) gives the token it was asked with, for ever.
    RepeatsToken(usize),
    /// After page n (from 1) the token is refused as expired, once.
    TokenExpires(usize),
    /// Ends, as if complete, after this many accounts.
    Shrunk(usize),
    /// The first account of every page comes again on the next one.
    Duplicates,
}
