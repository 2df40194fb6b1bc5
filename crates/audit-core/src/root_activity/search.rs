//! What the event history was asked, and how far the answer goes.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::ledger::Failure;

/// The one attribute that a search of the event history goes by (AWS CloudTrail API Reference, `LookupAttribute`).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(tag = "attribute", content = "value")]
pub enum By {
    /// The user name that CloudTrail puts beside an event.
    Username(String),
    /// The name of the event.
    EventName(String),
    /// The type of a resource that the event is about.
    ResourceType(String),
    /// The name of a resource that the event is about.
    ResourceName(String),
}

impl By {
    /// The value that is looked for.
    #[must_use]
    pub fn value(&self) -> &str {
        match self {
            Self::Username(value) | Self::EventName(value) | Self::ResourceType(value) | Self::ResourceName(value) => {
                value
            }
        }
    }
}

impl fmt::Display for By {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let attribute = match self {
            Self::Username(_) => "Username",
            Self::EventName(_) => "EventName",
            Self::ResourceType(_) => "ResourceType",
            Self::ResourceName(_) => "ResourceName",
        };
        write!(f, "{attribute}={}", self.value())
    }
}

/// What a search is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Purpose {
    /// What the root user did.
    Root,
    /// Who changed what.
    Changes,
}

impl Purpose {
    /// The word for machine formats.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Root => "ROOT",
            Self::Changes => "CHANGES",
        }
    }
}

/// One search of the event history of one Region, and how far it got.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Search {
    /// What it is for.
    pub purpose: Purpose,
    /// The Region.
    pub region: String,
    /// By what.
    #[serde(flatten)]
    pub by: By,
    /// The first instant that is looked at.
    pub from: Timestamp,
    /// The last.
    pub to: Timestamp,
    /// Pages of answers, 50 events at most on each.
    pub pages: u32,
    /// Events on them.
    pub events: u64,
    /// Events on them that could not be read.
    pub unreadable: u64,
    /// How it ended.
    pub ended: Ended,
}

/// How a search ended.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE", tag = "how")]
pub enum Ended {
    /// At the last page.
    Whole,
    /// At the newest event that answers it; older ones were not looked for.
    Found,
    /// At the bound that the settings put on the number of pages.
    Truncated,
    /// With a call that failed.
    Failed(Failure),
}

impl Search {
    /// Whether nothing that it looks for can have escaped it.
    #[must_use]
    pub fn is_conclusive(&self) -> bool {
        self.unreadable == 0 && matches!(self.ended, Ended::Whole | Ended::Found)
    }

    /// Why it is not conclusive, in words; `None` when it is.
    #[must_use]
    pub fn doubt(&self) -> Option<String> {
        let why = match &self.ended {
            Ended::Whole | Ended::Found if self.unreadable == 0 => return None,
            Ended::Whole | Ended::Found => format!("{} events could not be read", self.unreadable),
            Ended::Truncated => format!("it stopped after {} pages; raise `--max-pages`", self.pages),
            Ended::Failed(failure) => {
                let code = failure.code.as_deref().unwrap_or(failure.reason.code());
                format!("{} answered {code}: {}", failure.operation, failure.reason.advice())
            }
        };
        Some(format!("search of {} by {}: {why}", self.region, self.by))
    }
}
