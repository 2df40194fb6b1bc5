//! The names of the facts, and the calls that each of them costs.

use std::fmt;

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

    /// The operations that gather it, as `service:Operation`.
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
            Self::Analyzers | Self::OrganizationAnalyzers => &["account:ListRegions", "access-analyzer:ListAnalyzers"],
            Self::SecurityContact => &["account:GetAlternateContact"],
            Self::PublicAccessBlock => &["s3:GetPublicAccessBlock"],
            Self::Instances | Self::ResourcePolicies => &["config:SelectResourceConfig"],
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
                "iam:GetLoginProfile",
                "iam:ListAccessKeys",
                "iam:GetAccessKeyLastUsed",
                "iam:ListMFADevices",
                "iam:GetUser",
            ],
            Self::OrganizationFeatures => &["iam:ListOrganizationsFeatures"],
            Self::OrganizationMembers => &["organizations:DescribeOrganization", "organizations:ListAccounts"],
            Self::Guardrails => &["organizations:ListPolicies", "organizations:ListTargetsForPolicy"],
            Self::OrganizationResourcePolicy => &["organizations:DescribeResourcePolicy"],
            Self::DelegatedAdministrators => &[
                "organizations:ListDelegatedAdministrators",
                "organizations:ListDelegatedServicesForAccount",
            ],
            Self::TrustedServices => &["organizations:ListAWSServiceAccessForOrganization"],
        }
    }
}

impl fmt::Display for FactName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.words())
    }
}
