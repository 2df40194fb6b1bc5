//! The days of an organization, one case a story.

use audit_core::benchmark::Edition;
use audit_core::check::Status::{Fail, Manual, NotApplicable, Pass, Unknown};
use audit_core::check::{Because, Status};
use audit_core::facts::FactName;
use audit_core::finding::{Finding, Resource};
use audit_core::ledger::Manifest;
use audit_core::state::{Change, Changes, How, Notify, Place, Scope, Sight, State, changes};

use super::world::{ONE, TWO, account, day, excepted, finding, mfa, root, rotation, scope, told, user};

const ORGANIZATION_CHECK: &str = "org-centralized-root-access";

/// The changes of the second of two days, and the state that it leaves.
fn second(first: &[Finding], then: &[Finding], scope_then: &Scope) -> (Changes, State) {
    let (_, state) = changes(None, first, &scope(0));
    let (found, state) = changes(Some(&state), then, scope_then);
    let (again, same) = changes(Some(&state), then, scope_then);
    assert!(!again.is_news(), "told twice: {again:?}");
    assert_eq!(same, state);
    (found, state)
}

fn names(changes: &[Change]) -> Vec<String> {
    told(changes)
        .into_iter()
        .map(|(how, name)| format!("{how:?} {name}"))
        .collect()
}

#[test]
fn a_first_run_tells_what_is_open_worst_first() {
    let findings = [
        rotation(ONE, "bob", Fail),
        mfa(TWO, "alice", Pass),
        mfa(TWO, "bob", Fail),
        mfa(ONE, "bob", Fail),
        root(TWO, Fail),
    ];
    let (found, state) = changes(None, &findings, &scope(0));
    assert_eq!(
        names(&found.new),
        [
            "New root-mfa-enabled root-user",
            "New user-console-mfa arn:aws:iam::111111111111:user/bob",
            "New user-console-mfa arn:aws:iam::222222222222:user/bob",
            "New access-key-rotation-90 arn:aws:iam::111111111111:user/bob",
        ]
    );
    assert!(found.first && found.is_news());
    assert_eq!(state.failures().count(), 4);
    assert!(changes(None, &[], &scope(0)).0.is_news(), "that it ran is news, once");
}

#[test]
fn the_same_world_is_no_news_and_keeps_its_dates() {
    let findings = [mfa(ONE, "bob", Fail), root(ONE, Pass)];
    let (found, state) = second(&findings, &findings, &scope(1));
    assert!(!found.is_news(), "{found:?}");
    assert_eq!(
        names(&found.still_open),
        ["StillOpen user-console-mfa arn:aws:iam::111111111111:user/bob"]
    );
    let (_, failure) = state.failures().next().unwrap();
    assert_eq!(failure.since, day(0));
    assert_eq!(
        [Notify::OnChange, Notify::Always, Notify::Never].map(|notify| notify.wants(&found)),
        [false, true, false]
    );
}

#[test]
fn only_what_is_new_is_new() {
    let old = mfa(ONE, "bob", Fail);
    let then = [old.clone(), rotation(ONE, "bob", Fail)];
    let (found, _) = second(&[old, rotation(ONE, "bob", Pass)], &then, &scope(1));
    assert_eq!(
        names(&found.new),
        ["New access-key-rotation-90 arn:aws:iam::111111111111:user/bob"]
    );
    assert_eq!(found.still_open.len(), 1);
    assert_eq!(
        [Notify::OnChange, Notify::Never].map(|notify| notify.wants(&found)),
        [true, false]
    );
}

#[test]
fn what_is_in_order_or_gone_is_resolved() {
    let first = [mfa(ONE, "a", Fail), mfa(ONE, "b", Fail), mfa(ONE, "c", Fail)];
    let then = [mfa(ONE, "a", Pass), mfa(ONE, "b", NotApplicable)];
    let (found, state) = second(&first, &then, &scope(1));
    assert_eq!(
        found
            .resolved
            .iter()
            .map(|change| (change.how, change.why.as_str()))
            .collect::<Vec<_>>(),
        [
            (How::Mended, "it is PASS"),
            (How::Mended, "it is NOT_APPLICABLE"),
            (How::Gone, "")
        ]
    );
    assert_eq!(state, State::default());
}

