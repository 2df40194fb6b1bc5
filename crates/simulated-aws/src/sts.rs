//! AWS Security Token Service: `AssumeRole` and `GetCallerIdentity`.

use std::time::Duration;

use bytes::Bytes;
use http::{Response, StatusCode};
use jiff::Timestamp;

use crate::identity::{self, Caller, Claims};
use crate::operation::{Operation, Service};
use crate::permissions::Guard;
use crate::time::later;
use crate::wire::answer;
use crate::wire::form::Form;
use crate::wire::refusal::{Refusal, namespace};
use crate::wire::xml::Xml;
use crate::world::{Trouble, World};

mod root;

pub(crate) use root::{target as root_target, task as root_task};

pub(crate) fn handle(
    world: &World,
    guard: &mut Guard,
    operation: Operation,
    form: &Form,
    caller: &Caller,
    now: Timestamp,
    request_id: &str,
) -> Result<Response<Bytes>, Refusal> {
    let mut xml = Xml::new(format!("{}Response", operation.name()), namespace(Service::Sts));
    xml.open(format!("{}Result", operation.name()));
    match operation {
        Operation::AssumeRole => assume_role(world, guard, form, caller, now, &mut xml)?,
        Operation::AssumeRoot => root::assume(world, form, caller, now, &mut xml)?,
        _ => {
            xml.leaf("UserId", &caller.user_id(world));
            xml.leaf("Account", &caller.account);
            xml.leaf("Arn", &caller.arn(world));
        }
    }
    xml.close().open("ResponseMetadata").leaf("RequestId", request_id);
    Ok(answer(StatusCode::OK, "text/xml", xml.finish()))
}

/// The account of the role that an `AssumeRole` call asks for.
pub(crate) fn target_account(form: &Form) -> Option<String> {
    let arn = form.get("RoleArn")?;
    arn.split(':').nth(4).map(str::to_owned)
}

fn assume_role(
    world: &World,
    guard: &mut Guard,
    form: &Form,
    caller: &Caller,
    now: Timestamp,
    xml: &mut Xml,
) -> Result<(), Refusal> {
    let request = AssumeRole::read(form, caller)?;
    let denied = || {
        let message = format!(
            "User: {} is not authorized to perform: sts:AssumeRole on resource: {}",
            caller.arn(world),
            request.role_arn
        );
        Refusal::forbidden("AccessDenied", message)
    };
    let (account, role) = split_role_arn(world, request.role_arn).ok_or_else(denied)?;
    let account = world.account(account).ok_or_else(denied)?;
    if !account.state.is_functional() || !trusts(world, caller) {
        return Err(denied());
    }
    if account.trouble == Some(Trouble::RegionDisabled) {
        let message = format!(
            "STS is not activated in this region for account:{}. Your account administrator can activate STS in \
             this region using the IAM Console.",
            account.id
        );
        return Err(Refusal::forbidden("RegionDisabledException", message));
    }
    let known = world.has_role(account, role);
    let external_id = world.spec().external_id.as_deref();
    let admitted = external_id.is_none() || request.external_id == external_id;
    if !known || !admitted || account.trouble == Some(Trouble::RoleMissing) {
        return Err(denied());
    }
    let account = match account.trouble {
        Some(Trouble::Misrouted) => account.misrouted_to(world.accounts()).ok_or_else(denied)?,
        _ => account,
    };
    let name = request.session_name;
    let expiration = later(now, Duration::from_secs(request.duration));
    let claims = Claims {
        account: &account.id,
        role,
        name,
        policy: request.policy.map(|policy| guard.keep(policy)),
        expiry: expiration.as_second(),
    };
    xml.open("AssumedRoleUser");
    let role_id = identity::unique_id(world, "AROA", &account.id, role);
    xml.leaf("AssumedRoleId", &format!("{role_id}:{name}"));
    xml.leaf("Arn", &identity::session_arn(world, &account.id, role, name))
        .close();
    credentials(world, &claims, xml);
    if let Some(policy) = request.policy {
        xml.leaf("PackedPolicySize", &(policy.len() * 100 / 2_048).max(1).to_string());
    }
    Ok(())
}

fn credentials(world: &World, claims: &Claims<'_>, xml: &mut Xml) {
    let issued = identity::issue(world, claims);
    xml.open("Credentials").leaf("AccessKeyId", &issued.access_key_id);
    xml.leaf("SecretAccessKey", &issued.secret_access_key);
    xml.leaf("SessionToken", &issued.session_token);
    let expiration = Timestamp::from_second(claims.expiry).unwrap_or(Timestamp::MAX);
    xml.leaf("Expiration", &expiration.to_string()).close();
}

