//! AWS Organizations: the accounts, the tree, and who may read them.

mod delegation;
mod pacing;
mod pages;
mod policies;

use bytes::Bytes;
use http::{Response, StatusCode};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::identity::Caller;
use crate::operation::Operation;
use crate::paging::Page;
use crate::wire::answer;
use crate::wire::refusal::Refusal;
use crate::world::{Account, AccountListing, OrganizationalUnit, PolicyKind, StateFields, World};

pub(crate) use pacing::Pacing;

/// What Organizations remembers between calls.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    /// The token that expires once has done so.
    token_expired: bool,
}

/// Answers a call.
pub(crate) fn handle(
    world: &World,
    memory: &mut Memory,
    operation: Operation,
    input: &Value,
) -> Result<Response<Bytes>, Refusal> {
    let output = match operation {
        Operation::DescribeOrganization => describe_organization(world),
        Operation::ListAccounts => list_accounts(world, memory, input)?,
        Operation::ListRoots => list_roots(world, input)?,
        Operation::ListOrganizationalUnitsForParent => list_units(world, input)?,
        Operation::ListAccountsForParent => list_accounts_for_parent(world, input)?,
        Operation::ListParents => list_parents(world, input)?,
        Operation::ListPolicies => policies::list(world, input)?,
        Operation::DescribePolicy => policies::describe(world, input)?,
        Operation::ListPoliciesForTarget => policies::for_target(world, input)?,
        Operation::ListTargetsForPolicy => policies::targets(world, input)?,
        Operation::DescribeResourcePolicy => delegation::resource_policy(world)?,
        Operation::ListDelegatedAdministrators => delegation::administrators(world, input)?,
        Operation::ListDelegatedServicesForAccount => delegation::services(world, input)?,
        Operation::ListAWSServiceAccessForOrganization => delegation::trusted(world, input)?,
        _ => describe_account(world, input)?,
    };
    Ok(answer(StatusCode::OK, "application/x-amz-json-1.1", output.to_string()))
}

/// Only the management account and delegated administrators may read; `DescribeOrganization` is for everybody.
pub(crate) fn admit(world: &World, operation: Operation, caller: &Caller) -> Result<(), Refusal> {
    let governance = world.governance();
    if !governance.in_use {
        let message = "Your account is not a member of an organization.";
        return Err(Refusal::bad("AWSOrganizationsNotInUseException", message));
    }
    let mut delegations = governance.delegated_administrators.iter();
    let reader = caller.account == world.management_account()
        || caller.account == world.hub_account()
        || delegations.any(|(account, ..)| *account == caller.account);
    if reader || operation == Operation::DescribeOrganization {
        return Ok(());
    }
    let message = "You don't have permissions to access this resource.";
    Err(Refusal::bad("AccessDeniedException", message))
}

fn describe_organization(world: &World) -> Value {
    let organization = world.organization();
    let management = &organization.management_account;
    let email = world.accounts().first().map(|account| account.email.as_str());
    json!({ "Organization": {
        "Id": organization.id,
        "Arn": arn(world, &format!("organization/{}", organization.id)),
        "FeatureSet": "ALL",
        "MasterAccountArn": arn(world, &format!("account/{}/{management}", organization.id)),
        "MasterAccountId": management,
        "MasterAccountEmail": email,
        "AvailablePolicyTypes": policy_types(world),
    }})
}

fn list_roots(world: &World, input: &Value) -> Result<Value, Refusal> {
    let paging = pages::read(world, "ListRoots", "", input)?;
    let organization = world.organization();
    let root = json!({
        "Id": organization.root_id,
        "Arn": arn(world, &format!("root/{}/{}", organization.id, organization.root_id)),
        "Name": "Root",
        "PolicyTypes": policy_types(world),
    });
    Ok(paging.page(1).answer("Roots", |_| Some(root.clone())))
}

