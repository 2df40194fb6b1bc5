//! Every automated control of every edition passes where everything is in order and fails where nothing is.

use std::collections::BTreeMap;

use audit_core::benchmark::{Assessment, Edition};
use audit_core::check::{Rule, Status};
use audit_core::checks;
use audit_core::finding::Finding;
use simulated_aws::Governance;

use super::scene::{Scene, findings, five};

/// The statuses of each automated control of each edition in each account.
fn automated(findings: &[Finding]) -> BTreeMap<(Edition, String, &'static str), Vec<Status>> {
    let mut controls: BTreeMap<_, Vec<Status>> = BTreeMap::new();
    for finding in findings {
        if finding.control.assessment == Assessment::Automated {
            let key = (finding.control.edition, finding.account.to_string(), finding.check.slug);
            controls.entry(key).or_default().push(finding.status);
        }
    }
    controls
}

/// Automated controls that there must be verdicts on: each in every account, those of the organization once.
fn expected(accounts: usize) -> usize {
    let of_edition = |edition| {
        let checks = checks::of_edition(edition);
        let automated = checks
            .iter()
            .filter(|(_, control)| control.assessment == Assessment::Automated);
        let number = automated.map(|(check, _)| match check.rule {
            Rule::Organization(_) => 1,
            _ => accounts,
        });
        number.sum::<usize>()
    };
    Edition::ALL.into_iter().map(of_edition).sum()
}

#[test]
fn every_automated_control_passes_in_an_exemplary_organization() {
    let scene = Scene::new(five(), |world| {
        for account in world.accounts() {
            world.make_exemplary(account);
        }
        world.edit_governance(|governance| governance.make_exemplary(world.hub_account()));
    });
    let findings = findings(&scene.everything());
    for finding in &findings {
        let fine = match finding.status {
            Status::Pass | Status::NotApplicable => true,
            Status::Manual => finding.control.assessment == Assessment::Manual,
            Status::Unknown | Status::Fail => false,
        };
        assert!(fine, "{} {}: {}", finding.check.slug, finding.resource, finding.because);
    }
    let controls = automated(&findings);
    assert_eq!(controls.len(), expected(5));
    for (control, statuses) in controls {
        assert!(statuses.contains(&Status::Pass), "{control:?}: {statuses:?}");
    }
}

#[test]
fn every_automated_control_fails_in_a_negligent_organization() {
    let scene = Scene::new(five(), |world| {
        for account in world.accounts() {
            world.make_negligent(account);
        }
        world.edit_governance(Governance::make_negligent);
    })
    .in_management_account();
    let findings = findings(&scene.everything());
    for finding in &findings {
        assert_ne!(
            finding.status,
            Status::Unknown,
            "{} {}: {}",
            finding.check.slug,
            finding.resource,
            finding.because
        );
    }
    let controls = automated(&findings);
    assert_eq!(controls.len(), expected(5));
    for (control, statuses) in controls {
        assert!(statuses.contains(&Status::Fail), "{control:?}: {statuses:?}");
    }
}
