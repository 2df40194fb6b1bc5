//! The names of the facts, and the calls that each of them costs.

use std::fmt;
use std::str::FromStr;

use crate::named::quoted;

/// A fact that a check can declare to use; the calls behind it are the check's price.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FactName {
    /// The IAM credential report.
    CredentialReport,
    /// The account summary of IAM.
    AccountSummary,
    /// The password policy for IAM users.
    PasswordPolicy,
    /// Users, groups, roles and policies.
    AuthorizationDetails,
    /// Virtual MFA devices.
    VirtualMfaDevices,
    /// Server certificates in IAM.
    ServerCertificates,
    /// Entities with the support policy.
    SupportPolicyEntities,
    /// Analyzers per Region.
    Analyzers,
    /// Analyzers of the organization per Region.
    OrganizationAnalyzers,
    /// The alternate contact for security.
    SecurityContact,
    /// The account-wide block of public access to S3.
    PublicAccessBlock,
    /// EC2 instances and their profiles.
    Instances,
    /// Resource-based policies.
    ResourcePolicies,
    /// Trails of CloudTrail.
    Trails,
    /// Metric filters of the trails' log groups.
    MetricFilters,
    /// Alarms on those metrics.
    Alarms,
    /// Subscriptions of the alarms' topics.
    Subscriptions,
    /// A root audit session.
    RootSession,
    /// Features of centralized root access.
    OrganizationFeatures,
    /// The members of the organization.
    OrganizationMembers,
    /// Service and resource control policies and what they are attached to.
    Guardrails,
    /// The delegation policy of the organization.
    OrganizationResourcePolicy,
    /// Delegated administrators of AWS services.
    DelegatedAdministrators,
    /// Services with trusted access to the organization.
    TrustedServices,
}

impl FactName {
    /// All facts.
    pub const ALL: [Self; 24] = [
        Self::CredentialReport,
        Self::AccountSummary,
        Self::PasswordPolicy,
        Self::AuthorizationDetails,
        Self::VirtualMfaDevices,
        Self::ServerCertificates,
        Self::SupportPolicyEntities,
        Self::Analyzers,
        Self::OrganizationAnalyzers,
        Self::SecurityContact,
        Self::PublicAccessBlock,
        Self::Instances,
        Self::ResourcePolicies,
        Self::Trails,
        Self::MetricFilters,
        Self::Alarms,
        Self::Subscriptions,
        Self::RootSession,
        Self::OrganizationFeatures,
        Self::OrganizationMembers,
        Self::Guardrails,
        Self::OrganizationResourcePolicy,
        Self::DelegatedAdministrators,
        Self::TrustedServices,
    ];

