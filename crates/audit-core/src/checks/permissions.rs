//! What is attached to whom: policies on users, full administration, support, the browser's shell.

use super::document;
use crate::benchmark::Edition::{V1_2_0, V1_3_0, V1_4_0, V2_0_0, V4_0_1, V5_0_0, V6_0_0, V7_0_0};
use crate::benchmark::{ControlId, Level, Span};
use crate::check::{Answer, Check, Context, Judged, Rule, Scope, Severity, Status, Verdict, need};
use crate::facts::{AccountFacts, AttachedPolicy, AuthorizationDetails, FactName, ManagedPolicy};
use crate::finding::Resource;
use crate::named::{listed, quoted};

pub(super) const VIA_GROUPS: Check = Check {
    slug: "user-policies-via-groups",
    title: "IAM users have permissions only through groups",
    severity: Severity::Low,
    level: Level::L1,
    rationale: "Permissions that hang on single users are seen by nobody who reviews groups, and stay when a person \
                changes teams.",
    remediation: "Move the policies that the finding names to a group, put the user into it, and remove them from the \
                  user. A permissions boundary may stay.",
    look_at: None,
    spans: &[
        Span::automated(V1_2_0, V1_2_0, ControlId::new(1, 16)),
        Span::automated(V1_3_0, V4_0_1, ControlId::new(1, 15)),
        Span::automated(V5_0_0, V5_0_0, ControlId::new(1, 14)),
        Span::automated(V6_0_0, V6_0_0, ControlId::new(2, 14)),
        Span::automated(V7_0_0, V7_0_0, ControlId::new(2, 13)),
    ],
    uses: &[FactName::AuthorizationDetails],
    rule: Rule::Account(via_groups),
};

pub(super) const NO_FULL_ADMIN: Check = Check {
    slug: "no-full-admin-policy",
    title: "No attached managed policy allows every action on every resource",
    severity: Severity::High,
    level: Level::L1,
    rationale: "Whoever holds such a policy holds the account, and so does whoever steals that identity's credentials. \
                Inline policies are not part of this control; the privilege report shows what they allow.",
    remediation: "Attach policies that allow what the job needs. Keep full administration to a few roles with MFA, and \
                  record an exception for each policy that has to stay.",
    look_at: None,
    spans: &[
        Span::automated(V1_2_0, V1_2_0, ControlId::new(1, 22)),
        Span::automated(V1_3_0, V4_0_1, ControlId::new(1, 16)),
        Span::automated(V5_0_0, V5_0_0, ControlId::new(1, 15)),
        Span::automated(V6_0_0, V6_0_0, ControlId::new(2, 15)),
        Span::automated(V7_0_0, V7_0_0, ControlId::new(2, 14)),
    ],
    uses: &[FactName::AuthorizationDetails],
    rule: Rule::Account(no_full_admin),
};

pub(super) const SUPPORT_ROLE: Check = Check {
    slug: "support-role-exists",
    title: "A role exists to manage incidents with AWS Support",
    severity: Severity::Low,
    level: Level::L1,
    rationale: "In an incident is the wrong time to find out that nobody may open a case, and the reason why somebody \
                signs in as the root user.",
    remediation: "Create a role with the managed policy AWSSupportAccess that the people on call may assume.",
    look_at: None,
    spans: &[
        Span::automated(V1_2_0, V1_2_0, ControlId::new(1, 20)),
        Span::automated(V1_3_0, V4_0_1, ControlId::new(1, 17)),
        Span::automated(V5_0_0, V5_0_0, ControlId::new(1, 16)),
        Span::automated(V6_0_0, V6_0_0, ControlId::new(2, 16)),
        Span::automated(V7_0_0, V7_0_0, ControlId::new(2, 15)),
    ],
    uses: &[FactName::SupportPolicyEntities],
    rule: Rule::Account(support_role),
};

pub(super) const MANAGED_CENTRALLY: Check = Check {
    slug: "users-managed-centrally",
    title: "People sign in through one place, not as IAM users of each account",
    severity: Severity::Medium,
    level: Level::L2,
    rationale: "A person who leaves has to be removed once. With IAM users in many accounts, one is always forgotten.",
    remediation: "Let people sign in through IAM Identity Center or a federated identity provider, and remove the IAM \
                  users that stand for people.",
    look_at: Some(
        "The IAM users of the account, above all those with a console password, and whether they stand for people who \
         could sign in through Identity Center or the identity provider.",
    ),
    spans: &[
        Span::manual(V1_3_0, V1_3_0, ControlId::new(1, 22)),
        Span::manual(V1_4_0, V4_0_1, ControlId::new(1, 21)),
        Span::manual(V5_0_0, V5_0_0, ControlId::new(1, 20)),
        Span::manual(V6_0_0, V6_0_0, ControlId::new(2, 20)),
        Span::manual(V7_0_0, V7_0_0, ControlId::new(2, 19)),
    ],
    uses: &[],
    rule: Rule::Manual(Scope::Account),
};

