//! Amazon Simple Notification Service: topics, and what was published to them.

mod subscriptions;

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use http::{Response, StatusCode};
use jiff::Timestamp;

use crate::identity::Caller;
use crate::operation::{Operation, Service};
use crate::random::Random;
use crate::wire::answer;
use crate::wire::form::Form;
use crate::wire::refusal::{Refusal, namespace};
use crate::wire::xml::Xml;
use crate::world::World;

/// The largest message, in bytes of UTF-8.
const MESSAGE_LIMIT: usize = 262_144;

/// The topics of the simulated world by ARN, and everything published to them.
#[derive(Debug, Default)]
pub(crate) struct Topics {
    arns: BTreeSet<String>,
    published: Vec<PublishedMessage>,
}

/// A message that a topic has taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishedMessage {
    /// The id that the publisher was told.
    pub id: String,
    /// The topic.
    pub topic_arn: String,
    /// The subject line of e-mails.
    pub subject: Option<String>,
    /// The text, or a JSON object of texts if `structured`.
    pub message: String,
    /// Published with `MessageStructure=json`.
    pub structured: bool,
    /// Message attributes: name and string value.
    pub attributes: BTreeMap<String, String>,
    /// When it was taken.
    pub at: Timestamp,
    /// The account that published it.
    pub publisher: String,
}

impl Topics {
    pub(crate) fn published(&self) -> &[PublishedMessage] {
        &self.published
    }

    /// Makes a topic if it is not there, and tells its ARN.
    pub(crate) fn create(&mut self, world: &World, account: &str, name: &str) -> String {
        let spec = world.spec();
        let arn = format!(
            "arn:{}:sns:{}:{account}:{name}",
            spec.partition.id(),
            spec.partition.region()
        );
        self.arns.insert(arn.clone());
        arn
    }

    pub(crate) fn handle(
        &mut self,
        world: &World,
        operation: Operation,
        form: &Form,
        caller: &Caller,
        now: Timestamp,
        request_id: &str,
    ) -> Result<Response<Bytes>, Refusal> {
        let mut xml = Xml::new(format!("{}Response", operation.name()), namespace(Service::Sns));
        xml.open(format!("{}Result", operation.name()));
        match operation {
            Operation::CreateTopic => {
                let name = topic_name(form)?;
                xml.leaf("TopicArn", &self.create(world, &caller.account, name));
            }
            Operation::ListSubscriptionsByTopic => subscriptions::list(self, world, form, caller, &mut xml)?,
            _ => {
                let message = self.publish(world, form, caller, now)?;
                xml.leaf("MessageId", &message.id);
                if is_fifo(&message.topic_arn) {
                    let number = self.published.len();
                    xml.leaf("SequenceNumber", &format!("{number:020}"));
                }
                self.published.push(message);
            }
        }
        xml.close().open("ResponseMetadata").leaf("RequestId", request_id);
        Ok(answer(StatusCode::OK, "text/xml", xml.finish()))
    }

    fn publish(
        &self,
        world: &World,
        form: &Form,
        caller: &Caller,
        now: Timestamp,
    ) -> Result<PublishedMessage, Refusal> {
        let topic = form.get("TopicArn").or_else(|| form.get("TargetArn"));
        let topic = topic.ok_or_else(|| parameter("TopicArn or TargetArn Reason: no value for required parameter"))?;
        if topic.split(':').count() != 6 || !topic.starts_with("arn:") {
            return Err(parameter("TopicArn"));
        }
        if !self.arns.contains(topic) {
            return Err(Refusal::missing("NotFound", "Topic does not exist"));
        }
        if topic.split(':').nth(4) != Some(caller.account.as_str()) {
            let message = format!(
                "User: {} is not authorized to perform: SNS:Publish on resource: {topic}",
                caller.arn(world)
            );
            return Err(Refusal::forbidden("AuthorizationError", message));
        }
        let message = content(form)?;
        let subject = form.get("Subject");
        if let Some(subject) = subject {
            check_subject(subject)?;
        }
        if is_fifo(topic) && !form.has("MessageGroupId") {
            return Err(parameter("The MessageGroupId parameter is required for FIFO topics"));
        }
        Ok(PublishedMessage {
            id: self.message_id(world),
            topic_arn: topic.to_owned(),
            subject: subject.map(str::to_owned),
            message: message.to_owned(),
            structured: form.get("MessageStructure") == Some("json"),
            attributes: attributes(form),
            at: now,
            publisher: caller.account.clone(),
        })
    }

    fn message_id(&self, world: &World) -> String {
        let mut random = Random::of(world.spec().seed, "message-id", self.published.len() as u64);
        let mut part = |length| random.text("0123456789abcdef", length);
        [part(8), part(4), part(4), part(4), part(12)].join("-")
    }
}

fn is_fifo(topic: &str) -> bool {
    topic.strip_suffix(".fifo").is_some()
}

fn topic_name(form: &Form) -> Result<&str, Refusal> {
    let name = form
        .get("Name")
        .ok_or_else(|| parameter("Name Reason: no value for required parameter"))?;
    let stem = name.strip_suffix(".fifo").unwrap_or(name);
    let allowed = |letter: char| letter.is_ascii_alphanumeric() || "_-".contains(letter);
    if stem.is_empty() || name.len() > 256 || !stem.chars().all(allowed) {
        return Err(parameter("Topic Name"));
    }
    Ok(name)
}

fn content(form: &Form) -> Result<&str, Refusal> {
    let message = form.get("Message").filter(|message| !message.is_empty());
    let message = message.ok_or_else(|| parameter("Empty message"))?;
    if message.len() > MESSAGE_LIMIT {
        return Err(parameter("Message too long"));
    }
    match form.get("MessageStructure") {
        None => Ok(message),
        Some("json") => {
            let document: Result<serde_json::Value, _> = serde_json::from_str(message);
            let document = document.map_err(|_| parameter("Message Structure - JSON message body failed to parse"))?;
            let default = document.get("default").and_then(serde_json::Value::as_str);
            let missing = "Message Structure - No default entry in JSON message body";
            default.map(|_| message).ok_or_else(|| parameter(missing))
        }
        Some(_) => Err(parameter("Message Structure")),
    }
}

/// At most 99 characters, none of them a control character; ASCII, beginning with a letter, digit or punctuation.
fn check_subject(subject: &str) -> Result<(), Refusal> {
    let fits = (1..100).contains(&subject.chars().count())
        && subject.bytes().all(|byte| (0x20..0x7f).contains(&byte))
        && !subject.starts_with(' ');
    if fits { Ok(()) } else { Err(parameter("Subject")) }
}

fn attributes(form: &Form) -> BTreeMap<String, String> {
    let names = form.beginning("MessageAttributes.entry.");
    let names = names.filter_map(|(key, name)| Some((key.strip_suffix(".Name")?, name)));
    let values = names.filter_map(|(entry, name)| {
        let value = form.get(&format!("{entry}.Value.StringValue"))?;
        Some((name.to_owned(), value.to_owned()))
    });
    values.collect()
}

fn parameter(what: &str) -> Refusal {
    Refusal::bad("InvalidParameter", format!("Invalid parameter: {what}"))
}
