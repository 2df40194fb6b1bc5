//! What a message is made of, and the sums that it begins with.

use std::collections::{BTreeMap, BTreeSet};

use audit_core::account::AccountId;
use audit_core::benchmark::Edition;
use audit_core::check::Severity;
use audit_core::state::{Change, Changes, How, Place};
use jiff::Timestamp;

use super::words::counted;
use super::{Coverage, Link};

/// What a message is made of.
#[derive(Clone, Copy, Debug)]
pub struct News<'a> {
    /// The edition that was judged.
    pub edition: Edition,
    /// The instant that ages were counted to.
    pub as_of: Timestamp,
    /// What changed.
    pub changes: &'a Changes,
    /// Which accounts were seen.
    pub coverage: &'a Coverage,
    /// How many exceptions no failure has met.
    pub unmet: usize,
    /// Where the reports are.
    pub links: &'a [Link],
}

/// One way of not seeing, and how much it hides.
pub(super) struct Blindness<'a> {
    pub(super) why: &'a str,
    pub(super) accounts: BTreeSet<AccountId>,
    pub(super) checks: BTreeSet<&'a str>,
    pub(super) is_new: bool,
}

impl News<'_> {
    pub(super) fn open(&self) -> usize {
        self.changes.open().count()
    }

    /// In how many accounts something is open.
    pub(super) fn open_accounts(&self) -> usize {
        let accounts: BTreeSet<AccountId> = self.changes.open().map(|change| change.subject.account).collect();
        accounts.len()
    }

    pub(super) fn became(&self, how: How) -> Vec<&Change> {
        let changed = self.changes.changed.iter();
        changed.filter(|change| change.how == how).collect()
    }

    /// The sums of the news, largest worry first: `2 new (1 critical)`, `1 resolved`.
    pub(super) fn sums(&self) -> Vec<String> {
        let changes = self.changes;
        let (ended, excepted) = (self.became(How::ExceptionEnded).len(), self.became(How::Excepted).len());
        let blind = self.blindness().iter().filter(|blind| blind.is_new).count();
        let mut sums = Vec::new();
        let mut sum = |count: usize, word: &str| {
            if count > 0 {
                sums.push(format!("{count} {word}"));
            }
        };
        match critical(&changes.new) {
            0 => sum(changes.new.len(), "new"),
            critical => sum(changes.new.len(), &format!("new ({critical} critical)")),
        }
        sum(
            ended,
            if ended == 1 {
                "exception ended"
            } else {
                "exceptions ended"
            },
        );
        sum(changes.resolved.len(), "resolved");
        sum(excepted, "excepted");
        sum(changes.retired.len(), "no longer looked at");
        sum(
            blind,
            if blind == 1 {
                "new blind spot"
            } else {
                "new blind spots"
            },
        );
        sums
    }

    /// Accounts that were not seen, in words for a headline; empty when all were.
    pub(super) fn unseen_accounts(&self) -> String {
        match self.coverage.missing.len() {
            0 => String::new(),
            count => format!("{} not seen", counted(count, "account")),
        }
    }

    /// What could not be seen in accounts that were looked at, the same reason told once, the widest first.
    pub(super) fn blindness(&self) -> Vec<Blindness<'_>> {
        let mut by_reason: BTreeMap<&str, Blindness<'_>> = BTreeMap::new();
        for blind in &self.changes.unseen {
            let Place::Subject(subject) = &blind.place else {
                continue;
            };
            let of_reason = by_reason.entry(&blind.why).or_insert_with(|| Blindness {
                why: &blind.why,
                accounts: BTreeSet::new(),
                checks: BTreeSet::new(),
                is_new: false,
            });
            of_reason.accounts.insert(subject.account);
            of_reason.checks.insert(&subject.check);
            of_reason.is_new |= blind.is_new;
        }
        let mut blindness: Vec<Blindness<'_>> = by_reason.into_values().collect();
        blindness.sort_by_key(|blind| std::cmp::Reverse((blind.is_new, blind.accounts.len(), blind.checks.len())));
        blindness
    }
}

fn critical(changes: &[Change]) -> usize {
    let critical = changes
        .iter()
        .filter(|change| change.subject.severity() == Some(Severity::Critical));
    critical.count()
}

/// Changes check by check, in the order in which the checks first come.
pub(super) fn by_check<'c>(changes: impl IntoIterator<Item = &'c Change>) -> Vec<(&'c str, Vec<&'c Change>)> {
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    let mut checks: Vec<(&str, Vec<&Change>)> = Vec::new();
    for change in changes {
        let slug = change.subject.check.as_str();
        let place = *places.entry(slug).or_insert_with(|| {
            checks.push((slug, Vec::new()));
            checks.len() - 1
        });
        if let Some((_, changes)) = checks.get_mut(place) {
            changes.push(change);
        }
    }
    checks
}