/// The roles trust the hub, and the management account as the role that Organizations creates does.
fn trusts(world: &World, caller: &Caller) -> bool {
    caller.account == world.hub_account() || caller.account == world.management_account()
}

/// Account and role path with name out of a role's ARN of this partition.
fn split_role_arn<'a>(world: &World, arn: &'a str) -> Option<(&'a str, &'a str)> {
    let rest = arn.strip_prefix("arn:")?.strip_prefix(world.spec().partition.id())?;
    let (account, resource) = rest.strip_prefix(":iam::")?.split_once(':')?;
    Some((account, resource.strip_prefix("role/")?))
}

struct AssumeRole<'a> {
    role_arn: &'a str,
    session_name: &'a str,
    duration: u64,
    external_id: Option<&'a str>,
    policy: Option<&'a str>,
}

impl<'a> AssumeRole<'a> {
    fn read(form: &'a Form, caller: &Caller) -> Result<Self, Refusal> {
        let role_arn = required(form, "RoleArn", "roleArn")?;
        length(role_arn, "roleArn", 20, 2_048)?;
        if !role_arn.starts_with("arn:") {
            return Err(Refusal::bad("ValidationError", format!("{role_arn} is invalid")));
        }
        let session_name = required(form, "RoleSessionName", "roleSessionName")?;
        length(session_name, "roleSessionName", 2, 64)?;
        pattern(session_name, "roleSessionName", "+=,.@-")?;
        let external_id = form.get("ExternalId");
        if let Some(id) = external_id {
            length(id, "externalId", 2, 1_224)?;
            pattern(id, "externalId", "+=,.@:/-")?;
        }
        let policy = form.get("Policy");
        if let Some(policy) = policy {
            length(policy, "policy", 1, 2_048)?;
            if !is_policy(policy) {
                let message = "Syntax errors in policy.";
                return Err(Refusal::bad("MalformedPolicyDocument", message));
            }
        }
        Ok(Self {
            role_arn,
            session_name,
            duration: duration(form, caller)?,
            external_id,
            policy,
        })
    }
}

fn duration(form: &Form, caller: &Caller) -> Result<u64, Refusal> {
    let Some(text) = form.get("DurationSeconds") else {
        return Ok(3_600);
    };
    let seconds: u64 = text.parse().map_err(|_| {
        let message = format!("Value '{text}' at 'durationSeconds' is not an integer");
        Refusal::bad("MalformedInput", message)
    })?;
    if !(900..=43_200).contains(&seconds) {
        let (bound, limit) = if seconds < 900 {
            ("greater", 900)
        } else {
            ("less", 43_200)
        };
        let rule = format!("Member must have value {bound} than or equal to {limit}");
        return Err(invalid(text, "durationSeconds", &rule));
    }
    if caller.is_session() && seconds > 3_600 {
        let message = "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role \
                       chaining";
        return Err(Refusal::bad("ValidationError", message));
    }
    Ok(seconds)
}

fn is_policy(text: &str) -> bool {
    let document: Result<serde_json::Value, _> = serde_json::from_str(text);
    document.is_ok_and(|document| document.get("Statement").is_some())
}

fn required<'a>(form: &'a Form, name: &str, member: &str) -> Result<&'a str, Refusal> {
    form.get(name).ok_or_else(|| {
        let message = format!(
            "1 validation error detected: Value null at '{member}' failed to satisfy constraint: Member must not be \
             null"
        );
        Refusal::bad("ValidationError", message)
    })
}

fn length(value: &str, member: &str, least: usize, most: usize) -> Result<(), Refusal> {
    let characters = value.chars().count();
    let rule = match characters {
        _ if characters < least => format!("Member must have length greater than or equal to {least}"),
        _ if characters > most => format!("Member must have length less than or equal to {most}"),
        _ => return Ok(()),
    };
    Err(invalid(value, member, &rule))
}

fn pattern(value: &str, member: &str, also: &str) -> Result<(), Refusal> {
    let allowed = |letter: char| letter.is_ascii_alphanumeric() || letter == '_' || also.contains(letter);
    if value.chars().all(allowed) {
        return Ok(());
    }
    let rule = format!("Member must satisfy regular expression pattern: [\\w{also}]*");
    Err(invalid(value, member, &rule))
}

fn invalid(value: &str, member: &str, rule: &str) -> Refusal {
    let message =
        format!("1 validation error detected: Value '{value}' at '{member}' failed to satisfy constraint: {rule}");
    Refusal::bad("ValidationError", message)
}
