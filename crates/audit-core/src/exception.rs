//! Exceptions: failures that somebody has accepted, for a stated reason and a limited time.
//!
//! ```toml
//! schema = "iam-census/exceptions/1"
//!
//! [[exceptions]]
//! check = "user-console-mfa"
//! account = "111122223333"                          # without it: every account
//! resource = "arn:aws:iam::*:user/break-glass/*"    # `*` and `?`; without it: every resource
//! owner = "security@example.com"
//! reason = "sealed envelope, alarm on use"
//! ticket = "SEC-123"
//! expires = "2026-12-31"                            # the last day; or an instant, from which it no longer counts
//! ```
//!
//! The same in JSON is an object with the members `schema` and `exceptions`.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use serde::Deserialize;

use crate::account::AccountId;
use crate::check::{Check, Status};
use crate::checks;
use crate::finding::{Excepted, Finding};
use crate::named::quoted;

/// The exceptions of one file, and which of them were met by a failure so far.
#[derive(Clone, Debug, Default)]
pub struct Exceptions {
    entries: Vec<Exception>,
    met: Vec<bool>,
}

/// One accepted failure.
#[derive(Clone, Debug)]
pub struct Exception {
    /// The check that may fail.
    pub check: &'static Check,
    /// In which account; everywhere without it.
    pub account: Option<AccountId>,
    /// For which resources, with the wildcards `*` and `?`.
    pub resource: String,
    /// Who answers for it.
    pub owner: String,
    /// Why it is accepted.
    pub reason: String,
    /// Where it was decided.
    pub ticket: String,
    /// The instant from which it no longer counts.
    pub expires: Timestamp,
}

/// Why a file of exceptions cannot be used. Nothing of it is, so that no typing error hides a failure.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidExceptions {
    /// It is neither TOML nor JSON, or has members that do not belong there.
    #[error("the exceptions cannot be read: {0}")]
    Unreadable(String),
    /// It is of another kind or version.
    #[error("`schema` is {0}, and has to be `{SCHEMA}`")]
    WrongSchema(String),
    /// An entry says something that it must not say.
    #[error("exception {number}: {problem}")]
    Entry {
        /// Which entry, from 1.
        number: usize,
        /// The member and the rule.
        problem: String,
    },
}

const SCHEMA: &str = "iam-census/exceptions/1";

impl Exceptions {
    /// Reads a file of exceptions: JSON when it begins with `{`, TOML otherwise.
    ///
    /// # Errors
    /// When anything in it is not understood: an unknown check, a misspelled member, an empty owner.
    pub fn parse(text: &str) -> Result<Self, InvalidExceptions> {
        let is_json = text.trim_start().starts_with('{');
        let file: File = if is_json {
            serde_json::from_str(text).map_err(|error| InvalidExceptions::Unreadable(error.to_string()))?
        } else {
            toml::from_str(text).map_err(|error| InvalidExceptions::Unreadable(one_line(&error)))?
        };
        if file.schema != SCHEMA {
            return Err(InvalidExceptions::WrongSchema(quoted(&file.schema)));
        }
        let entries = file.exceptions.into_iter().enumerate().map(|(index, entry)| {
            entry.check().map_err(|problem| InvalidExceptions::Entry {
                number: index + 1,
                problem,
            })
        });
        let entries: Vec<Exception> = entries.collect::<Result<_, _>>()?;
        Ok(Self {
            met: vec![false; entries.len()],
            entries,
        })
    }

    /// Marks a failed finding with the exception that covers it, and remembers that it was met.
    ///
    /// Of several, one that still counts goes before an expired one.
    pub fn cover(&mut self, finding: &mut Finding, as_of: Timestamp) {
        if finding.status != Status::Fail {
            return;
        }
        let mut chosen: Option<Excepted> = None;
        for (entry, met) in self.entries.iter().zip(&mut self.met) {
            if entry.covers(finding) {
                *met = true;
                let valid = as_of < entry.expires;
                if chosen.as_ref().is_none_or(|chosen| valid && !chosen.valid) {
                    chosen = Some(entry.excepted(valid));
                }
            }
        }
        finding.exception = chosen.map(Box::new);
    }

    /// The exceptions that no failure has met, in the order of the file: mended, misspelled, or out of sight.
    pub fn unmet(&self) -> impl Iterator<Item = &Exception> {
        self.entries
            .iter()
            .zip(&self.met)
            .filter_map(|(entry, met)| (!met).then_some(entry))
    }
}