/// Every scope that an unknown answer can have, and whether it hides the failure of `bob`.
#[test]
fn an_unknown_freezes_exactly_what_it_hides() {
    let whole = |check, status| finding(ONE, check, Resource::Account, status);
    let mfa_of = |resource| finding(ONE, "user-console-mfa", resource, Unknown);
    let born_unknown = Resource::User {
        arn: format!("arn:aws:iam::{ONE}:user/bob").into(),
        created: None,
    };
    let in_region = Finding {
        region: Some("eu-west-1".to_owned()),
        ..whole("user-console-mfa", Unknown)
    };
    for (unknown, hides) in [
        (whole("user-console-mfa", Unknown), true),
        (whole("user-console-mfa", Manual), true),
        (mfa_of(Resource::ReportLine(9)), true),
        (mfa_of(user(ONE, "bob")), true),
        (mfa_of(born_unknown), true),
        (mfa_of(user(ONE, "ann")), false),
        (in_region, false),
        (mfa_of(Resource::RootUser), false),
        (whole("access-key-rotation-90", Unknown), false),
        (finding(TWO, "user-console-mfa", Resource::Account, Unknown), false),
    ] {
        let then = [unknown.clone(), mfa(ONE, "carl", Pass)];
        let (found, state) = second(&[mfa(ONE, "bob", Fail)], &then, &scope(1));
        assert_eq!(found.unknown_since.len(), usize::from(hides), "{unknown:?}");
        assert_eq!(found.resolved.len(), usize::from(!hides), "{unknown:?}");
        let back = [mfa(ONE, "bob", Fail)];
        let (found, _) = changes(Some(&state), &back, &scope(2));
        assert_eq!(
            found.new.len(),
            usize::from(!hides),
            "neither resolved nor news: {unknown:?}"
        );
        assert_eq!(found.still_open.len(), usize::from(hides), "{unknown:?}");
    }
}

#[test]
fn a_key_is_hidden_with_its_user() {
    let unknown = finding(ONE, "access-key-rotation-90", user(ONE, "bob"), Unknown);
    let (found, _) = second(&[rotation(ONE, "bob", Fail)], &[unknown], &scope(1));
    assert_eq!(
        names(&found.unknown_since),
        ["Unknown access-key-rotation-90 arn:aws:iam::111111111111:user/bob"]
    );
}

#[test]
fn a_check_that_says_nothing_about_an_account_resolves_nothing() {
    let (found, _) = second(
        &[mfa(ONE, "bob", Fail)],
        &[root(ONE, Pass), mfa(TWO, "x", Pass)],
        &scope(1),
    );
    assert_eq!(
        found.unknown_since.first().map(|change| change.unknown_since),
        Some(Some(day(1)))
    );
    assert!(found.resolved.is_empty());
}

#[test]
fn going_blind_is_news_once_and_seeing_again_is_not() {
    let blind = [finding(ONE, "user-console-mfa", Resource::Account, Unknown)];
    let (found, state) = second(&[mfa(ONE, "bob", Pass)], &blind, &scope(1));
    assert_eq!(
        found.unseen.iter().map(|blind| blind.is_new).collect::<Vec<_>>(),
        [true]
    );
    assert_eq!(
        found.unseen.first().map(|blind| blind.why.as_str()),
        Some("iam:Get failed: AccessDenied: denied")
    );
    let (found, state) = changes(Some(&state), &blind, &scope(2));
    assert_eq!(
        found
            .unseen
            .iter()
            .map(|blind| (blind.is_new, blind.since))
            .collect::<Vec<_>>(),
        [(false, day(1))]
    );
    let (found, state) = changes(Some(&state), &[mfa(ONE, "bob", Pass)], &scope(3));
    assert!(!found.is_news() && found.unseen.is_empty(), "{found:?}");
    assert_eq!(state, State::default());
}

#[test]
fn lines_that_cannot_be_read_are_one_place_however_they_move() {
    let line = |number| [finding(ONE, "user-console-mfa", Resource::ReportLine(number), Unknown)];
    let (found, _) = second(&line(4), &line(7), &scope(1));
    assert!(!found.is_news(), "{found:?}");
}

