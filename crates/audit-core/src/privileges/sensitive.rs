//! Actions that deserve a second look, by what they give away.
//!
//! Credentials, data and guardrails are lists (`iam-policy/data/sensitive-actions.txt`); exposure is every action that
//! changes who may do what to a resource, which the catalogue tells.

use std::sync::LazyLock;

use iam_policy::effective::Evaluator;
use iam_policy::{AccessLevel, ActionSet, Catalogue};

use super::power::{Power, Tier, bounds};
use super::principal::Principal;

/// What an action gives away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// Credentials of others.
    Credentials,
    /// Contents.
    Data,
    /// Access to resources, for others.
    Exposure,
    /// Logs, detectors and other guards.
    Guards,
}

impl Class {
    /// All classes.
    pub const ALL: [Self; 4] = [Self::Credentials, Self::Data, Self::Exposure, Self::Guards];

    /// The name that outputs use.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Credentials => "credentials",
            Self::Data => "data",
            Self::Exposure => "exposure",
            Self::Guards => "guards",
        }
    }
}

/// The sensitive actions of one class that a principal may do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SensitiveRow {
    /// The class.
    pub class: Class,
    /// How many of the class there are.
    pub of: usize,
    /// Allowed for certain on some resource, by name; `*` alone for all of them.
    pub certain: Vec<String>,
    /// Allowed only in some context, or not provably.
    pub possible: Vec<String>,
}

static SETS: LazyLock<[ActionSet; 4]> = LazyLock::new(|| {
    let catalogue = Catalogue::get();
    let listed = |class: Class| {
        let mut is_inside = false;
        let lines = iam_policy::catalogue::SENSITIVE.lines().filter(move |line| {
            if let Some(name) = line.strip_prefix('@') {
                is_inside = name == class.name();
                return false;
            }
            is_inside
        });
        lines.filter_map(|name| catalogue.find(name)).collect::<ActionSet>()
    };
    let exposure = catalogue.level(AccessLevel::PermissionsManagement).iter().filter(|id| {
        let service = catalogue.key(*id).split(':').next().unwrap_or_default();
        !matches!(
            service,
            "iam" | "sts" | "organizations" | "sso" | "sso-directory" | "identitystore"
        )
    });
    [
        listed(Class::Credentials),
        listed(Class::Data),
        exposure.collect(),
        listed(Class::Guards),
    ]
});

pub(super) fn of_class(class: Class) -> &'static ActionSet {
    let [credentials, data, exposure, guards] = &*SETS;
    match class {
        Class::Credentials => credentials,
        Class::Data => data,
        Class::Exposure => exposure,
        Class::Guards => guards,
    }
}

pub(super) fn rows(principal: &Principal<'_>, power: &Power, evaluator: &mut Evaluator) -> Vec<SensitiveRow> {
    let catalogue = Catalogue::get();
    let is_everything = power.tier == Tier::Administrator && power.is_certain;
    let effective = bounds(principal, evaluator);
    let row = |class| {
        let set = of_class(class);
        let named = |wanted: &dyn Fn(iam_policy::ActionId) -> bool| -> Vec<String> {
            set.iter()
                .filter(|id| wanted(*id))
                .map(|id| catalogue.name(id))
                .collect()
        };
        let mut certain = named(&|id| effective.lower_some.contains(id));
        if is_everything && certain.len() > set.count() / 2 {
            certain = vec!["*".to_owned()];
        }
        let possible = named(&|id| effective.upper_some.contains(id) && !effective.lower_some.contains(id));
        SensitiveRow {
            class,
            of: set.count(),
            certain,
            possible,
        }
    };
    let rows = Class::ALL.into_iter().map(row);
    rows.filter(|row| !row.certain.is_empty() || !row.possible.is_empty())
        .collect()
}
