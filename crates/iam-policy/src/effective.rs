//! What a principal may do, without a request: bounds over the whole action catalogue.
//!
//! Four sets, from certain to possible, over the identity policies and everything that limits them:
//! * `lower_all`: allowed on every resource, whatever the context;
//! * `lower_some`: allowed on at least one resource, whatever the context;
//! * `upper_all`: not proven to be out of reach on some resource in every context;
//! * `upper_some`: not proven to be out of reach on every resource in every context.
//!
//! `lower_all ⊆ lower_some ⊆ upper_some` and `lower_all ⊆ upper_all ⊆ upper_some`. A resource of an action is one of
//! the types that the catalogue lists for it; an action without types is requested on `*`. A resource that the formats
//! of several types match is of the most specific one: an object is no bucket, though `arn:*:s3:::*` matches it. What
//! resource-based policies grant on top is not in the sets; actions that a role's trust policy or a key's policy must
//! allow as well are never in a lower bound.
//!
//! A request can need several resources of different types at once, which the catalogue does not tell from types that
//! are alternatives: `lower_some` says that one of the resources is certain, not that a request is.

mod each;
mod extent;
mod kept;
mod meeting;
mod planes;
mod reach;
mod resource;
mod sum;

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use foldhash::fast::FixedState;

use crate::action_set::ActionSet;
use crate::catalogue::{ActionId, Catalogue};
use crate::decision::service::is_trust_action;
use crate::decision::{Decisive, Layer, Policies};
use crate::document::Policy;
use crate::evaluate::Kind;
use crate::request::{Context, RequestError, Value};

use kept::Kept;
use planes::{Planes, Shared};
use sum::Sum;

pub(crate) use each::allows_each_type;
pub use reach::Reach;
pub use resource::{OneAction, Possibility, exact_resources, on_resource};

/// The actions that a trust policy or a key's policy must allow as well.
static NEEDS_RESOURCE_POLICY: LazyLock<ActionSet> = LazyLock::new(|| {
    let catalogue = Catalogue::get();
    let actions = catalogue.all();
    actions
        .iter()
        .filter(|id| needs_resource_policy(catalogue, *id))
        .collect()
});

/// What is known of the context of every request of a principal. Of all other keys nothing is known.
#[derive(Clone, Debug, Default)]
pub struct Known<'a> {
    context: Context<'a>,
    absent: Vec<String>,
}

impl<'a> Known<'a> {
    /// States the value of a key.
    ///
    /// # Errors
    /// [`RequestError::RepeatedKey`] when the key has a value already.
    pub fn insert(&mut self, key: &'a str, value: Value<'a>) -> Result<(), RequestError> {
        self.context.insert(key, value)
    }

    /// States that no request of the principal has the key.
    pub fn insert_absent(&mut self, key: &str) {
        self.absent.push(key.to_ascii_lowercase());
    }

    pub(crate) fn context(&self) -> &Context<'a> {
        &self.context
    }

    /// Whether the key, given in lower case, is known to have a value or none.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.context.get(key).is_some() || self.absent.iter().any(|absent| absent == key)
    }
}

/// The bounds of one principal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Effective {
    /// Allowed on every resource, whatever the context.
    pub lower_all: ActionSet,
    /// Allowed on at least one resource, whatever the context.
    pub lower_some: ActionSet,
    /// Possibly allowed on every resource, in some context.
    pub upper_all: ActionSet,
    /// Possibly allowed on some resource, in some context.
    pub upper_some: ActionSet,
    /// Denied by a statement on every resource, whatever the context.
    pub denied: ActionSet,
}

/// A statement that has to do with an action.
#[derive(Clone, Copy, Debug)]
pub struct Touch<'p> {
    /// Which statement.
    pub statement: Decisive<'p>,
    /// How far it reaches.
    pub reach: Reach,
}

/// Computes bounds and keeps what documents and chains of SCPs come to, for principals that share them.
#[derive(Debug)]
pub struct Evaluator {
    catalogue: &'static Catalogue,
    shared: Shared,
    documents: Kept,
    /// Layers that limit, by the addresses of their documents' planes, which `documents` keeps alive.
    chains: HashMap<Vec<usize>, Arc<Sum>, FixedState>,
}

impl Default for Evaluator {
    fn default() -> Self {
        Self::new()
    }
}

impl Evaluator {
    /// An evaluator over the catalogue of this build.
    #[must_use]
    pub fn new() -> Self {
        Self {
            catalogue: Catalogue::get(),
            shared: Shared::default(),
            documents: Kept::default(),
            chains: HashMap::default(),
        }
    }

    /// The bounds of a principal; `policies.resource` plays no part.
    pub fn effective(&mut self, policies: &Policies, known: &Known<'_>) -> Effective {
        let mut sum = self.layer(&policies.identity, Kind::Attached, known);
        for limiter in policies.boundary.iter().chain(&policies.session) {
            let level = vec![Arc::clone(limiter)];
            sum.limit(&self.chain(std::slice::from_ref(&level), known));
        }
        if !policies.scps.is_empty() {
            sum.limit(&self.chain(&policies.scps, known));
        }
        for level in &policies.rcps {
            // RCPFullAWSAccess is implied, so an RCP only denies.
            sum.deny(&self.layer(level, Kind::ResourceControl, known));
        }
        sum.conclude(&NEEDS_RESOURCE_POLICY)
    }

