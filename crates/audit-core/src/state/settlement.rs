//! Settles what became of everything that failed before or fails now, when all findings of a run are known.

use std::collections::BTreeMap;

use super::comparison::Comparison;
use super::{Blind, Change, Changes, Failure, How, Place, Scope, Sight, State, Subject};

/// What changed, and what to remember instead of the state before.
pub(super) fn settle(mut seen: Comparison, scope: &Scope) -> (Changes, State) {
    seen.hidden.sort();
    let failing = std::mem::take(&mut seen.failing);
    let blind = std::mem::take(&mut seen.blind);
    let mut settlement = Settlement {
        scope,
        after: State::default(),
        changes: Changes {
            first: seen.first,
            new: Vec::new(),
            changed: Vec::new(),
            resolved: Vec::new(),
            retired: Vec::new(),
            still_open: Vec::new(),
            unknown_since: Vec::new(),
            excepted: 0,
            unseen: Vec::new(),
        },
        seen: &seen,
    };
    for (subject, (failure, why)) in failing {
        settlement.fails(subject, failure, why);
    }
    for (subject, failure) in &seen.before.failures {
        if !settlement.after.failures.contains_key(subject) {
            settlement.no_longer_seen_failing(subject, *failure);
        }
    }
    settlement.look_around(blind);
    let Settlement { after, mut changes, .. } = settlement;
    changes.excepted = after.failures.values().filter(|failure| !failure.is_open()).count();
    changes.sort();
    (changes, after)
}

struct Settlement<'s> {
    seen: &'s Comparison,
    scope: &'s Scope,
    after: State,
    changes: Changes,
}

impl Settlement<'_> {
    fn fails(&mut self, subject: Subject, failure: Failure, why: String) {
        let before = self.seen.before.failures.get(&subject).map(Failure::is_open);
        let list = match (before, failure.is_open()) {
            (None, true) => Some((&mut self.changes.new, How::New)),
            (Some(true), true) => Some((&mut self.changes.still_open, How::StillOpen)),
            (Some(false), true) => Some((&mut self.changes.changed, How::ExceptionEnded)),
            (Some(true), false) => Some((&mut self.changes.changed, How::Excepted)),
            (None | Some(false), false) => None,
        };
        if let Some((list, how)) = list {
            list.push(change(&subject, failure, how, why));
        }
        self.after.failures.insert(subject, failure);
    }

    /// Something failed before, and no finding of this run says that it does.
    fn no_longer_seen_failing(&mut self, subject: &Subject, failure: Failure) {
        let hidden = self.seen.hidden.binary_search(subject).is_ok();
        // What can be seen without entering an account holds, and so does what is known of the organization.
        if let Some(why) = self.seen.fine.get(subject).filter(|_| !hidden) {
            return self.resolve(subject, failure, How::Mended, why.clone());
        }
        let of_organization = self.scope.is_of_organization(&subject.check);
        let judged = self.is_judged(subject);
        let left = match self.scope.sight(subject.account) {
            _ if of_organization && judged => None,
            Sight::OutOfScope if !of_organization => Some(How::AccountLeft),
            _ if !self.scope.judges(&subject.check) => Some(How::CheckLeft),
            Sight::OutOfScope | Sight::Skipped | Sight::Unseen => return self.freeze(subject, failure),
            Sight::Seen => None,
        };
        if let Some(how) = left {
            if failure.is_open() {
                self.changes.retired.push(change(subject, failure, how, String::new()));
            }
            return;
        }
        if hidden || self.is_hidden(subject) {
            self.freeze(subject, failure);
        } else {
            self.resolve(subject, failure, How::Gone, String::new());
        }
    }

    fn resolve(&mut self, subject: &Subject, failure: Failure, how: How, why: String) {
        if failure.is_open() {
            self.changes.resolved.push(change(subject, failure, how, why));
        }
    }

    fn is_judged(&self, subject: &Subject) -> bool {
        self.seen.judged.contains(&(subject.account, subject.check.as_str()))
    }

    /// An answer that could not be had may hide the subject, or its check said nothing at all about the account.
    fn is_hidden(&self, subject: &Subject) -> bool {
        let key = (subject.account, subject.check.as_str());
        let silent = !self.is_judged(subject);
        // Sorted by account and check first, so that those of this check stand together.
        let start = self
            .seen
            .hidden
            .partition_point(|hidden| (hidden.account, hidden.check.as_str()) < key);
        let of_check = self.seen.hidden.iter().skip(start);
        let mut of_check = of_check.take_while(|hidden| (hidden.account, hidden.check.as_str()) == key);
        silent || of_check.any(|hidden| hidden.hides(subject))
    }

    fn freeze(&mut self, subject: &Subject, failure: Failure) {
        let as_of = self.scope.as_of;
        let ended = failure.excepted_until.is_some_and(|until| until <= as_of);
        let frozen = Failure {
            excepted_until: failure.excepted_until.filter(|_| !ended),
            unknown_since: failure.unknown_since.or(Some(as_of)),
            ..failure
        };
        if ended {
            let ended = change(subject, frozen, How::ExceptionEnded, String::new());
            self.changes.changed.push(ended);
        } else if frozen.is_open() {
            let unknown = change(subject, frozen, How::Unknown, String::new());
            self.changes.unknown_since.push(unknown);
        }
        self.after.failures.insert(subject.clone(), frozen);
    }

    /// Adds up what could not be seen. What was hidden in an account that is not looked at for now stays so.
    fn look_around(&mut self, mut blind: BTreeMap<Place, String>) {
        for account in self.scope.unseen() {
            blind.insert(Place::Account(account), String::new());
        }
        for (place, since) in &self.seen.before.unseen {
            let sight = self.scope.sight(place.account());
            if matches!(place, Place::Subject(_)) && matches!(sight, Sight::Skipped | Sight::Unseen) {
                self.after.unseen.insert(place.clone(), *since);
            }
        }
        for (place, why) in blind {
            let before = self.seen.before.unseen.get(&place);
            let since = before.copied().unwrap_or(self.scope.as_of);
            self.after.unseen.insert(place.clone(), since);
            self.changes.unseen.push(Blind {
                place,
                why,
                since,
                is_new: before.is_none(),
            });
        }
    }
}

fn change(subject: &Subject, failure: Failure, how: How, why: String) -> Change {
    Change {
        subject: subject.clone(),
        how,
        why,
        since: failure.since,
        unknown_since: failure.unknown_since,
    }
}
