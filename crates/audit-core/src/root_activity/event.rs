//! One event of AWS CloudTrail, of which only what is reported is kept.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::account::AccountId;

/// An event that says who did what, when and from where (AWS CloudTrail User Guide, "CloudTrail record contents").
///
/// Requests and answers are not kept: they can hold credentials.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct TrailEvent {
    /// `eventID`: the same event can be in the history of two Regions.
    pub id: String,
    /// When.
    pub time: Timestamp,
    /// The Region that the event is of.
    pub region: String,
    /// The service, such as `iam.amazonaws.com`.
    pub source: String,
    /// The call or the sign-in, such as `ConsoleLogin`.
    pub name: String,
    /// What the root user did by it; `None` when it was somebody else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub act: Option<Act>,
    /// The ARN of whoever did it, or the service that did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub who: Option<String>,
    /// Whether MFA was used; `None` when the event does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mfa: Option<bool>,
    /// The address, or the service that the request came by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_ip: Option<String>,
    /// The program that was used, as it calls itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_agent: Option<String>,
    /// Why it failed, if it did: AWS's code, or its message where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// Whether it only read; `None` when the event does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read_only: Option<bool>,
    /// What it was done to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resources: Vec<Resource>,
}

/// A resource that an event is about, as the event history lists it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Resource {
    /// Such as `AWS::IAM::User`; empty when the history does not say.
    pub kind: String,
    /// Its name or id.
    pub name: String,
}

/// What a root user did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Act {
    /// Signed in to the console.
    SignIn,
    /// Tried to, and was refused.
    FailedSignIn,
    /// A call with an access key of its own.
    AccessKey,
    /// A call with credentials for a time, as those of a console session are.
    Session,
    /// A call in a session of `sts:AssumeRoot`, which is somebody of the organization doing a privileged task.
    PrivilegedTask,
    /// A call that a service made on its behalf. The metric filters of the CIS AWS Foundations Benchmark do not count
    /// it as use of the root user.
    OnBehalf,
    /// Anything else, such as a new password.
    Other,
}

impl Act {
    /// All acts, in order.
    pub const ALL: [Self; 7] = [
        Self::SignIn,
        Self::FailedSignIn,
        Self::AccessKey,
        Self::Session,
        Self::PrivilegedTask,
        Self::OnBehalf,
        Self::Other,
    ];

    /// The word for machine formats.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SignIn => "SIGN_IN",
            Self::FailedSignIn => "FAILED_SIGN_IN",
            Self::AccessKey => "ACCESS_KEY",
            Self::Session => "SESSION",
            Self::PrivilegedTask => "PRIVILEGED_TASK",
            Self::OnBehalf => "ON_BEHALF",
            Self::Other => "OTHER",
        }
    }
}

/// Why a text is no event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvalidEvent {
    /// Not JSON, or not an object.
    NotAnObject,
    /// A member that every event has is absent or of another type.
    Member(&'static str),
    /// The event is of another account than the one that was asked.
    OtherAccount,
}

impl fmt::Display for InvalidEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAnObject => f.write_str("not a JSON object"),
            Self::Member(name) => write!(f, "`{name}` is absent or of another type"),
            Self::OtherAccount => f.write_str("an event of another account"),
        }
    }
}

impl std::error::Error for InvalidEvent {}

impl TrailEvent {
    /// Reads the text of an event of `account`, as the event history gives it.
    ///
    /// The type of the identity says who it was, never the user name: an IAM user may be called `root`, and a root user
    /// goes by the alias of its account.
    ///
    /// # Errors
    /// When the text is no event of the account. `userIdentity` may be absent, as it is from some events of services.
    pub fn read(text: &str, account: AccountId) -> Result<Self, InvalidEvent> {
        let value: Value = serde_json::from_str(text).map_err(|_| InvalidEvent::NotAnObject)?;
        let event = value.as_object().ok_or(InvalidEvent::NotAnObject)?;
        let required = |name: &'static str| member(&value, name).ok_or(InvalidEvent::Member(name));
        if event
            .get("recipientAccountId")
            .is_some_and(|of| of.as_str() != Some(account.as_str()))
        {
            return Err(InvalidEvent::OtherAccount);
        }
        let time: Timestamp = required("eventTime")?
            .parse()
            .map_err(|_| InvalidEvent::Member("eventTime"))?;
        let identity = event.get("userIdentity").unwrap_or(&Value::Null);
        let error = member(&value, "errorCode").or_else(|| member(&value, "errorMessage"));
        Ok(Self {
            id: required("eventID")?,
            time,
            region: required("awsRegion")?,
            source: required("eventSource")?,
            name: required("eventName")?,
            act: act(&value, identity),
            who: who(identity),
            mfa: mfa(&value, identity),
            source_ip: member(&value, "sourceIPAddress"),
            user_agent: member(&value, "userAgent"),
            error,
            read_only: event.get("readOnly").and_then(flag),
            resources: Vec::new(),
        })
    }
}

