//! What is known about an account, an organization: records that were read, and the reasons why others were not.

mod account;
mod authorization;
mod monitoring;
mod name;
mod organization;
mod regional;
mod root;

pub use account::{
    AccountSummary, PasswordPolicy, PasswordRules, PolicyEntities, PublicAccessBlock, SavedReport, SecurityContact,
    ServerCertificate,
};
pub use authorization::{
    AttachedPolicy, AuthorizationDetails, DetailsError, GroupDetail, InlinePolicy, ManagedPolicy, RoleDetail, Tag,
    Unread, UserDetail, is_of_aws,
};
pub use monitoring::{Alarm, EventSelection, MetricFilter, Subscription, Trail};
pub use name::{FactName, InvalidFact};
pub use organization::{
    DelegatedAdministrator, Guardrail, GuardrailKind, OrganizationFacts, OrganizationFeatures, OrganizationMember,
};
pub use regional::{Analyzer, AnalyzerKind, AnalyzerStatus, Instance, Regional, ResourcePolicy};
pub use root::{RootAccessKey, RootSession};

use crate::account::{AccountId, Partition};
use crate::credential_report::{CredentialReport, ReportError, RowError};

/// One thing that can be known about an account, or why it is not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Fact<T> {
    /// The record.
    Known(T),
    /// It was asked for and could not be had.
    Unavailable(Unavailable),
    /// Nobody asked for it: switched off, or not part of what was handed in.
    #[default]
    NotRequested,
}

/// Why a fact could not be had: never a credential, only what AWS said about the call.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Unavailable {
    /// The operation that failed, such as `iam:GetAccountSummary`.
    pub operation: String,
    /// AWS's error code, or a reason code of the suite.
    pub code: String,
    /// What it means, in words.
    pub reason: String,
}

impl<T> Fact<T> {
    /// The record, if there is one.
    pub const fn known(&self) -> Option<&T> {
        match self {
            Self::Known(record) => Some(record),
            Self::Unavailable(_) | Self::NotRequested => None,
        }
    }
}

/// Everything that the checks may look at in one account.
///
/// Gathered once, judged by every check; a fact that a check needs and that is not known makes its verdict unknown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountFacts {
    /// The account.
    pub account: AccountId,
    /// The partition, taken from an ARN that AWS answered with.
    pub partition: Partition,
    /// The credential report as IAM wrote it.
    pub credential_report: Fact<SavedReport>,
    /// The counts of `GetAccountSummary`.
    pub summary: Fact<AccountSummary>,
    /// The password policy for IAM users, or that there is none.
    pub password_policy: Fact<PasswordPolicy>,
    /// Users, groups, roles and policies.
    pub authorization: Fact<AuthorizationDetails>,
    /// Virtual MFA devices that are assigned to somebody.
    pub virtual_mfa_devices: Fact<Vec<VirtualMfaDevice>>,
    /// Server certificates in IAM's store.
    pub server_certificates: Fact<Vec<ServerCertificate>>,
    /// Who holds the managed policy `AWSSupportAccess` as a permissions policy.
    pub support_policy: Fact<PolicyEntities>,
    /// Analyzers of IAM Access Analyzer in each enabled Region.
    pub analyzers: Fact<Regional<Vec<Analyzer>>>,
    /// Analyzers of the whole organization in each Region, as its management or delegated account sees them.
    pub organization_analyzers: Fact<Regional<Vec<Analyzer>>>,
    /// The alternate contact for security.
    pub security_contact: Fact<SecurityContact>,
    /// The account-wide block of public access to S3.
    pub public_access_block: Fact<PublicAccessBlock>,
    /// EC2 instances that are not terminated, in all enabled Regions.
    pub instances: Fact<Vec<Instance>>,
    /// Resource-based policies of the account.
    pub resource_policies: Fact<Vec<ResourcePolicy>>,
    /// Trails of CloudTrail that the account sees.
    pub trails: Fact<Vec<Trail>>,
    /// Metric filters on the log groups of those trails.
    pub metric_filters: Fact<Vec<MetricFilter>>,
    /// CloudWatch alarms on the metrics of those filters.
    pub alarms: Fact<Vec<Alarm>>,
    /// Subscriptions of the topics that those alarms notify.
    pub subscriptions: Fact<Vec<Subscription>>,
    /// What a root audit session (`sts:AssumeRoot`) saw.
    pub root_session: Fact<RootSession>,
}

