//! What limits principals: permissions boundaries, and the control policies of the organization.

use std::sync::Arc;

use iam_policy::effective::{Evaluator, Known};
use iam_policy::{Catalogue, Effect, Policies, Policy};

use serde::{Deserialize, Serialize};

use super::Analysis;
use super::readable::Readable;

/// The control policies of one kind that stand above an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Guardrails {
    /// Nobody gave them: what they take away is not known.
    NotGiven,
    /// There are none, for this reason: no organization, the management account, or the policy type is off.
    None(String),
    /// One list for each level, organization root first, account last.
    Levels(Vec<Level>),
}

/// One level above an account, or the account itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Level {
    /// The name of the organization root, organizational unit or account.
    pub name: String,
    /// The policies that are attached to it.
    pub policies: Vec<Guardrail>,
}

/// A control policy.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Guardrail {
    /// Its name or id.
    pub name: String,
    /// Its document.
    pub document: String,
}

/// A limiting policy and what it does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GuardrailRow {
    /// `permissions boundary`, `SCP` or `RCP`.
    pub kind: &'static str,
    /// Its name.
    pub name: String,
    /// Where it is attached: the ARN of the boundary, or the level.
    pub place: String,
    /// How many users and roles it limits.
    pub principals: usize,
    /// `allows some`, `denies some`, `allows everything` or `allows nothing`.
    pub strategy: &'static str,
    /// Catalogue actions that it takes away altogether.
    pub removed: usize,
    /// Its statements that allow, and that deny.
    pub statements: (usize, usize),
    /// Why it could not be read, if so.
    pub problem: Option<String>,
}

/// Control policies, compiled once for all principals.
#[derive(Debug)]
pub(super) struct Compiled<'a> {
    given: &'a Guardrails,
    levels: Vec<Vec<Readable>>,
}

impl<'a> Compiled<'a> {
    pub(super) fn new(given: &'a Guardrails) -> Self {
        let levels = match given {
            Guardrails::NotGiven | Guardrails::None(_) => &[],
            Guardrails::Levels(levels) => levels.as_slice(),
        };
        let compile = |policy: &Guardrail| Readable::read(&policy.document);
        Self {
            given,
            levels: levels
                .iter()
                .map(|level| level.policies.iter().map(compile).collect())
                .collect(),
        }
    }

    /// The policies of each level, as they limit.
    pub(super) fn limits(&self) -> Vec<Vec<Arc<Policy>>> {
        let limits = |level: &Vec<Readable>| level.iter().map(|one| Arc::clone(&one.limiting)).collect();
        self.levels.iter().map(limits).collect()
    }

    /// The policies that were not read whole, each with the reason; `kind` is what they are called.
    pub(super) fn unread(&self, kind: &str) -> impl Iterator<Item = String> {
        self.all().filter_map(move |(name, place, one)| {
            let reason = one.problem()?;
            Some(format!("{kind} {name} of {place}: {reason}"))
        })
    }

    pub(super) fn given(&self) -> &'a Guardrails {
        self.given
    }

    /// How a policy of a level is called, and the level.
    pub(super) fn name(&self, level: usize, policy: usize) -> (&str, &str) {
        let Guardrails::Levels(levels) = self.given else {
            return ("", "");
        };
        let Some(level) = levels.get(level) else {
            return ("", "");
        };
        let policy = level.policies.get(policy).map_or("", |policy| policy.name.as_str());
        (policy, &level.name)
    }

    /// Every policy with its name and level.
    pub(super) fn all(&self) -> impl Iterator<Item = (&str, &str, &Readable)> {
        let places = self.levels.iter().enumerate();
        places.flat_map(move |(level, policies)| {
            policies.iter().enumerate().map(move |(at, policy)| {
                let (name, place) = self.name(level, at);
                (name, place, policy)
            })
        })
    }
}

pub(super) fn rows(analysis: &Analysis<'_>, evaluator: &mut Evaluator) -> Vec<GuardrailRow> {
    let mut rows = Vec::new();
    for entry in analysis.policies().iter().filter(|entry| entry.limits > 0) {
        rows.push(row(
            "permissions boundary",
            entry.name,
            entry.arn,
            entry.limits,
            entry.readable.as_ref(),
            evaluator,
        ));
    }
    for (kind, compiled) in [("SCP", &analysis.scps), ("RCP", &analysis.rcps)] {
        let limited = |policies: &Policies| match kind {
            "SCP" => !policies.scps.is_empty(),
            _ => !policies.rcps.is_empty(),
        };
        let principals = analysis.principals.iter().filter(|one| limited(&one.policies)).count();
        for (name, place, policy) in compiled.all() {
            rows.push(row(kind, name, place, principals, Some(policy), evaluator));
        }
    }
    rows
}

fn row(
    kind: &'static str,
    name: &str,
    place: &str,
    principals: usize,
    readable: Option<&Readable>,
    evaluator: &mut Evaluator,
) -> GuardrailRow {
    let count = |effect| {
        let statements = readable.iter().flat_map(|one| &one.policy.statements);
        statements.filter(|statement| statement.effect == effect).count()
    };
    let statements = (count(Effect::Allow), count(Effect::Deny));
    let all = Catalogue::get().actions.len();
    let removed = readable.map_or(0, |one| removed(kind, &one.limiting, evaluator));
    let problem = match readable {
        Some(one) => one.problem().map(str::to_owned),
        None => Some("its document is not there".to_owned()),
    };
    let strategy = match (kind, statements) {
        (_, (_, denies)) if denies > 0 => "denies some",
        // What was not read may allow more, or deny.
        _ if problem.is_some() => "allows some",
        ("RCP", _) | (_, (1.., 0)) if removed == 0 => "allows everything",
        _ if removed == all => "allows nothing",
        _ => "allows some",
    };
    GuardrailRow {
        kind,
        name: name.to_owned(),
        place: place.to_owned(),
        principals,
        strategy,
        removed,
        statements,
        problem,
    }
}

/// How many actions nobody under the policy can have. An SCP that only denies stands beside one that allows, so what it
/// does not allow is not counted as taken away by it.
fn removed(kind: &str, policy: &Arc<Policy>, evaluator: &mut Evaluator) -> usize {
    let everything = || {
        Arc::new(Policy::read(
            r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#,
        ))
    };
    let has_allow = policy.statements.iter().any(|one| one.effect == Effect::Allow);
    let mut level = vec![Arc::clone(policy)];
    if kind == "SCP" && !has_allow {
        level.push(everything());
    }
    let policies = Policies {
        identity: vec![everything()],
        scps: if kind == "RCP" { Vec::new() } else { vec![level.clone()] },
        rcps: if kind == "RCP" { vec![level] } else { Vec::new() },
        ..Policies::default()
    };
    let left = evaluator.effective(&policies, &Known::default()).upper_some.count();
    Catalogue::get().actions.len() - left
}