fn list_accounts(world: &World, memory: &mut Memory, input: &Value) -> Result<Value, Refusal> {
    let paging = pages::read(world, "ListAccounts", "", input)?;
    let all = world.accounts();
    let listing = &world.spec().listing;
    if let AccountListing::TokenExpires(page) = listing
        && paging.number == *page
        && !std::mem::replace(&mut memory.token_expired, true)
    {
        return Err(pages::bad_token());
    }
    let size = match listing {
        AccountListing::Empty => 0,
        AccountListing::Shrunk(size) => all.len().min(*size),
        _ => all.len(),
    };
    let mut page = paging.page(size);
    if let AccountListing::RepeatsToken(number) = listing
        && paging.number + 1 >= (*number).max(2)
    {
        page.next = input.get("NextToken").and_then(Value::as_str).map(str::to_owned);
    }
    if *listing == AccountListing::Duplicates && page.range.start > 0 {
        page.range.start -= 1;
    }
    let hidden = (*listing == AccountListing::WithoutHub).then(|| world.hub_account());
    Ok(page.answer("Accounts", |index| {
        let account = all.get(index).filter(|account| Some(account.id.as_str()) != hidden)?;
        Some(describe(world, account))
    }))
}

fn list_units(world: &World, input: &Value) -> Result<Value, Refusal> {
    let parent = parent(world, input)?;
    let units: Vec<&OrganizationalUnit> = world.units().iter().filter(|unit| unit.parent == parent.unit).collect();
    let paging = pages::read(world, "ListOrganizationalUnitsForParent", parent.id, input)?;
    let organization = &world.organization().id;
    Ok(paging.page(units.len()).answer("OrganizationalUnits", |index| {
        let unit = units.get(index)?;
        Some(json!({
            "Id": unit.id,
            "Arn": arn(world, &format!("ou/{organization}/{}", unit.id)),
            "Name": unit.name,
            "Path": unit.path,
        }))
    }))
}

fn list_accounts_for_parent(world: &World, input: &Value) -> Result<Value, Refusal> {
    let parent = parent(world, input)?;
    let accounts: Vec<&Account> = world
        .accounts()
        .iter()
        .filter(|account| account.unit == parent.unit)
        .collect();
    let paging = pages::read(world, "ListAccountsForParent", parent.id, input)?;
    Ok(paging.page(accounts.len()).answer("Accounts", |index| {
        accounts.get(index).map(|account| describe(world, account))
    }))
}

fn list_parents(world: &World, input: &Value) -> Result<Value, Refusal> {
    let child = text(input, "ChildId")?;
    let unit = world.units().iter().find(|unit| unit.id == child);
    let above = match (world.account(child), unit) {
        (Some(account), _) => account.unit,
        (None, Some(unit)) => unit.parent,
        (None, None) => {
            let message = "You specified a child that doesn't exist.";
            return Err(Refusal::bad("ChildNotFoundException", message));
        }
    };
    let paging = pages::read(world, "ListParents", child, input)?;
    let parent = match above.and_then(|unit| world.units().get(unit)) {
        Some(unit) => json!({ "Id": unit.id, "Type": "ORGANIZATIONAL_UNIT" }),
        None => json!({ "Id": world.organization().root_id, "Type": "ROOT" }),
    };
    Ok(paging.page(1).answer("Parents", |_| Some(parent.clone())))
}

fn describe_account(world: &World, input: &Value) -> Result<Value, Refusal> {
    let id = text(input, "AccountId")?;
    if id.len() != 12 || !id.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(invalid(
            "INVALID_PATTERN",
            "You provided a value that does not match the required pattern.",
        ));
    }
    let account = world.account(id).ok_or_else(|| {
        let message = "You specified an account that doesn't exist.";
        Refusal::bad("AccountNotFoundException", message)
    })?;
    Ok(json!({ "Account": describe(world, account) }))
}

