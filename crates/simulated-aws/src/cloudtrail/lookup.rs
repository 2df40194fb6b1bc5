//! `LookupEvents`: the management events of the last 90 days, newest first, of one account in one Region.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::operation::Operation;
use crate::pace::{Buckets, Limit};
use crate::service::{Call, PageError, number};
use crate::time::earlier;
use crate::wire::cbor::{moment, seconds};
use crate::wire::refusal::Refusal;
use crate::world::{EVENT_HISTORY, TrailEvent};

const LARGEST: usize = 50;
/// Two looks a second for an account and Region (AWS CloudTrail API Reference, `LookupEvents`).
const RATE: Limit = Limit(2.0, 2.0);

/// Takes one look out of the bucket of an account and Region.
pub(crate) fn admit(buckets: &mut Buckets, account: &str, region: &str, now: Timestamp) -> Result<(), Refusal> {
    let owner = format!("{account}/{region}");
    if buckets.take(&owner, Operation::LookupEvents, RATE, now) {
        return Ok(());
    }
    Err(Refusal::bad("ThrottlingException", "Rate exceeded"))
}

/// A page of the events that have the attribute and lie in the time asked for.
pub(crate) fn lookup(call: &Call<'_>, now: Timestamp) -> Result<Value, Refusal> {
    let attribute = Attribute::of(call)?;
    let (from, to) = range(call, now)?;
    match call.text("EventCategory") {
        None => {}
        Some("insight") => return Ok(json!({ "Events": [] })),
        Some(_) => {
            let message = "The event category is not valid. Valid values: insight.";
            return Err(Refusal::bad("InvalidEventCategoryException", message));
        }
    }
    let subject = format!("events/{}/{}/{attribute:?}", call.account.id, call.region);
    let known = call.world.list(&subject, || events(call, attribute.as_ref()));
    let within = |event: &&Value| {
        let at = event.get("EventTime").and_then(seconds).unwrap_or_default();
        at >= from && to.is_none_or(|to| at <= to)
    };
    let events: Vec<Value> = known.iter().filter(within).cloned().collect();
    let given = |name: &str| call.input.get(name).map(Value::to_string).unwrap_or_default();
    let parameters = ["StartTime", "EndTime", "MaxResults"].map(given).join("/");
    let subject = format!("{attribute:?}/{parameters}");
    let page = call.page(&subject, ("MaxResults", LARGEST), "NextToken", &events, "Events");
    let mut page = page.map_err(|error| match error {
        PageError::Size => {
            let message = "The maximum number of results must be from 1 to 50.";
            Refusal::bad("InvalidMaxResultsException", message)
        }
        PageError::Token => {
            let message = "The next token is not valid, or came with other parameters than those it was given for.";
            Refusal::bad("InvalidNextTokenException", message)
        }
    })?;
    let repeats = call.world.governance().repeated_tokens.contains(&call.operation);
    if let (true, Some(token), Some(members)) = (repeats, call.text("NextToken"), page.as_object_mut()) {
        members.insert("NextToken".to_owned(), json!(token));
    }
    Ok(page)
}

/// What is looked for.
#[derive(Debug)]
struct Attribute {
    key: Key,
    value: String,
}

#[derive(Debug, Clone, Copy)]
enum Key {
    EventId,
    EventName,
    ReadOnly,
    Username,
    ResourceType,
    ResourceName,
    EventSource,
    AccessKeyId,
}

impl Attribute {
    fn of(call: &Call<'_>) -> Result<Option<Self>, Refusal> {
        let invalid = |message: &str| Refusal::bad("InvalidLookupAttributesException", message);
        let asked = call.input.get("LookupAttributes").and_then(Value::as_array);
        let asked = asked.map(Vec::as_slice).unwrap_or_default();
        let one = match asked {
            [] => return Ok(None),
            [one] => one,
            _ => return Err(invalid("You can specify only one attribute in the lookup request.")),
        };
        let text = |name: &str| one.get(name).and_then(Value::as_str).unwrap_or("");
        let key = match text("AttributeKey") {
            "EventId" => Key::EventId,
            "EventName" => Key::EventName,
            "ReadOnly" => Key::ReadOnly,
            "Username" => Key::Username,
            "ResourceType" => Key::ResourceType,
            "ResourceName" => Key::ResourceName,
            "EventSource" => Key::EventSource,
            "AccessKeyId" => Key::AccessKeyId,
            _ => return Err(invalid("The lookup attribute key is not valid.")),
        };
        let value = text("AttributeValue").to_owned();
        if value.is_empty() || value.chars().count() > 2_000 {
            return Err(invalid(
                "The lookup attribute value must be from 1 to 2000 characters long.",
            ));
        }
        Ok(Some(Self { key, value }))
    }

