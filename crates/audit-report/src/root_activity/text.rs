//! The one message of a run: for a person on a phone.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use audit_core::account::AccountId;
use audit_core::ledger::{Counts, Manifest, Outcome};
use audit_core::named::plain;
use audit_core::reason::Reason;
use audit_core::root_activity::{AccountActivity, Act, Standing, Whence};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::rows::Circumstances;
use super::summary::accounts;
use super::{Searched, Summary};
use crate::findings::Coverage;

/// How many things are named of each sort; the rest are counted.
const NAMED: usize = 20;

/// A sign-in that people have not been told of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignIn {
    /// Whose root user.
    pub account: AccountId,
    /// The account's name.
    pub name: String,
    /// When.
    pub at: Timestamp,
    /// What tells of it.
    pub whence: Whence,
    /// Whether MFA was used, if the event says.
    pub mfa: Option<bool>,
    /// From where, if the event says.
    pub source_ip: Option<String>,
}

impl SignIn {
    /// The last sign-in of an account in the days that were searched, if there was one.
    #[must_use]
    pub fn of(account: AccountId, name: &str, activity: &AccountActivity<'_>) -> Option<Self> {
        if activity.standing != Standing::SignedIn {
            return None;
        }
        let (at, whence) = activity.last?;
        let circumstances = Circumstances::of(activity);
        Some(Self {
            account,
            name: name.to_owned(),
            at,
            whence,
            mfa: circumstances.mfa,
            source_ip: circumstances.source_ip.map(str::to_owned),
        })
    }
}

/// What there is to tell.
#[derive(Clone, Copy, Debug)]
pub struct News<'a> {
    /// The ledger of the run.
    pub manifest: &'a Manifest,
    /// What was searched.
    pub searched: &'a Searched,
    /// What the accounts come to.
    pub summary: &'a Summary,
    /// The sign-ins that are news.
    pub sign_ins: &'a [SignIn],
    /// Where the workbook is.
    pub workbook: &'a str,
    /// Where the ledger is.
    pub ledger: &'a str,
}

impl News<'_> {
    /// Whether anybody has to be told.
    #[must_use]
    pub fn matters(&self) -> bool {
        let is_known = self.summary.of(Standing::Unknown) == 0 && self.searched.trail_problem().is_none();
        // That sources disagree stays so for as long as either tells of it, and is for the report.
        !self.sign_ins.is_empty() || !is_known || !self.manifest.is_sound()
    }
}

/// Subject and body. Addresses are told, credentials are not known here.
#[must_use]
pub fn write_message(news: &News<'_>) -> (String, String) {
    let date = news.manifest.date;
    let Counts { listed, .. } = news.manifest.counts;
    let unknown = news.summary.of(Standing::Unknown);
    let (signed_in, doubtful) = (news.sign_ins.len(), news.summary.doubtful);
    let subject = if signed_in > 0 {
        let signs = if signed_in == 1 { "sign-in" } else { "sign-ins" };
        let last = news.sign_ins.iter().map(|sign_in| sign_in.at).max();
        let last = last.map_or_else(String::new, |at| format!(", the last on {}", day(at)));
        format!("IAM Census {date}: {signed_in} new root {signs}{last}")
    } else if unknown > 0 {
        format!("IAM Census {date}: root sign-ins of {unknown} of {listed} accounts not known")
    } else if !news.manifest.shortfalls.is_empty() {
        format!("IAM Census {date}: the list of accounts is not to be trusted")
    } else if news.searched.trail_problem().is_some() {
        format!("IAM Census {date}: the trail could not be asked for root sign-ins")
    } else {
        format!("IAM Census {date}: root activity of {doubtful} of {listed} accounts is in doubt")
    };
    let mut body = format!("Root activity of {date}, run {}\n", news.manifest.run);
    sign_ins(&mut body, news);
    numbers(&mut body, news);
    missing(&mut body, news);
    let _ = writeln!(body, "\nEverything that was found:\n{}", news.workbook);
    let _ = writeln!(body, "\nEvery account with its outcome:\n{}", news.ledger);
    (subject, body)
}

fn sign_ins(body: &mut String, news: &News<'_>) {
    if news.sign_ins.is_empty() {
        return;
    }
    body.push_str("\nSigned in as root user, not told before:\n");
    for sign_in in news.sign_ins.iter().take(NAMED) {
        let name = plain(&sign_in.name);
        let _ = writeln!(body, "\n{}  {name}", sign_in.account);
        let mfa = match sign_in.mfa {
            Some(true) => ", with MFA",
            Some(false) => ", WITHOUT MFA",
            None => "",
        };
        let from = sign_in.source_ip.as_deref().map(|ip| format!(", from {}", plain(ip)));
        let _ = writeln!(body, "  {}{mfa}{}", sign_in.at, from.unwrap_or_default());
        if sign_in.whence != Whence::EventHistory {
            let _ = writeln!(
                body,
                "  told by the {}, not by the event history",
                sign_in.whence.as_str()
            );
        }
    }
    if let Some(more @ 1..) = news.sign_ins.len().checked_sub(NAMED) {
        let _ = writeln!(body, "\nand {more} more");
    }
    body.push_str("\nWhat to do: ask whoever holds the root credentials of these accounts whether it was them.\n");
}

fn numbers(body: &mut String, news: &News<'_>) {
    let summary = news.summary;
    let _ = writeln!(body, "\nIn {}:", news.searched.in_words());
    for (count, what) in [
        (summary.of(Standing::SignedIn), "with a root sign-in"),
        (summary.of(Standing::NoneFound), "with none found"),
        (summary.of(Standing::Unknown), "not known"),
        (summary.doubtful, "with something in doubt, see the sheet Not known"),
    ] {
        let _ = writeln!(body, "{:>15} {what}", accounts(count));
    }
    for (act, what) in [
        (Act::AccessKey, "with calls by a root access key"),
        (Act::FailedSignIn, "with refused root sign-ins"),
    ] {
        let (count, _) = summary.acts.get(&act).copied().unwrap_or_default();
        if count > 0 {
            let _ = writeln!(body, "{:>15} {what}", accounts(count));
        }
    }
}

fn day(at: Timestamp) -> Date {
    at.to_zoned(TimeZone::UTC).date()
}

fn missing(body: &mut String, news: &News<'_>) {
    if let Some(problem) = news.searched.trail_problem() {
        let _ = writeln!(body, "\nThe trail, which knows of older sign-ins: {problem}");
    }
    for shortfall in &Coverage::of(news.manifest).shortfalls {
        let _ = writeln!(body, "\n{}", shortfall.explained());
    }
    let mut reasons: BTreeMap<Reason, Vec<AccountId>> = BTreeMap::new();
    for entry in &news.manifest.accounts {
        if let Outcome::Failed(failure) = &entry.outcome {
            reasons.entry(failure.reason).or_default().push(entry.account);
        }
    }
    for (reason, failed) in reasons {
        let number = u64::try_from(failed.len()).unwrap_or(u64::MAX);
        let _ = writeln!(body, "\nNot searched as a whole, {reason}: {}", accounts(number));
        for account in failed.iter().take(NAMED) {
            let _ = writeln!(body, "  {account}");
        }
        if let Some(more @ 1..) = failed.len().checked_sub(NAMED) {
            let _ = writeln!(body, "  and {more} more");
        }
        let _ = writeln!(body, "What to do: {}.", reason.advice());
    }
    let left = news.manifest.counts.left;
    if left > 0 {
        let _ = writeln!(body, "\nNot reached in the time allowed: {}", accounts(left));
    }
}
