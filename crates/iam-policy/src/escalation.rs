//! Ways to more permissions than a principal was given, judged on what all its policies come to together.
//!
//! The paths are data (`data/escalation-paths.json`; see `data/NOTICE`). A path is open when every action that it
//! requires is allowed; one that works on the principal itself only counts when the actions reach its own ARN, its
//! groups, or its policies.

use std::sync::{LazyLock, OnceLock};

use serde::Deserialize;

use crate::catalogue::{ActionId, Catalogue};
use crate::decision::{Decisive, Policies};
use crate::effective::{Effective, Evaluator, Known, OneAction, Possibility, allows_each_type};
use crate::statement::Effect;

static PATHS: LazyLock<Vec<Path>> =
    LazyLock::new(|| serde_json::from_str(include_str!("../data/escalation-paths.json")).unwrap_or_default());

/// What a path makes use of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Category {
    /// The principal widens its own permissions.
    SelfEscalation,
    /// The principal becomes another one, or gets hold of its credentials.
    PrincipalAccess,
    /// The principal makes a service work for it with a role of its choice.
    NewPassrole,
    /// The principal works through a role that something already has.
    ExistingPassrole,
    /// The principal takes away what limits it.
    GuardrailRemoval,
    /// The principal changes who may sign in from elsewhere.
    Federation,
    /// The principal assigns itself access through IAM Identity Center.
    IdentityCenter,
    /// The principal opens a resource by its own policy.
    ResourceExposure,
}

impl Category {
    /// The name that outputs use.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::SelfEscalation => "own permissions",
            Self::PrincipalAccess => "another principal",
            Self::NewPassrole => "role passed to a service",
            Self::ExistingPassrole => "role of a resource",
            Self::GuardrailRemoval => "guardrail removal",
            Self::Federation => "federation",
            Self::IdentityCenter => "IAM Identity Center",
            Self::ResourceExposure => "resource policy",
        }
    }
}

/// A known path.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Path {
    /// Its stable name.
    pub id: String,
    /// Where it is described.
    pub source: String,
    /// What it makes use of.
    pub category: Category,
    /// The actions, `service:Action`, all of which it needs.
    pub requires: Vec<String>,
    /// The services that a role is passed to.
    #[serde(default)]
    pub passes_to: Vec<String>,
    /// The path that this one is a special case of.
    #[serde(default)]
    pub refines: Option<String>,
    /// Whether the actions have to reach something of the principal's own.
    #[serde(default)]
    pub on_own: bool,
    #[serde(skip)]
    ids: OnceLock<Vec<ActionId>>,
}

impl Path {
    /// All known paths.
    #[must_use]
    pub fn all() -> &'static [Self] {
        &PATHS
    }
}

/// A path that is open to a principal.
#[derive(Debug)]
pub struct Escalation<'p> {
    /// Which path.
    pub path: &'static Path,
    /// Whether it is open whatever the context and on a resource of each type that its actions take for certain, or
    /// only possibly.
    pub is_certain: bool,
    /// For each required action, the statements that allow it, in identity policies and in what limits them.
    pub grants: Vec<(&'static str, Vec<Decisive<'p>>)>,
}

/// The paths that are open. `own` holds the ARNs of the principal itself, its groups, and the customer managed
/// policies attached to them.
pub fn escalations<'p>(
    evaluator: &mut Evaluator,
    policies: &'p Policies,
    known: &Known<'_>,
    effective: &Effective,
    own: &[&str],
) -> Vec<Escalation<'p>> {
    let mut open = Vec::new();
    for path in Path::all() {
        let possibility = path.possibility(policies, known, effective, own);
        if possibility == Possibility::Never {
            continue;
        }
        open.push(Escalation {
            path,
            is_certain: possibility == Possibility::Always,
            grants: path.grants(evaluator, policies, known),
        });
    }
    open
}

impl Path {
    /// The required actions in the catalogue, in their order; empty when one of them is not known.
    pub fn actions(&'static self) -> impl Iterator<Item = (&'static str, ActionId)> {
        let ids = self.ids.get_or_init(|| {
            let ids: Option<Vec<ActionId>> = self.requires.iter().map(|name| Catalogue::get().find(name)).collect();
            ids.unwrap_or_default()
        });
        self.requires.iter().map(String::as_str).zip(ids.iter().copied())
    }

    /// Whether the path is open; `own` as for [`escalations`]. An action that takes resources of several types makes it
    /// certain only where it is allowed on every resource, or on one of each type: requests may need them together.
    #[must_use]
    pub fn possibility(
        &'static self,
        policies: &Policies,
        known: &Known<'_>,
        effective: &Effective,
        own: &[&str],
    ) -> Possibility {
        if self.actions().any(|(_, id)| !effective.upper_some.contains(id)) {
            return Possibility::Never;
        }
        // A request may need a resource of each type, so one of one type is not enough.
        let is_whole = |id| {
            effective.lower_all.contains(id)
                || (effective.lower_some.contains(id) && allows_each_type(policies, known, id))
        };
        let of_one = |(name, id): (&str, ActionId)| match () {
            () if self.on_own => on_any(policies, known, name, id, own),
            () if is_whole(id) => Possibility::Always,
            () => Possibility::Sometimes,
        };
        self.actions().map(of_one).min().unwrap_or(Possibility::Never)
    }

    /// For each required action, the statements that allow it, in identity policies and in what limits them.
    pub fn grants<'p>(
        &'static self,
        evaluator: &mut Evaluator,
        policies: &'p Policies,
        known: &Known<'_>,
    ) -> Vec<(&'static str, Vec<Decisive<'p>>)> {
        self.actions()
            .map(|(name, id)| (name, allows(evaluator, policies, known, id)))
            .collect()
    }
}

/// What the limiting policies would leave open if the identity policies allowed everything: the most that a
/// principal can reach by widening its own permissions.
pub fn ceiling(evaluator: &mut Evaluator, policies: &Policies, known: &Known<'_>) -> Effective {
    static EVERYTHING: LazyLock<std::sync::Arc<crate::document::Policy>> = LazyLock::new(|| {
        std::sync::Arc::new(crate::document::Policy::read(
            r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#,
        ))
    });
    let mut widened = policies.clone();
    widened.identity.push(std::sync::Arc::clone(&EVERYTHING));
    evaluator.effective(&widened, known)
}

/// The best answer over those of some resources that the action can be done to.
#[must_use]
pub fn on_any(policies: &Policies, known: &Known<'_>, name: &str, id: ActionId, arns: &[&str]) -> Possibility {
    let catalogue = Catalogue::get();
    let one = OneAction::new(policies, known, name);
    arns.iter()
        .filter(|arn| catalogue.takes(id, arn))
        .map(|arn| one.on(arn))
        .max()
        .unwrap_or(Possibility::Never)
}

fn allows<'p>(
    evaluator: &mut Evaluator,
    policies: &'p Policies,
    known: &Known<'_>,
    action: ActionId,
) -> Vec<Decisive<'p>> {
    let touches = evaluator.explain(policies, known, action);
    touches
        .into_iter()
        .map(|touch| touch.statement)
        .filter(|statement| statement.effect == Effect::Allow)
        .collect()
}

#[cfg(test)]
mod tests;
