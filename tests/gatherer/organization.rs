//! The facts about the organization, from where the suite is deployed: each call fails in each way.

use std::collections::BTreeSet;

use audit_core::check::Status;
use audit_core::facts::{Fact, OrganizationFacts};
use simulated_aws::{FaultKind, Governance, Operation, Outcome, Service, WorldSpec};

use super::faults::{assert_each, better, touched};
use super::scene::{Gathered, Scene, Verdicts, declared, five, verdicts};

/// An organization that is as it should be, or not at all; asked by its management account.
fn scene(sound: bool) -> Scene {
    let spec = WorldSpec {
        largest_page: Some(2),
        ..five()
    };
    let scene = Scene::new(spec, |world| {
        world.edit_governance(|governance| {
            if sound {
                governance.make_exemplary(world.hub_account());
            } else {
                governance.make_negligent();
                half_delegated(governance, world.hub_account());
            }
        });
    });
    scene.in_management_account()
}

/// Trusted services without an administrator, after some that have one.
fn half_delegated(governance: &mut Governance, administrator: &str) {
    let since = "2025-01-01T00:00:00Z".parse().expect("an instant");
    for service in ["access-analyzer", "account", "config", "guardduty", "sso"] {
        governance
            .trusted_services
            .push((format!("{service}.amazonaws.com"), since));
    }
    let delegated = ("account.amazonaws.com".to_owned(), since);
    governance.delegated_administrators = vec![(administrator.to_owned(), delegated.0, delegated.1)];
}

/// Analyzers of the organization are listed where they are administered; elsewhere an empty list proves nothing.
#[test]
fn only_their_administrator_knows_the_analyzers_of_the_organization() {
    for (what, in_management_account, administrator, is_known) in [
        ("the suite's account administers them", false, Some(0), true),
        ("another member does", false, Some(1), false),
        ("nobody does, so the management account", false, None, false),
        ("and there it is asked", true, None, true),
        (
            "a member does, and the management account is asked",
            true,
            Some(0),
            false,
        ),
    ] {
        let scene = Scene::new(five(), |world| {
            let hub = world.hub_account();
            let others = world.accounts().iter().map(|account| account.id.as_str());
            let mut other = others.filter(|id| *id != hub && *id != world.management_account());
            let accounts = [hub, other.next().expect("another member")];
            world.edit_governance(|governance| {
                let is_about_analyzers = |service: &str| service == "access-analyzer.amazonaws.com";
                let all = &mut governance.delegated_administrators;
                match administrator {
                    None => all.retain(|(_, service, _)| !is_about_analyzers(service)),
                    Some(place) => all
                        .iter_mut()
                        .filter(|(_, service, _)| is_about_analyzers(service))
                        .for_each(|(account, ..)| accounts[place].clone_into(account)),
                }
            });
        });
        let scene = if in_management_account {
            scene.in_management_account()
        } else {
            scene
        };
        let analyzers = scene.run(async {
            let hub = scene.hub().await.expect("a hub");
            scene.organization_analyzers(&hub).await
        });
        match analyzers {
            Fact::Known(_) => assert!(is_known, "{what}"),
            Fact::Unavailable(reason) => {
                assert!(!is_known, "{what}: {reason:?}");
                assert_eq!(reason.code, "NOT_THE_ADMINISTRATOR", "{what}");
            }
            Fact::NotRequested => panic!("{what}"),
        }
    }
}

fn look(scene: &Scene) -> OrganizationFacts {
    scene.run(async {
        match scene.hub().await {
            Ok(hub) => scene.organization_facts(&hub).await,
            Err(error) => panic!("{error}"),
        }
    })
}

fn judge(scene: &Scene) -> Verdicts {
    let organization = look(scene);
    verdicts(&Gathered {
        accounts: Vec::new(),
        organization,
    })
}