    /// The word that stands for it in settings.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::CredentialReport => "credential-report",
            Self::AccountSummary => "account-summary",
            Self::PasswordPolicy => "password-policy",
            Self::AuthorizationDetails => "authorization-details",
            Self::VirtualMfaDevices => "virtual-mfa-devices",
            Self::ServerCertificates => "server-certificates",
            Self::SupportPolicyEntities => "support-policy-entities",
            Self::Analyzers => "analyzers",
            Self::OrganizationAnalyzers => "organization-analyzers",
            Self::SecurityContact => "security-contact",
            Self::PublicAccessBlock => "public-access-block",
            Self::Instances => "instances",
            Self::ResourcePolicies => "resource-policies",
            Self::Trails => "trails",
            Self::MetricFilters => "metric-filters",
            Self::Alarms => "alarms",
            Self::Subscriptions => "subscriptions",
            Self::RootSession => "root-session",
            Self::OrganizationFeatures => "organization-features",
            Self::OrganizationMembers => "organization-members",
            Self::Guardrails => "guardrails",
            Self::OrganizationResourcePolicy => "organization-resource-policy",
            Self::DelegatedAdministrators => "delegated-administrators",
            Self::TrustedServices => "trusted-services",
        }
    }

    /// Whether it is one about the organization as a whole, and not about each account.
    #[must_use]
    pub const fn is_of_organization(self) -> bool {
        matches!(
            self,
            Self::OrganizationFeatures
                | Self::OrganizationMembers
                | Self::Guardrails
                | Self::OrganizationResourcePolicy
                | Self::DelegatedAdministrators
                | Self::TrustedServices
        )
    }

    /// What it is called in a sentence.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::CredentialReport => "credential report",
            Self::AccountSummary => "account summary",
            Self::PasswordPolicy => "password policy",
            Self::AuthorizationDetails => "authorization details",
            Self::VirtualMfaDevices => "virtual MFA devices",
            Self::ServerCertificates => "server certificates",
            Self::SupportPolicyEntities => "entities with the support policy",
            Self::Analyzers => "access analyzers",
            Self::OrganizationAnalyzers => "access analyzers of the organization",
            Self::SecurityContact => "security contact",
            Self::PublicAccessBlock => "public access block of the account",
            Self::Instances => "EC2 instances",
            Self::ResourcePolicies => "resource policies",
            Self::Trails => "trails",
            Self::MetricFilters => "metric filters",
            Self::Alarms => "alarms",
            Self::Subscriptions => "topic subscriptions",
            Self::RootSession => "root audit session",
            Self::OrganizationFeatures => "features of centralized root access",
            Self::OrganizationMembers => "members of the organization",
            Self::Guardrails => "control policies of the organization",
            Self::OrganizationResourcePolicy => "delegation policy of the organization",
            Self::DelegatedAdministrators => "delegated administrators",
            Self::TrustedServices => "services with trusted access",
        }
    }

    /// The operations that gather it, as `service:Operation`. Everything about an organization stands on its management
    /// account, and so on the call that names it.
    #[must_use]
    pub const fn operations(self) -> &'static [&'static str] {
        match self {
            Self::CredentialReport => &["iam:GenerateCredentialReport", "iam:GetCredentialReport"],
            Self::AccountSummary => &["iam:GetAccountSummary"],
            Self::PasswordPolicy => &["iam:GetAccountPasswordPolicy"],
            Self::AuthorizationDetails => &["iam:GetAccountAuthorizationDetails"],
            Self::VirtualMfaDevices => &["iam:ListVirtualMFADevices"],
            Self::ServerCertificates => &["iam:ListServerCertificates"],
            Self::SupportPolicyEntities => &["iam:ListEntitiesForPolicy"],
            Self::Analyzers => &["account:ListRegions", "access-analyzer:ListAnalyzers"],
            Self::OrganizationAnalyzers => &[
                "organizations:ListDelegatedAdministrators",
                "organizations:DescribeOrganization",
                "account:ListRegions",
                "access-analyzer:ListAnalyzers",
            ],
            Self::SecurityContact => &["account:GetAlternateContact"],
            Self::PublicAccessBlock => &["s3:GetPublicAccessBlock"],
            Self::Instances | Self::ResourcePolicies => &[
                "account:ListRegions",
                "config:DescribeConfigurationRecorderStatus",
                "config:DescribeConfigurationRecorders",
                "config:SelectResourceConfig",
            ],
            Self::Trails => &[
                "cloudtrail:DescribeTrails",
                "cloudtrail:GetTrailStatus",
                "cloudtrail:GetEventSelectors",
            ],
            Self::MetricFilters => &["logs:DescribeMetricFilters"],
            Self::Alarms => &["cloudwatch:DescribeAlarmsForMetric"],
            Self::Subscriptions => &["sns:ListSubscriptionsByTopic"],
            Self::RootSession => &[
                "sts:AssumeRoot",
                "sts:GetCallerIdentity",
                "iam:GetLoginProfile",
                "iam:ListAccessKeys",
                "iam:GetAccessKeyLastUsed",
                "iam:ListMFADevices",
                "iam:GetUser",
            ],
            Self::OrganizationFeatures => &["organizations:DescribeOrganization", "iam:ListOrganizationsFeatures"],
            Self::OrganizationMembers => &[
                "organizations:DescribeOrganization",
                "organizations:ListAccounts",
                "organizations:ListRoots",
                "organizations:ListOrganizationalUnitsForParent",
                "organizations:ListAccountsForParent",
            ],
            Self::Guardrails => &[
                "organizations:DescribeOrganization",
                "organizations:ListPolicies",
                "organizations:ListTargetsForPolicy",
            ],
            Self::OrganizationResourcePolicy => &[
                "organizations:DescribeOrganization",
                "organizations:DescribeResourcePolicy",
            ],
            Self::DelegatedAdministrators => &[
                "organizations:DescribeOrganization",
                "organizations:ListDelegatedAdministrators",
                "organizations:ListDelegatedServicesForAccount",
            ],
            Self::TrustedServices => &[
                "organizations:DescribeOrganization",
                "organizations:ListAWSServiceAccessForOrganization",
            ],
        }
    }
}

impl fmt::Display for FactName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.words())
    }
}

/// The text names no fact.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0} is no fact: {facts}", facts = listed())]
pub struct InvalidFact(String);

fn listed() -> String {
    let keys: Vec<String> = FactName::ALL.iter().map(|fact| format!("`{}`", fact.key())).collect();
    format!("the facts are {}", keys.join(", "))
}

impl FromStr for FactName {
    type Err = InvalidFact;

    fn from_str(text: &str) -> Result<Self, InvalidFact> {
        let fact = Self::ALL.into_iter().find(|fact| fact.key() == text);
        fact.ok_or_else(|| InvalidFact(quoted(text)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fact_has_a_word_of_its_own_for_settings() {
        for fact in FactName::ALL {
            assert_eq!(fact.key().parse(), Ok(fact));
        }
        let error = "instance".parse::<FactName>().unwrap_err().to_string();
        assert!(
            error.starts_with("`instance` is no fact: the facts are `credential-report`, "),
            "{error}"
        );
    }
}