    /// What service and resource control policies leave to somebody who is allowed everything else; `policies` but for
    /// `scps` and `rcps` play no part, and neither does what the policy of a resource has to allow as well.
    pub fn ceiling(&mut self, policies: &Policies, known: &Known<'_>) -> Effective {
        let mut sum = Sum::unlimited(self.catalogue);
        if !policies.scps.is_empty() {
            sum.limit(&self.chain(&policies.scps, known));
        }
        for level in &policies.rcps {
            sum.deny(&self.layer(level, Kind::ResourceControl, known));
        }
        sum.conclude(&ActionSet::default())
    }

    fn chain(&mut self, levels: &[Vec<Arc<Policy>>], known: &Known<'_>) -> Arc<Sum> {
        let mut key = Some(Vec::new());
        let mut all = Vec::with_capacity(levels.len());
        for level in levels {
            let mut planes = Vec::with_capacity(level.len());
            for policy in level {
                let (one, is_kept) = self.planes(policy, Kind::Attached, known);
                key = key.filter(|_| is_kept);
                if let Some(key) = &mut key {
                    key.push(Arc::as_ptr(&one).addr());
                }
                planes.push(one);
            }
            if let Some(key) = &mut key {
                key.push(0);
            }
            all.push(planes);
        }
        if let Some(chain) = key.as_ref().and_then(|key| self.chains.get(key)) {
            return Arc::clone(chain);
        }
        let mut chain = Sum::unlimited(self.catalogue);
        for planes in all {
            let mut level = Sum::new(self.catalogue);
            for one in &planes {
                level.unite(one);
            }
            chain.limit(&level);
        }
        let chain = Arc::new(chain);
        if let Some(key) = key {
            self.chains.insert(key, Arc::clone(&chain));
        }
        chain
    }

    /// The documents of one layer together.
    fn layer(&mut self, policies: &[Arc<Policy>], kind: Kind, known: &Known<'_>) -> Sum {
        let mut sum = Sum::new(self.catalogue);
        for policy in policies {
            sum.unite(&self.planes(policy, kind, known).0);
        }
        sum
    }

    /// What a document comes to, and whether that is kept for as long as the evaluator.
    fn planes(&mut self, policy: &Arc<Policy>, kind: Kind, known: &Known<'_>) -> (Arc<Planes>, bool) {
        let catalogue = self.catalogue;
        let compute = || Planes::new(policy, kind, known, catalogue, &mut self.shared);
        self.documents.get_or(policy, kind, known, compute)
    }

    /// Every statement that has to do with an action, and how far it reaches: why an action is in a bound.
    pub fn explain<'p>(&mut self, policies: &'p Policies, known: &Known<'_>, action: ActionId) -> Vec<Touch<'p>> {
        let mut touches = Vec::new();
        for (layer, policies) in layers(policies) {
            let kind = match layer {
                Layer::ResourceControl(_) => Kind::ResourceControl,
                _ => Kind::Attached,
            };
            for (at, policy) in policies.iter().enumerate() {
                for statement in &policy.statements {
                    let reach = planes::reach(
                        statement,
                        kind,
                        known,
                        self.catalogue,
                        &mut self.shared.meetings,
                        action,
                    );
                    if let Some(reach) = reach {
                        touches.push(Touch {
                            statement: Decisive {
                                layer,
                                policy: at,
                                statement: statement.index,
                                sid: statement.sid.as_deref(),
                                effect: statement.effect,
                            },
                            reach,
                        });
                    }
                }
            }
        }
        touches
    }
}

/// What tells principals apart that control policies restrict differently: equal for two whose control policies are the
/// same documents in memory and have the same conditions hold. `None` where a resource names a value of the context.
#[must_use]
pub fn control_signature(policies: &Policies, known: &Known<'_>) -> Option<Vec<usize>> {
    let mut signature = Vec::new();
    for (layer, policies) in layers(policies) {
        let kind = match layer {
            Layer::ServiceControl(_) => Kind::Attached,
            Layer::ResourceControl(_) => Kind::ResourceControl,
            _ => continue,
        };
        // Addresses are never this small.
        signature.push(usize::from(kind == Kind::ResourceControl));
        for policy in policies {
            signature.push(Arc::as_ptr(policy).addr());
            for statement in &policy.statements {
                if statement.resource_variables().any(|key| known.has(key)) {
                    return None;
                }
                if statement.is_conditional() {
                    let holds = planes::certainty(statement, kind, known);
                    signature.push(holds.map_or(2, |always| 3 + usize::from(always)));
                }
            }
        }
    }
    Some(signature)
}

fn layers(policies: &Policies) -> impl Iterator<Item = (Layer, &[Arc<Policy>])> {
    let levels = |levels: &'_ [Vec<Arc<Policy>>]| 0..levels.len();
    let scps = levels(&policies.scps).map(Layer::ServiceControl);
    let rcps = levels(&policies.rcps).map(Layer::ResourceControl);
    scps.zip(&policies.scps)
        .chain(rcps.zip(&policies.rcps))
        .map(|(layer, policies)| (layer, policies.as_slice()))
        .chain([
            (Layer::Identity, policies.identity.as_slice()),
            (Layer::Boundary, policies.boundary.as_slice()),
            (Layer::Session, policies.session.as_slice()),
        ])
}

/// Whether some request for the action is answered by a trust policy or a key policy.
fn needs_resource_policy(catalogue: &Catalogue, id: ActionId) -> bool {
    let key = catalogue.key(id);
    is_trust_action(key)
        || (key.starts_with("kms:")
            && catalogue
                .action(id)
                .is_some_and(|action| !catalogue.resource_types(action).is_empty()))
}

#[cfg(test)]
mod tests;