impl Exception {
    fn covers(&self, finding: &Finding) -> bool {
        self.check.slug == finding.check.slug
            && self.account.is_none_or(|account| account == finding.account)
            && (matches(&self.resource, &finding.resource.name())
                || matches(&self.resource, &finding.resource.to_string()))
    }

    fn excepted(&self, valid: bool) -> Excepted {
        Excepted {
            owner: self.owner.clone(),
            reason: self.reason.clone(),
            ticket: self.ticket.clone(),
            expires: self.expires,
            valid,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    schema: String,
    exceptions: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    check: String,
    account: Option<String>,
    resource: Option<String>,
    owner: String,
    reason: String,
    ticket: String,
    expires: String,
}

impl Entry {
    fn check(self) -> Result<Exception, String> {
        let check = checks::find(&self.check)
            .ok_or_else(|| format!("`check` is {}, which is no check", quoted(&self.check)))?;
        let account = match &self.account {
            None => None,
            Some(text) => Some(
                text.parse()
                    .map_err(|error| format!("`account` is {}: {error}", quoted(text)))?,
            ),
        };
        let resource = self.resource.unwrap_or_else(|| "*".to_owned());
        let texts = [
            ("resource", &resource),
            ("owner", &self.owner),
            ("reason", &self.reason),
            ("ticket", &self.ticket),
        ];
        if let Some((member, _)) = texts.into_iter().find(|(_, text)| text.trim().is_empty()) {
            return Err(format!("`{member}` is empty"));
        }
        let expires = expiry(&self.expires).ok_or_else(|| {
            let text = quoted(&self.expires);
            format!("`expires` is {text}, and has to be a date such as `2026-12-31` or an RFC 3339 instant")
        })?;
        Ok(Exception {
            check,
            account,
            resource,
            owner: self.owner,
            reason: self.reason,
            ticket: self.ticket,
            expires,
        })
    }
}

/// A date counts to its end in UTC, an instant to itself.
fn expiry(text: &str) -> Option<Timestamp> {
    match text.len() {
        10 => {
            let day: Date = text.parse().ok()?;
            Some(day.checked_add(1.day()).ok()?.to_zoned(TimeZone::UTC).ok()?.timestamp())
        }
        _ => text.parse().ok(),
    }
}

fn one_line(error: &toml::de::Error) -> String {
    error.message().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether a text matches a pattern as a whole: `*` is any text, `?` any one character, and case matters.
fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let (mut at, mut seen) = (0, 0);
    // Where to go on when the rest does not match: behind the last star, one character later than last time.
    let mut retry = None;
    while let Some(character) = text.get(seen) {
        match pattern.get(at) {
            Some('*') => {
                at += 1;
                retry = Some((at, seen));
            }
            Some(wanted) if *wanted == '?' || wanted == character => {
                at += 1;
                seen += 1;
            }
            _ => match retry {
                None => return false,
                Some((star, tried)) => {
                    retry = Some((star, tried + 1));
                    (at, seen) = (star, tried + 1);
                }
            },
        }
    }
    pattern.iter().skip(at).all(|rest| *rest == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_as_a_whole() {
        for (pattern, text, expected) in [
            ("*", "", true),
            ("*", "anything", true),
            ("root-user", "root-user", true),
            ("root", "root-user", false),
            ("arn:aws:iam::*:user/bg-*", "arn:aws:iam::111122223333:user/bg-1", true),
            ("arn:aws:iam::*:user/bg-*", "arn:aws:iam::111122223333:user/bob", false),
            ("a?c", "abc", true),
            ("a?c", "ac", false),
            ("*a*b", "xaybzb", true),
            ("*a*b", "xaybz", false),
            ("", "", true),
            ("", "x", false),
            ("Bob", "bob", false),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn a_date_counts_to_its_end() {
        assert_eq!(expiry("2026-12-31"), "2027-01-01T00:00:00Z".parse().ok());
        assert_eq!(expiry("2026-12-31T12:00:00+01:00"), "2026-12-31T11:00:00Z".parse().ok());
        for wrong in ["", "31.12.2026", "2026-13-01", "never", "2026-12-31T12:00:00"] {
            assert_eq!(expiry(wrong), None, "{wrong}");
        }
    }
}
