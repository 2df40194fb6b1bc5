//! The list of guardrails: what nobody in an account should be able to do.
//!
//! ```toml
//! schema = "iam-census/guardrails/1"
//!
//! [[guardrails]]
//! slug = "stop-cloudtrail"
//! title = "Stop or delete a trail of CloudTrail"
//! actions = ["cloudtrail:StopLogging", "cloudtrail:DeleteTrail"]   # `*` and `?`, as in a policy
//! who = "anybody"                                                  # or "root-user"; without it: anybody
//! ```
//!
//! The same in JSON is an object with the members `schema` and `guardrails`.

use std::collections::BTreeSet;

use iam_policy::{ActionSet, Catalogue};
use serde::{Deserialize, Serialize};

use crate::named::quoted;

/// The guardrails that reports are about, in the order of their file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guardrails(Vec<Guardrail>);

/// Something that nobody in an account should be able to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guardrail {
    /// Its name in machine formats, which tells it from all others.
    pub slug: String,
    /// What it is about, for people.
    pub title: String,
    /// The actions or patterns of actions, as they stand in the file.
    pub actions: Vec<String>,
    /// Who should not be able to do them.
    pub who: Who,
    /// The actions of the catalogue that these are.
    pub(super) expanded: ActionSet,
}

/// Whom a guardrail is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Who {
    /// Every principal of the account, its root user included.
    #[default]
    Anybody,
    /// The root user of the account.
    RootUser,
}

impl Who {
    /// As it stands in files.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Anybody => "anybody",
            Self::RootUser => "root-user",
        }
    }
}

/// Why a list of guardrails cannot be used. Nothing of it is, so that no typing error hides a guardrail that is missing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidGuardrails {
    /// It is neither TOML nor JSON, or has members that do not belong there.
    #[error("the guardrails cannot be read: {0}")]
    Unreadable(String),
    /// It is of another kind or version.
    #[error("`schema` is {0}, and has to be `{SCHEMA}`")]
    WrongSchema(String),
    /// There are none, or too many to be shown.
    #[error("a file has 1 to {MOST} guardrails, this one has {0}")]
    Count(usize),
    /// An entry says something that it must not say.
    #[error("guardrail {number}: {problem}")]
    Entry {
        /// Which entry, from 1.
        number: usize,
        /// The member and the rule.
        problem: String,
    },
}

const SCHEMA: &str = "iam-census/guardrails/1";

/// Each guardrail is a column of a sheet.
const MOST: usize = 100;

/// The list of this release.
const BUILT_IN: &str = include_str!("../../data/guardrails.toml");

impl Guardrails {
    /// The list of this release: what keeps watch over an organization, and what gets past it.
    ///
    /// # Errors
    /// None, as a test shows; the list is read like any other.
    pub fn built_in() -> Result<Self, InvalidGuardrails> {
        Self::parse(BUILT_IN)
    }

    /// Reads a list: JSON when it begins with `{`, TOML otherwise.
    ///
    /// # Errors
    /// When anything in it is not understood: a misspelled member, a slug that stands twice, an action that the
    /// catalogue does not have.
    pub fn parse(text: &str) -> Result<Self, InvalidGuardrails> {
        let file: File = if text.trim_start().starts_with('{') {
            serde_json::from_str(text).map_err(|error| InvalidGuardrails::Unreadable(error.to_string()))?
        } else {
            toml::from_str(text).map_err(|error| {
                let words: Vec<&str> = error.message().split_whitespace().collect();
                InvalidGuardrails::Unreadable(words.join(" "))
            })?
        };
        if file.schema != SCHEMA {
            return Err(InvalidGuardrails::WrongSchema(quoted(&file.schema)));
        }
        let count = file.guardrails.len();
        if count == 0 || count > MOST {
            return Err(InvalidGuardrails::Count(count));
        }
        let mut slugs = BTreeSet::new();
        let mut guardrails = Vec::with_capacity(count);
        for (index, entry) in file.guardrails.into_iter().enumerate() {
            let number = index + 1;
            let problem = |problem| InvalidGuardrails::Entry { number, problem };
            let guardrail = entry.check().map_err(problem)?;
            if !slugs.insert(guardrail.slug.clone()) {
                return Err(problem(format!("`slug` {} stands twice", quoted(&guardrail.slug))));
            }
            guardrails.push(guardrail);
        }
        Ok(Self(guardrails))
    }

    /// The guardrails.
    pub fn iter(&self) -> std::slice::Iter<'_, Guardrail> {
        self.0.iter()
    }

    /// How many there are; never none.
    #[expect(clippy::len_without_is_empty, reason = "a list is never empty")]
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }
}

impl<'a> IntoIterator for &'a Guardrails {
    type Item = &'a Guardrail;
    type IntoIter = std::slice::Iter<'a, Guardrail>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl Guardrail {
    /// How many actions of the catalogue it is about.
    #[must_use]
    pub fn count(&self) -> usize {
        self.expanded.count()
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    schema: String,
    guardrails: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    slug: String,
    title: String,
    actions: Vec<String>,
    #[serde(default)]
    who: Who,
}

impl Entry {
    fn check(self) -> Result<Guardrail, String> {
        let is_slug = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if self.slug.is_empty() || self.slug.len() > 64 || !self.slug.chars().all(is_slug) {
            let slug = quoted(&self.slug);
            return Err(format!(
                "`slug` is {slug}, and has to be 1 to 64 lower-case letters, digits and hyphens"
            ));
        }
        if self.title.trim().is_empty() || self.title.chars().count() > 200 {
            return Err("`title` has 1 to 200 characters".to_owned());
        }
        if self.actions.is_empty() {
            return Err("`actions` is empty".to_owned());
        }
        let catalogue = Catalogue::get();
        let mut expanded = ActionSet::default();
        for action in &self.actions {
            let found = catalogue.matching(action);
            if found.is_empty() {
                let date = catalogue.date;
                return Err(format!(
                    "`actions` has {}, which is no action that AWS had on {date}",
                    quoted(action)
                ));
            }
            expanded.add(&found);
        }
        Ok(Guardrail {
            slug: self.slug,
            title: self.title,
            actions: self.actions,
            who: self.who,
            expanded,
        })
    }
}
