//! What the policies of a principal come to: bounds, and whether that is everything.

use std::sync::LazyLock;

use iam_policy::effective::{Effective, Evaluator, Possibility};
use iam_policy::escalation::{Path, ceiling};
use iam_policy::{AccessLevel, ActionId, ActionSet, Catalogue, Policies};

use super::principal::Principal;
use super::sensitive::{Class, of_class};

/// The actions without which nobody administers an account.
static ADMINISTRATION: LazyLock<Vec<ActionId>> = LazyLock::new(|| {
    let names = [
        "iam:AttachRolePolicy",
        "iam:PutUserPolicy",
        "iam:CreateAccessKey",
        "iam:PassRole",
    ];
    names.iter().filter_map(|name| Catalogue::get().find(name)).collect()
});

/// How far a principal can get.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tier {
    /// It may do everything that its limits leave open, and these leave open the administration of IAM.
    Administrator,
    /// It becomes an administrator in so many steps.
    Steps(u8),
    /// It would become or be an administrator, but for its boundary or the control policies.
    Constrained,
    /// None of these.
    #[default]
    Limited,
}

impl Tier {
    /// Whether it gets to be an administrator without being one.
    #[must_use]
    pub const fn is_escalation(self) -> bool {
        matches!(self, Self::Steps(_))
    }

    /// The name that outputs use.
    #[must_use]
    pub fn name(self) -> String {
        match self {
            Self::Administrator => "administrator".to_owned(),
            Self::Steps(1) => "administrator in 1 step".to_owned(),
            Self::Steps(steps) => format!("administrator in {steps} steps"),
            Self::Constrained => "constrained".to_owned(),
            Self::Limited => "limited".to_owned(),
        }
    }
}

/// What a principal's policies come to together, after all limits.
#[derive(Clone, Debug, Default)]
pub struct Power {
    /// How far it can get.
    pub tier: Tier,
    /// Whether the tier holds in every context.
    pub is_certain: bool,
    /// Actions allowed for certain on some resource, by level in the order of [`AccessLevel::ALL`].
    pub certain: [usize; 5],
    /// Actions possibly allowed on some resource, by level.
    pub possible: [usize; 5],
    /// Services of which some action is allowed for certain, and possibly.
    pub services: (usize, usize),
    /// Sensitive actions by class in the order of [`Class::ALL`]: allowed for certain, and possibly.
    pub sensitive: [(usize, usize); 4],
    pub(super) open: Vec<(&'static Path, Possibility)>,
    pub(super) blocked: Vec<&'static Path>,
    /// Without its limits it would be an administrator.
    pub(super) is_capped_administrator: bool,
    /// How far its limits leave open the administration of IAM.
    pub(super) administration: Possibility,
    pub(super) may_call_assume_role: bool,
}

/// The bounds of a principal. Of one whose policies are not all there nothing is certain.
pub(super) fn bounds(principal: &Principal<'_>, evaluator: &mut Evaluator) -> Effective {
    let mut effective = evaluator.effective(&principal.policies, &principal.known());
    if !principal.incomplete.is_empty() {
        effective.lower_all = ActionSet::default();
        effective.lower_some = ActionSet::default();
    }
    effective
}

pub(super) fn judge(principal: &Principal<'_>, evaluator: &mut Evaluator) -> Power {
    let catalogue = Catalogue::get();
    let effective = bounds(principal, evaluator);
    let mut power = Power::default();
    for (at, level) in AccessLevel::ALL.into_iter().enumerate() {
        let set = catalogue.level(level);
        if let (Some(certain), Some(possible)) = (power.certain.get_mut(at), power.possible.get_mut(at)) {
            *certain = effective.lower_some.count_common(set);
            *possible = effective.upper_some.count_common(set);
        }
    }
    for service in &catalogue.services {
        let any = |set: &ActionSet| usize::from(set.count_common_in(set, &service.actions) > 0);
        power.services.0 += any(&effective.lower_some);
        power.services.1 += any(&effective.upper_some);
    }
    for (counts, class) in power.sensitive.iter_mut().zip(Class::ALL) {
        let set = of_class(class);
        *counts = (
            effective.lower_some.count_common(set),
            effective.upper_some.count_common(set),
        );
    }
    let assume = catalogue.find("sts:AssumeRole");
    power.may_call_assume_role = assume.is_some_and(|id| effective.upper_some.contains(id));
    escalate(principal, &effective, &mut power, evaluator);
    power
}

fn escalate(principal: &Principal<'_>, effective: &Effective, power: &mut Power, evaluator: &mut Evaluator) {
    let known = principal.known();
    if let Some(is_certain) = administers(&principal.policies, principal, effective, evaluator) {
        (power.tier, power.is_certain) = (Tier::Administrator, is_certain);
        power.administration = if is_certain {
            Possibility::Always
        } else {
            Possibility::Sometimes
        };
        return;
    }
    let most = if principal.incomplete.is_empty() {
        Possibility::Always
    } else {
        Possibility::Sometimes
    };
    let possible = |path: &&'static Path, policies: &Policies, effective: &Effective| {
        path.possibility(policies, &known, effective, &principal.things)
            .min(most)
    };
    for path in Path::all() {
        let possibility = possible(&path, &principal.policies, effective);
        if possibility != Possibility::Never {
            power.open.push((path, possibility));
        }
    }
    if !power.open.is_empty() {
        let open = ceiling(evaluator, &principal.policies, &known);
        power.administration = administration(&open).min(most);
    }
    if !principal.is_limited() {
        return;
    }
    let unlimited = principal.unlimited();
    let without = evaluator.effective(&unlimited, &known);
    if administers(&unlimited, principal, &without, evaluator).is_some() {
        power.is_capped_administrator = true;
        power.tier = Tier::Constrained;
        return;
    }
    for path in Path::all() {
        let is_open = power.open.iter().any(|(open, _)| std::ptr::eq(*open, path));
        if !is_open && possible(&path, &unlimited, &without) != Possibility::Never {
            power.blocked.push(path);
        }
    }
}

/// Whether the bounds are those of an administrator: certainly, or only possibly.
pub(super) fn administers(
    policies: &Policies,
    principal: &Principal<'_>,
    effective: &Effective,
    evaluator: &mut Evaluator,
) -> Option<bool> {
    if administration(effective) == Possibility::Never {
        return None;
    }
    let most = ceiling(evaluator, policies, &principal.known());
    let has_all = most.upper_all.is_subset(&effective.upper_all);
    let surely = ADMINISTRATION.iter().all(|id| effective.lower_all.contains(*id))
        && most.lower_all.is_subset(&effective.lower_all);
    has_all.then_some(surely)
}

fn administration(effective: &Effective) -> Possibility {
    let all_in = |set: &ActionSet| ADMINISTRATION.iter().all(|id| set.contains(*id));
    match (all_in(&effective.lower_all), all_in(&effective.upper_all)) {
        (true, _) => Possibility::Always,
        (false, true) => Possibility::Sometimes,
        (false, false) => Possibility::Never,
    }
}
