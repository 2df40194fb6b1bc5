//! What is remembered of guardrails from run to run, so that somebody is told when one loosens.
//!
//! A guardrail that could not be judged has neither loosened nor come back: what was known of it stays as it was.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::guardrail::Guardrail;
use super::record::Kind;
use super::report::Report;
use super::verdict::{Because, How, Status, Verdict};
use crate::account::AccountId;
use crate::digest::Sha256;
use crate::run::RunId;

/// Where guardrails were prevented when they were last judged, and where they had been.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Memory {
    /// What each guardrail is about, as a digest: one that has become another has no past.
    definitions: BTreeMap<String, Sha256>,
    /// What is remembered of accounts, once for all accounts of which the same is.
    sets: Vec<Remembered>,
    accounts: BTreeMap<AccountId, usize>,
}

/// What is remembered of an account, by guardrail.
type Remembered = BTreeMap<String, Standing>;

/// What is remembered of a guardrail in an account.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Nobody could get past it, and this decided.
    Prevented(String),
    /// It has loosened since, and this had decided.
    Loosened(String),
}

/// What has changed, each with the accounts that it has changed in.
pub type News = BTreeMap<Change, Vec<AccountId>>;

/// A change of a guardrail.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Change {
    /// Whether it loosened.
    pub turn: Turn,
    /// The slug of the guardrail.
    pub guardrail: String,
    /// What decided before it loosened, in words.
    pub decided: String,
}

/// Which way a guardrail has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Turn {
    /// It was prevented, and has this status now.
    Loosened(Status),
    /// It had loosened, and is prevented again.
    Restored,
}

/// The first line of what is stored.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
struct Header {
    schema: String,
    function: String,
    run: RunId,
    as_of: Timestamp,
    guardrails: BTreeMap<String, Sha256>,
    lines: u64,
}

/// A further line: accounts of which the same is remembered.
#[derive(Deserialize, Serialize)]
struct Line {
    accounts: BTreeSet<AccountId>,
    guardrails: Remembered,
}

/// Why bytes are not a memory that this version reads. One that cannot be read is never taken for an empty one.
#[derive(Debug, thiserror::Error)]
pub enum InvalidMemory {
    /// Not a line of the format.
    #[error("line {line}: {error}")]
    Line {
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        error: serde_json::Error,
    },
    /// Another document, or another major version of it.
    #[error("the schema is `{0}`, expected `{expected}`", expected = Memory::SCHEMA)]
    Schema(String),
    /// No header, another number of lines than it says, or an account that is there twice.
    #[error("what is remembered is cut off or mixed up: its header does not agree with the lines that follow")]
    CutOff,
}

impl Memory {
    /// The name and major version of the document (`schemas/guardrail-state-1.json` describes its lines).
    pub const SCHEMA: &'static str = "iam-census/guardrail-state/1";

    /// What to remember after a report, and what has changed since `self` was. Accounts that the report does not have are
    /// forgotten, unless its list of accounts is not complete.
    #[must_use]
    pub fn after(&self, report: &Report<'_>, is_complete: bool) -> (Self, News) {
        let (mut next, mut news) = (Self::default(), News::new());
        let guardrails = report.guardrails.iter();
        next.definitions = guardrails.map(|one| (one.slug.clone(), definition(one))).collect();
        let mut interned = HashMap::new();
        // Accounts that are restricted alike and were so before come to the same, and there are few such sets.
        let mut turned: HashMap<(Option<usize>, usize), (usize, Vec<Change>)> = HashMap::new();
        for account in &report.accounts {
            let before = self.accounts.get(&account.account).copied();
            let (place, changes) = turned.entry((before, account.verdicts)).or_insert_with(|| {
                let known = before.and_then(|place| self.sets.get(place));
                let (set, changes) = self.turn(&next.definitions, known, report, report.verdicts_of(account));
                (intern(&mut next.sets, &mut interned, set), changes)
            });
            next.accounts.insert(account.account, *place);
            for change in changes {
                news.entry(change.clone()).or_default().push(account.account);
            }
        }
        if !is_complete {
            for (account, place) in &self.accounts {
                if let (false, Some(set)) = (next.accounts.contains_key(account), self.sets.get(*place)) {
                    let place = intern(&mut next.sets, &mut interned, set.clone());
                    next.accounts.insert(*account, place);
                }
            }
        }
        (next, news)
    }

