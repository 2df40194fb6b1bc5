//! Why a way to more permissions is open, or what closes it.

use iam_policy::decision::Decisive;
use iam_policy::effective::Evaluator;
use iam_policy::escalation::Path;
use iam_policy::{Catalogue, Effect, Layer};

use super::Analysis;
use super::paths::{Judged, Outcome};
use super::principal::Principal;

/// One way of a principal to more permissions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EscalationRow {
    /// The stable name of the path; `administrator` for administration itself.
    pub path: &'static str,
    /// Where the path is described.
    pub source: &'static str,
    /// What it makes use of.
    pub category: &'static str,
    /// Whether it is open.
    pub outcome: Outcome,
    /// It is open in every context.
    pub is_certain: bool,
    /// In how many steps it ends in administration; `None` where it does not.
    pub steps: Option<u8>,
    /// The user or role that it leads to.
    pub target: Option<String>,
    /// The required actions, and the statements that grant each of them.
    pub granted: Vec<Granted>,
    /// Why it is open, or what closes it.
    pub reason: String,
}

/// A required action and where it comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Granted {
    /// `service:Action`.
    pub action: &'static str,
    /// Statements that allow it, as policy and statement.
    pub statements: Vec<String>,
}

pub(super) fn rows(analysis: &Analysis<'_>, at: usize, evaluator: &mut Evaluator) -> Vec<EscalationRow> {
    let (Some(principal), Some(judged)) = (analysis.principals.get(at), analysis.outcomes.get(at)) else {
        return Vec::new();
    };
    judged
        .iter()
        .map(|one| row(analysis, principal, one, evaluator))
        .collect()
}

fn row(
    analysis: &Analysis<'_>,
    principal: &Principal<'_>,
    judged: &Judged,
    evaluator: &mut Evaluator,
) -> EscalationRow {
    let granted = granted(analysis, principal, judged, evaluator);
    let target = judged.target.and_then(|target| analysis.principals.get(target));
    let reason = match judged.outcome {
        Outcome::Held => "its policies allow everything that its limits leave open".to_owned(),
        Outcome::Open => open(judged, target),
        Outcome::Blocked => blocked(analysis, principal, judged, evaluator),
        Outcome::NoTarget => {
            let services = judged.path.map(|path| path.passes_to.join(" or ")).unwrap_or_default();
            format!("no role of the account that trusts {services} can be passed")
        }
    };
    EscalationRow {
        path: judged.path.map_or("administrator", |path| &path.id),
        source: judged.path.map_or("iam-census", |path| &path.source),
        category: judged.path.map_or("administrator", |path| path.category.name()),
        outcome: judged.outcome,
        is_certain: judged.is_certain,
        steps: judged.steps,
        target: target.map(|target| target.who.arn().to_owned()),
        granted,
        reason,
    }
}

fn open(judged: &Judged, target: Option<&Principal<'_>>) -> String {
    let certainty = if judged.is_certain { "" } else { ", in some context" };
    let end = match judged.steps {
        Some(1) => "administration in one step".to_owned(),
        Some(steps) => format!("administration in {steps} steps"),
        None => "more permissions, but not administration".to_owned(),
    };
    match target {
        Some(target) => format!("leads to {} {}, {end}{certainty}", target.who.kind(), target.who.name()),
        None => format!("leads to {end}{certainty}"),
    }
}

/// The actions that administration is told by.
const ADMINISTRATION: [&str; 1] = ["iam:AttachRolePolicy"];

fn granted(
    analysis: &Analysis<'_>,
    principal: &Principal<'_>,
    judged: &Judged,
    evaluator: &mut Evaluator,
) -> Vec<Granted> {
    let mut all = Vec::new();
    for action in actions(judged.path) {
        let known = principal.known();
        let Some(id) = Catalogue::get().find(action) else {
            continue;
        };
        let touches = evaluator.explain(&principal.policies, &known, id);
        let statements = touches.into_iter().map(|touch| touch.statement);
        let allows = statements.filter(|one| one.layer == Layer::Identity && one.effect == Effect::Allow);
        all.push(Granted {
            action,
            statements: allows.map(|one| called(analysis, principal, &one)).collect(),
        });
    }
    all
}

