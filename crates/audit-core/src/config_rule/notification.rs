//! What made AWS Config call: the document inside the event, as text (`invokingEvent`).

use jiff::Timestamp;
use serde_json::Value;

use super::evaluation::Resource;
use super::event::Task;
use crate::account::AccountId;
use crate::named::quoted;

/// The type of the resources that the rule judges.
const USER: &str = "AWS::IAM::User";

/// The types of the resources whose change may bear on any user.
const BEARING_ON_USERS: [&str; 3] = ["AWS::IAM::Group", "AWS::IAM::Policy", "AWS::IAM::Role"];

/// Why a notification is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidNotification {
    /// Not JSON.
    #[error("`invokingEvent` is not JSON: {0}")]
    Json(String),
    /// A field is missing, or not what it should be.
    #[error("`invokingEvent.{0}` is missing or not of its type")]
    Field(&'static str),
    /// It is about another account than the rule.
    #[error("`invokingEvent` is about account {0}, the rule belongs to another")]
    OtherAccount(String),
    /// A kind that nobody told us of.
    #[error(
        "`invokingEvent.messageType` is {0}: the rule answers `ScheduledNotification`, \
         `ConfigurationItemChangeNotification`, `OversizedConfigurationItemChangeNotification` and \
         `ConfigurationSnapshotDeliveryCompleted`"
    )]
    Kind(String),
    /// A state of a resource that nobody told us of.
    #[error("`invokingEvent` has a resource of the status {0}, which is not known")]
    Status(String),
    /// The rule runs before resources are created.
    #[error("proactive evaluation is not supported: set the rule's evaluation mode to detective")]
    Proactive,
}

/// Why AWS Config called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Notification {
    /// The time has come, or a snapshot was delivered.
    Periodic(Timestamp),
    /// A resource changed.
    Change(Change),
}

/// A change of a resource. What the resource is like now is not read here but in IAM, so that an item which is too
/// large to be sent (`OversizedConfigurationItemChangeNotification`) loses nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Change {
    captured: Timestamp,
    resource: Resource,
    is_gone: bool,
}

impl Notification {
    pub(super) fn read(text: &str, account: AccountId) -> Result<Self, InvalidNotification> {
        let document: Value =
            serde_json::from_str(text).map_err(|error| InvalidNotification::Json(error.to_string()))?;
        let kind = string(&document, "messageType").ok_or(InvalidNotification::Field("messageType"))?;
        let item = match kind {
            "ScheduledNotification" | "ConfigurationSnapshotDeliveryCompleted" => {
                same_account(&document, account)?;
                let time = time(&document, "notificationCreationTime")?;
                return Ok(Self::Periodic(time));
            }
            "ConfigurationItemChangeNotification" => "configurationItem",
            "OversizedConfigurationItemChangeNotification" => "configurationItemSummary",
            other => return Err(InvalidNotification::Kind(quoted(other))),
        };
        let is_proactive = |value: &Value| string(value, "evaluationMode") == Some("PROACTIVE");
        let item = document
            .get(item)
            .filter(|item| item.is_object())
            .ok_or(InvalidNotification::Field(item))?;
        if is_proactive(&document) || is_proactive(item) {
            return Err(InvalidNotification::Proactive);
        }
        same_account(item, account)?;
        Ok(Self::Change(Change {
            captured: time(item, "configurationItemCaptureTime")?,
            resource: Resource {
                kind: required(item, "resourceType")?.to_owned(),
                id: required(item, "resourceId")?.to_owned(),
            },
            is_gone: is_gone(required(item, "configurationItemStatus")?)?,
        }))
    }

    pub(super) const fn time(&self) -> Timestamp {
        match self {
            Self::Periodic(time) => *time,
            Self::Change(change) => change.captured,
        }
    }

    /// What is to be judged, given whether the resource left the scope of the rule.
    pub(super) fn task(self, left_scope: bool) -> Task {
        let change = match self {
            Self::Periodic(_) => return Task::Everybody,
            Self::Change(change) => change,
        };
        match change.resource.kind.as_str() {
            // A group, role or policy may bear on users when it goes, too.
            kind if BEARING_ON_USERS.contains(&kind) => Task::Users,
            kind if kind != USER => Task::Nothing(change.resource, "the rule judges IAM users only"),
            _ if change.is_gone => Task::Nothing(change.resource, "the user is deleted"),
            _ if left_scope => Task::Nothing(change.resource, "the user left the scope of the rule"),
            _ => Task::User(change.resource.id),
        }
    }
}

/// The states of a configuration item (AWS Config API Reference, `ConfigurationItem`).
fn is_gone(status: &str) -> Result<bool, InvalidNotification> {
    match status {
        "OK" | "ResourceDiscovered" => Ok(false),
        "ResourceNotRecorded" | "ResourceDeleted" | "ResourceDeletedNotRecorded" => Ok(true),
        other => Err(InvalidNotification::Status(quoted(other))),
    }
}

fn same_account(document: &Value, account: AccountId) -> Result<(), InvalidNotification> {
    match string(document, "awsAccountId") {
        Some(id) if id != account.as_str() => Err(InvalidNotification::OtherAccount(quoted(id))),
        _ => Ok(()),
    }
}

fn time(document: &Value, name: &'static str) -> Result<Timestamp, InvalidNotification> {
    let time = string(document, name).and_then(|text| text.parse().ok());
    time.ok_or(InvalidNotification::Field(name))
}

fn required<'a>(document: &'a Value, name: &'static str) -> Result<&'a str, InvalidNotification> {
    let text = string(document, name).filter(|text| !text.is_empty());
    text.ok_or(InvalidNotification::Field(name))
}

fn string<'a>(document: &'a Value, name: &str) -> Option<&'a str> {
    document.get(name).and_then(Value::as_str)
}
