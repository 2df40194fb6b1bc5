//! Messages: kept in the store before they are sent and marked afterwards, so that none is lost in silence.

use std::borrow::Cow;

use audit_core::keys;
use audit_core::run::RunId;
use bytes::Bytes;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::CallError;
use crate::store::{Found, Object, Standing, Store};
use crate::topic::{MAX_MESSAGE_BYTES, Topic};

/// What a person is told: a subject for SNS (ASCII, below 100 characters) and a plain text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// The news in one line.
    pub subject: String,
    /// The text.
    pub body: String,
}

/// A message as it stands in the store (`schemas/message-1.json`).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
struct Message {
    schema: String,
    subject: String,
    body: String,
    sent: bool,
}

/// The messages that wait, oldest first (`schemas/unsent-1.json`).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
struct Unsent {
    schema: String,
    messages: Vec<String>,
}

const MESSAGE: &str = "iam-census/message/1";
const UNSENT: &str = "iam-census/unsent/1";
const JSON: &str = "application/json";

/// The messages of a function.
pub struct Outbox<'a> {
    /// The function.
    pub function: &'static str,
    /// Where messages are kept.
    pub store: &'a Store,
    /// How the calls are made.
    pub caller: &'a Caller,
    /// Where messages go; without it they are kept for whoever looks, and none waits.
    pub topic: Option<&'a Topic>,
}

impl Outbox<'_> {
    /// Keeps a run's message, unless the same one is there already, sent or not.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub async fn keep(&self, date: Date, run: &RunId, notice: &Notice) -> Result<(), CallError> {
        let message = Message {
            schema: MESSAGE.to_owned(),
            subject: notice.subject.clone(),
            body: notice.body.clone(),
            sent: false,
        };
        let key = keys::outbox(self.function, date, run);
        let same = |theirs: &Message| theirs.subject == message.subject && theirs.body == message.body;
        let decide = |bytes: &[u8]| serde_json::from_slice(bytes).map_or(true, |theirs| !same(&theirs));
        let object = Object::new(&key, to_bytes(&message), JSON);
        let standing = self.store.settle(self.caller, &object, decide).await?;
        let sent = |bytes: &[u8]| serde_json::from_slice::<Message>(bytes).is_ok_and(|message| message.sent);
        let waits = !matches!(&standing, Standing::There(_, bytes) if sent(bytes));
        if self.topic.is_none() || !waits {
            return Ok(());
        }
        self.change_unsent(|messages| {
            if !messages.contains(&key) {
                messages.push(key.clone());
            }
        })
        .await
    }

    /// Takes back a run's message that was not sent, since there is nothing to say any more.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub async fn withdraw(&self, date: Date, run: &RunId) -> Result<(), CallError> {
        let key = keys::outbox(self.function, date, run);
        self.change_unsent(|messages| messages.retain(|waiting| *waiting != key))
            .await
    }

    /// Sends every message that waits, oldest first. At least once: a run that ends between sending and marking sends
    /// again.
    ///
    /// # Errors
    /// When a message cannot be sent; it and those after it go on waiting.
    pub async fn send(&self) -> Result<(), CallError> {
        let Some(topic) = self.topic else { return Ok(()) };
        let key = keys::unsent(self.function);
        let standing = match self.store.read(self.caller, &key, None).await? {
            Found::Nothing => return Ok(()),
            Found::Whole(_, bytes) => bytes,
            Found::Changed => Bytes::new(),
        };
        for waiting in self.read_unsent(&standing) {
            self.send_one(topic, &waiting).await?;
            self.change_unsent(|messages| messages.retain(|other| *other != waiting))
                .await?;
        }
        Ok(())
    }

    async fn send_one(&self, topic: &Topic, key: &str) -> Result<(), CallError> {
        let standing = match self.store.read(self.caller, key, None).await? {
            Found::Whole(_, bytes) => Some(bytes),
            Found::Nothing | Found::Changed => None,
        };
        let message = standing
            .as_ref()
            .and_then(|bytes| serde_json::from_slice::<Message>(bytes).ok());
        let Some(message) = message else {
            // Somebody was to be told something, so somebody is told that it is lost.
            let body = format!(
                "A message of {} cannot be read any more:\n{}\n",
                self.function,
                self.store.location(key)
            );
            return topic
                .publish(self.caller, "IAM Census: a message was lost", &body)
                .await;
        };
        if message.sent {
            return Ok(());
        }
        let body = fitting(&message.body, &self.store.location(key));
        topic.publish(self.caller, &message.subject, &body).await?;
        let sent = Message { sent: true, ..message };
        let object = Object::new(key, to_bytes(&sent), JSON);
        let unchanged = |theirs: &[u8]| standing.as_ref().is_some_and(|bytes| *bytes == theirs);
        self.store.settle(self.caller, &object, unchanged).await.map(drop)
    }

    async fn change_unsent(&self, change: impl Fn(&mut Vec<String>)) -> Result<(), CallError> {
        let key = keys::unsent(self.function);
        let change = |standing: Option<&Bytes>| {
            let before = standing.map(|bytes| self.read_unsent(bytes)).unwrap_or_default();
            let mut messages = before.clone();
            change(&mut messages);
            let schema = UNSENT.to_owned();
            (messages != before).then(|| to_bytes(&Unsent { schema, messages }))
        };
        self.store.update(self.caller, &key, JSON, change).await.map(drop)
    }

    /// The messages that wait. Of a list that cannot be read the list itself waits: it is told as a message that is lost.
    fn read_unsent(&self, bytes: &[u8]) -> Vec<String> {
        let read = serde_json::from_slice::<Unsent>(bytes).ok();
        read.filter(|unsent| unsent.schema == UNSENT)
            .map_or_else(|| vec![keys::unsent(self.function)], |unsent| unsent.messages)
    }
}

/// As much of a text as fits into a message: one that SNS refuses would hold up all that wait behind it.
fn fitting<'t>(body: &'t str, location: &str) -> Cow<'t, str> {
    if body.len() <= MAX_MESSAGE_BYTES {
        return Cow::Borrowed(body);
    }
    let rest = format!("\nThe rest does not fit into a message. All of it:\n{location}\n");
    let room = body.floor_char_boundary(MAX_MESSAGE_BYTES.saturating_sub(rest.len() + 1));
    let (beginning, _) = body.split_at(room);
    let whole_lines = beginning.rsplit_once('\n').map_or(beginning, |(lines, _)| lines);
    Cow::Owned(format!("{whole_lines}\n{rest}"))
}

fn to_bytes(document: &impl Serialize) -> Bytes {
    let mut bytes = serde_json::to_vec(document).unwrap_or_default();
    bytes.push(b'\n');
    bytes.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_at_a_line_so_that_it_fits_and_says_where_the_rest_is() {
        assert_eq!(fitting("news\n", "s3://b/k"), "news\n");
        let most = "x".repeat(MAX_MESSAGE_BYTES);
        assert_eq!(fitting(&most, "s3://b/k"), most);
        let line = format!("{}\n", "ü".repeat(40));
        for body in [line.repeat(4_000), "ü".repeat(MAX_MESSAGE_BYTES)] {
            let fits = fitting(&body, "s3://b/k");
            assert!(
                fits.len() <= MAX_MESSAGE_BYTES && fits.len() > MAX_MESSAGE_BYTES - 300,
                "{}",
                fits.len()
            );
            let (beginning, rest) = fits.split_once("\n\nThe rest").unwrap();
            assert!(body.starts_with(beginning) && rest.ends_with("s3://b/k\n"));
        }
    }
}
