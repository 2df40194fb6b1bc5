//! Every call of the gatherer fails in every way: no verdict becomes better for it, and no verdict changes that does not
//! rest on the call.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::thread;

use audit_core::benchmark::Edition;
use audit_core::check::Status;
use audit_core::checks;
use simulated_aws::{FaultKind, Operation, World, WorldSpec};

use super::scene::{Scene, Verdicts, declared, five, rests_on, verdicts, worst};

/// Denied, throttled without end, never answered, another document, and three ways to be cut short.
const KINDS: [FaultKind; 7] = [
    FaultKind::Denied,
    FaultKind::Throttle,
    FaultKind::Timeout,
    FaultKind::Malformed,
    FaultKind::TruncatedBody,
    FaultKind::CutDocument,
    FaultKind::InternalError,
];

/// Exemplary and negligent accounts in turn, in two Regions and with short pages; the last one has no role.
pub(super) fn mixed() -> Scene {
    let spec = WorldSpec {
        largest_page: Some(3),
        ..five()
    };
    Scene::new(spec, mix)
}

fn mix(world: &World) {
    let last = world.accounts().len() - 1;
    for (place, account) in world.accounts().iter().enumerate() {
        world.edit(account, |contents| {
            let ours = ["eu-west-1", "us-east-1"];
            contents.regions.retain(|region| ours.contains(&region.name.as_str()));
        });
        if place % 2 == 0 && place != last {
            world.make_exemplary(account);
        } else {
            world.make_negligent(account);
        }
        if place == last {
            world.edit(account, |contents| contents.roles.clear());
        }
    }
    world.edit_governance(|governance| governance.make_exemplary(world.hub_account()));
}

/// The operations that are called when nothing fails.
pub(super) fn called(scene: &Scene) -> BTreeSet<Operation> {
    scene.simulator.calls().into_iter().map(|call| call.operation).collect()
}

/// Whether a verdict rests on a call: without a session, and without knowing who asks, all do.
pub(super) fn is_affected(slug: &str, operation: Operation) -> bool {
    let check = checks::find(slug).expect("a check of the catalogue");
    let first = [Operation::AssumeRole, Operation::GetCallerIdentity].contains(&operation);
    first || rests_on(check, &declared(operation))
}

/// A verdict that does not rest on the call and is not the same, to the word.
pub(super) fn touched(operation: Operation, before: &Verdicts, after: &Verdicts) -> Option<String> {
    let untouched = |verdicts: &Verdicts| -> Verdicts {
        let rest = verdicts.iter().filter(|(about, _)| !is_affected(about.slug, operation));
        rest.map(|(about, verdict)| (about.clone(), verdict.clone())).collect()
    };
    let (before, after) = (untouched(before), untouched(after));
    let lost = before.iter().find(|(about, verdict)| after.get(about) != Some(verdict));
    let new = after.keys().find(|about| !before.contains_key(about));
    match (lost, new) {
        (Some((about, _)), _) | (None, Some(about)) => {
            let (was, is) = (before.get(about), after.get(about));
            Some(format!("{about:?} was {was:?} and is {is:?}"))
        }
        (None, None) => None,
    }
}

/// No check of an account gets from failed or unknown to anything else, and nothing passes that did not pass before.
pub(super) fn better(before: &Verdicts, after: &Verdicts) -> Option<String> {
    let (were, are) = (worst(before), worst(after));
    let mut lost = were.iter().filter(|(_, status)| **status >= Status::Unknown);
    let lost = lost.find(|(key, _)| are.get(*key).is_some_and(|status| *status < Status::Unknown));
    let mut new = after.iter().filter(|(_, (status, _))| *status < Status::Unknown);
    let new = new.find(|(about, (status, _))| before.get(*about).map(|(before, _)| before) != Some(status));
    match (lost, new) {
        (Some(lost), _) => Some(format!("{lost:?} became {:?}", are.get(lost.0))),
        (None, Some((about, verdict))) => Some(format!("{about:?} became {verdict:?}, was {:?}", before.get(about))),
        (None, None) => None,
    }
}

/// Runs cases on two threads, and tells what is wrong with each.
pub(super) fn assert_each<T: Sync>(cases: &[T], wrong: impl Fn(&T) -> Option<String> + Sync) {
    let problems = Mutex::new(Vec::new());
    thread::scope(|scope| {
        let (wrong, problems) = (&wrong, &problems);
        for half in 0..2 {
            let cases = cases.iter().skip(half).step_by(2);
            scope.spawn(move || {
                for problem in cases.filter_map(wrong) {
                    problems.lock().expect("no panic").push(problem);
                }
            });
        }
    });
    let problems = problems.into_inner().expect("no panic");
    assert!(
        problems.is_empty(),
        "{} of {}:\n{}",
        problems.len(),
        cases.len(),
        problems.join("\n")
    );
}

#[test]
fn no_fault_of_a_call_makes_a_verdict_better_or_touches_another() {
    let scene = mixed();
    let before = verdicts(&scene.everything());
    let operations = called(&scene);
    assert_eq!(operations.len(), 38, "{operations:?}");
    let cases: Vec<(Operation, FaultKind)> = operations
        .iter()
        .flat_map(|operation| KINDS.map(|kind| (*operation, kind)))
        .collect();
    assert_each(&cases, |(operation, kind)| {
        let after = verdicts(&mixed().fault(*operation, *kind, None).everything());
        let wrong = touched(*operation, &before, &after)
            .or_else(|| better(&before, &after))
            .or_else(|| invented(*operation, &before, &after));
        Some(format!("{kind:?} in {}: {}", declared(*operation), wrong?))
    });
}

/// A failure that is none, an unknown whose reason does not name the call, or a fault that nobody notices.
fn invented(operation: Operation, before: &Verdicts, after: &Verdicts) -> Option<String> {
    let mut changed = after
        .iter()
        .filter(|(about, verdict)| before.get(about) != Some(verdict));
    let wrong = changed.find(|(about, (status, because))| {
        let was_failed = before.get(about).is_some_and(|(status, _)| *status == Status::Fail);
        match status {
            Status::Fail => !was_failed,
            _ => !because.contains(&declared(operation)),
        }
    });
    match wrong {
        Some((about, verdict)) => Some(format!("{about:?} became {verdict:?}")),
        None if before == after => Some("goes unnoticed".to_owned()),
        None => None,
    }
}

#[test]
fn a_fault_in_one_account_changes_nothing_in_another() {
    let before = verdicts(&mixed().everything());
    let scene = mixed();
    let account = scene.simulator.world().accounts()[2].id.clone();
    let faulty = scene.fault_in(&account, FaultKind::Denied);
    let after = verdicts(&faulty.everything());
    let elsewhere = |verdicts: &Verdicts| -> Verdicts {
        let rest = verdicts.iter().filter(|(about, _)| about.account != account);
        rest.map(|(about, verdict)| (about.clone(), verdict.clone())).collect()
    };
    assert_eq!(elsewhere(&before), elsewhere(&after));
    let own: BTreeMap<(Edition, String, &str), Status> = worst(&after);
    let own = own.into_iter().filter(|((_, id, _), _)| *id == account);
    for (key, status) in own {
        assert!([Status::Unknown, Status::Manual].contains(&status), "{key:?}: {status}");
    }
}
