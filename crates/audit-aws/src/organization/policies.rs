//! Everything that an organization tells about its control policies: its tree, the policies, and what is attached to what.
//!
//! Each node and each policy is asked once, at the pace that AWS allows, and what was answered is kept at once, so that
//! a later invocation goes on where this one ended.

mod calls;

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use audit_core::control_policies::{self, Answer, Direction, Kind, PolicyRecord, RCP_FULL_ACCESS, TypeState};
use jiff::Timestamp;

use super::Organization;
use crate::clock::Clock;
use crate::errand::{Errand, failed};
use crate::error::CallError;

/// AWS's rates for these operations, without their bursts: five calls a second for lists, two for documents (AWS
/// Organizations User Guide, "Quotas and service limits").
const LISTS: Duration = Duration::from_millis(205);
const DOCUMENTS: Duration = Duration::from_millis(510);

/// What is read, and how far it is.
pub struct PolicyReader<'a> {
    organization: &'a Organization,
    errand: Errand<'a>,
    known: Mutex<control_policies::Organization>,
    lists: Pace,
    tree: Pace,
    documents: Pace,
}

impl<'a> PolicyReader<'a> {
    /// Goes on from what is known.
    #[must_use]
    pub fn new(organization: &'a Organization, errand: Errand<'a>, known: control_policies::Organization) -> Self {
        Self {
            organization,
            errand,
            known: Mutex::new(known),
            lists: Pace::new(LISTS),
            tree: Pace::new(LISTS),
            documents: Pace::new(DOCUMENTS),
        }
    }

    /// What is known by now.
    #[must_use]
    pub fn into_known(self) -> control_policies::Organization {
        self.known.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads everything that is not known yet; a failure is an answer that is missing, and ends nothing else.
    ///
    /// `places` says that the list of accounts did not tell where they stand, so that the tree is asked for that too.
    pub async fn read(&self, places: bool) {
        if self.known().organization.is_open() {
            let answer = self.describe().await;
            self.known().organization = answered(answer);
        }
        let has_policies = matches!(&self.known().organization, Answer::Known(Some(record)) if record.all_features);
        if !has_policies {
            return;
        }
        if self.known().root.is_open() {
            let answer = self.root().await;
            self.known().root = answered(answer);
        }
        for kind in Kind::ALL {
            if self.known().lists.get(&kind).is_none_or(Answer::is_open) {
                self.list(kind).await;
            }
        }
        let rest = async {
            self.walk(places).await;
            for kind in Kind::ALL {
                self.attachments(kind).await;
            }
        };
        // The slowest of all, and independent of the tree.
        futures_util::join!(self.all_documents(Answer::is_open), Box::pin(rest));
        // Policies that only their targets told of.
        self.all_documents(|document| matches!(document, Answer::NotReached))
            .await;
    }

    fn known(&self) -> MutexGuard<'_, control_policies::Organization> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn clock(&self) -> &Clock {
        self.errand.caller.clock()
    }

    /// The documents of the policies there are by now.
    async fn all_documents(&self, wanted: impl Fn(&Answer<String>) -> bool) {
        let wanted = |(id, policy): (&String, &PolicyRecord)| wanted(&policy.document).then(|| id.clone());
        let ids: Vec<String> = self.known().policies.iter().filter_map(wanted).collect();
        for id in ids {
            let answer = self.document(&id).await;
            if let Some(policy) = self.known().policies.get_mut(&id) {
                policy.document = answered(answer);
            }
        }
    }

    /// The units below the organization root, and where accounts stand if nobody said so.
    async fn walk(&self, places: bool) {
        let Some(root) = self.known().root.known().map(|root| root.id.clone()) else {
            return;
        };
        {
            let mut known = self.known();
            let ids: Vec<String> = std::iter::once(root.clone())
                .chain(known.units.keys().cloned())
                .collect();
            for id in ids {
                known.below.entry(id.clone()).or_default();
                if places {
                    known.inside.entry(id).or_default();
                }
            }
        }
        let mut parents = vec![root];
        // An answer that makes a circle of units must not keep the run going round in it.
        let mut seen = BTreeSet::new();
        while let Some(parent) = parents.pop() {
            if !seen.insert(parent.clone()) {
                continue;
            }
            if self.known().below.get(&parent).is_none_or(Answer::is_open) {
                let answer = self.units(&parent, places).await;
                self.known().below.insert(parent.clone(), answered(answer));
            }
            if places && self.known().inside.get(&parent).is_none_or(Answer::is_open) {
                let answer = self.accounts(&parent).await;
                self.known().inside.insert(parent.clone(), answered(answer));
            }
            let known = self.known();
            let children = known.units.iter().filter(|(_, unit)| unit.parent == parent);
            parents.extend(children.map(|(id, _)| id.clone()));
        }
    }

    /// What the policies of a kind are attached to, in the direction that needs fewer calls.
    async fn attachments(&self, kind: Kind) {
        let Some((direction, subjects)) = self.plan(kind) else {
            return;
        };
        for subject in subjects {
            let answer = match direction {
                Direction::ByPolicy => self.targets(&subject).await,
                Direction::ByTarget => self.attached(&subject, kind).await,
            };
            if let Some(answers) = self.known().attached.get_mut(&kind) {
                answers.insert(subject, answered(answer));
            }
        }
    }

    /// Whom to ask, with everybody noted as not asked yet; nobody where the kind restricts nobody.
    fn plan(&self, kind: Kind) -> Option<(Direction, Vec<String>)> {
        let known = &mut *self.known();
        let off = known
            .root
            .known()?
            .types
            .get(&kind)
            .is_none_or(|state| *state == TypeState::NotEnabled);
        if off {
            return None;
        }
        let list = known.lists.get(&kind).and_then(Answer::known);
        // AWS's own resource control policy is attached to everything, and nobody can detach it.
        let policies: Option<Vec<String>> =
            list.map(|ids| ids.iter().filter(|id| *id != RCP_FULL_ACCESS).cloned().collect());
        let targets: Vec<String> = known.targets().collect();
        let cheaper = policies.as_ref().map_or(Direction::ByTarget, |policies| {
            Direction::cheaper(policies.len(), targets.len())
        });
        let direction = *known.directions.entry(kind).or_insert(cheaper);
        let subjects = match direction {
            Direction::ByPolicy => policies?,
            Direction::ByTarget => targets,
        };
        let answers = known.attached.entry(kind).or_default();
        for subject in &subjects {
            answers.entry(subject.clone()).or_default();
        }
        let open = |subject: &String| answers.get(subject).is_none_or(Answer::is_open);
        Some((direction, subjects.into_iter().filter(open).collect()))
    }
}

fn answered<T>(answer: Result<T, CallError>) -> Answer<T> {
    match answer {
        Ok(answer) => Answer::Known(answer),
        Err(error) => Answer::Failed(failed(error)),
    }
}

/// Keeps a distance between calls.
struct Pace {
    distance: Duration,
    /// When the next call may be made.
    next: Mutex<Option<Timestamp>>,
}

impl Pace {
    fn new(distance: Duration) -> Self {
        Self {
            distance,
            next: Mutex::new(None),
        }
    }

    async fn wait(&self, clock: &Clock) {
        let turn = {
            let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
            let now = clock.now();
            let turn = next.map_or(now, |next| next.max(now));
            *next = turn.checked_add(self.distance).ok();
            turn
        };
        clock.sleep_until(turn).await;
    }
}
