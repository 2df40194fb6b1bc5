//! The message that goes out through Amazon SNS: an e-mail for a phone, or the same as JSON.
//!
//! Sources: Amazon SNS API Reference, `Publish` (a message of at most 262,144 bytes; a subject of fewer than 100 ASCII
//! characters without line breaks that begins with a letter, number or punctuation mark).

mod body;
mod json;

pub use json::email_json;

use std::fmt;
use std::str::FromStr;

use super::News;
use super::words::counted;

/// The most bytes that a message has: what SNS takes, less room for what goes with it.
pub const MOST_BYTES: usize = 262_144 - 4_096;

/// The most characters that a subject has.
const MOST_IN_SUBJECT: usize = 99;

/// How much a message tells: mail is clear text, and travels outside the organization.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Detail {
    /// Accounts, users and other resources by name.
    #[default]
    Names,
    /// Numbers only: no account, no resource, no value.
    Counts,
}

/// The text names no such choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the detail of messages is one of `names`, `counts`")]
pub struct InvalidDetail;

/// A message for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Email {
    /// The news in one line, up to 99 ASCII characters.
    pub subject: String,
    /// Plain text, up to [`MOST_BYTES`].
    pub body: String,
}

impl Detail {
    /// The word for it in settings.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Names => "names",
            Self::Counts => "counts",
        }
    }
}

impl FromStr for Detail {
    type Err = InvalidDetail;

    fn from_str(text: &str) -> Result<Self, InvalidDetail> {
        let choice = [Self::Names, Self::Counts]
            .into_iter()
            .find(|choice| choice.as_str() == text);
        choice.ok_or(InvalidDetail)
    }
}

impl fmt::Display for Detail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The e-mail that tells the news: what changed, worst first, what could not be seen, and where the full report is.
///
/// The same news gives the same bytes. What does not fit is counted.
#[must_use]
pub fn email(news: &News<'_>, detail: Detail) -> Email {
    Email {
        subject: subject(news),
        body: body::write(news, detail, MOST_BYTES),
    }
}

/// The news in one line. It is made of our own words and numbers, so it is ASCII and begins with a letter.
fn subject(news: &News<'_>) -> String {
    let open = format!("{} open", news.open());
    let mut parts = Vec::new();
    if news.changes.first {
        parts.push("first run".to_owned());
        parts.push(format!("{open} in {}", counted(news.open_accounts(), "account")));
    } else {
        parts = news.sums();
        if parts.is_empty() {
            parts.push("no change".to_owned());
        }
        parts.push(open);
    }
    parts.push(news.unseen_accounts());
    let mut subject = String::from("IAM Census: ");
    let mut separator = "";
    for part in parts.iter().filter(|part| !part.is_empty()) {
        if subject.len() + separator.len() + part.len() <= MOST_IN_SUBJECT {
            subject.push_str(separator);
            subject.push_str(part);
            separator = ", ";
        }
    }
    subject
}
