//! What the accounts come to together.

use std::collections::BTreeMap;

use audit_core::ledger::Counts;
use audit_core::root_activity::{Act, Standing};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use super::rows::AccountLine;

/// What was searched, the same for all accounts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Searched {
    /// The instant that the run stands for: the last that is looked at.
    pub as_of: Timestamp,
    /// How many days before it are.
    pub days: u16,
    /// The Regions, in words.
    pub regions: String,
    /// How many days are looked at for changes; `None` when they are not looked for.
    pub change_days: Option<u16>,
    /// What was asked of the log files of a trail; `None` when they were not.
    pub trail: Option<TrailAsked>,
}

/// What was asked of the log files of a trail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrailAsked {
    /// The table, as `database.table`.
    pub table: String,
    /// The first day.
    pub from: Date,
    /// The last.
    pub to: Date,
    /// Why the answer is not whole, in words.
    pub problem: Option<String>,
}

impl Searched {
    /// The first instant that is looked at.
    #[must_use]
    pub fn from(&self) -> Timestamp {
        let days = SignedDuration::from_hours(i64::from(self.days) * 24);
        // An instant that no calendar has is as good as the first that it has.
        self.as_of.saturating_sub(days).unwrap_or(Timestamp::MIN)
    }

    /// The days and Regions, for sentences.
    #[must_use]
    pub fn in_words(&self) -> String {
        format!("the last {} days ({})", self.days, self.regions)
    }

    /// Why the answer of the trail is not whole, if it was asked and is not.
    #[must_use]
    pub fn trail_problem(&self) -> Option<&str> {
        self.trail.as_ref()?.problem.as_deref()
    }
}

/// What the accounts come to together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Accounts by whether their root user signed in.
    pub standings: BTreeMap<Standing, u64>,
    /// What root users did: accounts and times.
    pub acts: BTreeMap<Act, (u64, u64)>,
    /// Accounts whose credential report could be read beside.
    pub reported: u64,
    /// Accounts of which a search came to an answer.
    pub searched: u64,
    /// Accounts of which something could not be had, or sources disagree.
    pub doubtful: u64,
    /// Changes that were found.
    pub changes: u64,
    /// Accounts with a sign-in in the log files of the trail.
    pub in_trail: u64,
}

impl Summary {
    /// Adds an account.
    pub fn add(&mut self, line: &AccountLine<'_>) {
        let activity = &line.activity;
        *self.standings.entry(activity.standing).or_default() += 1;
        for (act, done) in &activity.uses {
            let (accounts, times) = self.acts.entry(*act).or_default();
            *accounts += 1;
            *times += done.times;
        }
        self.searched += u64::from(!activity.regions.is_empty());
        self.reported += u64::from(activity.reported.is_some());
        self.doubtful += u64::from(!activity.doubts.is_empty() || line.problem.is_some());
        self.in_trail += u64::from(activity.last_of_trail().is_some());
        let changes = line.evidence.map_or(0, |evidence| evidence.changes.len());
        self.changes += u64::try_from(changes).unwrap_or(u64::MAX);
    }

    /// How many accounts have a standing.
    #[must_use]
    pub fn of(&self, standing: Standing) -> u64 {
        self.standings.get(&standing).copied().unwrap_or_default()
    }

    /// The rows of the first sheet.
    pub(super) fn rows(
        &self,
        searched: &Searched,
        counts: Counts,
        listing_complete: bool,
    ) -> Vec<(&'static str, String)> {
        let Counts { listed, skipped, .. } = counts;
        let listing = if listing_complete {
            ""
        } else {
            "; the list could not be read to its end, so there may be more"
        };
        let days = searched.in_words();
        let times = |act: Act| {
            let (accounts, times) = self.acts.get(&act).copied().unwrap_or_default();
            format!("{times} in {}, of {} searched", self::accounts(accounts), self.searched)
        };
        let mut rows = vec![
            ("As of", searched.as_of.to_string()),
            (
                "Accounts",
                format!(
                    "{} in this report; {listed} listed, {skipped} left out on purpose{listing}",
                    self.standings.values().sum::<u64>()
                ),
            ),
            ("Searched", days.clone()),
            ("Root users that signed in", accounts(self.of(Standing::SignedIn))),
            (
                "No sign-in found",
                format!("{}: none in {days}", accounts(self.of(Standing::NoneFound))),
            ),
            (
                "Unknown whether they signed in",
                format!("{}, see the sheet Not known", accounts(self.of(Standing::Unknown))),
            ),
            ("Refused sign-ins", times(Act::FailedSignIn)),
            ("Calls with access keys of root users", times(Act::AccessKey)),
            ("Calls in sessions of root users", times(Act::Session)),
            ("Calls in privileged task sessions", times(Act::PrivilegedTask)),
            (
                "Joined with a credential report",
                format!("{}; it knows of sign-ins before these days", accounts(self.reported)),
            ),
            ("With something not known, or in doubt", accounts(self.doubtful)),
        ];
        let trail = match &searched.trail {
            None => "not asked (`--trail-table`)".to_owned(),
            Some(TrailAsked {
                table,
                from,
                to,
                problem,
            }) => {
                let found = format!("{} from {from} to {to} ({table})", accounts(self.in_trail));
                match problem {
                    None => found,
                    Some(problem) => format!("{found}; not whole: {problem}"),
                }
            }
        };
        rows.push(("Sign-ins in the trail", trail));
        rows.push((
            "Changes",
            searched.change_days.map_or_else(
                || "not looked for (`--with-changes`)".to_owned(),
                |days| format!("{} in the last {days} days", self.changes),
            ),
        ));
        rows
    }
}

/// So many accounts, in words.
pub(super) fn accounts(count: u64) -> String {
    let noun = if count == 1 { "account" } else { "accounts" };
    format!("{count} {noun}")
}
