//! What fails: single accounts with their reason, and a sweep only where nothing can be stored at all.

use audit_aws::run::RunError;
use audit_core::ledger::RunStatus;
use audit_core::reason::Reason;
use simulated_aws::{Operation, WorldSpec};

use super::scene::{Scene, failed, sound, stored};

#[test]
fn an_account_that_cannot_be_entered_or_read_fails_alone_and_is_tried_again() {
    for (operation, reason) in [
        (Operation::AssumeRole, Reason::AssumeRoleDenied),
        (Operation::GetAccountAuthorizationDetails, Reason::CallDenied),
    ] {
        let scene = Scene::new(sound(6), &[]);
        let account = scene.member(1).id;
        scene.deny(operation, Some(&account));
        let swept = scene.sweep();
        assert_eq!((swept.manifest.counts.failed, swept.manifest.counts.collected), (1, 5));
        assert_eq!(swept.manifest.status, RunStatus::Partial);
        let failure = failed(&swept, &account);
        assert_eq!(
            (failure.reason, failure.code.as_deref()),
            (reason, Some("AccessDenied"))
        );
        assert!(failure.operation.ends_with(operation.name()), "{}", failure.operation);
        assert!(!swept.is_delivered() || swept.dataset.is_some());

        scene.simulator.set_faults(simulated_aws::FaultPlan::default());
        let asked = scene.calls(Operation::AssumeRole);
        let again = scene.sweep();
        assert_eq!(again.manifest.status, RunStatus::Complete);
        assert_eq!(
            scene.calls(Operation::AssumeRole),
            asked + 1,
            "only the one that failed"
        );
        assert!(stored(&again, &account).rows > 0);
        assert_eq!(again.overview.expect("an overview").users, 18);
    }
}

#[test]
fn accounts_without_the_role_are_in_the_ledger_with_what_to_do() {
    let spec = WorldSpec {
        roles: vec!["iam-census/credential-report".to_owned()],
        ..sound(4)
    };
    let scene = Scene::new(spec, &[]);
    let swept = scene.sweep();
    // The hub reads itself with the function's own permissions.
    assert_eq!((swept.manifest.counts.collected, swept.manifest.counts.failed), (1, 3));
    assert!(stored(&swept, scene.simulator.world().hub_account()).rows > 0);
    assert_eq!(failed(&swept, &scene.member(0).id).reason, Reason::AssumeRoleDenied);
}

#[test]
fn a_store_that_takes_nothing_ends_the_sweep() {
    let scene = Scene::new(sound(6), &[]);
    scene.deny(Operation::PutObject, None);
    let error = scene.until(&scene.request(), None).expect_err("no store");
    assert!(matches!(error, RunError::Store(_)), "{error}");
    assert!(scene.keys().is_empty());
}

#[test]
fn an_account_alone_needs_no_organization_and_no_role() {
    let scene = Scene::new(sound(3), &["--single-account"]);
    let swept = scene.sweep();
    assert_eq!(swept.manifest.counts.listed, 1);
    assert_eq!(swept.manifest.status, RunStatus::Complete);
    for operation in [
        Operation::ListAccounts,
        Operation::DescribeOrganization,
        Operation::AssumeRole,
    ] {
        assert_eq!(scene.calls(operation), 0, "{operation:?}");
    }
}
