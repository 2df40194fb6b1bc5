//! The verdicts about an organization.

use crate::check::{Answer, Context, Judged, Status, need};
use crate::checks::document;
use crate::facts::{FactName, Guardrail, OrganizationFacts, OrganizationMember};
use crate::named::listed;

pub(super) fn centralized_root(facts: &OrganizationFacts, _: &Context<'_>) -> Answer {
    let features = need(&facts.features, FactName::OrganizationFeatures)?;
    Ok(vec![Judged::organization(if features.root_credentials_management {
        Status::Pass.because("root credentials management is on")
    } else {
        Status::Fail.because("root credentials management is off")
    })])
}

/// Every active member has to be under each required policy, through itself, a unit or the organization root.
///
/// Where none is required by name, at least one policy of the organization's own has to reach every member:
/// AWS's own policies allow everything and guard nothing.
pub(super) fn guardrails(facts: &OrganizationFacts, context: &Context<'_>) -> Answer {
    let members = need(&facts.members, FactName::OrganizationMembers)?;
    let policies = need(&facts.guardrails, FactName::Guardrails)?;
    if members.is_empty() {
        return Ok(vec![Judged::organization(
            Status::NotApplicable.because("no member account is active"),
        )]);
    }
    let required = &context.parameters.required_guardrails;
    let is = |policy: &Guardrail, name: &str| policy.id == name || policy.name == name;
    let absent: Vec<&String> = required
        .iter()
        .filter(|name| !policies.iter().any(|policy| is(policy, name.as_str())))
        .collect();
    let guarded = |member: &OrganizationMember| {
        if required.is_empty() {
            policies
                .iter()
                .any(|policy| !policy.aws_managed && reaches(policy, member))
        } else {
            required.iter().all(|name| {
                policies
                    .iter()
                    .any(|policy| is(policy, name) && reaches(policy, member))
            })
        }
    };
    let gaps: Vec<String> = members
        .iter()
        .filter(|member| !guarded(member))
        .map(|member| member.account.to_string())
        .collect();
    Ok(vec![Judged::organization(if !absent.is_empty() {
        Status::Fail.because(format!("required policies that do not exist: {}", listed(&absent)))
    } else if !gaps.is_empty() {
        Status::Fail.because(format!("member accounts without the guardrails: {}", listed(&gaps)))
    } else {
        Status::Pass.because(format!(
            "all {} active member accounts are under the guardrails",
            members.len()
        ))
    })])
}

fn reaches(policy: &Guardrail, member: &OrganizationMember) -> bool {
    let account = member.account.as_str();
    policy
        .targets
        .iter()
        .any(|target| target == account || member.path.contains(target))
}

/// The delegation policy has to name a member; one that names only the management account delegates nothing.
pub(super) fn policy_delegation(facts: &OrganizationFacts, _: &Context<'_>) -> Answer {
    let policy = need(&facts.resource_policy, FactName::OrganizationResourcePolicy)?;
    let Some(text) = policy else {
        return Ok(vec![Judged::organization(
            Status::Fail.because("there is no delegation policy"),
        )]);
    };
    let mut delegates: Vec<String> = document::allowed_accounts(text)?
        .into_iter()
        .filter(|id| *id != facts.management.as_str())
        .collect();
    delegates.sort();
    delegates.dedup();
    Ok(vec![Judged::organization(if delegates.is_empty() {
        Status::Fail.because("the delegation policy names no member account")
    } else {
        Status::Pass.because(format!("delegated to {}", listed(&delegates)))
    })])
}

/// Services that can be delegated (AWS Organizations User Guide, "AWS services that you can use with AWS Organizations").
const DELEGABLE: [&str; 24] = [
    "access-analyzer.amazonaws.com",
    "account.amazonaws.com",
    "auditmanager.amazonaws.com",
    "backup.amazonaws.com",
    "cloudtrail.amazonaws.com",
    "compute-optimizer.amazonaws.com",
    "config-multiaccountsetup.amazonaws.com",
    "config.amazonaws.com",
    "cost-optimization-hub.bcm.amazonaws.com",
    "detective.amazonaws.com",
    "fms.amazonaws.com",
    "guardduty.amazonaws.com",
    "health.amazonaws.com",
    "iam.amazonaws.com",
    "inspector2.amazonaws.com",
    "ipam.amazonaws.com",
    "macie.amazonaws.com",
    "member.org.stacksets.cloudformation.amazonaws.com",
    "securityhub.amazonaws.com",
    "securitylake.amazonaws.com",
    "servicecatalog.amazonaws.com",
    "ssm.amazonaws.com",
    "sso.amazonaws.com",
    "storage-lens.s3.amazonaws.com",
];

/// Every service with trusted access that can be delegated needs a member that administers it.
pub(super) fn service_delegation(facts: &OrganizationFacts, _: &Context<'_>) -> Answer {
    let administrators = need(&facts.delegated_administrators, FactName::DelegatedAdministrators)?;
    let delegated: Vec<&str> = administrators
        .iter()
        .filter(|administrator| administrator.account != facts.management)
        .flat_map(|administrator| administrator.services.iter().map(String::as_str))
        .collect();
    if delegated.is_empty() {
        return Ok(vec![Judged::organization(
            Status::Fail.because("no service is delegated to a member account"),
        )]);
    }
    let trusted = need(&facts.trusted_services, FactName::TrustedServices)?;
    let mut missing: Vec<&str> = trusted
        .iter()
        .map(String::as_str)
        .filter(|service| DELEGABLE.contains(service) && !delegated.contains(service))
        .collect();
    missing.sort_unstable();
    Ok(vec![Judged::organization(if missing.is_empty() {
        Status::Pass.because("every service with trusted access that can be delegated is delegated")
    } else {
        Status::Fail.because(format!(
            "administered from the management account: {}",
            listed(&missing)
        ))
    })])
}
