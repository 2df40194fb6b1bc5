//! One event on its way into the history, with the members that records of its version have.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::actor::{Actor, uuid};
use super::{Place, TrailEvent};
use crate::random::Random;

/// Versions of records, and how much each tells.
const VERSIONS: &[&str] = &["1.02", "1.05", "1.08", "1.09", "1.10", "1.11"];

/// What is particular to an event.
pub(super) struct Draft<'a> {
    pub(super) at: Timestamp,
    pub(super) region: &'a str,
    pub(super) source: &'a str,
    pub(super) name: &'a str,
    /// The member `userIdentity`.
    pub(super) identity: Value,
    pub(super) username: Option<String>,
    pub(super) access_key: Option<String>,
    pub(super) address: String,
    pub(super) agent: String,
    pub(super) kind: &'a str,
    pub(super) read_only: bool,
    pub(super) parameters: Value,
    pub(super) response: Value,
    /// The member `additionalEventData`; absent if null.
    pub(super) additional: Value,
    pub(super) error: Option<(Option<&'a str>, &'a str)>,
    pub(super) resources: Vec<(&'a str, String)>,
}

impl<'a> Draft<'a> {
    /// A call of an API that changes something.
    pub(super) fn call(at: Timestamp, region: &'a str, (source, name): (&'a str, &'a str), actor: Actor) -> Self {
        Self {
            at,
            region,
            source,
            name,
            identity: actor.identity,
            username: Some(actor.username),
            access_key: actor.access_key,
            address: actor.address,
            agent: actor.agent,
            kind: "AwsApiCall",
            read_only: false,
            parameters: Value::Null,
            response: Value::Null,
            additional: Value::Null,
            error: None,
            resources: Vec::new(),
        }
    }

    /// A sign-in to the console that succeeded or failed.
    pub(super) fn sign_in(at: Timestamp, region: &'a str, actor: Actor, success: bool, mfa: Option<bool>) -> Self {
        let outcome = if success { "Success" } else { "Failure" };
        let used = |used| if used { "Yes" } else { "No" };
        Self {
            kind: "AwsConsoleSignIn",
            access_key: None,
            response: json!({ "ConsoleLogin": outcome }),
            additional: mfa.map_or(Value::Null, |mfa| {
                json!({
                    "LoginTo": "https://console.aws.amazon.com/console/home?isauthcode=true&state=hashArgs%23",
                    "MobileVersion": "No",
                    "MFAUsed": used(mfa),
                })
            }),
            error: (!success).then_some((None, "Failed authentication")),
            ..Self::call(at, region, ("signin.amazonaws.com", "ConsoleLogin"), actor)
        }
    }

    /// The event under an id of its own.
    pub(super) fn write(self, place: &Place<'_>, random: &mut Random) -> TrailEvent {
        let id = uuid(random);
        self.write_as(place, random, &id)
    }

    /// The event under an id.
    pub(super) fn write_as(self, place: &Place<'_>, random: &mut Random, id: &str) -> TrailEvent {
        let version = random.word(VERSIONS);
        let mut record = Map::new();
        let mut put = |name: &str, value: Value| record.insert(name.to_owned(), value);
        put("eventVersion", json!(version));
        put("userIdentity", self.identity);
        put("eventTime", json!(self.at.to_string()));
        put("eventSource", json!(self.source));
        put("eventName", json!(self.name));
        put("awsRegion", json!(self.region));
        put("sourceIPAddress", json!(self.address));
        put("userAgent", json!(self.agent));
        if let Some((code, message)) = self.error {
            if let Some(code) = code {
                put("errorCode", json!(code));
            }
            put("errorMessage", json!(message));
        }
        put("requestParameters", self.parameters);
        put("responseElements", self.response);
        if !self.additional.is_null() {
            put("additionalEventData", self.additional);
        }
        if self.kind == "AwsApiCall" {
            put("requestID", json!(uuid(random)));
        }
        put("eventID", json!(id));
        put("eventType", json!(self.kind));
        put("recipientAccountId", json!(place.account.id));
        if version != "1.02" {
            put("readOnly", json!(self.read_only));
        }
        if ["1.08", "1.09", "1.10", "1.11"].contains(&version) {
            put("managementEvent", json!(true));
            put("eventCategory", json!("Management"));
        }
        let named = self.resources.into_iter();
        TrailEvent {
            id: id.to_owned(),
            at: self.at,
            regions: vec![self.region.to_owned()],
            name: self.name.to_owned(),
            source: self.source.to_owned(),
            username: self.username,
            access_key: self.access_key,
            read_only: self.read_only,
            resources: named.map(|(kind, name)| (kind.to_owned(), name)).collect(),
            record: Value::Object(record),
            damaged: None,
        }
    }
}