/// The account and the access key of a session that an event of `sts:AssumeRoot` tells of, read in the account that made
/// the call; `None` when it is no such event, or failed.
#[must_use]
pub fn assumed_root(text: &str) -> Option<(AccountId, String)> {
    let event: Value = serde_json::from_str(text).ok()?;
    if event.get("eventName")?.as_str()? != "AssumeRoot" {
        return None;
    }
    let target = event.pointer("/requestParameters/targetPrincipal")?.as_str()?;
    let account = AccountId::from_arn(target).ok().or_else(|| target.parse().ok())?;
    let key = event.pointer("/responseElements/credentials/accessKeyId")?.as_str()?;
    Some((account, key.to_owned()))
}

impl TrailEvent {
    /// The access key that a text of an event names. It is compared, and not kept.
    #[must_use]
    pub fn access_key(text: &str) -> Option<String> {
        let event: Value = serde_json::from_str(text).ok()?;
        let key = event.pointer("/userIdentity/accessKeyId")?.as_str()?;
        (!key.is_empty()).then(|| key.to_owned())
    }
}

fn member(value: &Value, name: &str) -> Option<String> {
    let text = value.get(name)?.as_str()?;
    (!text.is_empty()).then(|| text.to_owned())
}

/// A flag as events have it: a boolean, or its name.
fn flag(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(flag) => Some(*flag),
        Value::String(text) if text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("yes") => Some(true),
        Value::String(text) if text.eq_ignore_ascii_case("false") || text.eq_ignore_ascii_case("no") => Some(false),
        _ => None,
    }
}

fn act(event: &Value, identity: &Value) -> Option<Act> {
    if identity.get("type").and_then(Value::as_str) != Some("Root") {
        return None;
    }
    let is = |name: &str, wanted: &str| event.get(name).and_then(Value::as_str) == Some(wanted);
    let by_service = identity
        .get("invokedBy")
        .is_some_and(|by| by.as_str().is_some_and(|by| !by.is_empty()));
    if is("eventName", "ConsoleLogin") {
        return Some(
            match event.pointer("/responseElements/ConsoleLogin").and_then(Value::as_str) {
                Some("Success") => Act::SignIn,
                // A sign-in that does not say that it succeeded is told as one that was tried.
                _ => Act::FailedSignIn,
            },
        );
    }
    let assumed = identity.pointer("/sessionContext/assumedRoot").and_then(flag);
    let key = identity.get("accessKeyId").and_then(Value::as_str).unwrap_or_default();
    Some(match key {
        _ if by_service || is("eventType", "AwsServiceEvent") => Act::OnBehalf,
        _ if assumed == Some(true) => Act::PrivilegedTask,
        // IAM User Guide, "IAM identifiers": the prefixes of keys that last and of those for a time.
        key if key.starts_with("AKIA") => Act::AccessKey,
        key if key.starts_with("ASIA") => Act::Session,
        _ => Act::Other,
    })
}

fn who(identity: &Value) -> Option<String> {
    ["arn", "invokedBy", "principalId", "userName", "type"]
        .into_iter()
        .find_map(|name| member(identity, name))
}

fn mfa(event: &Value, identity: &Value) -> Option<bool> {
    let said = event
        .pointer("/additionalEventData/MFAUsed")
        .or_else(|| identity.pointer("/sessionContext/attributes/mfaAuthenticated"))?;
    flag(said)
}

#[cfg(test)]
mod tests;
