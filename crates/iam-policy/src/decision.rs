//! The decision over all layers of policies that apply to one request.
//!
//! Rules: "How AWS enforcement code logic evaluates requests to allow or deny access", "Cross-account policy
//! evaluation logic", "Permissions boundaries for IAM entities", "Session policies", and "SCP evaluation" and
//! "RCP evaluation" of the AWS Organizations User Guide.

use std::sync::Arc;

use crate::document::Policy;
use crate::evaluate::{Kind, each_match};
use crate::principal::Named;
use crate::request::{Principal, Request};
use crate::statement::Effect;

pub(crate) mod service;

/// How a request ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Every layer that must allow does, and none denies.
    Allowed,
    /// A `Deny` statement applies.
    ExplicitlyDenied,
    /// Nothing denies, but a layer that must allow does not.
    ImplicitlyDenied,
}

impl Outcome {
    /// The name that outputs use.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Allowed => "Allowed",
            Self::ExplicitlyDenied => "ExplicitlyDenied",
            Self::ImplicitlyDenied => "ImplicitlyDenied",
        }
    }
}

/// A layer of policies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layer {
    /// Resource control policies of one level above the resource, from 0, the organization root.
    ResourceControl(usize),
    /// Service control policies of one level above the principal, from 0, the organization root.
    ServiceControl(usize),
    /// The policy of the resource, or the trust policy of a role.
    Resource,
    /// The policies of the user, its groups, or the role.
    Identity,
    /// The permissions boundary.
    Boundary,
    /// The policy passed when the session was made.
    Session,
}

impl Layer {
    /// The name that outputs use, which is that of the input field.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::ResourceControl(_) => "rcps",
            Self::ServiceControl(_) => "scps",
            Self::Resource => "resource_policy",
            Self::Identity => "identity",
            Self::Boundary => "boundary",
            Self::Session => "session",
        }
    }

    /// The level of an SCP or RCP, from 0, the organization root.
    #[must_use]
    pub fn level(self) -> Option<usize> {
        match self {
            Self::ResourceControl(level) | Self::ServiceControl(level) => Some(level),
            _ => None,
        }
    }
}

/// All policies that apply to a request. A list per level, organization root first, account last.
#[derive(Clone, Debug, Default)]
pub struct Policies {
    /// User, group and role policies, inline and managed.
    pub identity: Vec<Arc<Policy>>,
    /// The permissions boundary, if the principal has one.
    pub boundary: Option<Arc<Policy>>,
    /// The session policy, if one was passed.
    pub session: Option<Arc<Policy>>,
    /// The policy of the resource; for `sts:AssumeRole…` the role's trust policy.
    pub resource: Option<Arc<Policy>>,
    /// Service control policies on the path to the principal's account; empty outside an organization and for the
    /// management account.
    pub scps: Vec<Vec<Arc<Policy>>>,
    /// Resource control policies on the path to the resource's account; `RCPFullAWSAccess` is implied.
    pub rcps: Vec<Vec<Arc<Policy>>>,
}

/// A statement that decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decisive<'p> {
    /// The layer of its policy.
    pub layer: Layer,
    /// The place of its policy in the layer, from 0.
    pub policy: usize,
    /// Its place in the document, from 0.
    pub statement: usize,
    /// Its `Sid`.
    pub sid: Option<&'p str>,
    /// Its `Effect`.
    pub effect: Effect,
}

/// Something of a policy that took no part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Skipped<'p> {
    /// The layer of its policy.
    pub layer: Layer,
    /// The place of its policy in the layer, from 0.
    pub policy: usize,
    /// The place of the statement in the document, from 0; `None` for the whole document.
    pub statement: Option<usize>,
    /// Why.
    pub reason: &'p str,
}

/// The answer.
#[derive(Clone, Debug)]
pub struct Decision<'p> {
    /// How the request ends.
    pub outcome: Outcome,
    /// The layer that denied, or that was silent where it had to allow; `None` when allowed.
    pub blocked_by: Option<Layer>,
    /// Denied: each `Deny` that applies. Allowed: each `Allow` that grants, and the first of each limiting layer.
    pub decisive: Vec<Decisive<'p>>,
    /// What could not be evaluated, in any layer. The answer holds for the rest.
    pub not_evaluated: Vec<Skipped<'p>>,
}

/// Decides one request.
#[must_use]
pub fn decide<'p>(policies: &'p Policies, request: &Request<'_>) -> Decision<'p> {
    let mut found = Found::new(policies, request);
    found.search();
    let (outcome, blocked_by) = found.conclude();
    let Found {
        mut allows,
        denies,
        not_evaluated,
        ..
    } = found;
    let decisive = match outcome {
        Outcome::Allowed => {
            let mut limited = Vec::new();
            allows.retain(|allow| match allow.layer {
                Layer::Identity | Layer::Resource => true,
                layer if limited.contains(&layer) => false,
                layer => {
                    limited.push(layer);
                    true
                }
            });
            allows
        }
        Outcome::ExplicitlyDenied => denies,
        Outcome::ImplicitlyDenied => Vec::new(),
    };
    Decision {
        outcome,
        blocked_by,
        decisive,
        not_evaluated,
    }
}

/// What the layers say.
struct Found<'p, 'r> {
    policies: &'p Policies,
    request: &'r Request<'r>,
    allows: Vec<Decisive<'p>>,
    denies: Vec<Decisive<'p>>,
    not_evaluated: Vec<Skipped<'p>>,
    /// The most direct grant of the resource policy.
    resource_grant: Option<Named>,
    scps_apply: bool,
}

