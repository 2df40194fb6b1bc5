//! What a principal may do to one resource, without a request context.

use super::{Known, layers};
use crate::arn::ResourcePattern;
use crate::decision::service::supports_resource_control;
use crate::decision::{Layer, Policies};
use crate::document::Policy;
use crate::evaluate::Kind;
use crate::pattern;
use crate::principal::Named;
use crate::request::Principal;
use crate::statement::{Effect, Resources};

use super::planes::{certainty, conditions_hold};

/// Whether something is allowed, over all contexts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Possibility {
    /// In no context.
    #[default]
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
    OneAction::new(policies, known, action).on(resource)
}

/// The statements of a principal's policies that are about one action, to be asked about many resources.
#[derive(Debug)]
pub struct OneAction<'p> {
    action: String,
    policies: &'p Policies,
    known: &'p Known<'p>,
    /// The layers that have a say, also those that are silent.
    layers: Vec<(Layer, Vec<Part<'p>>)>,
}

#[derive(Debug)]
struct Part<'p> {
    effect: Effect,
    /// It applies in every context.
    always: bool,
    resources: Option<&'p Resources>,
}

impl<'p> OneAction<'p> {
    /// Looks out the statements about an action, given as `service:action`; `policies.resource` is for
    /// [`may_assume`](Self::may_assume) only.
    #[must_use]
    pub fn new(policies: &'p Policies, known: &'p Known<'p>, action: &str) -> Self {
        let action = action.to_ascii_lowercase();
        let is_controlled = supports_resource_control(service_of(&action)) && action != "kms:retiregrant";
        let mut about = Vec::new();
        for (layer, policies) in layers(policies) {
            let kind = match layer {
                Layer::ResourceControl(_) if !is_controlled => continue,
                Layer::ResourceControl(_) => Kind::ResourceControl,
                Layer::Boundary | Layer::Session if policies.is_empty() => continue,
                _ => Kind::Attached,
            };
            let statements = policies.iter().flat_map(|policy| &policy.statements);
            let parts = statements.filter(|statement| statement.actions.cover(&action));
            let parts = parts.filter_map(|statement| {
                Some(Part {
                    effect: statement.effect,
                    always: certainty(statement, kind, known)?,
                    resources: statement.resources.as_ref(),
                })
            });
            about.push((layer, parts.collect()));
        }
        Self {
            action,
            policies,
            known,
            layers: about,
        }
    }

    /// Where the statements stand in memory and whether they always apply: equal for two principals that share them.
    /// `None` where a resource names a value of the context.
    #[must_use]
    pub fn signature(&self) -> Option<Vec<usize>> {
        let mut signature = Vec::new();
        for (_, parts) in &self.layers {
            signature.push(0);
            for part in parts {
                let Some(resources) = part.resources else {
                    continue;
                };
                let has_variables = resources.patterns.iter().any(|pattern| match pattern {
                    ResourcePattern::Arn(template) => template.variables().next().is_some(),
                    ResourcePattern::Everything => false,
                });
                if has_variables {
                    return None;
                }
                // Addresses are even, so the two cases of one statement differ.
                signature.push(std::ptr::from_ref(resources).addr() + usize::from(part.always));
            }
        }
        Some(signature)
    }

    /// Whether the action may be done to a resource: an ARN, or `*` for an action without resources.
    #[must_use]
    pub fn on(&self, resource: &str) -> Possibility {
        let sides = self.sides(resource);
        sides.but_denied(sides.identity.min(sides.limiters).min(sides.scps))
    }

    /// Whether the principal may assume a role of its own account, for an action such as `sts:AssumeRole`.
    ///
    /// A trust policy that names the account delegates to the principal's policies; one that names the principal
    /// grants by itself, within what limits the principal ("How IAM roles differ from resource-based policies").
    #[must_use]
    pub fn may_assume(&self, principal: &Principal<'_>, role: &str, trust: &Policy) -> Possibility {
        let has_boundary = self.policies.boundary.is_some();
        let kind = Kind::Resource { has_boundary };
        let sides = self.sides(role);
        let (mut granted, mut denied) = (Possibility::Never, sides.denied);
        for statement in &trust.statements {
            let (Some(principals), None) = (&statement.principals, kind.misplaced(statement)) else {
                continue;
            };
            if !statement.actions.cover(&self.action) {
                continue;
            }
            let possibility = match conditions_hold(statement, self.known) {
                None => continue,
                Some(true) => Possibility::Always,
                Some(false) => Possibility::Sometimes,
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
        let scps = sides.scps;
        Sides { denied, ..sides }.but_denied(granted.min(scps))
    }

    fn sides(&self, resource: &str) -> Sides {
        let mut sides = Sides {
            identity: Possibility::Never,
            limiters: Possibility::Always,
            scps: Possibility::Always,
            denied: Possibility::Never,
        };
        for (layer, parts) in &self.layers {
            let mut allowed = Possibility::Never;
            for part in parts {
                let possibility = part.applies(self.known, resource);
                match part.effect {
                    Effect::Allow => allowed = allowed.max(possibility),
                    Effect::Deny => sides.denied = sides.denied.max(possibility),
                }
            }
            match layer {
                Layer::Identity => sides.identity = allowed,
                Layer::ServiceControl(_) => sides.scps = sides.scps.min(allowed),
                Layer::Boundary | Layer::Session => sides.limiters = sides.limiters.min(allowed),
                Layer::ResourceControl(_) | Layer::Resource => {}
            }
        }
        sides
    }
}

impl Part<'_> {
    fn applies(&self, known: &Known<'_>, resource: &str) -> Possibility {
        let reached = self
            .resources
            .map_or(Possibility::Always, |resources| covers(resources, known, resource));
        if self.always {
            reached
        } else {
            reached.min(Possibility::Sometimes)
        }
    }
}

impl Sides {
    fn but_denied(&self, answer: Possibility) -> Possibility {
        match self.denied {
            Possibility::Never => answer,
            Possibility::Sometimes => answer.min(Possibility::Sometimes),
            Possibility::Always => Possibility::Never,
        }
    }
}

/// The resources that identity policies may allow an action on, where each is written without a wildcard; `None` where
/// one is not, or depends on what is not known. On no other resource is the action allowed; whether it is on these,
/// after conditions, denials and limits, is for [`OneAction::on`] to say.
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

fn service_of(action: &str) -> &str {
    action.split(':').next().unwrap_or_default()
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
