//! Delegated administrators, services with trusted access, and the delegation policy.

use serde_json::{Value, json};

use super::{arn, describe, pages, seconds, text};
use crate::wire::refusal::Refusal;
use crate::world::World;

pub(super) fn resource_policy(world: &World) -> Result<Value, Refusal> {
    let governance = world.governance();
    let content = governance.resource_policy.as_ref().ok_or_else(|| {
        let message = "We can't find a resource policy request with the parameter that you specified.";
        Refusal::bad("ResourcePolicyNotFoundException", message)
    })?;
    let organization = &world.organization().id;
    let id = "rp-delegation1";
    Ok(json!({ "ResourcePolicy": {
        "ResourcePolicySummary": { "Id": id, "Arn": arn(world, &format!("resourcepolicy/{organization}/{id}")) },
        "Content": content,
    }}))
}

pub(super) fn administrators(world: &World, input: &Value) -> Result<Value, Refusal> {
    let service = input.get("ServicePrincipal").and_then(Value::as_str);
    let governance = world.governance();
    let mut found: Vec<(&str, _)> = Vec::new();
    for (account, principal, since) in &governance.delegated_administrators {
        if service.is_none_or(|service| service == principal) && found.iter().all(|(id, _)| id != account) {
            found.push((account, *since));
        }
    }
    let paging = pages::read(world, "ListDelegatedAdministrators", service.unwrap_or(""), input)?;
    let page = paging.page(found.len());
    Ok(page.answer("DelegatedAdministrators", |index| {
        let (id, since) = found.get(index)?;
        let mut answer = describe(world, world.account(id)?);
        if let Some(members) = answer.as_object_mut() {
            members.remove("Paths");
            members.insert("DelegationEnabledDate".to_owned(), seconds(*since));
        }
        Some(answer)
    }))
}

pub(super) fn services(world: &World, input: &Value) -> Result<Value, Refusal> {
    let id = text(input, "AccountId")?;
    if world.account(id).is_none() {
        let message = "You specified an account that doesn't exist.";
        return Err(Refusal::bad("AccountNotFoundException", message));
    }
    let governance = world.governance();
    let all = governance.delegated_administrators.iter();
    let services: Vec<_> = all.filter(|(account, ..)| account == id).collect();
    if services.is_empty() {
        let message = "The specified account is not a delegated administrator for this AWS service.";
        return Err(Refusal::bad("AccountNotRegisteredException", message));
    }
    let paging = pages::read(world, "ListDelegatedServicesForAccount", id, input)?;
    let page = paging.page(services.len());
    Ok(page.answer("DelegatedServices", |index| {
        let (_, principal, since) = services.get(index)?;
        Some(json!({ "ServicePrincipal": principal, "DelegationEnabledDate": seconds(*since) }))
    }))
}

pub(super) fn trusted(world: &World, input: &Value) -> Result<Value, Refusal> {
    let governance = world.governance();
    let services = &governance.trusted_services;
    let paging = pages::read(world, "ListAWSServiceAccessForOrganization", "", input)?;
    let page = paging.page(services.len());
    Ok(page.answer("EnabledServicePrincipals", |index| {
        let (principal, since) = services.get(index)?;
        Some(json!({ "ServicePrincipal": principal, "DateEnabled": seconds(*since) }))
    }))
}
