//! One result of a query: a JSON text that says what AWS Config knows of a resource.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::account::AccountId;
use crate::named::quoted;

/// A resource as AWS Config has captured it. What a result does not say is `None`, never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// The account that it belongs to.
    pub account: AccountId,
    /// The type.
    pub resource_type: String,
    /// The unique id; of a user the one that begins with `AIDA`, which no later user of the same name has.
    pub id: String,
    /// The Region, as AWS Config says; identities belong to none, and then it is `global` or the recording Region.
    pub region: Option<String>,
    /// The name.
    pub name: Option<String>,
    /// The ARN.
    pub arn: Option<String>,
    /// When the resource was made.
    pub created: Option<Timestamp>,
    /// When AWS Config captured this.
    pub captured: Timestamp,
    /// The path of an identity.
    pub path: Option<String>,
    /// The names of the groups that a user is in.
    pub groups: Option<Vec<String>>,
    /// The ARNs of attached managed policies.
    pub managed_policies: Option<Vec<String>>,
    /// The names of inline policies.
    pub inline_policies: Option<Vec<String>>,
    /// The ARN of the permissions boundary.
    pub boundary: Option<String>,
    /// The tags.
    pub tags: Option<BTreeMap<String, String>>,
    /// Whatever else the result says, as a JSON object.
    pub properties: Option<String>,
}

/// Why a result is no item. The account is told where it can be read, so that the gap has a place.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{problem}")]
pub struct NotAnItem {
    /// The account that the result is about, as far as it says so.
    pub account: Option<AccountId>,
    /// What is wrong with it.
    pub problem: String,
}

/// A member that has another type than it should.
struct Misfit(&'static str);

impl Item {
    /// Reads a result.
    ///
    /// # Errors
    /// When it is no JSON object, lacks the account, the id, the type or the capture time, or when a member that is
    /// read is of another type than AWS Config's schema of the resource says.
    pub fn read(text: &str) -> Result<Self, NotAnItem> {
        let nowhere = |problem: String| NotAnItem { account: None, problem };
        let mut members = match serde_json::from_str(text) {
            Ok(Value::Object(members)) => members,
            Ok(_) => return Err(nowhere("the result is not a JSON object".to_owned())),
            Err(_) => return Err(nowhere("the result is not JSON".to_owned())),
        };
        let account = match members.remove("accountId") {
            Some(Value::String(text)) => {
                let account = text.parse::<AccountId>();
                account.map_err(|_| nowhere(format!("`accountId` is {}, which is no account", quoted(&text))))?
            }
            _ => return Err(nowhere("`accountId` is missing or no text".to_owned())),
        };
        let of_account = |Misfit(member)| NotAnItem {
            account: Some(account),
            problem: format!("`{member}` is missing, or not what it should be"),
        };
        Self::of(account, members).map_err(of_account)
    }

    fn of(account: AccountId, mut members: Map<String, Value>) -> Result<Self, Misfit> {
        let resource_type = required(&mut members, "resourceType")?;
        let id = required(&mut members, "resourceId")?;
        let captured = time(&mut members, "configurationItemCaptureTime")?;
        let captured = captured.ok_or(Misfit("configurationItemCaptureTime"))?;
        let (region, name) = (text(&mut members, "awsRegion")?, text(&mut members, "resourceName")?);
        let arn = text(&mut members, "arn")?;
        let made = time(&mut members, "resourceCreationTime")?;
        let tags = tags(members.remove("tags"))?;
        let mut configuration = match members.remove("configuration") {
            None | Some(Value::Null) => Map::new(),
            Some(Value::Object(members)) => members,
            Some(_) => return Err(Misfit("configuration")),
        };
        let inline = ["userPolicyList", "rolePolicyList", "groupPolicyList"].map(|list| configuration.remove(list));
        let item = Self {
            account,
            resource_type,
            id,
            region,
            name,
            arn,
            created: time(&mut configuration, "createDate")?.or(made),
            captured,
            path: text(&mut configuration, "path")?,
            groups: names(configuration.remove("groupList"), None, "groupList")?,
            managed_policies: names(
                configuration.remove("attachedManagedPolicies"),
                Some("policyArn"),
                "attachedManagedPolicies",
            )?,
            inline_policies: inline_policies(inline)?,
            boundary: boundary(configuration.remove("permissionsBoundary"))?,
            tags,
            properties: None,
        };
        if !configuration.is_empty() {
            members.insert("configuration".to_owned(), Value::Object(configuration));
        }
        let properties = (!members.is_empty()).then(|| Value::Object(members).to_string());
        Ok(Self { properties, ..item })
    }
}

fn text(members: &mut Map<String, Value>, name: &'static str) -> Result<Option<String>, Misfit> {
    match members.remove(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(Misfit(name)),
    }
}

fn required(members: &mut Map<String, Value>, name: &'static str) -> Result<String, Misfit> {
    let text = text(members, name)?.filter(|text| !text.is_empty());
    text.ok_or(Misfit(name))
}

fn time(members: &mut Map<String, Value>, name: &'static str) -> Result<Option<Timestamp>, Misfit> {
    let text = text(members, name)?;
    text.map(|text| text.parse().map_err(|_| Misfit(name))).transpose()
}

/// The names of a list: its elements, or a member of each.
fn names(list: Option<Value>, member: Option<&str>, of: &'static str) -> Result<Option<Vec<String>>, Misfit> {
    let elements = match list {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::Array(elements)) => elements,
        Some(_) => return Err(Misfit(of)),
    };
    let name = |element: Value| {
        let value = match (member, element) {
            (None, value) => Some(value),
            (Some(member), Value::Object(mut members)) => members.remove(member),
            (Some(_), _) => None,
        };
        match value {
            Some(Value::String(name)) => Ok(name),
            _ => Err(Misfit(of)),
        }
    };
    let mut found = elements.into_iter().map(name).collect::<Result<Vec<String>, _>>()?;
    found.sort();
    Ok(Some(found))
}

/// A user has one of the lists, and so do a role and a group.
fn inline_policies(lists: [Option<Value>; 3]) -> Result<Option<Vec<String>>, Misfit> {
    for list in lists.into_iter().flatten() {
        if let Some(names) = names(Some(list), Some("policyName"), "userPolicyList")? {
            return Ok(Some(names));
        }
    }
    Ok(None)
}

fn boundary(value: Option<Value>) -> Result<Option<String>, Misfit> {
    match value {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Object(mut members)) => match members.remove("permissionsBoundaryArn") {
            Some(Value::String(arn)) => Ok(Some(arn)),
            _ => Err(Misfit("permissionsBoundary")),
        },
        Some(_) => Err(Misfit("permissionsBoundary")),
    }
}

/// Each tag is an object of key and value, with both once more in one text.
fn tags(list: Option<Value>) -> Result<Option<BTreeMap<String, String>>, Misfit> {
    let elements = match list {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::Array(elements)) => elements,
        Some(_) => return Err(Misfit("tags")),
    };
    let tag = |element: Value| match element {
        Value::Object(mut members) => match (members.remove("key"), members.remove("value")) {
            (Some(Value::String(key)), Some(Value::String(value))) => Ok((key, value)),
            (Some(Value::String(key)), None | Some(Value::Null)) => Ok((key, String::new())),
            _ => Err(Misfit("tags")),
        },
        _ => Err(Misfit("tags")),
    };
    elements.into_iter().map(tag).collect::<Result<_, _>>().map(Some)
}

#[cfg(test)]
mod tests;
