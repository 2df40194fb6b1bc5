//! Service and resource control policies, and what they are attached to.

use serde_json::{Value, json};

use super::{arn, invalid, pages, text};
use crate::wire::refusal::Refusal;
use crate::world::{Policy, PolicyKind, World};

/// A kind of policy as it stands in calls.
pub(super) fn kind(kind: PolicyKind) -> &'static str {
    match kind {
        PolicyKind::ServiceControl => "SERVICE_CONTROL_POLICY",
        PolicyKind::ResourceControl => "RESOURCE_CONTROL_POLICY",
    }
}

pub(super) fn list(world: &World, input: &Value) -> Result<Value, Refusal> {
    let filter = filter(input)?;
    let governance = world.governance();
    let policies: Vec<&Policy> = governance
        .policies
        .iter()
        .filter(|policy| kind(policy.kind) == filter)
        .collect();
    let paging = pages::read(world, "ListPolicies", filter, input)?;
    let page = paging.page(policies.len());
    Ok(page.answer("Policies", |index| {
        policies.get(index).map(|policy| summary(world, policy))
    }))
}

pub(super) fn describe(world: &World, input: &Value) -> Result<Value, Refusal> {
    let governance = world.governance();
    let policy = find(&governance.policies, text(input, "PolicyId")?)?;
    Ok(json!({ "Policy": { "PolicySummary": summary(world, policy), "Content": policy.document } }))
}

pub(super) fn for_target(world: &World, input: &Value) -> Result<Value, Refusal> {
    let target = text(input, "TargetId")?;
    let filter = filter(input)?;
    let governance = world.governance();
    if !exists(world, target) {
        let message = "You specified a target that doesn't exist.";
        return Err(Refusal::bad("TargetNotFoundException", message));
    }
    let attached = |policy: &&Policy| kind(policy.kind) == filter && policy.targets.iter().any(|id| id == target);
    let policies: Vec<&Policy> = governance.policies.iter().filter(attached).collect();
    let paging = pages::read(world, "ListPoliciesForTarget", &format!("{target} {filter}"), input)?;
    let page = paging.page(policies.len());
    Ok(page.answer("Policies", |index| {
        policies.get(index).map(|policy| summary(world, policy))
    }))
}

pub(super) fn targets(world: &World, input: &Value) -> Result<Value, Refusal> {
    let id = text(input, "PolicyId")?;
    let governance = world.governance();
    let policy = find(&governance.policies, id)?;
    let paging = pages::read(world, "ListTargetsForPolicy", id, input)?;
    let page = paging.page(policy.targets.len());
    Ok(page.answer("Targets", |index| policy.targets.get(index).map(|id| target(world, id))))
}

fn find<'a>(policies: &'a [Policy], id: &str) -> Result<&'a Policy, Refusal> {
    if !id.starts_with("p-") {
        let message = "You provided a value that does not match the required pattern.";
        return Err(invalid("INVALID_PATTERN", message));
    }
    let message = "You specified a policy that doesn't exist.";
    let policy = policies.iter().find(|policy| policy.id == id);
    policy.ok_or_else(|| Refusal::bad("PolicyNotFoundException", message))
}

/// The kind that is asked for; of kinds that the organization does not use there is no policy.
fn filter(input: &Value) -> Result<&str, Refusal> {
    const OTHERS: &[&str] = &[
        "TAG_POLICY",
        "BACKUP_POLICY",
        "AISERVICES_OPT_OUT_POLICY",
        "CHATBOT_POLICY",
        "DECLARATIVE_POLICY_EC2",
    ];
    let filter = text(input, "Filter")?;
    let known = [PolicyKind::ServiceControl, PolicyKind::ResourceControl].map(kind);
    if known.contains(&filter) || OTHERS.contains(&filter) {
        return Ok(filter);
    }
    let message = "You specified an invalid value for Filter.";
    Err(invalid("INVALID_ENUM_POLICY_TYPE", message))
}

fn exists(world: &World, target: &str) -> bool {
    target == world.organization().root_id
        || world.account(target).is_some()
        || world.units().iter().any(|unit| unit.id == target)
}

/// The ARN of a policy, AWS's own or the organization's.
pub(super) fn policy_arn(world: &World, policy: &Policy) -> String {
    let folder = kind(policy.kind).to_lowercase();
    if policy.aws_managed {
        let partition = world.spec().partition.id();
        return format!("arn:{partition}:organizations::aws:policy/{folder}/{}", policy.id);
    }
    arn(
        world,
        &format!("policy/{}/{folder}/{}", world.organization().id, policy.id),
    )
}

fn summary(world: &World, policy: &Policy) -> Value {
    let description = if policy.aws_managed {
        "Allows access to every operation"
    } else {
        ""
    };
    json!({
        "Id": policy.id,
        "Arn": policy_arn(world, policy),
        "Name": policy.name,
        "Description": description,
        "Type": kind(policy.kind),
        "AwsManaged": policy.aws_managed,
    })
}

fn target(world: &World, id: &str) -> Value {
    let organization = &world.organization().id;
    let (name, kind, folder) = match (world.account(id), world.units().iter().find(|unit| unit.id == id)) {
        (Some(account), _) => (account.name.as_str(), "ACCOUNT", "account"),
        (None, Some(unit)) => (unit.name.as_str(), "ORGANIZATIONAL_UNIT", "ou"),
        (None, None) => ("Root", "ROOT", "root"),
    };
    let arn = arn(world, &format!("{folder}/{organization}/{id}"));
    json!({ "TargetId": id, "Arn": arn, "Name": name, "Type": kind })
}
