//! What gathering each fact must be allowed, for functions to put their own declarations together from.

use audit_core::facts::FactName;
use audit_core::permission::Permission;

/// The calls behind a fact and what they must be allowed.
///
/// What a root audit session may do follows from its task policy alone, so its calls are listed without actions.
#[must_use]
#[expect(clippy::too_many_lines, reason = "one arm for each fact")]
pub const fn permissions(fact: FactName) -> &'static [Permission] {
    match fact {
        FactName::CredentialReport => {
            const {
                &[
                    member("iam:GenerateCredentialReport", &["iam:GenerateCredentialReport"]),
                    member("iam:GetCredentialReport", &["iam:GetCredentialReport"]),
                ]
            }
        }
        FactName::AccountSummary => const { &[member("iam:GetAccountSummary", &["iam:GetAccountSummary"])] },
        FactName::PasswordPolicy => {
            const {
                &[member(
                    "iam:GetAccountPasswordPolicy",
                    &["iam:GetAccountPasswordPolicy"],
                )]
            }
        }
        FactName::AuthorizationDetails => {
            const {
                &[member(
                    "iam:GetAccountAuthorizationDetails",
                    &["iam:GetAccountAuthorizationDetails"],
                )]
            }
        }
        FactName::VirtualMfaDevices => const { &[member("iam:ListVirtualMFADevices", &["iam:ListVirtualMFADevices"])] },
        FactName::ServerCertificates => {
            const { &[member("iam:ListServerCertificates", &["iam:ListServerCertificates"])] }
        }
        FactName::SupportPolicyEntities => {
            const { &[member("iam:ListEntitiesForPolicy", &["iam:ListEntitiesForPolicy"]).on(SUPPORT)] }
        }
        FactName::Analyzers => {
            const {
                &[
                    REGIONS,
                    member("access-analyzer:ListAnalyzers", &["access-analyzer:ListAnalyzers"]),
                ]
            }
        }
        FactName::OrganizationAnalyzers => {
            const {
                &[
                    MANAGEMENT,
                    hub(
                        "organizations:ListDelegatedAdministrators",
                        &["organizations:ListDelegatedAdministrators"],
                    ),
                    REGIONS,
                    member("access-analyzer:ListAnalyzers", &["access-analyzer:ListAnalyzers"]),
                ]
            }
        }
        FactName::SecurityContact => {
            const { &[member("account:GetAlternateContact", &["account:GetAlternateContact"])] }
        }
        FactName::PublicAccessBlock => {
            const { &[member("s3:GetPublicAccessBlock", &["s3:GetAccountPublicAccessBlock"])] }
        }
        FactName::Instances | FactName::ResourcePolicies => {
            const {
                &[
                    REGIONS,
                    member(
                        "config:DescribeConfigurationRecorderStatus",
                        &["config:DescribeConfigurationRecorderStatus"],
                    ),
                    member(
                        "config:DescribeConfigurationRecorders",
                        &["config:DescribeConfigurationRecorders"],
                    ),
                    member("config:SelectResourceConfig", &["config:SelectResourceConfig"]),
                ]
            }
        }
        FactName::Trails => {
            const {
                &[
                    member("cloudtrail:DescribeTrails", &["cloudtrail:DescribeTrails"]),
                    member("cloudtrail:GetTrailStatus", &["cloudtrail:GetTrailStatus"]).on(TRAILS),
                    member("cloudtrail:GetEventSelectors", &["cloudtrail:GetEventSelectors"]).on(TRAILS),
                ]
            }
        }
        FactName::MetricFilters => {
            const { &[member("logs:DescribeMetricFilters", &["logs:DescribeMetricFilters"]).on(LOG_GROUPS)] }
        }
        FactName::Alarms => {
            const {
                &[member(
                    "cloudwatch:DescribeAlarmsForMetric",
                    &["cloudwatch:DescribeAlarmsForMetric"],
                )]
            }
        }
        FactName::Subscriptions => {
            const { &[member("sns:ListSubscriptionsByTopic", &["sns:ListSubscriptionsByTopic"]).on(TOPICS)] }
        }
        FactName::RootSession => {
            const {
                &[
                    Permission {
                        resource: "arn:*:iam::*:root",
                        ..hub("sts:AssumeRoot", &["sts:AssumeRoot"])
                    },
                    member("sts:GetCallerIdentity", &[]),
                    member("iam:GetLoginProfile", &[]),
                    member("iam:ListAccessKeys", &[]),
                    member("iam:GetAccessKeyLastUsed", &[]),
                    member("iam:ListMFADevices", &[]),
                    member("iam:GetUser", &[]),
                ]
            }
        }
        FactName::OrganizationFeatures => {
            const {
                &[
                    MANAGEMENT,
                    hub("iam:ListOrganizationsFeatures", &["iam:ListOrganizationsFeatures"]),
                ]
            }
        }
        FactName::OrganizationMembers => {
            const {
                &[
                    MANAGEMENT,
                    hub("organizations:ListAccounts", &["organizations:ListAccounts"]),
                    hub("organizations:ListRoots", &["organizations:ListRoots"]),
                    hub(
                        "organizations:ListOrganizationalUnitsForParent",
                        &["organizations:ListOrganizationalUnitsForParent"],
                    ),
                    hub(
                        "organizations:ListAccountsForParent",
                        &["organizations:ListAccountsForParent"],
                    ),
                ]
            }
        }
        FactName::Guardrails => {
            const {
                &[
                    MANAGEMENT,
                    hub("organizations:ListPolicies", &["organizations:ListPolicies"]),
                    hub(
                        "organizations:ListTargetsForPolicy",
                        &["organizations:ListTargetsForPolicy"],
                    ),
                ]
            }
        }
        FactName::OrganizationResourcePolicy => {
            const {
                &[
                    MANAGEMENT,
                    hub(
                        "organizations:DescribeResourcePolicy",
                        &["organizations:DescribeResourcePolicy"],
                    ),
                ]
            }
        }
        FactName::DelegatedAdministrators => {
            const {
                &[
                    MANAGEMENT,
                    hub(
                        "organizations:ListDelegatedAdministrators",
                        &["organizations:ListDelegatedAdministrators"],
                    ),
                    hub(
                        "organizations:ListDelegatedServicesForAccount",
                        &["organizations:ListDelegatedServicesForAccount"],
                    ),
                ]
            }
        }
        FactName::TrustedServices => {
            const {
                &[
                    MANAGEMENT,
                    hub(
                        "organizations:ListAWSServiceAccessForOrganization",
                        &["organizations:ListAWSServiceAccessForOrganization"],
                    ),
                ]
            }
        }
    }
}

