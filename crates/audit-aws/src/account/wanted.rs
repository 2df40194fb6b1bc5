//! Which facts are asked for.

use std::collections::BTreeSet;

use audit_core::facts::FactName;
use audit_core::permission::Permission;

use super::permissions::permissions;

/// A set of facts; each brings those that it is read from, so that asking for more is always a union.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted(BTreeSet<FactName>);

impl Wanted {
    /// These facts, and those that they are read from.
    #[must_use]
    pub fn of(facts: impl IntoIterator<Item = FactName>) -> Self {
        let mut wanted = BTreeSet::new();
        for fact in facts {
            let mut next = Some(fact);
            while let Some(fact) = next {
                wanted.insert(fact);
                next = source(fact);
            }
        }
        Self(wanted)
    }

    /// What either of two asks for.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        Self(self.0.union(&other.0).copied().collect())
    }

    /// The same without facts that are switched off, and without what is read from them.
    #[must_use]
    pub fn without(&self, off: &[FactName]) -> Self {
        let is_off = |fact: FactName| {
            let mut next = Some(fact);
            while let Some(fact) = next {
                if off.contains(&fact) {
                    return true;
                }
                next = source(fact);
            }
            false
        };
        Self(self.0.iter().copied().filter(|fact| !is_off(*fact)).collect())
    }

    /// Whether a fact is asked for.
    #[must_use]
    pub fn has(&self, fact: FactName) -> bool {
        self.0.contains(&fact)
    }

    /// The facts, in the order of their declaration.
    pub fn iter(&self) -> impl Iterator<Item = FactName> {
        self.0.iter().copied()
    }

    /// What the calls behind these facts must be allowed, each operation once.
    #[must_use]
    pub fn permissions(&self) -> Vec<Permission> {
        let mut all: Vec<Permission> = Vec::new();
        for permission in self.iter().flat_map(permissions) {
            if !all.contains(permission) {
                all.push(*permission);
            }
        }
        all
    }
}

/// The fact whose record says what to ask for next.
const fn source(fact: FactName) -> Option<FactName> {
    match fact {
        FactName::Subscriptions => Some(FactName::Alarms),
        FactName::Alarms => Some(FactName::MetricFilters),
        FactName::MetricFilters => Some(FactName::Trails),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use audit_core::permission::session_policy;

    use super::*;

    #[test]
    fn a_link_of_the_chain_brings_those_before_it_and_goes_with_them() {
        use FactName::{AccountSummary, Alarms, MetricFilters, Subscriptions, Trails};
        let wanted = Wanted::of([Subscriptions, AccountSummary]);
        assert_eq!(
            wanted.iter().collect::<Vec<_>>(),
            [AccountSummary, Trails, MetricFilters, Alarms, Subscriptions]
        );
        assert_eq!(wanted.without(&[Trails]), Wanted::of([AccountSummary]));
        assert_eq!(wanted.without(&[Alarms]), Wanted::of([AccountSummary, MetricFilters]));
        assert_eq!(
            Wanted::of([Trails]).union(&Wanted::of([AccountSummary])).iter().count(),
            2
        );
    }

    #[test]
    fn every_operation_of_a_fact_is_declared() {
        for fact in FactName::ALL {
            let declared = permissions(fact);
            for operation in fact.operations() {
                assert!(
                    declared.iter().any(|permission| permission.operation == *operation),
                    "{fact}: {operation}"
                );
            }
        }
    }

    /// STS takes at most 2,048 characters (AWS STS API Reference, `AssumeRole`).
    #[test]
    fn the_session_policy_for_everything_fits() {
        let policy = session_policy(&Wanted::of(FactName::ALL).permissions());
        assert!(policy.len() <= 2_048, "{} characters", policy.len());
        assert!(
            !policy.contains("sts:") && !policy.contains("organizations:"),
            "{policy}"
        );
    }
}
