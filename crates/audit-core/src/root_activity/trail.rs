//! Sign-ins that are older than the event history: what is asked of the log files of a trail, and what they answer.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use crate::account::AccountId;

/// The query, with a place for everything that differs from one question to the next.
const STATEMENT: &str = include_str!("../../../../queries/trail-root-sign-ins.sql");

/// The columns of its answer.
const COLUMNS: [&str; 8] = [
    "account",
    "region",
    "event_time",
    "outcome",
    "mfa_used",
    "source_ip",
    "user_agent",
    "event_id",
];

/// The most accounts that a query may name (Amazon Athena User Guide, "Dynamic partition projection": the type
/// `injected`).
const MOST_ACCOUNTS: usize = 1_000;

/// So many folders of log files, one for each account, Region and day, are read by one query.
const MOST_FOLDERS: usize = 50_000;

/// What is asked of the table of a trail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// The table, as `database.table`.
    pub table: String,
    /// The Regions whose log files are read.
    pub regions: Vec<String>,
    /// The first day.
    pub from: Date,
    /// The last day of delivery: the one after the instant, since CloudTrail delivers within minutes.
    pub to: Date,
    /// The instant that the run stands for. What happened later is for the next.
    pub until: Timestamp,
}

/// A part of a question: as much as one query takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part<'a> {
    /// What is asked.
    pub statement: String,
    /// The accounts that it is asked about.
    pub accounts: &'a [AccountId],
}

impl Question {
    /// The question about so many days before an instant.
    #[must_use]
    pub fn new(table: &str, regions: &[String], as_of: Timestamp, days: u16) -> Self {
        let day = |shift: i64| {
            let instant = as_of.saturating_add(SignedDuration::from_hours(shift * 24));
            let instant = instant.unwrap_or(as_of);
            instant.to_zoned(jiff::tz::TimeZone::UTC).date()
        };
        Self {
            table: table.to_owned(),
            regions: regions.to_vec(),
            from: day(-i64::from(days)),
            to: day(1),
            until: as_of,
        }
    }

    /// The queries that ask it about accounts, each about as many as one takes; one query where the table is that of a
    /// single account's trail, which does not tell accounts apart.
    #[must_use]
    pub fn parts<'a>(&self, accounts: &'a [AccountId], of_one_account: bool) -> Vec<Part<'a>> {
        if of_one_account {
            let statement = self.statement("TRUE");
            return vec![Part { statement, accounts }];
        }
        let days = usize::try_from((self.to - self.from).get_days()).unwrap_or(0) + 1;
        let folders = days * self.regions.len().max(1);
        let at_a_time = (MOST_FOLDERS / folders).clamp(1, MOST_ACCOUNTS);
        let part = |accounts: &'a [AccountId]| {
            let listed = quoted(accounts.iter().map(AccountId::as_str));
            let statement = self.statement(&format!("account IN ({listed})"));
            Part { statement, accounts }
        };
        accounts.chunks(at_a_time).map(part).collect()
    }

    fn statement(&self, accounts: &str) -> String {
        let day = |date: Date| date.strftime("%Y/%m/%d").to_string();
        STATEMENT
            .lines()
            .filter(|line| !line.starts_with("--"))
            .collect::<Vec<_>>()
            .join("\n")
            .replace("{table}", &self.table)
            .replace("{accounts}", accounts)
            .replace("{regions}", &quoted(self.regions.iter().map(String::as_str)))
            .replace("{from_day}", &day(self.from))
            .replace("{to_day}", &day(self.to))
    }
}

/// Texts that hold no quotes, as a list of SQL.
fn quoted<'t>(texts: impl Iterator<Item = &'t str>) -> String {
    texts.enumerate().fold(String::new(), |mut list, (place, text)| {
        let comma = if place == 0 { "" } else { ", " };
        let _ = write!(list, "{comma}'{text}'");
        list
    })
}