/// The calls behind [`super::Gatherer::last_uses`] and what they must be allowed.
pub const LAST_ACCESSED: &[Permission] = &[
    Permission {
        resource: "users and roles",
        ..member(
            "iam:GenerateServiceLastAccessedDetails",
            &["iam:GenerateServiceLastAccessedDetails"],
        )
        .on(USERS_AND_ROLES)
    },
    member(
        "iam:GetServiceLastAccessedDetails",
        &["iam:GetServiceLastAccessedDetails"],
    ),
];

const SUPPORT: &[&str] = &["arn:{partition}:iam::aws:policy/AWSSupportAccess"];

/// A trail of the organization belongs to the management account, and is looked at from members too.
const TRAILS: &[&str] = &["arn:{partition}:cloudtrail:*:*:trail/*"];

const LOG_GROUPS: &[&str] = &["arn:{partition}:logs:*:{account}:log-group:*"];

/// Alarms may tell topics of other accounts.
const TOPICS: &[&str] = &["arn:{partition}:sns:*:*:*"];

const USERS_AND_ROLES: &[&str] = &[
    "arn:{partition}:iam::{account}:user/*",
    "arn:{partition}:iam::{account}:role/*",
];

/// Everything about an organization stands on its management account.
const MANAGEMENT: Permission = hub(
    "organizations:DescribeOrganization",
    &["organizations:DescribeOrganization"],
);

const REGIONS: Permission = member("account:ListRegions", &["account:ListRegions"]);

const fn member(operation: &'static str, actions: &'static [&'static str]) -> Permission {
    Permission::member(operation, actions, "*")
}

const fn hub(operation: &'static str, actions: &'static [&'static str]) -> Permission {
    Permission::hub(operation, actions, "*", None)
}