    fn is_of(&self, event: &TrailEvent) -> bool {
        let wanted = self.value.as_str();
        let mut resources = event.resources.iter();
        match self.key {
            Key::EventId => event.id == wanted,
            Key::EventName => event.name == wanted,
            Key::ReadOnly => event.read_only.to_string() == wanted,
            Key::Username => event.username.as_deref() == Some(wanted),
            Key::ResourceType => resources.any(|(kind, _)| kind == wanted),
            Key::ResourceName => resources.any(|(_, name)| name == wanted),
            Key::EventSource => event.source == wanted,
            Key::AccessKeyId => event.access_key.as_deref() == Some(wanted),
        }
    }
}

/// The seconds from and up to which events are wanted, as far back as the history reaches.
fn range(call: &Call<'_>, now: Timestamp) -> Result<(i64, Option<i64>), Refusal> {
    let invalid = |message: &str| Refusal::bad("InvalidTimeRangeException", message);
    let read = |name: &str| match call.input.get(name).filter(|value| !value.is_null()) {
        None => Ok(None),
        Some(value) => match number(value).or_else(|| whole(value)) {
            Some(seconds) => Ok(Some(seconds)),
            None => Err(invalid("The time is not valid.")),
        },
    };
    let (start, end) = (read("StartTime")?, read("EndTime")?);
    if let (Some(start), Some(end)) = (start, end)
        && start > end
    {
        return Err(invalid("The start time is after the end time."));
    }
    let oldest = earlier(now, EVENT_HISTORY).as_second();
    // A day is left to clients that took the time before they asked.
    let given_up = oldest - i64::try_from(Duration::from_hours(24).as_secs()).unwrap_or(0);
    if end.is_some_and(|end| end < oldest) || start.is_some_and(|start| start < given_up) {
        return Err(invalid("The time range lies before the 90 days of the event history."));
    }
    Ok((start.unwrap_or(oldest).max(oldest), end))
}

/// The second of a time with a fraction.
fn whole(value: &Value) -> Option<i64> {
    #[expect(clippy::cast_possible_truncation, reason = "the bounds are checked")]
    let whole = |time: f64| time.abs().lt(&1e12).then_some(time.floor() as i64);
    value.as_f64().and_then(whole)
}

fn events(call: &Call<'_>, attribute: Option<&Attribute>) -> Vec<Value> {
    let all = call.world.trail_events(call.account).into_iter();
    let here = all.filter(|event| event.regions.iter().any(|region| region == call.region));
    let found = here.filter(|event| attribute.is_none_or(|attribute| attribute.is_of(event)));
    let mut events: Vec<Value> = found.map(|event| tell(&event)).collect();
    if call.world.spec().odd_events {
        for pair in events.chunks_mut(2) {
            pair.reverse();
        }
    }
    events
}

fn tell(event: &TrailEvent) -> Value {
    let resource = |(kind, name): &(String, String)| json!({ "ResourceType": kind, "ResourceName": name });
    let mut told = json!({
        "EventId": event.id,
        "EventName": event.name,
        "ReadOnly": event.read_only.to_string(),
        "EventTime": moment(event.at.as_second()),
        "EventSource": event.source,
        "Resources": event.resources.iter().map(resource).collect::<Vec<_>>(),
        "CloudTrailEvent": event.text(),
    });
    if let Some(members) = told.as_object_mut() {
        let named = [("Username", &event.username), ("AccessKeyId", &event.access_key)];
        for (name, value) in named {
            if let Some(value) = value {
                members.insert(name.to_owned(), json!(value));
            }
        }
    }
    told
}