#[test]
fn what_nobody_asked_for_freezes_and_is_no_accident() {
    let not_asked = Finding {
        because: Because::NotRequested(FactName::CredentialReport),
        ..finding(ONE, "user-console-mfa", Resource::Account, Unknown)
    };
    let (found, _) = second(&[mfa(ONE, "bob", Fail)], &[not_asked], &scope(1));
    assert!(found.unseen.is_empty() && !found.is_news());
    assert_eq!(found.unknown_since.len(), 1);
}

#[test]
fn accounts_that_were_not_looked_at_stay_as_they_are() {
    let first = [
        mfa(ONE, "bob", Fail),
        finding(ONE, "root-mfa-enabled", Resource::RootUser, Unknown),
    ];
    for (sight, unseen) in [(Sight::Skipped, 0), (Sight::Unseen, 1)] {
        let mut without = scope(1);
        without.account(account(ONE), sight);
        let (found, state) = second(&first, &[], &without);
        assert_eq!(
            names(&found.unknown_since),
            ["Unknown user-console-mfa arn:aws:iam::111111111111:user/bob"]
        );
        assert_eq!(found.unseen.len(), unseen, "{sight:?}");
        let places: Vec<_> = found.unseen.iter().map(|blind| blind.place.clone()).collect();
        assert!(places.iter().all(|place| *place == Place::Account(account(ONE))));
        let (back, _) = changes(Some(&state), &first, &scope(2));
        assert!(!back.is_news(), "{back:?}");
    }
}

#[test]
fn leaving_the_scope_is_retired_not_resolved() {
    let mut left = scope(1);
    left.account(account(ONE), Sight::OutOfScope);
    let mut unchecked = scope(1);
    unchecked.without_check("user-console-mfa");
    for (scope, how) in [(left, How::AccountLeft), (unchecked, How::CheckLeft)] {
        let (found, state) = second(&[mfa(ONE, "bob", Fail)], &[], &scope);
        assert_eq!(found.retired.iter().map(|change| change.how).collect::<Vec<_>>(), [how]);
        assert!(found.resolved.is_empty() && found.is_news());
        assert_eq!(state, State::default());
    }
}

#[test]
fn an_exception_is_told_when_it_begins_and_when_it_ends() {
    let open = mfa(ONE, "bob", Fail);
    let (_, state) = changes(None, std::slice::from_ref(&open), &scope(0));
    let (found, state) = changes(Some(&state), &[excepted(open.clone(), 3, 1)], &scope(1));
    assert_eq!(
        names(&found.changed),
        ["Excepted user-console-mfa arn:aws:iam::111111111111:user/bob"]
    );
    assert_eq!((found.excepted, found.open().count()), (1, 0));
    let (found, state) = changes(Some(&state), &[excepted(open.clone(), 3, 2)], &scope(2));
    assert!(!found.is_news(), "{found:?}");
    let (found, state) = changes(Some(&state), &[excepted(open.clone(), 3, 3)], &scope(3));
    assert_eq!(
        names(&found.changed),
        ["ExceptionEnded user-console-mfa arn:aws:iam::111111111111:user/bob"]
    );
    assert_eq!((found.excepted, found.open().count()), (0, 1));
    let (found, _) = changes(Some(&state), &[excepted(open, 3, 4)], &scope(4));
    assert!(!found.is_news() && found.still_open.len() == 1, "{found:?}");
}

#[test]
fn an_exception_that_ends_while_nobody_can_look_is_told_all_the_same() {
    let blind = finding(ONE, "user-console-mfa", Resource::Account, Unknown);
    let (_, state) = changes(None, &[excepted(mfa(ONE, "bob", Fail), 2, 0)], &scope(0));
    let (found, state) = changes(Some(&state), std::slice::from_ref(&blind), &scope(1));
    assert!(found.changed.is_empty() && found.unknown_since.is_empty() && found.excepted == 1);
    let (found, state) = changes(Some(&state), std::slice::from_ref(&blind), &scope(2));
    assert_eq!(
        found.changed.iter().map(|change| change.how).collect::<Vec<_>>(),
        [How::ExceptionEnded]
    );
    let (found, _) = changes(Some(&state), &[blind], &scope(3));
    assert!(!found.is_news() && found.unknown_since.len() == 1, "{found:?}");
}

