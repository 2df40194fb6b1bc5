//! The policies compiled once, and what is attached to each target.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use iam_policy::effective::{Evaluator, Known};
use iam_policy::{Catalogue, Effect, Policies, Policy};

use super::account::Strategy;
use super::record::{Answer, Direction, Kind, Organization, PolicyRecord};
use super::report::{Gap, GapReason};
use crate::ledger::Failure;
use crate::reason::Reason;

/// AWS's own resource control policy, which is attached to everything and cannot be detached (AWS Organizations User
/// Guide, "Resource control policies").
pub const RCP_FULL_ACCESS: &str = "p-RCPFullAWSAccess";

/// Everything that is attached to anything.
pub(super) struct Compiled<'a> {
    organization: &'a Organization,
    documents: BTreeMap<&'a str, Document>,
    by_target: BTreeMap<(Kind, &'a str), BTreeSet<&'a str>>,
    /// What leaves open what is attached to any target.
    everywhere: BTreeMap<Kind, Vec<Gap>>,
}

/// A document as far as it could be read.
pub(super) struct Document {
    /// The statements that were read whole; what is missing can only leave more open, and stands in `gap`.
    pub(super) policy: Arc<Policy>,
    /// What its `Allow` statements allow, `Deny` left aside.
    pub(super) allows: Allows,
    /// Its statements that allow, and that deny.
    pub(super) statements: (usize, usize),
    /// What could not be read or understood.
    pub(super) gap: Option<Gap>,
}

/// How much is allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Allows {
    Nothing,
    Some,
    Everything,
}

impl<'a> Compiled<'a> {
    pub(super) fn new(organization: &'a Organization, evaluator: &mut Evaluator) -> Self {
        let policies = organization.policies.iter();
        let documents = policies.map(|(id, record)| (id.as_str(), document(id, record, evaluator)));
        let mut compiled = Self {
            organization,
            documents: documents.collect(),
            by_target: BTreeMap::new(),
            everywhere: BTreeMap::new(),
        };
        for kind in Kind::ALL {
            compiled.attach(kind);
        }
        compiled
    }

    fn attach(&mut self, kind: Kind) {
        let organization = self.organization;
        let mut gaps = Vec::new();
        let attached = organization.attached.get(&kind).into_iter().flatten();
        match organization.directions.get(&kind) {
            None => {
                let failed = match organization.lists.get(&kind) {
                    Some(Answer::Failed(failure)) => GapReason::Failed(failure.clone()),
                    _ => GapReason::NotReached,
                };
                gaps.push(Gap::new(format!("what {}s are attached to", kind.label()), failed));
            }
            Some(Direction::ByPolicy) => {
                for (policy, answer) in attached {
                    match answer.into() {
                        Ok(targets) => {
                            let targets: &'a BTreeSet<String> = targets;
                            for target in targets {
                                let place = self.by_target.entry((kind, target.as_str())).or_default();
                                place.insert(policy);
                            }
                        }
                        Err(reason) => gaps.push(Gap::new(format!("what {policy} is attached to"), reason)),
                    }
                }
            }
            Some(Direction::ByTarget) => {
                for (target, answer) in attached {
                    if let Answer::Known(policies) = answer {
                        let place = self.by_target.entry((kind, target.as_str())).or_default();
                        place.extend(policies.iter().map(String::as_str));
                    }
                }
            }
        }
        self.everywhere.insert(kind, gaps);
    }

    pub(super) fn document(&self, id: &str) -> Option<&Document> {
        self.documents.get(id)
    }

