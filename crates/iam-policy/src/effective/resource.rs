//! What a principal may do to one resource, without a request context.

use super::{Known, layers};
use crate::arn::ResourcePattern;
use crate::decision::service::supports_resource_control;
use crate::decision::{Layer, Policies};
use crate::evaluate::Kind;
use crate::pattern;
use crate::statement::{Effect, Resources, Statement};

use super::planes::certainty;

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

/// Whether an action, given as `service:action`, may be done to one resource: an ARN, or `*` for an action without
/// resources. `policies.resource` plays no part.
#[must_use]
pub fn on_resource(policies: &Policies, known: &Known<'_>, action: &str, resource: &str) -> Possibility {
    let action = action.to_ascii_lowercase();
    let is_controlled = supports_resource_control(service_of(&action)) && action != "kms:retiregrant";
    let mut answer = Possibility::Always;
    let mut denied = Possibility::Never;
    for (layer, policies) in layers(policies) {
        let kind = match layer {
            Layer::ResourceControl(_) if !is_controlled => continue,
            Layer::ResourceControl(_) => Kind::ResourceControl,
            _ => Kind::Attached,
        };
        let must_allow = match layer {
            Layer::ResourceControl(_) => false,
            Layer::Identity | Layer::ServiceControl(_) => true,
            _ => !policies.is_empty(),
        };
        let mut allowed = Possibility::Never;
        for statement in policies.iter().flat_map(|policy| &policy.statements) {
            let possibility = applies(statement, kind, known, &action, resource);
            match statement.effect {
                Effect::Allow => allowed = allowed.max(possibility),
                Effect::Deny => denied = denied.max(possibility),
            }
        }
        if must_allow {
            answer = answer.min(allowed);
        }
    }
    match denied {
        Possibility::Never => answer,
        Possibility::Sometimes => answer.min(Possibility::Sometimes),
        Possibility::Always => Possibility::Never,
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
