//! What holds for all worlds: random findings, random accidents, one day after the other.

use std::collections::BTreeSet;

use audit_core::check::Status;
use audit_core::finding::{Finding, Resource};
use audit_core::state::{Change, Changes, Scope, Sight, State, Subject, changes};
use proptest::prelude::*;

use super::world::{ONE, TWO, account, excepted, finding, mfa, root, rotation, scope};

fn status() -> impl Strategy<Value = Status> {
    proptest::sample::select(Status::ALL.to_vec())
}

fn any_finding() -> impl Strategy<Value = Finding> {
    let place = prop_oneof![Just(ONE), Just(TWO)];
    (0..7u8, place, "[ab]", status(), 0..6i64).prop_map(|(kind, of, name, status, until)| {
        let found = match kind {
            0 | 1 => mfa(of, &name, status),
            2 | 3 => rotation(of, &name, status),
            4 => root(of, status),
            5 => finding(of, "user-console-mfa", Resource::Account, status),
            _ => finding(of, "access-key-rotation-90", Resource::ReportLine(2), Status::Unknown),
        };
        match (found.status, until) {
            (Status::Fail, 3..) => excepted(found, until, 4),
            _ => found,
        }
    })
}

fn day_of_findings() -> impl Strategy<Value = (Vec<Finding>, Scope)> {
    let sights = [
        Sight::Seen,
        Sight::Seen,
        Sight::Seen,
        Sight::Unseen,
        Sight::Skipped,
        Sight::OutOfScope,
    ];
    (
        proptest::collection::vec(any_finding(), 0..12),
        proptest::sample::select(sights.to_vec()),
        0..5i64,
        proptest::bool::ANY,
    )
        .prop_map(|(mut findings, sight, day, from_outside)| {
            let mut scope = scope(day);
            scope.account(account(ONE), sight);
            if sight != Sight::Seen && !from_outside {
                findings.retain(|finding| finding.account != account(ONE));
            }
            (findings, scope)
        })
}

fn subjects(list: &[Change]) -> BTreeSet<Subject> {
    list.iter().map(|change| change.subject.clone()).collect()
}

fn open(state: &State) -> BTreeSet<Subject> {
    let open = state.failures().filter(|(_, failure)| failure.is_open());
    open.map(|(subject, _)| subject.clone()).collect()
}

/// The bookkeeping: whatever was open is told of exactly once, and whatever is open now is on a list.
fn adds_up(before: &State, found: &Changes, after: &State) -> Result<(), TestCaseError> {
    let lists = [
        &found.new,
        &found.changed,
        &found.resolved,
        &found.retired,
        &found.still_open,
        &found.unknown_since,
    ];
    let told: BTreeSet<Subject> = lists.iter().flat_map(|list| subjects(list)).collect();
    prop_assert_eq!(told.len(), lists.iter().map(|list| list.len()).sum::<usize>());
    prop_assert!(open(before).is_subset(&told));
    prop_assert_eq!(
        found
            .open()
            .map(|change| change.subject.clone())
            .collect::<BTreeSet<_>>(),
        open(after)
    );
    Ok(())
}

proptest! {
    #[test]
    fn the_same_findings_twice_give_no_news(days in proptest::collection::vec(day_of_findings(), 1..4)) {
        let mut state = State::default();
        for (findings, scope) in &days {
            let (found, after) = changes(Some(&state), findings, scope);
            adds_up(&state, &found, &after)?;
            let (again, same) = changes(Some(&after), findings, scope);
            prop_assert!(!again.is_news(), "{:?}", again);
            prop_assert_eq!(&same, &after);
            state = after;
        }
    }

    /// Whatever happens on a day, unknown answers beside it make no news of failures and hide what they hide.
    #[test]
    fn an_unknown_never_resolves(
        first in day_of_findings(),
        then in day_of_findings(),
        accidents in proptest::collection::vec(any_finding(), 1..6),
    ) {
        let (_, state) = changes(None, &first.0, &first.1);
        let (without, _) = changes(Some(&state), &then.0, &then.1);
        let unknown = accidents.into_iter().map(|accident| Finding {
            status: Status::Unknown,
            exception: None,
            ..accident
        });
        let unknown: Vec<Finding> = unknown.collect();
        let (with, after) = changes(Some(&state), then.0.iter().chain(&unknown), &then.1);
        for change in &with.resolved {
            let definite = then.0.iter().any(|one| Subject::of(one) == change.subject);
            let hidden = unknown.iter().any(|one| Subject::of(one).hides(&change.subject));
            prop_assert!(definite || !hidden, "{:?}", change);
            prop_assert!(!unknown.iter().any(|one| Subject::of(one) == change.subject), "{:?}", change);
        }
        prop_assert_eq!(subjects(&with.new), subjects(&without.new));
        adds_up(&state, &with, &after)?;
    }

    #[test]
    fn a_day_of_nothing_but_unknowns_resolves_nothing(first in day_of_findings(), then in day_of_findings()) {
        let (_, state) = changes(None, &first.0, &first.1);
        let blind = then.0.into_iter().map(|one| Finding { status: Status::Unknown, exception: None, ..one });
        let everywhere = ["user-console-mfa", "access-key-rotation-90"].into_iter().flat_map(|check| {
            [ONE, TWO].map(|of| finding(of, check, Resource::Account, Status::Unknown))
        });
        let root_users = [ONE, TWO].map(|of| root(of, Status::Unknown));
        let findings: Vec<Finding> = blind.chain(everywhere).chain(root_users).collect();
        let (found, after) = changes(Some(&state), &findings, &then.1);
        prop_assert!(found.resolved.is_empty(), "{:?}", found.resolved);
        prop_assert_eq!(after.failures().count() + found.retired.len() >= open(&state).len(), true);
    }

    #[test]
    fn a_state_survives_being_stored(days in proptest::collection::vec(day_of_findings(), 1..4)) {
        let mut state = State::default();
        for (findings, scope) in &days {
            state = changes(Some(&state), findings, scope).1;
        }
        let run = "070000Z-0123abcd".parse().unwrap();
        let (header, read) = State::parse(&state.to_bytes("cis-checker", &run, days[0].1.as_of)).unwrap();
        prop_assert_eq!(read, state);
        prop_assert_eq!(header.run, run);
    }
}
