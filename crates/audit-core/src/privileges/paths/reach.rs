//! The users and roles that a way can lead to.

use std::collections::HashMap;

use iam_policy::effective::{OneAction, Possibility};
use iam_policy::escalation::Path;
use iam_policy::{Effect, Grantee, Policies, Value};

use super::super::assume::Assume;
use super::super::principal::Principal;
use super::super::readable::Readable;
use super::super::target::{Reached, Targets, takes_principals};
use super::WIDENING;

/// What is looked up to find out where ways lead.
pub(super) struct Reach<'p, 'a> {
    pub(super) principals: &'p [Principal<'a>],
    pub(super) assume: &'p Assume,
    targets: Targets<'p>,
    /// Roles that trust a service; certain are those whose trust policy was read whole.
    services: HashMap<String, Vec<Reached>>,
    everyone: Vec<usize>,
}

impl<'p, 'a> Reach<'p, 'a> {
    pub(super) fn new(principals: &'p [Principal<'a>], assume: &'p Assume) -> Self {
        let mut services: HashMap<String, Vec<Reached>> = HashMap::new();
        for (at, principal) in principals.iter().enumerate() {
            let (trusted, possibility) = trusted_services(principal);
            for service in trusted {
                services.entry(service).or_default().push((at, possibility));
            }
        }
        Self {
            principals,
            assume,
            targets: Targets::new(principals),
            services,
            everyone: (0..principals.len()).collect(),
        }
    }

    /// Begins another set of candidates.
    pub(super) fn forget(&mut self) {
        self.targets.forget();
    }

    /// The roles that can be passed on a path: they trust the service, and the permission reaches them. The search
    /// ends with the first that is `enough`.
    pub(super) fn passed(
        &self,
        principal: &Principal<'_>,
        policies: &Policies,
        path: &Path,
        among: Option<&[usize]>,
        enough: impl Fn(Reached) -> bool,
    ) -> Vec<Reached> {
        let mut found = Vec::new();
        for service in &path.passes_to {
            let mut known = principal.known();
            if known
                .insert("iam:passedtoservice", Value::One(service.as_str().into()))
                .is_err()
            {
                continue;
            }
            let action = OneAction::new(policies, &known, "iam:PassRole");
            for (role, trusts) in self.services.get(service).into_iter().flatten() {
                let is_wanted = among.is_none_or(|among| among.binary_search(role).is_ok());
                let Some(one) = self.principals.get(*role).filter(|_| is_wanted) else {
                    continue;
                };
                let reached = (*role, action.on(one.who.arn()).min(*trusts));
                if reached.1 != Possibility::Never {
                    found.push(reached);
                    if enough(reached) {
                        return found;
                    }
                }
            }
        }
        found
    }

    /// The other users and roles that all actions of a path reach, each as surely as the least sure of them.
    pub(super) fn taken(
        &mut self,
        at: usize,
        policies: &Policies,
        path: &'static Path,
        among: Option<&[usize]>,
    ) -> Vec<Reached> {
        let Some(principal) = self.principals.get(at) else {
            return Vec::new();
        };
        let mut common: Option<Vec<Reached>> = None;
        for action in path.actions() {
            let (name, id) = action;
            let reached: Vec<Reached> = match name {
                "sts:AssumeRole" => self.assumed(at),
                "iam:PassRole" => continue,
                _ if !takes_principals(id) && !WIDENING.contains(&name) => continue,
                _ => {
                    let named = self.targets.named(principal, policies, action);
                    match (named, among) {
                        (Some(named), _) => named,
                        (None, Some(among)) => self.targets.reached(principal, policies, action, among).to_vec(),
                        (None, None) => self
                            .targets
                            .reached(principal, policies, action, &self.everyone)
                            .to_vec(),
                    }
                }
            };
            common = Some(match common {
                None => reached,
                Some(common) => both(&common, &reached),
            });
        }
        let mut common = common.unwrap_or_default();
        common.retain(|(one, _)| *one != at && among.is_none_or(|among| among.binary_search(one).is_ok()));
        common
    }

    /// The roles that a principal may assume.
    pub(super) fn assumed(&self, at: usize) -> Vec<Reached> {
        let reached = |(role, is_certain): &(usize, bool)| {
            let possibility = if *is_certain {
                Possibility::Always
            } else {
                Possibility::Sometimes
            };
            (*role, possibility)
        };
        self.assume.targets(at).iter().map(reached).collect()
    }
}

/// What is in two lists, both in the order of places.
fn both(left: &[Reached], right: &[Reached]) -> Vec<Reached> {
    let in_both = |(one, possibility): &Reached| {
        let at = right.binary_search_by_key(one, |(other, _)| *other).ok()?;
        Some((*one, right.get(at)?.1.min(*possibility)))
    };
    left.iter().filter_map(in_both).collect()
}

/// The services that the trust policy of a role lets in, certainly where it was read whole.
fn trusted_services(principal: &Principal<'_>) -> (Vec<String>, Possibility) {
    let mut services = Vec::new();
    let Some(trust) = principal.who.trust().map(Readable::read) else {
        return (services, Possibility::Never);
    };
    for statement in &trust.policy.statements {
        if statement.effect == Effect::Allow && statement.covers_action("sts:AssumeRole") {
            services.extend(statement.grantees().iter().filter_map(|grantee| match grantee {
                Grantee::Service(name) => Some(name.to_string()),
                _ => None,
            }));
        }
    }
    services.sort();
    services.dedup();
    let possibility = match trust.problem() {
        None => Possibility::Always,
        Some(_) => Possibility::Sometimes,
    };
    (services, possibility)
}
