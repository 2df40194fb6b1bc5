//! The sheets of the privilege report and their columns, the same in every format.

mod fields;

use crate::sheets::{Field, Layout};

/// A sheet of the workbook, a file of CSV, a kind of line in JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sheet {
    /// What was judged, and what it came to.
    Summary,
    /// One row for each user and role.
    Principals,
    /// Every policy of every user and role, and the way it comes.
    Policies,
    /// Groups.
    Groups,
    /// Roles, one row for each grantee of their trust policies.
    Roles,
    /// What each user and role may do in each service.
    Access,
    /// Ways to more permissions, open and closed.
    Escalation,
    /// Sensitive actions.
    Sensitive,
    /// Boundaries and control policies.
    Guardrails,
    /// Credentials from the credential report.
    Credentials,
    /// Whom policies of resources let in.
    ResourcePolicies,
    /// All policies.
    PolicyIndex,
    /// What was not looked at.
    NotEvaluated,
}

impl Sheet {
    /// All sheets, in the order of the workbook.
    pub const ALL: [Self; 13] = [
        Self::Summary,
        Self::Principals,
        Self::Policies,
        Self::Groups,
        Self::Roles,
        Self::Access,
        Self::Escalation,
        Self::Sensitive,
        Self::Guardrails,
        Self::Credentials,
        Self::ResourcePolicies,
        Self::PolicyIndex,
        Self::NotEvaluated,
    ];

    /// Its title in the workbook.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Summary => "Summary",
            Self::Principals => "Principals",
            Self::Policies => "Policies per user",
            Self::Groups => "Groups",
            Self::Roles => "Roles and trust",
            Self::Access => "Service access",
            Self::Escalation => "Privilege escalation",
            Self::Sensitive => "Sensitive actions",
            Self::Guardrails => "Guardrails",
            Self::Credentials => "Credentials",
            Self::ResourcePolicies => "Resource policies",
            Self::PolicyIndex => "Policy index",
            Self::NotEvaluated => "Not evaluated",
        }
    }

    /// Its name in files and in JSON.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Summary => "summary",
            Self::Principals => "principals",
            Self::Policies => "policies_per_user",
            Self::Groups => "groups",
            Self::Roles => "roles_and_trust",
            Self::Access => "service_access",
            Self::Escalation => "privilege_escalation",
            Self::Sensitive => "sensitive_actions",
            Self::Guardrails => "guardrails",
            Self::Credentials => "credentials",
            Self::ResourcePolicies => "resource_policies",
            Self::PolicyIndex => "policy_index",
            Self::NotEvaluated => "not_evaluated",
        }
    }

    /// Its columns.
    #[must_use]
    pub const fn fields(self) -> &'static [Field] {
        match self {
            Self::Summary => fields::SUMMARY,
            Self::Principals => fields::PRINCIPALS,
            Self::Policies => fields::POLICIES,
            Self::Groups => fields::GROUPS,
            Self::Roles => fields::ROLES,
            Self::Access => fields::ACCESS,
            Self::Escalation => fields::ESCALATION,
            Self::Sensitive => fields::SENSITIVE,
            Self::Guardrails => fields::GUARDRAILS,
            Self::Credentials => fields::CREDENTIALS,
            Self::ResourcePolicies => fields::RESOURCES,
            Self::PolicyIndex => fields::INDEX,
            Self::NotEvaluated => fields::UNEVALUATED,
        }
    }
    /// Its place in [`ALL`](Self::ALL).
    #[must_use]
    pub(crate) fn place(self) -> usize {
        Self::ALL.iter().position(|sheet| *sheet == self).unwrap_or_default()
    }

    /// How it is written.
    #[must_use]
    pub(crate) fn layout(self) -> Layout {
        Layout {
            title: self.title(),
            slug: self.slug(),
            fields: self.fields(),
            frozen: if self == Self::Summary { 0 } else { 2 },
        }
    }
}
