//! What is known of one root user, from all that tells of it.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

use super::{Act, By, Evidence, Purpose, Search, SignInOutcome, TrailEvent, TrailSignIn};
use crate::account::AccountId;
use crate::credential_report::{CredentialReport, Credentials, Moment};

/// A second use of the password within so long of the first does not show in a credential report (AWS IAM User Guide,
/// "Getting credential reports for your AWS account").
const GRANULARITY: SignedDuration = SignedDuration::from_mins(5);

/// Whether the root user has signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// In the days that were searched, by whichever source.
    SignedIn,
    /// Not in the days and Regions that were searched.
    NoneFound,
    /// What could not be had leaves it open.
    Unknown,
}

impl Standing {
    /// All, in order.
    pub const ALL: [Self; 3] = [Self::SignedIn, Self::NoneFound, Self::Unknown];

    /// The word for machine formats.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SignedIn => "SIGNED_IN",
            Self::NoneFound => "NONE_FOUND",
            Self::Unknown => "UNKNOWN",
        }
    }
}

/// What tells of a sign-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whence {
    /// The event history.
    EventHistory,
    /// The credential report.
    CredentialReport,
    /// The log files of a trail.
    Trail,
}

impl Whence {
    /// In words.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::EventHistory => "event history",
            Self::CredentialReport => "credential report",
            Self::Trail => "trail",
        }
    }
}

/// What the credential report says about the use of the root user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reported {
    /// When its password was last used.
    pub password: Moment,
    /// When each of its access keys was.
    pub keys: [Moment; 2],
    /// When IAM generated the report.
    pub generated: Option<Timestamp>,
}

impl Reported {
    /// Reads the row of the root user; `None` when the report has none that can be read.
    #[must_use]
    pub fn read(report: &[u8], account: AccountId, generated: Option<Timestamp>) -> Option<Self> {
        let report = CredentialReport::parse(report).ok()?.of_account(account);
        let root = report.rows().find_map(|row| row.ok().filter(Credentials::is_root))?;
        let [first, second] = &root.access_keys;
        Some(Self {
            password: root.password_last_used,
            keys: [first.last_used, second.last_used],
            generated,
        })
    }
}

/// How often the root user did something, and when last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Use {
    /// How often, as far as the searches got.
    pub times: u64,
    /// When last.
    pub last: Timestamp,
}

/// What is known of one root user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountActivity<'e> {
    /// Whether it has signed in.
    pub standing: Standing,
    /// The last sign-in in the event history.
    pub sign_in: Option<&'e TrailEvent>,
    /// The last sign-in of which anything tells, even before the days that were searched.
    pub last: Option<(Timestamp, Whence)>,
    /// What it did, by kind.
    pub uses: BTreeMap<Act, Use>,
    /// What the credential report says.
    pub reported: Option<Reported>,
    /// What the log files of a trail say, newest first; nothing where they were not asked.
    pub trail: &'e [TrailSignIn],
    /// The first instant of the days that are looked at.
    pub from: Timestamp,
    /// The Regions that were searched to an answer about sign-ins.
    pub regions: Vec<&'e str>,
    /// The Regions that were not.
    pub missing: Vec<&'e str>,
    /// What could not be had, and where sources disagree, in words.
    pub doubts: Vec<String>,
}

impl<'e> AccountActivity<'e> {
    /// What follows from the evidence, if there is any, and from the credential report, if there is one, about the days
    /// since `from`.
    #[must_use]
    pub fn of(evidence: Option<&'e Evidence>, reported: Option<Reported>, from: Timestamp) -> Self {
        let searches = evidence.map_or(&[][..], |evidence| &evidence.head.searches);
        let events = evidence.map_or(&[][..], |evidence| &evidence.root);
        let (regions, missing) = regions(searches);
        let mut doubts: Vec<String> = searches.iter().filter_map(Search::doubt).collect();
        doubts.extend(evidence.and_then(|evidence| evidence.head.tasks_unknown.clone()));

        // The newest comes first.
        let sign_in = events.iter().find(|event| event.act == Some(Act::SignIn));
        let seen = sign_in.map(|event| event.time);
        let password = reported.and_then(|reported| reported.password.at());
        let in_days = password.filter(|at| *at >= from);
        let last = match (seen, password) {
            (Some(seen), password) if password.is_none_or(|at| at <= seen) => Some((seen, Whence::EventHistory)),
            (_, password) => password.map(|at| (at, Whence::CredentialReport)),
        };
        if let Some(at) = in_days
            && seen.is_none_or(|seen| at.duration_since(seen) > GRANULARITY)
        {
            doubts.push(format!(
                "the credential report tells of a use of the password at {at} that the event history of the searched \
                 Regions does not show"
            ));
        }
        let standing = if seen.is_some() || in_days.is_some() {
            Standing::SignedIn
        } else if missing.is_empty() && !regions.is_empty() {
            Standing::NoneFound
        } else {
            Standing::Unknown
        };
        Self {
            standing,
            sign_in,
            last,
            uses: uses(events),
            reported,
            trail: &[],
            from,
            regions,
            missing,
            doubts,
        }
    }

    /// The same with what the log files of a trail tell of the account: of older sign-ins, and of those that the event
    /// history should have shown. That they tell of none proves nothing, since nobody knows what the trail recorded.
    #[must_use]
    pub fn with_trail(mut self, trail: &'e [TrailSignIn]) -> Self {
        self.trail = trail;
        let Some(at) = self.last_of_trail().map(|sign_in| sign_in.at) else {
            return self;
        };
        let is_shown = self.sign_in.is_some_and(|event| event.time >= at);
        if !is_shown && at >= self.from {
            self.standing = Standing::SignedIn;
            self.doubts.push(format!(
                "the trail tells of a sign-in at {at} that the event history of the searched Regions does not show"
            ));
        }
        // Of the same instant the trail knows more than the credential report.
        let is_last =
            |(last, whence): (Timestamp, Whence)| at > last || at == last && whence == Whence::CredentialReport;
        if self.last.is_none_or(is_last) {
            self.last = Some((at, Whence::Trail));
        }
        self
    }

    /// The last sign-in that the log files of a trail tell of.
    #[must_use]
    pub fn last_of_trail(&self) -> Option<&'e TrailSignIn> {
        let is_success = |sign_in: &&TrailSignIn| sign_in.outcome == SignInOutcome::Success;
        self.trail.iter().find(is_success)
    }
}

/// The Regions that were searched to an answer about sign-ins, and those that were not. A search by user name proves
/// nothing: a root user may go by another name.
fn regions(searches: &[Search]) -> (Vec<&str>, Vec<&str>) {
    let of_root = || searches.iter().filter(|search| search.purpose == Purpose::Root);
    let all: BTreeSet<&str> = of_root().map(|search| search.region.as_str()).collect();
    let is_answered = |region: &&str| {
        let is_of_sign_ins = |search: &&Search| search.region == *region && matches!(search.by, By::EventName(_));
        of_root().filter(is_of_sign_ins).any(Search::is_conclusive)
    };
    all.into_iter().partition(is_answered)
}

fn uses(events: &[TrailEvent]) -> BTreeMap<Act, Use> {
    let mut uses: BTreeMap<Act, Use> = BTreeMap::new();
    for event in events {
        let Some(act) = event.act else { continue };
        let seen = uses.entry(act).or_insert(Use {
            times: 0,
            last: event.time,
        });
        seen.times += 1;
        seen.last = seen.last.max(event.time);
    }
    uses
}

#[cfg(test)]
mod tests;