    /// The ids of the policies at a target, and what is not known about them.
    pub(super) fn at(&self, kind: Kind, target: &str) -> (Vec<&'a str>, Vec<Gap>) {
        let mut gaps = self.everywhere.get(&kind).cloned().unwrap_or_default();
        let mut ids: BTreeSet<&str> = self.by_target.get(&(kind, target)).cloned().unwrap_or_default();
        match self.organization.directions.get(&kind) {
            Some(Direction::ByTarget) => {
                let answer = self.organization.attached.get(&kind).and_then(|all| all.get(target));
                if let Err(reason) = answer.map_or(Err(GapReason::NotReached), Into::into) {
                    gaps.push(Gap::new(
                        format!("which {}s are attached to {target}", kind.label()),
                        reason,
                    ));
                }
            }
            Some(Direction::ByPolicy) if kind == Kind::Rcp => {
                ids.extend(
                    self.organization
                        .policies
                        .get_key_value(RCP_FULL_ACCESS)
                        .map(|(id, _)| id.as_str()),
                );
            }
            _ => {}
        }
        if kind == Kind::Scp && ids.is_empty() && gaps.is_empty() {
            // AWS lets nothing be without a service control policy, so that an answer is missing.
            let operation = "organizations:ListPoliciesForTarget".to_owned();
            gaps.push(Gap::new(
                format!("which SCPs are attached to {target}, since AWS tells of none and leaves nothing without one"),
                GapReason::Failed(Failure {
                    reason: Reason::MalformedAnswer,
                    operation,
                    code: None,
                }),
            ));
        }
        for id in &ids {
            match self.documents.get(id) {
                Some(document) => gaps.extend(document.gap.clone()),
                None => gaps.push(Gap::new(format!("the policy {id}"), GapReason::NotReached)),
            }
        }
        (ids.into_iter().collect(), gaps)
    }

    /// What the policies of a level are for.
    pub(super) fn strategy(&self, kind: Kind, ids: &[&str], gaps: &[Gap]) -> Strategy {
        if !gaps.is_empty() {
            return Strategy::Unknown;
        }
        let documents = || ids.iter().filter_map(|id| self.documents.get(id));
        let denies = documents().any(|document| document.statements.1 > 0);
        let allows = match kind {
            Kind::Scp => documents()
                .map(|document| document.allows)
                .max()
                .unwrap_or(Allows::Nothing),
            // RCPFullAWSAccess is implied.
            Kind::Rcp => Allows::Everything,
        };
        match (allows, denies) {
            (Allows::Nothing, _) => Strategy::NoAllow,
            (Allows::Some, _) => Strategy::AllowList,
            (Allows::Everything, true) => Strategy::DenyList,
            (Allows::Everything, false) => Strategy::Everything,
        }
    }
}

/// The answer, or why there is none.
impl<'a, T> From<&'a Answer<T>> for Result<&'a T, GapReason> {
    fn from(answer: &'a Answer<T>) -> Self {
        match answer {
            Answer::Known(answer) => Ok(answer),
            Answer::Failed(failure) => Err(GapReason::Failed(failure.clone())),
            Answer::NotReached => Err(GapReason::NotReached),
        }
    }
}

fn document(id: &str, record: &PolicyRecord, evaluator: &mut Evaluator) -> Document {
    let what = || format!("the document of {id}");
    let (mut policy, gap) = match (&record.document).into() {
        Ok(text) => {
            let text: &String = text;
            let policy = Policy::read(text);
            let problem = policy.not_evaluated.first().map(|part| part.reason.clone());
            (
                policy,
                problem.map(|reason| Gap::new(what(), GapReason::NotUnderstood(reason))),
            )
        }
        Err(reason) => (Policy::default(), Some(Gap::new(what(), reason))),
    };
    let odd: BTreeSet<usize> = policy.not_evaluated.iter().filter_map(|part| part.statement).collect();
    policy.statements.retain(|statement| !odd.contains(&statement.index));
    let count = |effect| policy.statements.iter().filter(|one| one.effect == effect).count();
    let statements = (count(Effect::Allow), count(Effect::Deny));
    let allows = allows(&policy, evaluator);
    Document {
        policy: Arc::new(policy),
        allows,
        statements,
        gap,
    }
}

fn allows(policy: &Policy, evaluator: &mut Evaluator) -> Allows {
    let mut only = policy.clone();
    only.statements.retain(|statement| statement.effect == Effect::Allow);
    if only.statements.is_empty() {
        return Allows::Nothing;
    }
    let policies = Policies {
        scps: vec![vec![Arc::new(only)]],
        ..Policies::default()
    };
    let left = evaluator.ceiling(&policies, &Known::default());
    if left.lower_all.count() == Catalogue::get().actions.len() {
        Allows::Everything
    } else if left.upper_some.is_empty() {
        Allows::Nothing
    } else {
        Allows::Some
    }
}