#[test]
fn the_facts_are_those_of_the_organization() {
    let scene = scene(true);
    let facts = look(&scene);
    let world = scene.simulator.world();
    let governance = world.governance();
    assert_eq!(facts.management.as_str(), world.management_account());
    let Fact::Known(members) = &facts.members else {
        panic!("{:?}", facts.members)
    };
    assert_eq!(members.len(), 4);
    for member in members {
        assert_eq!(
            member.path.first(),
            Some(&world.organization().root_id),
            "{}",
            member.account
        );
        let units = member.path.iter().skip(1);
        assert!(
            units
                .into_iter()
                .all(|unit| world.units().iter().any(|known| known.id == *unit))
        );
    }
    let Fact::Known(guardrails) = &facts.guardrails else {
        panic!("{:?}", facts.guardrails)
    };
    let own = governance.policies.iter().filter(|policy| !policy.aws_managed);
    for policy in own {
        let seen = guardrails.iter().find(|seen| seen.id == policy.id).expect("the policy");
        let mut targets = (seen.targets.clone(), policy.targets.clone());
        targets.0.sort();
        targets.1.sort();
        assert_eq!(targets.0, targets.1, "{}", policy.name);
    }
    assert_eq!(facts.resource_policy, Fact::Known(governance.resource_policy.clone()));
    let trusted = governance.trusted_services.iter().map(|(service, _)| service.clone());
    assert_eq!(facts.trusted_services, Fact::Known(trusted.collect()));
}

#[test]
fn no_fault_makes_a_verdict_on_the_organization_better_or_touches_another() {
    let kinds = [
        FaultKind::Denied,
        FaultKind::Throttle,
        FaultKind::Timeout,
        FaultKind::Malformed,
        FaultKind::TruncatedBody,
        FaultKind::CutDocument,
    ];
    for sound in [true, false] {
        let whole = scene(sound);
        let before = judge(&whole);
        let expected = if sound { Status::Pass } else { Status::Fail };
        for (about, (status, because)) in &before {
            let fine = *status == expected || *status == Status::Manual;
            assert!(fine, "{}: {status} {because}", about.slug);
        }
        // A refusal whose code has come is an answer, even if the rest of it has not.
        let refused: BTreeSet<Operation> = whole
            .simulator
            .calls()
            .into_iter()
            .filter(|call| call.outcome != Outcome::Ok)
            .map(|call| call.operation)
            .collect();
        let mut cases: Vec<(Operation, FaultKind, Option<String>)> = Vec::new();
        for call in whole.simulator.calls() {
            let operation = call.operation;
            if operation.service() == Service::Sts {
                continue;
            }
            cases.extend(kinds.map(|kind| (operation, kind, None)));
            let members = call
                .members
                .into_iter()
                .filter(|member| !may_be_absent(operation, member));
            cases.extend(members.map(|member| (operation, FaultKind::MissingMember, Some(member))));
        }
        cases.sort();
        cases.dedup();
        assert_each(&cases, |(operation, kind, member)| {
            let after = judge(&scene(sound).fault(*operation, *kind, member.clone()));
            let wrong = touched(*operation, &before, &after).or_else(|| better(&before, &after));
            let wrong = wrong.or_else(|| {
                let told = *kind == FaultKind::CutDocument && refused.contains(operation);
                let silent = *kind != FaultKind::MissingMember && !told && before == after;
                silent.then(|| "goes unnoticed".to_owned())
            });
            Some(format!(
                "{sound}: {kind:?} in {} {member:?}: {}",
                declared(*operation),
                wrong?
            ))
        });
    }
}

/// A page without a token is the last one; nobody can tell that it should not have been.
fn may_be_absent(operation: Operation, member: &str) -> bool {
    operation.service() == Service::Organizations && member == "NextToken"
}

#[test]
fn an_organization_that_is_none_is_told_so() {
    let scene = scene(true);
    scene
        .simulator
        .world()
        .edit_governance(|governance| governance.in_use = false);
    for (about, (status, because)) in judge(&scene) {
        if status != Status::Manual {
            assert_eq!(status, Status::Unknown, "{}", about.slug);
            assert!(because.contains("AWSOrganizationsNotInUseException"), "{because}");
        }
    }
}

/// Five lists a second and one list of services: the gatherer keeps to it, so that nothing is throttled.
#[test]
fn the_pace_of_the_service_is_kept() {
    let spec = WorldSpec {
        accounts: 300,
        ..five()
    };
    let scene = Scene::paced(spec);
    look(&scene);
    let refused = scene
        .simulator
        .calls()
        .into_iter()
        .filter(|call| call.outcome != Outcome::Ok);
    assert_eq!(refused.count(), 0);
}
