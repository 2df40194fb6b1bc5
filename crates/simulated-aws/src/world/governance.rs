//! What the management account has decided for the organization: policies, delegations, trusted services.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::account::Account;
use super::organization::{self, Organization, Policy};
use super::spec::WorldSpec;
use super::units::OrganizationalUnit;
use crate::operation::Operation;

/// Decisions for the whole organization; a pure function of the world's description until a test changes them with
/// [`World::edit_governance`](super::World::edit_governance).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Governance {
    /// There is an organization; otherwise every account stands alone, and Organizations says so.
    pub in_use: bool,
    /// Service and resource control policies with what they are attached to.
    pub policies: Vec<Policy>,
    /// `RootCredentialsManagement` of centralized root access is on.
    pub root_credentials_management: bool,
    /// `RootSessions` of centralized root access is on.
    pub root_sessions: bool,
    /// Service principals with trusted access, and since when.
    pub trusted_services: Vec<(String, Timestamp)>,
    /// Delegated administrators: account, service principal, and since when.
    pub delegated_administrators: Vec<(String, String, Timestamp)>,
    /// The delegation policy of AWS Organizations, JSON.
    pub resource_policy: Option<String>,
    /// The name of the hub's aggregator of AWS Config, which sees every account that records.
    pub aggregator: Option<String>,
    /// Lists of AWS Config and looks into the event history whose second page gives the token that it was asked with, for ever.
    pub repeated_tokens: BTreeSet<Operation>,
}

impl Governance {
    /// True if an account administers a service for the organization.
    #[must_use]
    pub fn is_delegated(&self, account: &str, service: &str) -> bool {
        let mut delegations = self.delegated_administrators.iter();
        delegations.any(|(id, principal, _)| id == account && principal == service)
    }

    /// True if a service has trusted access.
    #[must_use]
    pub fn is_trusted(&self, service: &str) -> bool {
        self.trusted_services.iter().any(|(principal, _)| principal == service)
    }
}

const TRUSTED: &[&str] = &[
    "access-analyzer.amazonaws.com",
    "account.amazonaws.com",
    "cloudtrail.amazonaws.com",
    "config-multiaccountsetup.amazonaws.com",
    "config.amazonaws.com",
    "guardduty.amazonaws.com",
    "iam.amazonaws.com",
    "member.org.stacksets.cloudformation.amazonaws.com",
    "securityhub.amazonaws.com",
    "sso.amazonaws.com",
];

const DELEGATED: &[&str] = &[
    "access-analyzer.amazonaws.com",
    "account.amazonaws.com",
    "config.amazonaws.com",
    "iam.amazonaws.com",
    "securityhub.amazonaws.com",
];

pub(super) fn of(
    spec: &WorldSpec,
    organization: &Organization,
    units: &[OrganizationalUnit],
    accounts: &[Account],
) -> Governance {
    let since = accounts.first().map_or(spec.at, |account| account.joined);
    let hub = &organization.hub_account;
    let partition = spec.partition.id();
    let delegation = format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Sid":"AuditReads","Effect":"Allow","Principal":{{"AWS":"arn:{partition}:iam::{hub}:root"}},"Action":["organizations:Describe*","organizations:List*"],"Resource":"*"}}]}}"#
    );
    let delegates = accounts.len() > 1;
    let delegations = DELEGATED.iter().filter(|_| delegates);
    Governance {
        in_use: true,
        policies: organization::policies(spec, organization, units, accounts),
        root_credentials_management: true,
        root_sessions: true,
        trusted_services: TRUSTED.iter().map(|name| ((*name).to_owned(), since)).collect(),
        delegated_administrators: delegations
            .map(|name| (hub.clone(), (*name).to_owned(), since))
            .collect(),
        resource_policy: delegates.then_some(delegation),
        aggregator: delegates.then(|| "organization".to_owned()),
        repeated_tokens: BTreeSet::new(),
    }
}