    fn turn(
        &self,
        definitions: &BTreeMap<String, Sha256>,
        known: Option<&Remembered>,
        report: &Report<'_>,
        verdicts: &[Verdict],
    ) -> (Remembered, Vec<Change>) {
        let (mut set, mut changes) = (Remembered::new(), Vec::new());
        for (guardrail, verdict) in report.guardrails.iter().zip(verdicts) {
            let slug = guardrail.slug.as_str();
            let same = self.definitions.get(slug) == definitions.get(slug);
            let before = known.and_then(|known| known.get(slug)).filter(|_| same);
            let mut change = |turn, decided: &str| {
                changes.push(Change {
                    turn,
                    guardrail: slug.to_owned(),
                    decided: decided.to_owned(),
                });
            };
            let standing = match (verdict.status, before) {
                (Status::Prevented, before) => {
                    if let Some(Standing::Loosened(decided)) = before {
                        change(Turn::Restored, decided);
                    }
                    Some(Standing::Prevented(decided(report, verdict)))
                }
                (Status::Depends | Status::NotPrevented, Some(Standing::Prevented(decided))) => {
                    change(Turn::Loosened(verdict.status), decided);
                    Some(Standing::Loosened(decided.clone()))
                }
                // What cannot be judged stays as it was, like what had loosened already.
                (Status::Unknown | Status::Depends | Status::NotPrevented, before) => before.cloned(),
            };
            set.extend(standing.map(|standing| (slug.to_owned(), standing)));
        }
        (set, changes)
    }

    /// Reads what is remembered, and when which run left it.
    ///
    /// # Errors
    /// When the bytes are not a whole document of this major version.
    pub fn parse(bytes: &[u8]) -> Result<((Timestamp, RunId), Self), InvalidMemory> {
        let lines = bytes.split(|&byte| byte == b'\n').enumerate();
        let mut lines = lines.filter(|(_, line)| !line.is_empty());
        let invalid = |line: usize| move |error| InvalidMemory::Line { line: line + 1, error };
        let (number, line) = lines.next().ok_or(InvalidMemory::CutOff)?;
        let header: Header = serde_json::from_slice(line).map_err(invalid(number))?;
        if header.schema != Self::SCHEMA {
            return Err(InvalidMemory::Schema(header.schema));
        }
        let mut memory = Self {
            definitions: header.guardrails,
            ..Self::default()
        };
        for (number, line) in lines {
            let line: Line = serde_json::from_slice(line).map_err(invalid(number))?;
            let place = memory.sets.len();
            memory.sets.push(line.guardrails);
            for account in line.accounts {
                if memory.accounts.insert(account, place).is_some() {
                    return Err(InvalidMemory::CutOff);
                }
            }
        }
        if u64::try_from(memory.sets.len()) == Ok(header.lines) {
            Ok(((header.as_of, header.run), memory))
        } else {
            Err(InvalidMemory::CutOff)
        }
    }

    /// The bytes of the document: the same memory of the same run gives the same bytes.
    #[must_use]
    pub fn to_bytes(&self, function: &str, run: &RunId, as_of: Timestamp) -> Vec<u8> {
        let mut by_set: BTreeMap<usize, BTreeSet<AccountId>> = BTreeMap::new();
        for (account, place) in &self.accounts {
            by_set.entry(*place).or_default().insert(*account);
        }
        let mut bytes = crate::ledger::to_json_line(&Header {
            schema: Self::SCHEMA.to_owned(),
            function: function.to_owned(),
            run: run.clone(),
            as_of,
            guardrails: self.definitions.clone(),
            lines: u64::try_from(by_set.len()).unwrap_or(u64::MAX),
        });
        let mut lines: Vec<Line> = by_set
            .into_iter()
            .map(|(place, accounts)| Line {
                accounts,
                guardrails: self.sets.get(place).cloned().unwrap_or_default(),
            })
            .collect();
        lines.sort_by(|one, other| one.accounts.cmp(&other.accounts));
        for line in &lines {
            bytes.append(&mut crate::ledger::to_json_line(line));
        }
        bytes
    }
}

fn intern(sets: &mut Vec<Remembered>, interned: &mut HashMap<Remembered, usize>, set: Remembered) -> usize {
    *interned.entry(set).or_insert_with_key(|set| {
        sets.push(set.clone());
        sets.len() - 1
    })
}

fn definition(guardrail: &Guardrail) -> Sha256 {
    Sha256::of(format!("{} {}", guardrail.who.as_str(), guardrail.actions.join(" ")).as_bytes())
}

/// The statements that decide, without where they are attached: accounts that are restricted alike share them.
fn decided(report: &Report<'_>, verdict: &Verdict) -> String {
    let deciding = verdict
        .because
        .iter()
        .filter(|reason| matches!(reason.how, How::Denies | How::DoesNotAllow));
    let words: BTreeSet<String> = deciding.map(|reason| statement(report, reason)).collect();
    words.into_iter().collect::<Vec<_>>().join("; ")
}

fn statement(report: &Report<'_>, reason: &Because) -> String {
    let kind = reason.kind.label();
    let Some(id) = &reason.policy else {
        return match reason.kind {
            Kind::Scp => format!("no {kind} of a level allows it"),
            Kind::Rcp => format!("{kind}s"),
        };
    };
    let name = report.policy(id).map_or("", |row| row.policy.name.as_str());
    let sid = reason.sid.as_ref().map_or_else(String::new, |sid| format!(" ({sid})"));
    let number = reason.statement.unwrap_or_default() + 1;
    format!("statement {number}{sid} of {kind} {name} ({id})")
}
