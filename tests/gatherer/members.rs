//! Every answer lacks every one of its members once: nothing becomes better for it.

use simulated_aws::{FaultKind, Operation};

use super::faults::{assert_each, better, mixed, touched};
use super::scene::{declared, verdicts};

#[test]
fn no_missing_member_makes_a_verdict_better_or_touches_another() {
    let scene = mixed();
    let before = verdicts(&scene.everything());
    let mut cases: Vec<(Operation, String)> = Vec::new();
    for call in scene.simulator.calls() {
        cases.extend(call.members.into_iter().map(|member| (call.operation, member)));
    }
    cases.sort();
    cases.dedup();
    assert!(cases.len() >= 200, "{}", cases.len());
    assert_each(&cases, |(operation, member)| {
        let faulty = mixed().fault(*operation, FaultKind::MissingMember, Some(member.clone()));
        let after = verdicts(&faulty.everything());
        let wrong = touched(*operation, &before, &after).or_else(|| better(&before, &after));
        Some(format!("{} without {member}: {}", declared(*operation), wrong?))
    });
}
