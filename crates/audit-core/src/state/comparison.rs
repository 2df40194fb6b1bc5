//! Compares the findings of a run with the state.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::settlement::settle;
use super::{Changes, Failure, Place, Scope, State, Subject};
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
    let mut comparison = Comparison::new(state.cloned(), scope.as_of);
    for finding in findings {
        comparison.see(finding);
    }
    comparison.finish(scope)
}

/// What [`changes()`] does, for findings that come one by one.
#[derive(Debug)]
pub struct Comparison {
    pub(super) before: State,
    as_of: Timestamp,
    pub(super) first: bool,
    /// What fails now, and why.
    pub(super) failing: BTreeMap<Subject, (Failure, String)>,
    /// What failed before and is in order now, and why.
    pub(super) fine: BTreeMap<Subject, String>,
    /// Where something failed before and no definite answer could be had.
    pub(super) hidden: Vec<Subject>,
    /// The checks that said anything about an account in which something failed before.
    pub(super) judged: BTreeSet<(AccountId, &'static str)>,
    /// What could not be seen, and why.
    pub(super) blind: BTreeMap<Place, String>,
}

impl Comparison {
    /// Compares with `state` at the instant of the run; without a state it is the first run.
    #[must_use]
    pub fn new(state: Option<State>, as_of: Timestamp) -> Self {
        Self {
            first: state.is_none(),
            before: state.unwrap_or_default(),
            as_of,
            failing: BTreeMap::new(),
            fine: BTreeMap::new(),
            hidden: Vec::new(),
            judged: BTreeSet::new(),
            blind: BTreeMap::new(),
        }
    }

    /// Takes a finding of the run into account, its exceptions already applied.
    pub fn see(&mut self, finding: &Finding) {
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

    /// What changed, and what to remember; `scope` says what the run was to see.
    #[must_use]
    pub fn finish(self, scope: &Scope) -> (Changes, State) {
        settle(self, scope)
    }

    fn see_failure(&mut self, finding: &Finding) {
        let subject = Subject::of(finding);
        let valid = finding.exception.as_ref().filter(|exception| exception.valid);
        let before = self.before.failures.get(&subject);
        let failure = Failure {
            since: before.map_or(self.as_of, |before| before.since),
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
}