pub(super) const CLOUDSHELL: Check = Check {
    slug: "cloudshell-full-access-restricted",
    title: "The policy AWSCloudShellFullAccess is attached to nobody",
    severity: Severity::Low,
    level: Level::L1,
    rationale: "It allows files to be moved between CloudShell and the browser, past whatever guards the network.",
    remediation: "Detach it, and allow CloudShell without upload and download by a policy of your own where people \
                  need it.",
    look_at: Some("Users, groups and roles with AWSCloudShellFullAccess, and other policies that allow the same."),
    spans: &[
        Span::manual(V2_0_0, V4_0_1, ControlId::new(1, 22)),
        Span::manual(V5_0_0, V5_0_0, ControlId::new(1, 21)),
        Span::manual(V6_0_0, V6_0_0, ControlId::new(2, 21)),
        Span::manual(V7_0_0, V7_0_0, ControlId::new(2, 20)),
    ],
    uses: &[FactName::AuthorizationDetails],
    rule: Rule::Account(cloudshell),
};

fn via_groups(facts: &AccountFacts, _: &Context<'_>) -> Answer {
    let details = need(&facts.authorization, FactName::AuthorizationDetails)?;
    if details.users.is_empty() && details.unread.is_empty() {
        return Ok(vec![Judged::account(
            Status::NotApplicable.because("the account has no IAM users"),
        )]);
    }
    let judged = details.users.iter().map(|user| {
        let attached = user.attached.iter().map(|policy| policy.name.as_str());
        let own: Vec<&str> = attached
            .chain(user.inline.iter().map(|policy| policy.name.as_str()))
            .collect();
        let verdict = if own.is_empty() {
            Status::Pass.because("no policy on the user itself")
        } else {
            Status::Fail.because(format!("on the user itself: {}", listed(&own)))
        };
        let resource = Resource::User {
            arn: user.arn.clone().into(),
            created: Some(user.created),
        };
        Judged {
            region: None,
            resource,
            verdict,
        }
    });
    Ok(judged.chain(unread(details)).collect())
}

/// What of the answer could not be read may hold what the check looks for.
fn unread(details: &AuthorizationDetails) -> Option<Judged> {
    let first = details.unread.first()?;
    let verdict = Verdict::unknown(format!(
        "{} of the authorization details could not be read, first {}: {}",
        details.unread.len(),
        quoted(&first.subject),
        first.reason
    ));
    Some(Judged::account(verdict))
}

/// Attached managed policies, the account's and AWS's. Policies that are only boundaries are not attached.
fn no_full_admin(facts: &AccountFacts, _: &Context<'_>) -> Answer {
    let details = need(&facts.authorization, FactName::AuthorizationDetails)?;
    let attached: Vec<Judged> = details
        .policies
        .iter()
        .filter(|policy| policy.attachments > 0)
        .map(|policy| Judged::arn(&policy.arn, full_admin(policy)))
        .chain(unread(details))
        .collect();
    if attached.is_empty() {
        return Ok(vec![Judged::account(
            Status::Pass.because("no managed policy is attached"),
        )]);
    }
    Ok(attached)
}

fn full_admin(policy: &ManagedPolicy) -> Verdict {
    let Some(text) = &policy.document else {
        return Verdict::unknown("the answer does not hold the policy's document");
    };
    match document::allows_everything(text) {
        Err(because) => Verdict::unknown(because),
        Ok(false) => Status::Pass.because("no statement allows every action on every resource"),
        Ok(true) => Status::Fail.because(format!(
            "allows every action on every resource, attached {}",
            match policy.attachments {
                1 => "once".to_owned(),
                times => format!("{times} times"),
            }
        )),
    }
}

/// A user or a group with the policy is not a role that somebody on call can assume.
fn support_role(facts: &AccountFacts, _: &Context<'_>) -> Answer {
    let entities = need(&facts.support_policy, FactName::SupportPolicyEntities)?;
    let others = entities.users.len() + entities.groups.len();
    let verdict = match entities.roles.as_slice() {
        [] if others > 0 => Status::Fail.because("AWSSupportAccess is attached to users or groups, but to no role"),
        [] => Status::Fail.because("no role has AWSSupportAccess"),
        roles => Status::Pass.because(format!("roles with AWSSupportAccess: {}", listed(roles))),
    };
    Ok(vec![Judged::account(verdict)])
}

fn cloudshell(facts: &AccountFacts, _: &Context<'_>) -> Answer {
    let details = need(&facts.authorization, FactName::AuthorizationDetails)?;
    let arn = format!("arn:{}:iam::aws:policy/AWSCloudShellFullAccess", facts.partition);
    let holders: Vec<&str> = holders(details, &arn).collect();
    if !holders.is_empty() {
        let verdict = Status::Fail.because(format!("attached to {}", listed(&holders)));
        return Ok(vec![Judged::account(verdict)]);
    }
    let clean = || Judged::account(Status::Pass.because("attached to nobody"));
    Ok(vec![unread(details).unwrap_or_else(clean)])
}

/// ARNs of the users, groups and roles that a managed policy is attached to.
fn holders<'a>(details: &'a AuthorizationDetails, policy: &str) -> impl Iterator<Item = &'a str> {
    let users = details.users.iter().map(|user| (user.arn.as_str(), &user.attached));
    let groups = details.groups.iter().map(|group| (group.arn.as_str(), &group.attached));
    let roles = details.roles.iter().map(|role| (role.arn.as_str(), &role.attached));
    let has = move |attached: &Vec<AttachedPolicy>| attached.iter().any(|held| held.arn == policy);
    users
        .chain(groups)
        .chain(roles)
        .filter_map(move |(arn, attached)| has(attached).then_some(arn))
}
