//! Compares the findings of a run with the state.

use std::collections::{BTreeMap, BTreeSet};

use super::{Blind, Change, Changes, Failure, How, Place, Scope, Sight, State, Subject};
use crate::account::AccountId;
use crate::check::Status;
use crate::finding::Finding;

/// Tells what changed since `state`, and what to remember instead of it.
///
/// `findings` are those of the run about everything that it saw, exceptions already applied, in any order; `scope` says
/// what it was to see. `None` for the state is the first run. Comparing the new state with the same findings again
/// gives no news. Of two findings about the same subject the worse counts.
pub fn changes<'f>(
    state: Option<&State>,
    findings: impl IntoIterator<Item = &'f Finding>,
    scope: &Scope,
) -> (Changes, State) {
    let empty = State::default();
    let mut comparison = Comparison {
        before: state.unwrap_or(&empty),
        scope,
        after: State::default(),
        failing: BTreeMap::new(),
        fine: BTreeMap::new(),
        hidden: Vec::new(),
        judged: BTreeSet::new(),
        blind: BTreeMap::new(),
        changes: Changes {
            first: state.is_none(),
            new: Vec::new(),
            changed: Vec::new(),
            resolved: Vec::new(),
            retired: Vec::new(),
            still_open: Vec::new(),
            unknown_since: Vec::new(),
            excepted: 0,
            unseen: Vec::new(),
        },
    };
    for finding in findings {
        comparison.see(finding);
    }
    comparison.close()
}

struct Comparison<'s> {
    before: &'s State,
    scope: &'s Scope,
    after: State,
    /// What fails now, and why.
    failing: BTreeMap<Subject, (Failure, String)>,
    /// What failed before and is in order now, and why.
    fine: BTreeMap<Subject, String>,
    /// Where something failed before and no definite answer could be had.
    hidden: Vec<Subject>,
    /// The checks that said anything about an account in which something failed before.
    judged: BTreeSet<(AccountId, &'static str)>,
    /// What could not be seen, and why.
    blind: BTreeMap<Place, String>,
    changes: Changes,
}

impl Comparison<'_> {
    fn see(&mut self, finding: &Finding) {
        let failed_before = self.failed_before(finding.account);
        if failed_before {
            self.judged.insert((finding.account, finding.check.slug));
        }
        match finding.status {
            Status::Fail => self.see_failure(finding),
            Status::Pass | Status::NotApplicable if failed_before => {
                let subject = Subject::of(finding);
                if self.before.failures.contains_key(&subject) {
                    self.fine.insert(subject, finding.because.to_string());
                }
            }
            Status::Pass | Status::NotApplicable => {}
            Status::Manual | Status::Unknown => {
                if failed_before {
                    self.hidden.push(Subject::of(finding));
                }
                // What nobody asked for is no accident.
                if finding.status == Status::Unknown && finding.because.not_requested().is_none() {
                    self.blind.insert(Place::of(finding), finding.because.to_string());
                }
            }
        }
    }

    fn see_failure(&mut self, finding: &Finding) {
        let subject = Subject::of(finding);
        let valid = finding.exception.as_ref().filter(|exception| exception.valid);
        let before = self.before.failures.get(&subject);
        let failure = Failure {
            since: before.map_or(self.scope.as_of, |before| before.since),
            excepted_until: valid.map(|exception| exception.expires),
            unknown_since: None,
        };
        let open_already = self.failing.get(&subject).is_some_and(|(known, _)| known.is_open());
        if !open_already {
            self.failing.insert(subject, (failure, finding.because.to_string()));
        }
    }

    fn failed_before(&self, account: AccountId) -> bool {
        // Nothing orders before the empty check, so the first subject of the account comes next.
        let first = Subject {
            account,
            check: String::new(),
            region: None,
            resource: crate::finding::Resource::Account,
        };
        let next = self.before.failures.range(first..).next();
        next.is_some_and(|(subject, _)| subject.account == account)
    }

    fn close(mut self) -> (Changes, State) {
        self.hidden.sort();
        for (subject, (failure, why)) in std::mem::take(&mut self.failing) {
            self.fails(subject, failure, why);
        }
        for (subject, failure) in &self.before.failures {
            if !self.after.failures.contains_key(subject) {
                self.no_longer_seen_failing(subject, *failure);
            }
        }
        self.look_around();
        let excepted = self.after.failures.values().filter(|failure| !failure.is_open());
        self.changes.excepted = excepted.count();
        self.changes.sort();
        (self.changes, self.after)
    }

    fn fails(&mut self, subject: Subject, failure: Failure, why: String) {
        let before = self.before.failures.get(&subject).map(Failure::is_open);
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
        let left = match self.scope.sight(subject.account) {
            Sight::OutOfScope => Some(How::AccountLeft),
            _ if !self.scope.judges(&subject.check) => Some(How::CheckLeft),
            Sight::Skipped | Sight::Unseen => return self.freeze(subject, failure),
            Sight::Seen => None,
        };
        if let Some(how) = left {
            if failure.is_open() {
                self.changes.retired.push(change(subject, failure, how, String::new()));
            }
            return;
        }
        let hidden = self.hidden.binary_search(subject).is_ok();
        let resolved = match self.fine.get(subject) {
            Some(why) if !hidden => (How::Mended, why.clone()),
            None if !self.is_hidden(subject) => (How::Gone, String::new()),
            Some(_) | None => return self.freeze(subject, failure),
        };
        if failure.is_open() {
            let (how, why) = resolved;
            self.changes.resolved.push(change(subject, failure, how, why));
        }
    }

    /// An answer that could not be had may hide the subject, or its check said nothing at all about the account.
    fn is_hidden(&self, subject: &Subject) -> bool {
        let key = (subject.account, subject.check.as_str());
        let silent = !self.judged.contains(&key);
        // Sorted by account and check first, so that those of this check stand together.
        let start = self
            .hidden
            .partition_point(|hidden| (hidden.account, hidden.check.as_str()) < key);
        let of_check = self.hidden.iter().skip(start);
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
    fn look_around(&mut self) {
        for account in self.scope.unseen() {
            self.blind.insert(Place::Account(account), String::new());
        }
        for (place, since) in &self.before.unseen {
            let sight = self.scope.sight(place.account());
            if matches!(place, Place::Subject(_)) && matches!(sight, Sight::Skipped | Sight::Unseen) {
                self.after.unseen.insert(place.clone(), *since);
            }
        }
        for (place, why) in std::mem::take(&mut self.blind) {
            let before = self.before.unseen.get(&place);
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
