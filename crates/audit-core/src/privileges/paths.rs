//! Which known ways to more permissions are open to whom, and where they lead.

mod reach;

use std::cmp::Reverse;

use iam_policy::Policies;
use iam_policy::effective::{Evaluator, Possibility};
use iam_policy::escalation::{Category, Path};

use super::assume::Assume;
use super::power::{Power, Tier, administers};
use super::principal::Principal;
use super::target::{Reached, takes_principals};
use reach::Reach;

/// After how many steps nobody looks any further.
const MOST_STEPS: u8 = 5;

/// Actions that give their target whatever permissions the caller likes.
const WIDENING: [&str; 8] = [
    "iam:AttachGroupPolicy",
    "iam:AttachRolePolicy",
    "iam:AttachUserPolicy",
    "iam:CreatePolicyVersion",
    "iam:PutGroupPolicy",
    "iam:PutRolePolicy",
    "iam:PutUserPolicy",
    "iam:SetDefaultPolicyVersion",
];

/// Whether a way is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// The principal is an administrator already.
    Held,
    /// It is open.
    Open,
    /// A boundary or control policy closes what the principal's own policies open.
    Blocked,
    /// There is no role in the account that it could be gone with.
    NoTarget,
}

impl Outcome {
    /// The name that outputs use.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Open => "open",
            Self::Blocked => "blocked",
            Self::NoTarget => "no target",
        }
    }
}

/// One way of one principal.
#[derive(Clone, Copy, Debug)]
pub(super) struct Judged {
    /// Which; `None` for administration itself, held or blocked.
    pub(super) path: Option<&'static Path>,
    pub(super) outcome: Outcome,
    pub(super) is_certain: bool,
    /// The user or role that it leads to.
    pub(super) target: Option<usize>,
    /// In how many steps it ends in administration, counted from here.
    pub(super) steps: Option<u8>,
}

/// How a path gets on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    /// By the principal's own things.
    Own,
    /// By taking its own boundary away.
    OwnBoundary,
    /// By a role that is passed to a service.
    Pass,
    /// By assuming a role, nothing else.
    AssumeOnly,
    /// By another user or role.
    Take,
    /// By something that the answer does not show.
    Elsewhere,
}

fn way(path: &'static Path) -> Way {
    let is = |name: &str| path.requires.iter().any(|required| required == name);
    let others_principals = || {
        path.actions()
            .any(|(name, id)| name != "iam:PassRole" && takes_principals(id))
    };
    match path.category {
        _ if path.on_own && path.requires.iter().any(|name| name.ends_with("PermissionsBoundary")) => Way::OwnBoundary,
        _ if path.on_own => Way::Own,
        _ if is("iam:PassRole") => Way::Pass,
        _ if path.requires == ["sts:AssumeRole"] => Way::AssumeOnly,
        _ if others_principals() => Way::Take,
        _ => Way::Elsewhere,
    }
}