/// How an attempt to sign in ended (AWS CloudTrail User Guide, "AWS Management Console sign-in events",
/// `responseElements.ConsoleLogin`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SignInOutcome {
    /// The root user was let in.
    Success,
    /// It was not.
    Failure,
    /// The event does not say.
    Unknown,
}

impl SignInOutcome {
    /// The word for machine formats.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Success => "SUCCESS",
            Self::Failure => "FAILURE",
            Self::Unknown => "UNKNOWN",
        }
    }
}

/// A sign-in of a root user, or an attempt at it, as the log files of a trail tell it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrailSignIn {
    /// Whose root user.
    pub account: AccountId,
    /// The Region that recorded it.
    pub region: String,
    /// When.
    pub at: Timestamp,
    /// How it ended.
    pub outcome: SignInOutcome,
    /// Whether MFA was used, if the event says.
    pub mfa: Option<bool>,
    /// From where.
    pub source_ip: Option<String>,
    /// With what.
    pub user_agent: Option<String>,
    /// The id of the event.
    pub id: String,
}

/// What the log files of a trail tell, newest first in each account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrailHistory {
    sign_ins: BTreeMap<AccountId, Vec<TrailSignIn>>,
    missing: BTreeSet<AccountId>,
    /// Rows that could not be read.
    pub unreadable: u64,
}

/// The answer is not one to the question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the first row does not name the columns of the query")]
pub struct NotTheAnswer;

impl TrailHistory {
    /// Adds the rows of one query, the one with the names of the columns first, but for what happened after `until`.
    ///
    /// # Errors
    /// When that row is missing or names other columns. A row that cannot be read is counted.
    pub fn add(&mut self, rows: &[Vec<Option<String>>], until: Timestamp) -> Result<(), NotTheAnswer> {
        let (heading, rows) = rows.split_first().ok_or(NotTheAnswer)?;
        let named: Vec<&str> = heading.iter().map(|cell| cell.as_deref().unwrap_or("")).collect();
        if named != COLUMNS {
            return Err(NotTheAnswer);
        }
        for row in rows {
            match read(row) {
                Some(sign_in) if sign_in.at > until => {}
                Some(sign_in) => self.sign_ins.entry(sign_in.account).or_default().push(sign_in),
                None => self.unreadable += 1,
            }
        }
        for sign_ins in self.sign_ins.values_mut() {
            sign_ins.sort_by(|one, other| (other.at, &other.id).cmp(&(one.at, &one.id)));
            sign_ins.dedup_by(|one, other| one.id == other.id);
        }
        Ok(())
    }

    /// Notes that the trail told nothing of these accounts, which is not that there was nothing.
    pub fn miss(&mut self, accounts: &[AccountId]) {
        self.missing.extend(accounts);
    }

    /// Whether the trail told nothing of an account.
    #[must_use]
    pub fn misses(&self, account: AccountId) -> bool {
        self.missing.contains(&account)
    }

    /// What it tells of an account.
    #[must_use]
    pub fn of(&self, account: AccountId) -> &[TrailSignIn] {
        self.sign_ins.get(&account).map_or(&[], Vec::as_slice)
    }
}

fn read(row: &[Option<String>]) -> Option<TrailSignIn> {
    let [account, region, at, outcome, mfa, source_ip, user_agent, id] = row else {
        return None;
    };
    Some(TrailSignIn {
        account: account.as_deref()?.parse().ok()?,
        region: region.clone()?,
        at: at.as_deref()?.parse().ok()?,
        outcome: match outcome.as_deref() {
            Some("Success") => SignInOutcome::Success,
            Some("Failure") => SignInOutcome::Failure,
            _ => SignInOutcome::Unknown,
        },
        mfa: match mfa.as_deref() {
            Some("Yes") => Some(true),
            Some("No") => Some(false),
            _ => None,
        },
        source_ip: source_ip.clone(),
        user_agent: user_agent.clone(),
        id: id.clone().filter(|id| !id.is_empty())?,
    })
}

#[cfg(test)]
mod tests;