fn actions(path: Option<&'static Path>) -> Vec<&'static str> {
    match path {
        Some(path) => path.requires.iter().map(String::as_str).collect(),
        None => ADMINISTRATION.to_vec(),
    }
}

/// What each limit says to the actions that a path needs.
fn blocked(analysis: &Analysis<'_>, principal: &Principal<'_>, judged: &Judged, evaluator: &mut Evaluator) -> String {
    let mut reasons = Vec::new();
    for action in actions(judged.path) {
        let known = principal.known();
        let Some(id) = Catalogue::get().find(action) else {
            continue;
        };
        let touches = evaluator.explain(&principal.policies, &known, id);
        for touch in &touches {
            let statement = &touch.statement;
            let is_limit = statement.effect == Effect::Deny && statement.layer != Layer::Identity;
            if is_limit && touch.reach.always && touch.reach.all {
                reasons.push(format!("{} denies {action}", called(analysis, principal, statement)));
            }
        }
        let levels = (0..principal.policies.scps.len()).map(Layer::ServiceControl);
        let boundary = principal.policies.boundary.is_some().then_some(Layer::Boundary);
        for layer in levels.chain(boundary) {
            let mut allows = touches.iter().filter(|touch| touch.statement.effect == Effect::Allow);
            if !allows.any(|touch| touch.statement.layer == layer) {
                let verb = if layer == Layer::Boundary { "does" } else { "do" };
                let name = layer_name(analysis, principal, layer);
                reasons.push(format!("{name} {verb} not allow {action}"));
            }
        }
    }
    if reasons.is_empty() {
        let partly = actions(judged.path)
            .into_iter()
            .flat_map(|action| denies(analysis, principal, action, evaluator));
        reasons.extend(partly);
    }
    if reasons.is_empty() {
        reasons.push("its boundary and the control policies together leave nothing of it open".to_owned());
    }
    reasons.dedup();
    reasons.join("; ")
}

/// The limits that deny an action on some resource or in some context.
fn denies(analysis: &Analysis<'_>, principal: &Principal<'_>, action: &str, evaluator: &mut Evaluator) -> Vec<String> {
    let Some(id) = Catalogue::get().find(action) else {
        return Vec::new();
    };
    let known = principal.known();
    let touches = evaluator.explain(&principal.policies, &known, id).into_iter();
    let limits = touches.filter(|touch| {
        touch.statement.layer != Layer::Identity && (touch.statement.effect == Effect::Deny || !touch.reach.all)
    });
    let say = |touch: iam_policy::effective::Touch<'_>| {
        let verb = match touch.statement.effect {
            Effect::Deny => "denies",
            Effect::Allow => "allows only some of",
        };
        format!("{} {verb} {action}", called(analysis, principal, &touch.statement))
    };
    limits.map(say).collect()
}

fn layer_name(analysis: &Analysis<'_>, principal: &Principal<'_>, layer: Layer) -> String {
    if let Layer::ServiceControl(level) = layer {
        return format!("the SCPs of {}", analysis.scps.name(level, 0).1);
    }
    let boundary = principal.boundary.and_then(|at| analysis.index.entry(at));
    format!("the permissions boundary {}", boundary.map_or("", |entry| entry.name))
}

/// A statement as policy and `Sid` or place.
fn called(analysis: &Analysis<'_>, principal: &Principal<'_>, statement: &Decisive<'_>) -> String {
    let policy = match statement.layer {
        Layer::Identity => {
            let grant = principal
                .granted_by
                .get(statement.policy)
                .and_then(|at| principal.grants.get(*at));
            let entry = grant.and_then(|grant| Some((grant, analysis.index.entry(grant.policy)?)));
            match entry {
                Some((grant, entry)) => match grant.group {
                    Some(group) => format!("{} via group {group}", entry.label()),
                    None => entry.label(),
                },
                None => String::new(),
            }
        }
        Layer::ServiceControl(level) => {
            let (name, place) = analysis.scps.name(level, statement.policy);
            format!("SCP {name} of {place}")
        }
        Layer::ResourceControl(level) => {
            let (name, place) = analysis.rcps.name(level, statement.policy);
            format!("RCP {name} of {place}")
        }
        Layer::Boundary | Layer::Session | Layer::Resource => layer_name(analysis, principal, statement.layer),
    };
    match statement.sid {
        Some(sid) => format!("{policy}, statement {sid}"),
        None => format!("{policy}, statement {}", statement.statement + 1),
    }
}
