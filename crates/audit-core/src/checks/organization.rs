//! The organization: central root access, guardrails, delegated administration.

mod judge;

use crate::benchmark::Edition::V7_0_0;
use crate::benchmark::{ControlId, Level, Span};
use crate::check::{Check, Rule, Scope, Severity};
use crate::facts::FactName;

pub(super) const CENTRALIZED_ROOT: Check = Check {
    slug: "org-centralized-root-access",
    title: "Root credentials of member accounts are managed centrally",
    severity: Severity::High,
    level: Level::L2,
    rationale: "A root user without a password and keys cannot be taken over. Central management makes new members \
                without them, and removes those of old members.",
    remediation: "Turn on root credentials management under Root access management in the management account, then \
                  delete the root credentials of the members.",
    look_at: None,
    spans: &[Span::automated(V7_0_0, V7_0_0, ControlId::in_subsection(2, 1, 1))],
    uses: &[FactName::OrganizationFeatures],
    rule: Rule::Organization(judge::centralized_root),
};

pub(super) const GUARDRAILS: Check = Check {
    slug: "org-authorization-guardrails",
    title: "Every member account is under the control policies that the organization requires",
    severity: Severity::Medium,
    level: Level::L2,
    rationale: "Control policies hold whatever an account's own administrators do; an account outside of them is the \
                gap in every promise made for the rest.",
    remediation: "Attach the required service and resource control policies to the organization root, or to \
                  organizational units that together hold every member account.",
    look_at: None,
    spans: &[Span::automated(V7_0_0, V7_0_0, ControlId::in_subsection(2, 1, 2))],
    uses: &[FactName::OrganizationMembers, FactName::Guardrails],
    rule: Rule::Organization(judge::guardrails),
};

pub(super) const MANAGEMENT_ACCOUNT: Check = Check {
    slug: "org-mgmt-account-no-workloads",
    title: "The management account runs no workloads",
    severity: Severity::Medium,
    level: Level::L2,
    rationale: "No control policy limits the management account, so that a hole in a workload there is a hole in the \
                whole organization.",
    remediation: "Move workloads and data to member accounts, and leave the governance of the organization alone.",
    look_at: Some("The resources of the management account: compute, databases, storage, and what they are for."),
    spans: &[Span::manual(V7_0_0, V7_0_0, ControlId::in_subsection(2, 1, 3))],
    uses: &[],
    rule: Rule::Manual(Scope::Organization),
};

pub(super) const OU_STRUCTURE: Check = Check {
    slug: "org-ou-structure",
    title: "Organizational units group accounts by environment and sensitivity",
    severity: Severity::Low,
    level: Level::L2,
    rationale: "Control policies are attached to organizational units; units that mirror departments put unlike \
                accounts under the same rules.",
    remediation: "Agree on units for environments and sensitivities, move the accounts, and leave none directly under \
                  the organization root without a reason.",
    look_at: Some("The tree of organizational units, and whether the accounts in each unit need the same rules."),
    spans: &[Span::manual(V7_0_0, V7_0_0, ControlId::in_subsection(2, 1, 4))],
    uses: &[],
    rule: Rule::Manual(Scope::Organization),
};

pub(super) const POLICY_DELEGATION: Check = Check {
    slug: "org-policy-delegated-admin",
    title: "A member account is delegated to manage the organization's policies",
    severity: Severity::Low,
    level: Level::L2,
    rationale: "What is done from a member account can be limited and watched like everything else; what is done from \
                the management account cannot.",
    remediation: "Name a governance account in the delegation policy under Settings of AWS Organizations, with the \
                  actions that it needs.",
    look_at: None,
    spans: &[Span::automated(V7_0_0, V7_0_0, ControlId::in_subsection(2, 1, 5))],
    uses: &[FactName::OrganizationResourcePolicy],
    rule: Rule::Organization(judge::policy_delegation),
};

pub(super) const SERVICE_DELEGATION: Check = Check {
    slug: "org-service-delegated-admins",
    title: "Services that work for the whole organization are administered from member accounts",
    severity: Severity::Low,
    level: Level::L2,
    rationale: "Each service that is run from the management account brings people and roles into it who need not be \
                there.",
    remediation: "Register a security, logging or operations account as the delegated administrator of each service \
                  that the finding names.",
    look_at: None,
    spans: &[Span::automated(V7_0_0, V7_0_0, ControlId::in_subsection(2, 1, 6))],
    uses: &[FactName::DelegatedAdministrators, FactName::TrustedServices],
    rule: Rule::Organization(judge::service_delegation),
};
