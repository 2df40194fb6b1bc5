//! Failures of every call: what is not known is unknown, and never a policy that is not there.

use std::collections::BTreeMap;

use audit_core::ledger::{Outcome, RunStatus, Shortfall};
use serde_json::Value;
use simulated_aws::{FaultKind, FaultPlan, FaultRule, Operation};

use super::scene::{Scene, rows, sound};

/// With both directions of asking in use.
fn scene() -> Scene {
    let scene = Scene::new(sound(6), &[]);
    scene.simulator.world().edit_governance(|governance| {
        let deny = r#"{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"ec2:*","Resource":"*"}}"#;
        for number in 0..40 {
            let mut more = governance.policies[1].clone();
            more.id = format!("p-more{number:06}");
            more.document = deny.to_owned();
            more.targets.clear();
            governance.policies.push(more);
        }
    });
    scene
}

/// The status of each account for each guardrail.
fn statuses(lines: &[u8]) -> BTreeMap<(String, String), String> {
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let rows = rows(lines, "verdicts");
    let statuses = rows.iter().map(|row| {
        (
            (text(&row["account_id"]), text(&row["guardrail"])),
            text(&row["status"]),
        )
    });
    statuses.collect()
}

/// What the report needs of each operation, and a member without which its answer is none.
const NEEDED: [(Operation, &str); 8] = [
    (Operation::DescribeOrganization, "Organization"),
    (Operation::ListRoots, "Roots"),
    (Operation::ListRoots, "Roots/PolicyTypes"),
    (Operation::ListOrganizationalUnitsForParent, "OrganizationalUnits"),
    (Operation::ListPolicies, "Policies"),
    (Operation::DescribePolicy, "Policy"),
    (Operation::ListTargetsForPolicy, "Targets"),
    (Operation::ListPoliciesForTarget, "Policies"),
];

#[test]
fn whichever_call_fails_in_whichever_way_nothing_becomes_clean() {
    let whole = scene();
    let finished = whole.run();
    assert_eq!(finished.manifest.status, RunStatus::Complete);
    let expected = statuses(&whole.document(&finished, "report.jsonl"));
    let management = whole.simulator.world().management_account().to_owned();
    for (operation, member) in NEEDED {
        for kind in [
            FaultKind::Denied,
            FaultKind::Malformed,
            FaultKind::MissingMember,
            FaultKind::CutDocument,
            FaultKind::InternalError,
            FaultKind::ExpiredToken,
        ] {
            let scene = scene();
            scene.simulator.set_faults(FaultPlan::rule(
                0,
                FaultRule {
                    operation: Some(operation),
                    member: Some(member.to_owned()),
                    kinds: vec![kind],
                    ..FaultRule::default()
                },
            ));
            let request = scene.request();
            let finished = scene.run_until(&request, None).expect("a run");
            let what = format!("{} {kind:?}", operation.name());
            let seen = statuses(&scene.document(&finished, "report.jsonl"));
            let mut unknown = 0;
            for (place, status) in &expected {
                let now = &seen[place];
                unknown += usize::from(now == "UNKNOWN");
                assert!(
                    now == status || now == "UNKNOWN",
                    "{what}: {place:?} was {status}, is {now}"
                );
                assert!(
                    now != "NOT_PREVENTED" || place.0 == management || is_for_the_catalogue(operation),
                    "{what}: {place:?}"
                );
            }
            let results = finished.results.as_ref().expect("results");
            assert!(results.gaps > 0, "{what}");
            assert!(!scene.simulator.published().is_empty(), "{what}: nobody is told");
            assert_eq!(finished.manifest.status, RunStatus::Partial, "{what}");
            if is_for_the_catalogue(operation) {
                assert_eq!(finished.manifest.shortfalls, [Shortfall::PoliciesUnread], "{what}");
                scene.simulator.set_faults(FaultPlan::default());
                let again = scene.run_until(&request, None).expect("a run");
                assert_eq!(
                    again.manifest.status,
                    RunStatus::Complete,
                    "{what}: the same event again"
                );
                continue;
            }
            assert!(unknown > 0, "{what}");
            let failed = finished.manifest.accounts.iter().filter(|entry| match &entry.outcome {
                Outcome::Failed(failure) => failure.operation.ends_with(operation.name()),
                _ => false,
            });
            assert!(failed.count() > 0, "{what}");
        }
    }
}

/// Without the list of policies every target is asked; what is missing then is who is attached to nothing.
fn is_for_the_catalogue(operation: Operation) -> bool {
    operation == Operation::ListPolicies
}

#[test]
fn what_failed_is_asked_again_by_the_same_event_and_nothing_else() {
    let scene = scene();
    let request = scene.request();
    scene.simulator.set_faults(FaultPlan::rule(
        0,
        FaultRule {
            operation: Some(Operation::DescribePolicy),
            attempts: Some((1, 1)),
            kinds: vec![FaultKind::Denied],
            ..FaultRule::default()
        },
    ));
    let partial = scene.run_until(&request, None).expect("a run");
    assert_eq!(partial.manifest.status, RunStatus::Partial);
    scene.simulator.set_faults(FaultPlan::default());
    let (documents, units) = (
        scene.calls(Operation::DescribePolicy),
        scene.calls(Operation::ListOrganizationalUnitsForParent),
    );
    let complete = scene.run_until(&request, None).expect("a run");
    assert_eq!(complete.manifest.status, RunStatus::Complete);
    assert!(scene.calls(Operation::DescribePolicy) > documents);
    assert_eq!(scene.calls(Operation::ListOrganizationalUnitsForParent), units);
    let other = super::faults::scene();
    let whole = other.run_until(&request, None).expect("a run");
    assert!(
        scene.document(&complete, "report.jsonl") == other.document(&whole, "report.jsonl"),
        "another report"
    );
}

#[test]
fn accidents_on_the_way_change_nothing() {
    let whole = scene();
    let request = whole.request();
    let finished = whole.run_until(&request, None).expect("a run");
    let expected = whole.document(&finished, "report.xlsx");
    for seed in 0..4 {
        let scene = scene();
        scene.simulator.set_faults(FaultPlan::transient(seed, 0.2));
        let finished = scene.run_until(&request, None).expect("a run");
        assert_eq!(finished.manifest.status, RunStatus::Complete, "seed {seed}");
        assert!(scene.document(&finished, "report.xlsx") == expected, "seed {seed}");
    }
}

#[test]
fn damage_to_what_was_kept_is_read_again() {
    let scene = scene();
    let request = scene.request();
    let finished = scene.run_until(&request, None).expect("a run");
    let manifest = &finished.manifest;
    let key = format!(
        "reports/scp-report/{}/{}/organization.json",
        manifest.date, manifest.run
    );
    for damage in ["", "{}", "not JSON", r#"{"schema":"iam-census/control-policies/2"}"#] {
        assert!(
            scene
                .simulator
                .tamper(&scene.simulator.evidence_bucket(), &key, damage.to_owned())
        );
        let again = scene.run_until(&request, None).expect("a run");
        assert_eq!(again.manifest.status, RunStatus::Complete, "{damage}");
        assert_eq!(again.results, finished.results, "{damage}");
    }
}
