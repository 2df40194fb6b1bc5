//! What is known about an organization as a whole.

use super::{Fact, Unavailable};
use crate::account::{AccountId, Partition};

/// Everything that the checks of the organization look at; gathered once in the management or delegated account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrganizationFacts {
    /// The management account, on which the findings stand.
    pub management: AccountId,
    /// The partition.
    pub partition: Partition,
    /// Which features of centralized root access are on.
    pub features: Fact<OrganizationFeatures>,
    /// The member accounts whose state is `ACTIVE`, without the management account.
    pub members: Fact<Vec<OrganizationMember>>,
    /// Service and resource control policies, and what they are attached to.
    pub guardrails: Fact<Vec<Guardrail>>,
    /// The delegation policy of AWS Organizations; `None` inside when there is none.
    pub resource_policy: Fact<Option<String>>,
    /// Member accounts that administer AWS services for the organization.
    pub delegated_administrators: Fact<Vec<DelegatedAdministrator>>,
    /// Service principals with trusted access to the organization.
    pub trusted_services: Fact<Vec<String>>,
}

impl OrganizationFacts {
    /// An organization of which nothing has been asked yet.
    #[must_use]
    pub const fn new(management: AccountId, partition: Partition) -> Self {
        Self {
            management,
            partition,
            features: Fact::NotRequested,
            members: Fact::NotRequested,
            guardrails: Fact::NotRequested,
            resource_policy: Fact::NotRequested,
            delegated_administrators: Fact::NotRequested,
            trusted_services: Fact::NotRequested,
        }
    }

    /// An organization that nothing could be found out about, for one reason.
    #[must_use]
    pub fn unavailable(management: AccountId, partition: Partition, reason: &Unavailable) -> Self {
        Self {
            management,
            partition,
            features: Fact::Unavailable(reason.clone()),
            members: Fact::Unavailable(reason.clone()),
            guardrails: Fact::Unavailable(reason.clone()),
            resource_policy: Fact::Unavailable(reason.clone()),
            delegated_administrators: Fact::Unavailable(reason.clone()),
            trusted_services: Fact::Unavailable(reason.clone()),
        }
    }
}

/// The features of `ListOrganizationsFeatures`; both off when IAM has no trusted access.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OrganizationFeatures {
    /// `RootCredentialsManagement`
    pub root_credentials_management: bool,
    /// `RootSessions`
    pub root_sessions: bool,
}

/// An active member account and where it stands in the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrganizationMember {
    /// The account.
    pub account: AccountId,
    /// The ids of the organization root and of the organizational units above it, from the top.
    pub path: Vec<String>,
}

/// A service or resource control policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guardrail {
    /// Its id, such as `p-a1b2c3d4`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Which of the two it is.
    pub kind: GuardrailKind,
    /// It is AWS's own, which restricts nothing (`FullAWSAccess`, `RCPFullAWSAccess`).
    pub aws_managed: bool,
    /// Ids of the organization root, organizational units and accounts that it is attached to.
    pub targets: Vec<String>,
}

/// The two kinds of policies that limit what accounts can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GuardrailKind {
    /// Service control policy.
    ServiceControl,
    /// Resource control policy.
    ResourceControl,
}

/// A member account that administers AWS services for the organization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DelegatedAdministrator {
    /// The account.
    pub account: AccountId,
    /// Service principals, such as `securityhub.amazonaws.com`.
    pub services: Vec<String>,
}
