//! The catalogue of policies: what each is, how much room it has left, and what it is attached to.

use std::collections::{BTreeMap, BTreeSet};

use super::compiled::{Compiled, RCP_FULL_ACCESS};
use super::record::{Answer, Direction, Kind, Organization, PolicyRecord};
use super::report::Gap;
use crate::digest::Sha256;

/// A policy of the organization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyRow<'a> {
    /// Its id.
    pub id: &'a str,
    /// What AWS said about it.
    pub policy: &'a PolicyRecord,
    /// The SHA-256 of its document as AWS returned it; `None` where it could not be read.
    pub sha256: Option<Sha256>,
    /// Its characters, which its quota counts.
    pub characters: Option<usize>,
    /// Its statements that allow, and that deny.
    pub statements: (usize, usize),
    /// What it is attached to.
    pub attachments: Attachments<'a>,
    /// What is not known about it.
    pub gaps: Vec<Gap>,
}

/// What a policy is attached to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Attachments<'a> {
    /// To these targets, by id; none means that it restricts nobody.
    Known(BTreeSet<&'a str>),
    /// To everything, since AWS lets nobody detach it.
    Everything,
    /// To these targets at least: not every target could be asked.
    AtLeast(BTreeSet<&'a str>),
}

impl PolicyRow<'_> {
    /// How many characters are left; none below zero.
    #[must_use]
    pub fn headroom(&self) -> Option<usize> {
        let most = self.policy.kind.most_characters();
        self.characters.map(|characters| most.saturating_sub(characters))
    }

    /// Whether it is certain that it is attached to nothing.
    #[must_use]
    pub fn is_unattached(&self) -> bool {
        matches!(&self.attachments, Attachments::Known(targets) if targets.is_empty())
    }
}

pub(super) fn rows<'a>(organization: &'a Organization, compiled: &Compiled<'a>) -> Vec<PolicyRow<'a>> {
    let mut rows: Vec<PolicyRow<'a>> = Vec::new();
    let attached = Kind::ALL.map(|kind| (kind, targets(organization, kind)));
    for (id, policy) in &organization.policies {
        let text = policy.document.known();
        let document = compiled.document(id);
        let attachments = attached.iter().find(|(kind, _)| *kind == policy.kind);
        let attachments = attachments.map_or(Attachments::AtLeast(BTreeSet::new()), |(_, (all, is_whole))| {
            let targets = all.get(id.as_str()).cloned().unwrap_or_default();
            let own_answer = organization
                .attached
                .get(&policy.kind)
                .and_then(|answers| answers.get(id));
            if id == RCP_FULL_ACCESS {
                Attachments::Everything
            } else if *is_whole || matches!(own_answer, Some(Answer::Known(_))) {
                Attachments::Known(targets)
            } else {
                Attachments::AtLeast(targets)
            }
        });
        rows.push(PolicyRow {
            id,
            policy,
            sha256: text.map(|text| Sha256::of(text.as_bytes())),
            characters: text.map(|text| text.chars().count()),
            statements: document.map_or((0, 0), |document| document.statements),
            attachments,
            gaps: document.and_then(|document| document.gap.clone()).into_iter().collect(),
        });
    }
    rows
}

/// The targets of each policy of a kind, and whether every target is known.
fn targets(organization: &Organization, kind: Kind) -> (BTreeMap<&str, BTreeSet<&str>>, bool) {
    let mut targets: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let answers = organization.attached.get(&kind).into_iter().flatten();
    let direction = organization.directions.get(&kind);
    let mut is_whole = direction.is_some();
    for (subject, answer) in answers {
        let Answer::Known(others) = answer else {
            is_whole = false;
            continue;
        };
        for other in others {
            let (policy, target) = match direction {
                Some(Direction::ByTarget) => (other, subject),
                _ => (subject, other),
            };
            targets.entry(policy).or_default().insert(target);
        }
    }
    (targets, is_whole)
}