/// Why a file does not say which account it is about.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoAccount {
    /// It is not a credential report.
    #[error(transparent)]
    NotAReport(#[from] ReportError),
    /// No row can be read.
    #[error("no row can be read{}", problem.as_ref().map(|problem| format!(": {problem}")).unwrap_or_default())]
    NoRow {
        /// What is wrong with the first.
        problem: Option<RowError>,
    },
}

/// A virtual MFA device and the identity that it is assigned to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VirtualMfaDevice {
    /// The serial number: `arn:P:iam::ACCOUNT:mfa/NAME`.
    pub serial: String,
    /// The ARN of the user or root user; absent for a device that is assigned to nobody.
    pub user_arn: Option<String>,
}

impl AccountFacts {
    /// An account of which nothing has been asked yet.
    #[must_use]
    pub const fn new(account: AccountId, partition: Partition) -> Self {
        Self {
            account,
            partition,
            credential_report: Fact::NotRequested,
            summary: Fact::NotRequested,
            password_policy: Fact::NotRequested,
            authorization: Fact::NotRequested,
            virtual_mfa_devices: Fact::NotRequested,
            server_certificates: Fact::NotRequested,
            support_policy: Fact::NotRequested,
            analyzers: Fact::NotRequested,
            organization_analyzers: Fact::NotRequested,
            security_contact: Fact::NotRequested,
            public_access_block: Fact::NotRequested,
            instances: Fact::NotRequested,
            resource_policies: Fact::NotRequested,
            trails: Fact::NotRequested,
            metric_filters: Fact::NotRequested,
            alarms: Fact::NotRequested,
            subscriptions: Fact::NotRequested,
            root_session: Fact::NotRequested,
        }
    }

    /// An account that could not be entered: everything that was asked for is not to be had, for one reason.
    #[must_use]
    pub fn unavailable(
        account: AccountId,
        partition: Partition,
        asked: impl Fn(FactName) -> bool,
        reason: &Unavailable,
    ) -> Self {
        fn lost<T>(asked: bool, reason: &Unavailable) -> Fact<T> {
            if asked {
                Fact::Unavailable(reason.clone())
            } else {
                Fact::NotRequested
            }
        }
        Self {
            account,
            partition,
            credential_report: lost(asked(FactName::CredentialReport), reason),
            summary: lost(asked(FactName::AccountSummary), reason),
            password_policy: lost(asked(FactName::PasswordPolicy), reason),
            authorization: lost(asked(FactName::AuthorizationDetails), reason),
            virtual_mfa_devices: lost(asked(FactName::VirtualMfaDevices), reason),
            server_certificates: lost(asked(FactName::ServerCertificates), reason),
            support_policy: lost(asked(FactName::SupportPolicyEntities), reason),
            analyzers: lost(asked(FactName::Analyzers), reason),
            organization_analyzers: lost(asked(FactName::OrganizationAnalyzers), reason),
            security_contact: lost(asked(FactName::SecurityContact), reason),
            public_access_block: lost(asked(FactName::PublicAccessBlock), reason),
            instances: lost(asked(FactName::Instances), reason),
            resource_policies: lost(asked(FactName::ResourcePolicies), reason),
            trails: lost(asked(FactName::Trails), reason),
            metric_filters: lost(asked(FactName::MetricFilters), reason),
            alarms: lost(asked(FactName::Alarms), reason),
            subscriptions: lost(asked(FactName::Subscriptions), reason),
            root_session: lost(asked(FactName::RootSession), reason),
        }
    }

    /// An account of which nothing is known but a credential report, whose first readable row names the account.
    ///
    /// # Errors
    /// When the bytes are not a credential report, or no row of it can be read.
    pub fn of_report(report: SavedReport) -> Result<Self, NoAccount> {
        let parsed = CredentialReport::parse(&report.bytes)?;
        let mut problem = None;
        for row in parsed.rows() {
            match row {
                Err(error) => problem = problem.or(Some(error)),
                Ok(row) => {
                    let partition = Partition::from_arn(&row.arn).map_err(|_| NoAccount::NoRow { problem: None })?;
                    let facts = Self::new(row.account, partition);
                    return Ok(Self {
                        credential_report: Fact::Known(report),
                        ..facts
                    });
                }
            }
        }
        Err(NoAccount::NoRow { problem })
    }
}
