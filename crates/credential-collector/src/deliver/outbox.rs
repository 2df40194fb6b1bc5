//! Messages: kept in the store before they are sent and marked afterwards, so that none is lost in silence.

use audit_aws::caller::Caller;
use audit_aws::error::CallError;
use audit_aws::store::{Object, Store};
use audit_aws::topic::Topic;
use audit_core::keys;
use audit_core::ledger::{Manifest, Pointer};
use audit_core::run::RunId;
use serde::{Deserialize, Serialize};

use crate::FUNCTION;
use crate::alert::Alert;

/// A message as it stands in the store.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
struct Message {
    schema: String,
    subject: String,
    body: String,
    sent: bool,
}

const SCHEMA: &str = "iam-census/message/1";
const JSON: &str = "application/json";

/// The messages of the function.
pub(crate) struct Outbox<'a> {
    pub(crate) store: &'a Store,
    pub(crate) caller: &'a Caller,
    pub(crate) topic: Option<&'a Topic>,
}

impl Outbox<'_> {
    /// Keeps a run's message, unless the same one is there already, sent or not.
    pub(crate) async fn keep(&self, manifest: &Manifest, alert: &Alert) -> Result<(), CallError> {
        let message = Message {
            schema: SCHEMA.to_owned(),
            subject: alert.subject.clone(),
            body: alert.body.clone(),
            sent: false,
        };
        let key = keys::outbox(FUNCTION, manifest.date, &manifest.run);
        let same = |theirs: &Message| theirs.subject == message.subject && theirs.body == message.body;
        let decide = |bytes: &[u8]| serde_json::from_slice(bytes).map_or(true, |theirs| !same(&theirs));
        self.store
            .settle(self.caller, &Object::new(&key, to_bytes(&message), JSON), decide)
            .await
            .map(drop)
    }

    /// Sends the message of a run if it has one that is not sent yet. At least once: a run that ends between sending and
    /// marking sends again.
    pub(crate) async fn send(&self, date: jiff::civil::Date, run: &RunId) -> Result<(), CallError> {
        let Some(topic) = self.topic else { return Ok(()) };
        let key = keys::outbox(FUNCTION, date, run);
        let Some((_, bytes)) = self.store.get(self.caller, &key, None).await? else {
            return Ok(());
        };
        let Ok(message) = serde_json::from_slice::<Message>(&bytes) else {
            return Ok(());
        };
        if message.sent {
            return Ok(());
        }
        topic.publish(self.caller, &message.subject, &message.body).await?;
        let sent = Message { sent: true, ..message };
        let object = Object::new(&key, to_bytes(&sent), JSON);
        self.store
            .settle(self.caller, &object, |theirs| *theirs == *bytes)
            .await
            .map(drop)
    }

    /// Sends what the run before could not send.
    pub(crate) async fn send_previous(&self, previous: Option<&Pointer>) -> Result<(), CallError> {
        let named = previous.and_then(|pointer| {
            let (rest, run) = pointer.key.strip_suffix(".json")?.rsplit_once('/')?;
            let (_, date) = rest.rsplit_once('/')?;
            Some((date.parse().ok()?, run.parse().ok()?))
        });
        match named {
            Some((date, run)) => self.send(date, &run).await,
            None => Ok(()),
        }
    }
}

fn to_bytes(message: &Message) -> bytes::Bytes {
    let mut bytes = serde_json::to_vec(message).unwrap_or_default();
    bytes.push(b'\n');
    bytes.into()
}
