//! Which users and roles an action of a principal can be done to.

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use iam_policy::effective::{OneAction, Possibility, exact_resources};
use iam_policy::{ActionId, Catalogue, Policies};

use super::principal::Principal;

/// The kinds of resources of IAM that an action can be done to, as bits.
type Kinds = u8;
const USER: Kinds = 1;
const ROLE: Kinds = 2;
const GROUP: Kinds = 4;
const POLICY: Kinds = 8;

/// The kinds that an action takes.
pub(super) fn kinds(action: ActionId) -> Kinds {
    let formats = Catalogue::get().arn_formats(action);
    formats.iter().map(|format| kind(format)).fold(0, |all, one| all | one)
}

/// Whether an action is done to a user or role.
pub(super) fn takes_principals(action: ActionId) -> bool {
    kinds(action) & (USER | ROLE) != 0
}

fn kind(arn: &str) -> Kinds {
    let mut parts = arn.splitn(6, ':').skip(2);
    let service = parts.next();
    match (service, parts.nth(2).and_then(|resource| resource.split('/').next())) {
        (Some("iam"), Some("user")) => USER,
        (Some("iam"), Some("role")) => ROLE,
        (Some("iam"), Some("group")) => GROUP,
        (Some("iam"), Some("policy")) => POLICY,
        _ => 0,
    }
}

/// A user or role, as its place among the principals, and whether it is reached in every context.
pub(super) type Reached = (usize, Possibility);

/// The things of each principal with their kinds, and what was found out about sets of candidates.
pub(super) struct Targets<'p> {
    things: Vec<Vec<(&'p str, Kinds)>>,
    /// By the kinds, the number of candidates and the statements: of two sets in use at once one holds everybody.
    found: HashMap<(Kinds, usize, Vec<usize>), Rc<[Reached]>>,
    by_thing: HashMap<&'p str, Vec<usize>>,
}

impl<'p> Targets<'p> {
    pub(super) fn new(principals: &'p [Principal<'_>]) -> Self {
        let with_kinds = |one: &'p Principal<'_>| one.things.iter().map(|thing| (*thing, kind(thing))).collect();
        let things: Vec<Vec<(&'p str, Kinds)>> = principals.iter().map(with_kinds).collect();
        let mut by_thing: HashMap<&'p str, Vec<usize>> = HashMap::new();
        for (at, things) in things.iter().enumerate() {
            for (thing, _) in things {
                by_thing.entry(thing).or_default().push(at);
            }
        }
        Self {
            things,
            found: HashMap::new(),
            by_thing,
        }
    }

    /// Begins another set of candidates.
    pub(super) fn forget(&mut self) {
        self.found.clear();
    }

    /// The candidates that an action of a principal reaches: by themselves, through a group, or through a policy.
    pub(super) fn reached(
        &mut self,
        principal: &Principal<'_>,
        policies: &Policies,
        (name, id): (&str, ActionId),
        candidates: &[usize],
    ) -> Rc<[Reached]> {
        let wanted = kinds(id);
        let known = principal.known();
        let action = OneAction::new(policies, &known, name);
        let key = action
            .signature()
            .map(|signature| (wanted, candidates.len(), signature));
        if let Some(found) = key.as_ref().and_then(|key| self.found.get(key)) {
            return Rc::clone(found);
        }
        let reached = |at: &usize| {
            let mut best = Possibility::Never;
            for (thing, kind) in self.things.get(*at).into_iter().flatten() {
                if kind & wanted != 0 && best != Possibility::Always {
                    best = best.max(action.on(thing));
                }
            }
            (best != Possibility::Never).then_some((*at, best))
        };
        let found: Rc<[Reached]> = candidates.iter().filter_map(reached).collect();
        if let Some(key) = key {
            self.found.insert(key, Rc::clone(&found));
        }
        found
    }

    /// Whom an action reaches of those that its resources name one by one; `None` where they are patterns.
    pub(super) fn named(
        &self,
        principal: &Principal<'_>,
        policies: &Policies,
        (name, id): (&str, ActionId),
    ) -> Option<Vec<Reached>> {
        let wanted = kinds(id);
        let known = principal.known();
        let exact = exact_resources(policies, &known, name)?;
        let action = OneAction::new(policies, &known, name);
        let mut best: BTreeMap<usize, Possibility> = BTreeMap::new();
        for arn in exact.iter().filter(|arn| kind(arn) & wanted != 0) {
            let possibility = action.on(arn);
            if possibility == Possibility::Never {
                continue;
            }
            for at in self.by_thing.get(arn.as_str()).into_iter().flatten() {
                let so_far = best.entry(*at).or_insert(possibility);
                *so_far = possibility.max(*so_far);
            }
        }
        Some(best.into_iter().collect())
    }
}
