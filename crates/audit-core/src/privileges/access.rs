//! What a principal may do in each service, in the words of the IAM console's policy summary.

use iam_policy::effective::{Effective, Evaluator};
use iam_policy::{AccessLevel, Catalogue};

use super::last_accessed::{LastAccessed, LastUse};
use super::power::{Power, Tier, bounds};
use super::principal::Principal;

/// How much of an access level is open in a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LevelAccess {
    /// The service has no action of the level.
    Absent,
    /// Nothing.
    None,
    /// Only in some contexts, or not provably.
    Conditional,
    /// Some actions or some resources.
    Limited,
    /// Every action on every resource, whatever the context.
    Full,
}

impl LevelAccess {
    /// The name that outputs use.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Absent => "",
            Self::None => "-",
            Self::Conditional => "Conditional",
            Self::Limited => "Limited",
            Self::Full => "Full",
        }
    }
}

/// One service of a principal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceAccess {
    /// The prefix of the service, `*` for every service.
    pub service: &'static str,
    /// Its name.
    pub name: &'static str,
    /// Access by level, in the order of [`AccessLevel::ALL`].
    pub levels: [LevelAccess; 5],
    /// Actions allowed for certain on some resource.
    pub certain: usize,
    /// Actions possibly allowed on some resource.
    pub possible: usize,
    /// Actions of the service.
    pub actions: usize,
    /// When the service was last used.
    pub last_used: LastUse,
}

pub(super) fn rows(
    principal: &Principal<'_>,
    power: &Power,
    last_accessed: Option<&LastAccessed>,
    evaluator: &mut Evaluator,
) -> Vec<ServiceAccess> {
    let catalogue = Catalogue::get();
    let effective = bounds(principal, evaluator);
    let of = |service: &'static str, name, range: &std::ops::Range<usize>| {
        let count = |set: &iam_policy::ActionSet| set.count_common_in(set, range);
        let levels = AccessLevel::ALL.map(|one| level(&effective, one, range));
        ServiceAccess {
            service,
            name,
            levels,
            certain: count(&effective.lower_some),
            possible: count(&effective.upper_some),
            actions: range.len(),
            last_used: last_accessed.map_or(LastUse::Unknown, |used| used.of(principal.who.arn(), service)),
        }
    };
    if power.tier == Tier::Administrator && power.is_certain {
        return vec![of("*", "Every service", &(0..catalogue.actions.len()))];
    }
    let all = catalogue
        .services
        .iter()
        .map(|one| of(one.prefix, one.name, &one.actions));
    all.filter(|row| row.possible > 0).collect()
}

fn level(effective: &Effective, level: AccessLevel, range: &std::ops::Range<usize>) -> LevelAccess {
    let of_level = Catalogue::get().level(level);
    let all = of_level.count_common_in(of_level, range);
    let count = |set: &iam_policy::ActionSet| set.count_common_in(of_level, range);
    match () {
        () if all == 0 => LevelAccess::Absent,
        () if count(&effective.lower_all) == all => LevelAccess::Full,
        () if count(&effective.lower_some) > 0 => LevelAccess::Limited,
        () if count(&effective.upper_some) > 0 => LevelAccess::Conditional,
        () => LevelAccess::None,
    }
}