impl<'p, 'r> Found<'p, 'r> {
    fn new(policies: &'p Policies, request: &'r Request<'r>) -> Self {
        let is_service_linked = request.principal.is_service_linked(&request.context);
        Self {
            policies,
            request,
            allows: Vec::new(),
            denies: Vec::new(),
            not_evaluated: Vec::new(),
            resource_grant: None,
            scps_apply: request.principal.account().is_some() && !is_service_linked,
        }
    }

    fn search(&mut self) {
        let policies = self.policies;
        if !policies.rcps.is_empty()
            && !self.request.principal.is_service_linked(&self.request.context)
            && service::has_resource_control(self.request)
        {
            self.levels(&policies.rcps, Layer::ResourceControl, Kind::ResourceControl);
        }
        if self.scps_apply {
            self.levels(&policies.scps, Layer::ServiceControl, Kind::Attached);
        }
        let has_boundary = policies.boundary.is_some();
        if let Some(policy) = &policies.resource {
            self.policy(Layer::Resource, 0, policy, Kind::Resource { has_boundary });
        }
        for (at, policy) in policies.identity.iter().enumerate() {
            self.policy(Layer::Identity, at, policy, Kind::Attached);
        }
        if let Some(policy) = &policies.boundary {
            self.policy(Layer::Boundary, 0, policy, Kind::Attached);
        }
        if let Some(policy) = &policies.session {
            self.policy(Layer::Session, 0, policy, Kind::Attached);
        }
    }

    fn levels(&mut self, levels: &'p [Vec<Arc<Policy>>], layer: fn(usize) -> Layer, kind: Kind) {
        for (level, policies) in levels.iter().enumerate() {
            for (at, policy) in policies.iter().enumerate() {
                self.policy(layer(level), at, policy, kind);
            }
        }
    }

    fn policy(&mut self, layer: Layer, at: usize, policy: &'p Policy, kind: Kind) {
        let skipped = |statement, reason| Skipped {
            layer,
            policy: at,
            statement,
            reason,
        };
        for part in &policy.not_evaluated {
            self.not_evaluated.push(skipped(part.statement, part.reason.as_str()));
        }
        for statement in &policy.statements {
            if let Some(reason) = kind.misplaced(statement) {
                self.not_evaluated.push(skipped(Some(statement.index), reason));
            }
        }
        each_match(policy, kind, self.request, |statement, named| {
            let decisive = Decisive {
                layer,
                policy: at,
                statement: statement.index,
                sid: statement.sid.as_deref(),
                effect: statement.effect,
            };
            match statement.effect {
                Effect::Deny => self.denies.push(decisive),
                Effect::Allow => {
                    if layer == Layer::Resource {
                        self.resource_grant = self.resource_grant.max(Some(named));
                    }
                    self.allows.push(decisive);
                }
            }
        });
    }

    fn allows(&self, layer: Layer) -> bool {
        self.allows.iter().any(|allow| allow.layer == layer)
    }

    fn conclude(&self) -> (Outcome, Option<Layer>) {
        if let Some(deny) = self.denies.first() {
            return (Outcome::ExplicitlyDenied, Some(deny.layer));
        }
        match self.silent_layer() {
            Some(layer) => (Outcome::ImplicitlyDenied, Some(layer)),
            None => (Outcome::Allowed, None),
        }
    }

    /// The first layer that has to allow and does not.
    fn silent_layer(&self) -> Option<Layer> {
        let request = self.request;
        if self.scps_apply {
            let levels = 0..self.policies.scps.len();
            let silent = levels.map(Layer::ServiceControl).find(|level| !self.allows(*level));
            if silent.is_some() {
                return silent;
            }
        }
        if request.principal.account().is_none() {
            let granted = self.resource_grant == Some(Named::Directly);
            return (!granted).then_some(Layer::Resource);
        }
        if !request.is_same_account() {
            return self
                .silent_identity()
                .or(self.resource_grant.is_none().then_some(Layer::Resource));
        }
        match self.resource_grant {
            Some(Named::Directly) => None,
            Some(Named::Entity) => self.missing_session().or_else(|| self.silent_limiter()),
            None if service::needs_resource_policy(request) => Some(Layer::Resource),
            _ => self.silent_identity(),
        }
    }

    /// The identity side: its policies and what limits them.
    fn silent_identity(&self) -> Option<Layer> {
        match self.request.principal {
            // The root user has full access, and neither boundaries nor session policies apply to it.
            Principal::Root { .. } => None,
            _ => self
                .missing_session()
                .or_else(|| (!self.allows(Layer::Identity)).then_some(Layer::Identity))
                .or_else(|| self.silent_limiter()),
        }
    }

    /// Without a session policy a federated session has no permissions but those of resources that name the session itself
    /// (`GetFederationToken`).
    fn missing_session(&self) -> Option<Layer> {
        let is_federated = matches!(self.request.principal, Principal::FederatedUser { .. });
        (is_federated && self.policies.session.is_none()).then_some(Layer::Session)
    }

    fn silent_limiter(&self) -> Option<Layer> {
        let limits = |policy: &Option<Arc<Policy>>, layer| (policy.is_some() && !self.allows(layer)).then_some(layer);
        limits(&self.policies.boundary, Layer::Boundary).or_else(|| limits(&self.policies.session, Layer::Session))
    }
}