pub(super) fn judge(
    principals: &[Principal<'_>],
    powers: &mut [Power],
    assume: &Assume,
    evaluator: &mut Evaluator,
) -> Vec<Vec<Judged>> {
    let mut search = Search {
        reach: Reach::new(principals, assume),
    };
    let mut steps = search.steps(powers, evaluator);
    let mut all = Vec::with_capacity(principals.len());
    for at in 0..principals.len() {
        let judged = search.judged(at, powers, &steps);
        all.push(judged);
    }
    for (power, step) in powers.iter_mut().zip(&mut steps) {
        match step {
            Some((0, _)) | None => {}
            Some((count, is_certain)) => (power.tier, power.is_certain) = (Tier::Steps(*count), *is_certain),
        }
    }
    for (power, judged) in powers.iter_mut().zip(&all) {
        let is_blocked = |one: &Judged| {
            one.outcome == Outcome::Blocked && one.path.is_none_or(|path| path.category == Category::SelfEscalation)
        };
        let caps = |one: &Judged| {
            one.outcome == Outcome::Open
                && one.steps.is_none()
                && one.path.is_some_and(|path| path.category == Category::SelfEscalation)
        };
        if power.tier == Tier::Limited && judged.iter().any(|one| is_blocked(one) || caps(one)) {
            power.tier = Tier::Constrained;
        }
    }
    all
}

/// Steps to administration for each principal, and whether each of them is certain.
type Steps = Vec<Option<(u8, bool)>>;

struct Search<'p, 'a> {
    reach: Reach<'p, 'a>,
}

impl Search<'_, '_> {
    fn steps(&mut self, powers: &[Power], evaluator: &mut Evaluator) -> Steps {
        let start = |power: &Power| (power.tier == Tier::Administrator).then_some((0, power.is_certain));
        let mut steps: Steps = powers.iter().map(start).collect();
        for round in 1..=MOST_STEPS {
            let frontier = |(at, step): (usize, &Option<(u8, bool)>)| (step.as_ref()?.0 == round - 1).then_some(at);
            let frontier: Vec<usize> = steps.iter().enumerate().filter_map(frontier).collect();
            if frontier.is_empty() && round > 1 {
                break;
            }
            self.reach.forget();
            let mut next = Vec::new();
            for (at, power) in powers.iter().enumerate() {
                if steps.get(at).is_some_and(Option::is_none)
                    && let Some(is_certain) = self.step(at, power, round, &frontier, &steps, evaluator)
                {
                    next.push((at, is_certain));
                }
            }
            for (at, is_certain) in next {
                if let Some(step) = steps.get_mut(at) {
                    *step = Some((round, is_certain));
                }
            }
        }
        self.reach.forget();
        steps
    }

    /// Whether one step leads from a principal to the frontier, and then whether certainly.
    fn step(
        &mut self,
        at: usize,
        power: &Power,
        round: u8,
        frontier: &[usize],
        steps: &Steps,
        evaluator: &mut Evaluator,
    ) -> Option<bool> {
        let principal = self.reach.principals.get(at)?;
        let is_sure = |target: usize| matches!(steps.get(target), Some(Some((_, true))));
        let may_administer = power.administration != Possibility::Never;
        let mut best = None;
        for (role, certain) in self.reach.assume.targets(at) {
            if frontier.binary_search(role).is_ok() {
                best = best.max(Some(*certain && is_sure(*role)));
            }
        }
        for (path, possibility) in &power.open {
            if best == Some(true) {
                break;
            }
            let is_certain = *possibility == Possibility::Always;
            let ends = |(target, reached): Reached| reached == Possibility::Always && is_sure(target);
            let best_of = |targets: &[Reached]| {
                let is_sure = is_certain && targets.iter().copied().any(ends);
                (!targets.is_empty()).then_some(is_sure)
            };
            let found = match way(path) {
                Way::Own if round == 1 && path.category == Category::SelfEscalation => {
                    may_administer.then_some(is_certain && power.administration == Possibility::Always)
                }
                Way::OwnBoundary if round == 1 => {
                    without_boundary(principal, evaluator).map(|is_sure| is_certain && is_sure)
                }
                Way::Pass => {
                    let is_best = |one| !is_certain || ends(one);
                    let roles = self
                        .reach
                        .passed(principal, &principal.policies, path, Some(frontier), is_best);
                    best_of(&roles)
                }
                Way::Take if widens(path) && round == 1 && may_administer => {
                    let targets = self.reach.taken(at, &principal.policies, path, None);
                    (!targets.is_empty()).then_some(false)
                }
                Way::Take => best_of(&self.reach.taken(at, &principal.policies, path, Some(frontier))),
                _ => None,
            };
            best = best.max(found);
        }
        best
    }

    fn judged(&mut self, at: usize, powers: &[Power], steps: &Steps) -> Vec<Judged> {
        let (Some(principal), Some(power)) = (self.reach.principals.get(at), powers.get(at)) else {
            return Vec::new();
        };
        let plain = |path, outcome, is_certain| Judged {
            path,
            outcome,
            is_certain,
            target: None,
            steps: None,
        };
        if power.tier == Tier::Administrator {
            return vec![Judged {
                steps: Some(0),
                ..plain(None, Outcome::Held, power.is_certain)
            }];
        }
        let mut all = Vec::new();
        if power.is_capped_administrator {
            all.push(plain(None, Outcome::Blocked, true));
        }
        let is_open = |id: &str| power.open.iter().any(|(path, _)| path.id == id);
        for (path, possibility) in &power.open {
            if path.refines.as_deref().is_some_and(is_open) {
                continue;
            }
            let found = plain(Some(path), Outcome::Open, *possibility == Possibility::Always);
            all.extend(self.placed(at, principal, &principal.policies, power, path, found, steps));
        }
        let unlimited = principal.unlimited();
        let is_blocked = |id: &str| power.blocked.iter().any(|path| path.id == id);
        for path in &power.blocked {
            if path.refines.as_deref().is_some_and(is_blocked) {
                continue;
            }
            let found = plain(Some(path), Outcome::Blocked, true);
            let placed = self.placed(at, principal, &unlimited, power, path, found, steps);
            all.extend(placed.filter(|one| one.outcome == Outcome::Blocked));
        }
        all
    }

    /// A path with its target, or nothing where it leads nowhere.
    #[expect(clippy::too_many_arguments, reason = "one question with all that is known of it")]
    fn placed(
        &mut self,
        at: usize,
        principal: &Principal<'_>,
        policies: &Policies,
        power: &Power,
        path: &'static Path,
        found: Judged,
        steps: &Steps,
    ) -> Option<Judged> {
        let nearest = |targets: &[Reached]| {
            let distance = |target: usize| steps.get(target).copied().flatten().map(|(count, _)| count);
            let near = |one: &&Reached| (distance(one.0).unwrap_or(u8::MAX), Reverse(one.1));
            let (target, possibility) = *targets.iter().min_by_key(near)?;
            let found = Judged {
                // What a limit closes is closed, however surely the rest of it would have been open.
                is_certain: found.is_certain && (found.outcome != Outcome::Open || possibility == Possibility::Always),
                target: Some(target),
                ..found
            };
            Some((found, distance(target).map(|count| count + 1)))
        };
        match way(path) {
            Way::OwnBoundary if principal.boundary.is_none() => None,
            Way::Own | Way::OwnBoundary => {
                let leads = path.category == Category::SelfEscalation && power.administration != Possibility::Never;
                let own_steps = steps.get(at).copied().flatten().filter(|(count, _)| *count == 1);
                let leads = leads || (way(path) == Way::OwnBoundary && own_steps.is_some());
                Some(Judged {
                    steps: leads.then_some(1),
                    ..found
                })
            }
            Way::Pass => match nearest(&self.reach.passed(principal, policies, path, None, |_| false)) {
                Some((found, steps)) => Some(Judged { steps, ..found }),
                None if path.passes_to.is_empty() => Some(found),
                None => Some(Judged {
                    outcome: Outcome::NoTarget,
                    ..found
                }),
            },
            Way::AssumeOnly => {
                let (found, steps) = nearest(&self.reach.assumed(at))?;
                Some(Judged {
                    steps: Some(steps?),
                    ..found
                })
            }
            Way::Take => {
                let (found, steps) = nearest(&self.reach.taken(at, policies, path, None))?;
                let widened = (widens(path) && power.administration != Possibility::Never).then_some(1);
                Some(Judged {
                    steps: steps.into_iter().chain(widened).min(),
                    ..found
                })
            }
            Way::Elsewhere => Some(found),
        }
    }
}

/// Whether a principal would be an administrator without its boundary.
/// Whether a principal is an administrator once its boundary is gone, and then whether certainly.
fn without_boundary(principal: &Principal<'_>, evaluator: &mut Evaluator) -> Option<bool> {
    principal.boundary?;
    let mut policies = principal.policies.clone();
    policies.boundary = None;
    let effective = evaluator.effective(&policies, &principal.known());
    let is_sure = administers(&policies, principal, &effective, evaluator)?;
    Some(is_sure && principal.incomplete.is_empty())
}

fn widens(path: &Path) -> bool {
    path.requires.iter().any(|name| WIDENING.contains(&name.as_str()))
}
