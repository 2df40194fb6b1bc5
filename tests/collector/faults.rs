//! Lasting troubles and accidents at once: nobody is lost, and every trouble is told by its own name.

use std::collections::BTreeMap;

use audit_core::ledger::Outcome;
use audit_core::reason::Reason;
use simulated_aws::{FaultPlan, Operation, Trouble, Troubles, WorldSpec};

use super::scene::{Scene, today};

/// What a lasting trouble is called in the ledger.
fn called(trouble: Trouble) -> Reason {
    match trouble {
        Trouble::RoleMissing => Reason::AssumeRoleDenied,
        Trouble::RegionDisabled => Reason::RegionDisabled,
        Trouble::Misrouted => Reason::IdentityMismatch,
        Trouble::ReportDenied => Reason::CallDenied,
        Trouble::ReportNeverCompletes => Reason::ReportTimeout,
        Trouble::NoCapacity => Reason::ReportCapacity,
        Trouble::Throttled => Reason::Throttled,
        Trouble::ServiceFailure => Reason::ServiceError,
        Trouble::ConnectionReset => Reason::Network,
        Trouble::Unresponsive => Reason::NoAnswer,
        Trouble::MalformedAnswer => Reason::MalformedAnswer,
        Trouble::CredentialsRefused => Reason::CredentialsRefused,
        Trouble::ReportTooLarge => Reason::ReportTooLarge,
    }
}

/// 240 broken accounts, every cause at least 20 times but for the one whose reports take 32 MiB each, which has its own
/// test below.
fn twelve_causes() -> Troubles {
    let causes = Trouble::ALL
        .into_iter()
        .filter(|trouble| *trouble != Trouble::ReportTooLarge);
    Troubles::Exactly(causes.map(|trouble| (trouble, 20)).collect())
}

#[test]
fn thirty_percent_of_accidents_lose_nobody_and_hide_no_cause() {
    let mut confusion: BTreeMap<(&str, Reason), u32> = BTreeMap::new();
    for seed in 0..20 {
        let spec = WorldSpec {
            accounts: 2_000,
            seed,
            troubles: twelve_causes(),
            users_per_account: Some(2),
            ..WorldSpec::default()
        };
        let scene = Scene::new(spec, &[]).faults(FaultPlan::transient(seed, 0.3));
        let finished = scene
            .run(&today())
            .unwrap_or_else(|error| panic!("seed {seed}: {error}"));
        let manifest = &finished.manifest;
        assert_eq!(
            (manifest.counts.listed, manifest.counts.left),
            (2_000, 0),
            "seed {seed}"
        );
        for entry in &manifest.accounts {
            let truth = scene
                .simulator
                .world()
                .account(entry.account.as_str())
                .expect("an account of the world");
            match (&entry.outcome, truth.trouble) {
                (Outcome::Collected(_), None) => {}
                (Outcome::Skipped { .. }, None) => {
                    assert!(!truth.state.is_functional(), "seed {seed}: {}", entry.account);
                }
                (Outcome::Failed(failure), Some(trouble)) => {
                    *confusion.entry((trouble.name(), failure.reason)).or_default() += 1;
                    assert_eq!(
                        failure.reason,
                        called(trouble),
                        "seed {seed}: {} is {}",
                        entry.account,
                        trouble.name()
                    );
                }
                (outcome, truth) => panic!("seed {seed}: {}: {outcome:?} where {truth:?} is true", entry.account),
            }
        }
        assert_eq!(manifest.counts.failed, 240, "seed {seed}");
        if seed == 0 {
            scene.check(manifest);
        }
    }
    for ((cause, reason), accounts) in &confusion {
        println!("{cause:>24}  {:<22} {accounts:>5}", reason.code());
    }
    assert_eq!(confusion.len(), 12);
}

#[test]
fn a_report_that_is_too_large_is_refused_by_its_name() {
    let troubles = Troubles::Exactly(vec![(Trouble::ReportTooLarge, 1)]);
    let scene = Scene::new(
        WorldSpec {
            accounts: 12,
            troubles,
            ..WorldSpec::default()
        },
        &[],
    );
    let manifest = scene.today().manifest;
    let failed: Vec<_> = manifest.unfinished().map(|entry| entry.outcome.clone()).collect();
    assert!(
        matches!(failed.as_slice(), [Outcome::Failed(failure)] if failure.reason == Reason::ReportTooLarge),
        "{failed:?}"
    );
    scene.check(&manifest);
}

#[test]
fn without_accidents_an_account_takes_few_calls() {
    let spec = WorldSpec {
        all_active: true,
        reports: simulated_aws::ReportStart::Ready,
        ..super::scene::sound(100)
    };
    let scene = Scene::new(spec, &[]);
    scene.today();
    // All but the hub, which is read with the suite's own credentials.
    assert_eq!(scene.calls(Operation::AssumeRole), 99);
    assert_eq!(scene.calls(Operation::GetCredentialReport), 100);
    assert_eq!(scene.calls(Operation::GenerateCredentialReport), 0);
}
