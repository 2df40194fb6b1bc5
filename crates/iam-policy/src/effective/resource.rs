//! What a principal may do to one resource, without a request context.

use super::{Known, layers};
use crate::arn::ResourcePattern;
use crate::decision::service::supports_resource_control;
use crate::decision::{Layer, Policies};
use crate::evaluate::Kind;
use crate::pattern;
use crate::principal::Named;
use crate::request::Principal;
use crate::statement::{Effect, Resources, Statement};

use super::planes::{certainty, conditions_hold};

/// Whether something is allowed, over all contexts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Possibility {
    /// In no context.
    Never,
    /// Not in no context, as far as can be proven.
    Sometimes,
    /// In every context.
    Always,
}

/// What the layers say about one resource.
struct Sides {
    identity: Possibility,
    /// Boundary and session policy.
    limiters: Possibility,
    scps: Possibility,
    denied: Possibility,
}

/// Whether an action, given as `service:action`, may be done to one resource: an ARN, or `*` for an action without
/// resources. `policies.resource` plays no part.
#[must_use]
pub fn on_resource(policies: &Policies, known: &Known<'_>, action: &str, resource: &str) -> Possibility {
    let sides = Sides::new(policies, known, &action.to_ascii_lowercase(), resource);
    sides.but_denied(sides.identity.min(sides.limiters).min(sides.scps))
}

/// Whether a principal may assume a role of its own account, whose trust policy is `policies.resource`.
///
/// A trust policy that names the account delegates to the principal's policies; one that names the principal grants
/// by itself, within what limits the principal.
#[must_use]
pub fn may_assume(policies: &Policies, known: &Known<'_>, principal: &Principal<'_>, role: &str) -> Possibility {
    const ACTION: &str = "sts:assumerole";
    let has_boundary = policies.boundary.is_some();
    let kind = Kind::Resource { has_boundary };
    let sides = Sides::new(policies, known, ACTION, role);
    let (mut granted, mut denied) = (Possibility::Never, Possibility::Never);
    for statement in policies.resource.iter().flat_map(|trust| &trust.statements) {
        let Some(principals) = statement.principals.as_ref() else {
            continue;
        };
        let Some(always) = conditions_hold(statement, known).filter(|_| kind.misplaced(statement).is_none()) else {
            continue;
        };
        if !statement.actions.cover(ACTION) {
            continue;
        }
        let possibility = if always {
            Possibility::Always
        } else {
            Possibility::Sometimes
        };
        match statement.effect {
            Effect::Deny if principals.denies(principal, has_boundary) => denied = denied.max(possibility),
            Effect::Deny => {}
            Effect::Allow => {
                let within = match principals.allows(principal) {
                    None => Possibility::Never,
                    Some(Named::Directly) => Possibility::Always,
                    Some(Named::Entity) => sides.limiters,
                    Some(Named::Account) => sides.limiters.min(sides.identity),
                };
                granted = granted.max(possibility.min(within));
            }
        }
    }
    let denied = Sides {
        denied: sides.denied.max(denied),
        ..sides
    };
    denied.but_denied(granted.min(denied.scps))
}

/// The resources that identity policies allow an action on, where each is written without a wildcard; `None` where one
/// is not, or depends on what is not known.
#[must_use]
pub fn exact_resources(policies: &Policies, known: &Known<'_>, action: &str) -> Option<Vec<String>> {
    let action = action.to_ascii_lowercase();
    let mut exact = Vec::new();
    for statement in policies.identity.iter().flat_map(|policy| &policy.statements) {
        if statement.effect == Effect::Deny || !statement.actions.cover(&action) {
            continue;
        }
        let resources = statement.resources.as_ref().filter(|resources| !resources.negated)?;
        for pattern in &resources.patterns {
            let ResourcePattern::Arn(template) = pattern else {
                return None;
            };
            if !template.variables().all(|key| known.has(key)) {
                return None;
            }
            let Some(filled) = template.fill(known.context()) else {
                continue;
            };
            if filled.bytes().iter().any(|byte| *byte >= pattern::ONE_IN_SEGMENT) {
                return None;
            }
            exact.push(String::from_utf8_lossy(filled.bytes()).into_owned());
        }
    }
    Some(exact)
}

impl Sides {
    fn new(policies: &Policies, known: &Known<'_>, action: &str, resource: &str) -> Self {
        let is_controlled = supports_resource_control(service_of(action)) && action != "kms:retiregrant";
        let mut sides = Self {
            identity: Possibility::Never,
            limiters: Possibility::Always,
            scps: Possibility::Always,
            denied: Possibility::Never,
        };
        for (layer, policies) in layers(policies) {
            let kind = match layer {
                Layer::ResourceControl(_) if !is_controlled => continue,
                Layer::ResourceControl(_) => Kind::ResourceControl,
                _ => Kind::Attached,
            };
            let mut allowed = Possibility::Never;
            for statement in policies.iter().flat_map(|policy| &policy.statements) {
                let possibility = applies(statement, kind, known, action, resource);
                match statement.effect {
                    Effect::Allow => allowed = allowed.max(possibility),
                    Effect::Deny => sides.denied = sides.denied.max(possibility),
                }
            }
            match layer {
                Layer::Identity => sides.identity = allowed,
                Layer::ServiceControl(_) => sides.scps = sides.scps.min(allowed),
                Layer::Boundary | Layer::Session if !policies.is_empty() => {
                    sides.limiters = sides.limiters.min(allowed);
                }
                _ => {}
            }
        }
        sides
    }

    fn but_denied(&self, answer: Possibility) -> Possibility {
        match self.denied {
            Possibility::Never => answer,
            Possibility::Sometimes => answer.min(Possibility::Sometimes),
            Possibility::Always => Possibility::Never,
        }
    }
}

fn service_of(action: &str) -> &str {
    action.split(':').next().unwrap_or_default()
}

fn applies(statement: &Statement, kind: Kind, known: &Known<'_>, action: &str, resource: &str) -> Possibility {
    let Some(always) = certainty(statement, kind, known) else {
        return Possibility::Never;
    };
    if !statement.actions.cover(action) {
        return Possibility::Never;
    }
    let reached = statement
        .resources
        .as_ref()
        .map_or(Possibility::Always, |resources| covers(resources, known, resource));
    if always {
        reached
    } else {
        reached.min(Possibility::Sometimes)
    }
}

fn covers(resources: &Resources, known: &Known<'_>, resource: &str) -> Possibility {
    let listed = resources
        .patterns
        .iter()
        .map(|pattern| matches(pattern, known, resource))
        .max()
        .unwrap_or(Possibility::Never);
    match (resources.negated, listed) {
        (true, Possibility::Always) => Possibility::Never,
        (true, Possibility::Never) => Possibility::Always,
        (_, listed) => listed,
    }
}

fn matches(pattern: &ResourcePattern, known: &Known<'_>, resource: &str) -> Possibility {
    let ResourcePattern::Arn(template) = pattern else {
        return Possibility::Always;
    };
    if template.variables().all(|key| known.has(key)) {
        return if pattern.matches(resource, known.context()) {
            Possibility::Always
        } else {
            Possibility::Never
        };
    }
    let is_possible = resource != "*" && pattern::matches(&template.with_any_values(), resource.as_bytes());
    if is_possible {
        Possibility::Sometimes
    } else {
        Possibility::Never
    }
}
