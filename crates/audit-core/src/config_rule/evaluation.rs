//! What is answered about a resource (AWS Config API Reference, `Evaluation`).

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

/// How many evaluations one call of `PutEvaluations` takes.
pub const MOST_EVALUATIONS: usize = 100;

/// How many characters an annotation has at most.
const MOST_CHARACTERS: usize = 256;

/// A resource, as AWS Config knows it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Resource {
    /// Its type, such as `AWS::IAM::User`.
    pub kind: String,
    /// Its id: of users the unique id `AIDA…`, not the name and not the ARN; of accounts the account id.
    pub id: String,
}

impl Resource {
    /// A user.
    #[must_use]
    pub fn user(id: &str) -> Self {
        Self {
            kind: "AWS::IAM::User".to_owned(),
            id: id.to_owned(),
        }
    }

    /// An account.
    #[must_use]
    pub fn account(id: &str) -> Self {
        Self {
            kind: "AWS::::Account".to_owned(),
            id: id.to_owned(),
        }
    }
}

/// The answer about a resource. AWS Config takes no other: where nothing can be told for want of data, that is no
/// compliance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Compliance {
    /// It is as demanded.
    Compliant,
    /// It is not, or nobody can tell.
    NonCompliant,
    /// There is nothing to judge.
    NotApplicable,
}

impl Compliance {
    /// The word of the API.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Compliant => "COMPLIANT",
            Self::NonCompliant => "NON_COMPLIANT",
            Self::NotApplicable => "NOT_APPLICABLE",
        }
    }
}

/// An evaluation, ready to be put.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evaluation {
    /// What it is about.
    pub resource: Resource,
    /// The answer.
    pub compliance: Compliance,
    /// The verdict in words and where the evidence is; 1 to 256 characters.
    pub annotation: String,
    /// The instant that the answer is about.
    pub time: Timestamp,
}

/// The link alone does not fit an annotation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the link to the evidence has {0} characters, an annotation holds 256: shorten the prefix of the reports")]
pub struct LinkTooLong(usize);

/// A verdict and the link to its evidence, in at most 256 characters: the words are cut where they do not fit, the link
/// never is.
///
/// # Errors
/// When the link alone is longer.
pub fn annotation(verdict: &str, link: &str) -> Result<String, LinkTooLong> {
    const BETWEEN: &str = " | ";
    let length = link.chars().count();
    if length > MOST_CHARACTERS {
        return Err(LinkTooLong(length));
    }
    let room = MOST_CHARACTERS - length;
    match room.checked_sub(BETWEEN.len()) {
        Some(room) if room > 1 => Ok(format!("{}{BETWEEN}{link}", cut(verdict, room))),
        _ => Ok(link.to_owned()),
    }
}

/// The text in at most so many characters, with a sign where something was cut.
pub(super) fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let mut cut: String = text.chars().take(most.saturating_sub(1)).collect();
    cut.push('…');
    cut
}

/// The evaluations with one for each resource, in the order of their first: where there are two, the worse holds.
///
/// AWS does not say what comes of a resource that stands twice in one answer.
#[must_use]
pub fn worst_of_each(evaluations: Vec<Evaluation>) -> Vec<Evaluation> {
    let mut places: BTreeMap<Resource, usize> = BTreeMap::new();
    let mut kept: Vec<Evaluation> = Vec::new();
    for evaluation in evaluations {
        let place = places.entry(evaluation.resource.clone()).or_insert(kept.len());
        match kept.get_mut(*place) {
            None => kept.push(evaluation),
            Some(standing) if evaluation.compliance == Compliance::NonCompliant => *standing = evaluation,
            Some(_) => {}
        }
    }
    kept
}

/// The resources that were reported earlier and are answered no more, each once. Type and id count: an account and a
/// user are never the same.
#[must_use]
pub fn left_behind(reported: impl IntoIterator<Item = Resource>, answered: &[Evaluation]) -> Vec<Resource> {
    let answered: BTreeSet<&Resource> = answered.iter().map(|evaluation| &evaluation.resource).collect();
    let gone = reported.into_iter().filter(|resource| !answered.contains(resource));
    gone.collect::<BTreeSet<_>>().into_iter().collect()
}
