//! The users and roles that a way can lead to.

use std::collections::HashMap;

use iam_policy::effective::{OneAction, Possibility};
use iam_policy::escalation::Path;
use iam_policy::{Effect, Grantee, Policies, Policy, Value};

use super::super::assume::Assume;
use super::super::principal::{Principal, Who};
use super::super::target::{Targets, takes_principals};
use super::WIDENING;

/// What is looked up to find out where ways lead.
pub(super) struct Reach<'p, 'a> {
    pub(super) principals: &'p [Principal<'a>],
    pub(super) assume: &'p Assume,
    targets: Targets<'p>,
    /// Roles that trust a service.
    services: HashMap<String, Vec<usize>>,
    everyone: Vec<usize>,
}

impl<'p, 'a> Reach<'p, 'a> {
    pub(super) fn new(principals: &'p [Principal<'a>], assume: &'p Assume) -> Self {
        let mut services: HashMap<String, Vec<usize>> = HashMap::new();
        for (at, principal) in principals.iter().enumerate() {
            for service in trusted_services(principal) {
                services.entry(service).or_default().push(at);
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

    /// The roles that can be passed on a path: they trust the service, and the permission reaches them.
    pub(super) fn passed(
        &self,
        principal: &Principal<'_>,
        policies: &Policies,
        path: &Path,
        among: Option<&[usize]>,
    ) -> Vec<usize> {
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
            for role in self.services.get(service).into_iter().flatten() {
                let is_wanted = among.is_none_or(|among| among.binary_search(role).is_ok());
                let arn = self.principals.get(*role).map(|one| one.who.arn());
                if is_wanted && arn.is_some_and(|arn| action.on(arn) != Possibility::Never) {
                    found.push(*role);
                    if among.is_some() {
                        return found;
                    }
                }
            }
        }
        found
    }

    /// The other users and roles that all actions of a path reach.
    pub(super) fn taken(
        &mut self,
        at: usize,
        policies: &Policies,
        path: &'static Path,
        among: Option<&[usize]>,
    ) -> Vec<usize> {
        let Some(principal) = self.principals.get(at) else {
            return Vec::new();
        };
        let mut common: Option<Vec<usize>> = None;
        for action in path.actions() {
            let (name, id) = action;
            let reached: Vec<usize> = match name {
                "sts:AssumeRole" => self.assume.targets(at).iter().map(|(role, _)| *role).collect(),
                "iam:PassRole" => continue,
                _ if !takes_principals(id) && !WIDENING.contains(&name) => continue,
                _ => {
                    let named = self.targets.named(principal, policies, name);
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
                Some(common) => common.into_iter().filter(|one| reached.contains(one)).collect(),
            });
        }
        let mut common = common.unwrap_or_default();
        common.retain(|one| *one != at && among.is_none_or(|among| among.binary_search(one).is_ok()));
        common
    }
}

/// The services that the trust policy of a role lets in.
fn trusted_services(principal: &Principal<'_>) -> Vec<String> {
    let Who::Role(role) = principal.who else {
        return Vec::new();
    };
    let trust = role.trust.as_deref().map(Policy::read).unwrap_or_default();
    let mut services = Vec::new();
    for statement in &trust.statements {
        if statement.effect == Effect::Allow && statement.covers_action("sts:AssumeRole") {
            services.extend(statement.grantees().iter().filter_map(|grantee| match grantee {
                Grantee::Service(name) => Some(name.to_string()),
                _ => None,
            }));
        }
    }
    services.sort();
    services.dedup();
    services
}