#[test]
fn what_was_excepted_all_along_comes_and_goes_without_news() {
    let (found, state) = second(&[], &[excepted(mfa(ONE, "bob", Fail), 9, 1)], &scope(1));
    assert!(!found.is_news() && found.excepted == 1);
    let (found, _) = changes(Some(&state), &[mfa(ONE, "bob", Pass)], &scope(2));
    assert!(!found.is_news() && found.excepted == 0);
}

#[test]
fn of_two_answers_about_one_subject_the_worse_counts() {
    for (one, other, expected) in [
        (Pass, Fail, [0, 1, 0]),
        (Fail, Pass, [0, 1, 0]),
        (Pass, Unknown, [0, 0, 1]),
        (Unknown, Pass, [0, 0, 1]),
        (Pass, Pass, [1, 0, 0]),
    ] {
        let both: [Status; 2] = [one, other];
        let then = both.map(|status| mfa(ONE, "bob", status));
        let (found, _) = second(&[mfa(ONE, "bob", Fail)], &then, &scope(1));
        let lists = [found.resolved.len(), found.still_open.len(), found.unknown_since.len()];
        assert_eq!(lists, expected, "{both:?}");
    }
}

#[test]
fn a_list_that_cannot_be_trusted_retires_nobody() {
    let golden = include_str!("../../../../tests/golden/manifest-1.json");
    let manifest = Manifest::parse(golden.as_bytes()).unwrap();
    assert!(!manifest.shortfalls.is_empty());
    let trusted = Manifest {
        shortfalls: Vec::new(),
        listing: audit_core::ledger::Listing {
            complete: true,
            pages: 1,
            stopped_by: None,
        },
        ..manifest.clone()
    };
    let (_, state) = changes(None, &[mfa(ONE, "bob", Fail)], &scope(0));
    for (manifest, retired) in [(manifest, 0), (trusted, 1)] {
        let scope = Scope::of_manifest(&manifest, Edition::LATEST);
        let (found, _) = changes(Some(&state), &[], &scope);
        assert_eq!(found.retired.len(), retired);
        assert_eq!(found.unknown_since.len(), 1 - retired);
        assert_eq!(found.unseen.len(), manifest.unfinished().count());
    }
}

/// What is seen from outside of an account that could not be entered, and what is seen of the organization wherever its
/// findings stand, is an answer.
#[test]
fn what_was_seen_without_entering_an_account_holds() {
    let policies = |status| finding(ONE, ORGANIZATION_CHECK, Resource::Account, status);
    let both: [fn(Status) -> Finding; 2] = [policies, |status| root(ONE, status)];
    for sight in [Sight::Unseen, Sight::Skipped, Sight::OutOfScope] {
        let mut then = scope(1);
        then.account(account(ONE), sight);
        for failing in both {
            let (found, state) = second(&[failing(Fail)], &[failing(Pass)], &then);
            assert_eq!(found.resolved.len(), 1, "{sight:?}: {found:?}");
            assert_eq!((state.failures().count(), found.retired.len()), (0, 0), "{sight:?}");
        }
        let (found, state) = second(&[policies(Fail)], &[policies(Unknown)], &then);
        assert_eq!(found.unknown_since.len(), 1, "{sight:?}: {found:?}");
        assert_eq!((state.failures().count(), found.retired.len()), (1, 0), "{sight:?}");
        // Where nobody says which account manages the organization, what cannot be seen of it stands on another one.
        let elsewhere = finding(TWO, ORGANIZATION_CHECK, Resource::Account, Unknown);
        let (found, state) = second(&[policies(Fail)], &[elsewhere], &then);
        assert_eq!(
            (state.failures().count(), found.retired.len()),
            (1, 0),
            "{sight:?}: {found:?}"
        );
        // Of users of the same account nothing was seen.
        let (found, _) = second(&[mfa(ONE, "bob", Fail)], &[root(ONE, Pass)], &then);
        assert!(found.resolved.is_empty(), "{sight:?}: {found:?}");
    }
}