/// The ARN of the root, a unit, an account or a policy, by its id.
pub(crate) fn arn_of(world: &World, id: &str) -> String {
    let organization = &world.organization().id;
    let governance = world.governance();
    if let Some(policy) = governance.policies.iter().find(|policy| policy.id == id) {
        return policies::policy_arn(world, policy);
    }
    let folder = match id.split_once('-') {
        Some(("r", _)) => "root",
        Some(("ou", _)) => "ou",
        Some(_) => "policy",
        None => "account",
    };
    arn(world, &format!("{folder}/{organization}/{id}"))
}

fn describe(world: &World, account: &Account) -> Value {
    let organization = world.organization();
    let above = match account.unit.and_then(|unit| world.units().get(unit)) {
        Some(unit) => unit.path.clone(),
        None => format!("{}/{}/", organization.id, organization.root_id),
    };
    let mut answer = json!({
        "Id": account.id,
        "Arn": arn(world, &format!("account/{}/{}", organization.id, account.id)),
        "Email": account.email,
        "Name": account.name,
        "Paths": [format!("{above}{}/", account.id)],
        "JoinedMethod": account.joined_method.value(),
        "JoinedTimestamp": seconds(account.joined),
    });
    let fields = world.spec().state_fields;
    if let Some(members) = answer.as_object_mut() {
        if matches!(fields, StateFields::Both | StateFields::StateOnly) {
            members.insert("State".to_owned(), json!(account.state.state()));
        }
        if matches!(fields, StateFields::Both | StateFields::StatusOnly)
            && let Some(status) = account.state.status()
        {
            members.insert("Status".to_owned(), json!(status));
        }
    }
    answer
}

struct Parent<'a> {
    id: &'a str,
    /// None: the organization root.
    unit: Option<usize>,
}

fn parent<'a>(world: &World, input: &'a Value) -> Result<Parent<'a>, Refusal> {
    let id = text(input, "ParentId")?;
    if id == world.organization().root_id {
        return Ok(Parent { id, unit: None });
    }
    let unit = world.units().iter().position(|unit| unit.id == id);
    let missing = "You specified parent that doesn't exist.";
    let unit = unit.ok_or_else(|| Refusal::bad("ParentNotFoundException", missing))?;
    Ok(Parent { id, unit: Some(unit) })
}

fn text<'a>(input: &'a Value, name: &str) -> Result<&'a str, Refusal> {
    let value = input.get(name).and_then(Value::as_str);
    value.ok_or_else(|| invalid("INPUT_REQUIRED", &format!("You must specify a value for {name}.")))
}

fn invalid(reason: &str, message: &str) -> Refusal {
    Refusal::bad("InvalidInputException", message).with("Reason", reason)
}

/// The types of which there is a policy; without any, nobody has enabled the type.
fn policy_types(world: &World) -> Value {
    let governance = world.governance();
    let enabled = [PolicyKind::ServiceControl, PolicyKind::ResourceControl].into_iter();
    let enabled = enabled.filter(|kind| governance.policies.iter().any(|policy| policy.kind == *kind));
    enabled
        .map(|kind| json!({ "Type": policies::kind(kind), "Status": "ENABLED" }))
        .collect()
}

fn arn(world: &World, resource: &str) -> String {
    let partition = world.spec().partition.id();
    let management = world.management_account();
    format!("arn:{partition}:organizations::{management}:{resource}")
}

/// Seconds since 1970 with milliseconds, as JSON protocols carry moments.
fn seconds(moment: Timestamp) -> Value {
    let milliseconds = moment.as_millisecond();
    let text = format!("{}.{:03}", milliseconds / 1_000, milliseconds % 1_000);
    serde_json::from_str(&text).unwrap_or(Value::Null)
}

impl Page {
    fn answer(self, list: &str, item: impl FnMut(usize) -> Option<Value>) -> Value {
        let items: Vec<Value> = self.range.filter_map(item).collect();
        let mut answer = json!({ list: items });
        if let (Some(next), Some(members)) = (self.next, answer.as_object_mut()) {
            members.insert("NextToken".to_owned(), json!(next));
        }
        answer
    }
}
