//! Which calls are made: those that the facts declare, as few as will do, and at most four Regions at a time.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use audit_aws::account::{Wanted, permissions};
use audit_core::facts::FactName;
use simulated_aws::{FaultKind, Operation, Outcome, RecordedCall, Service, World, WorldSpec};

use super::faults::mixed;
use super::scene::{Scene, by_role, declared, five};

/// What has to be known before any fact is read.
const FIRST: [&str; 2] = ["sts:AssumeRole", "sts:GetCallerIdentity"];

/// Only where the list of accounts says nothing about where they stand.
const WITHOUT_PATHS: [&str; 3] = [
    "organizations:ListAccountsForParent",
    "organizations:ListOrganizationalUnitsForParent",
    "organizations:ListRoots",
];

fn seen(scene: &Scene) -> BTreeSet<String> {
    let calls = scene.simulator.calls().into_iter();
    calls.map(|call| declared(call.operation)).collect()
}

fn texts(operations: &[&str]) -> BTreeSet<String> {
    operations.iter().map(|operation| (*operation).to_owned()).collect()
}

#[test]
fn the_calls_of_the_facts_are_the_calls_that_are_made() {
    let scene = mixed();
    scene.everything();
    let mut table: BTreeSet<String> = FactName::ALL.iter().flat_map(|fact| texts(fact.operations())).collect();
    table.extend(texts(&FIRST));
    let seen_with_paths = seen(&scene);
    assert_eq!(
        &table - &seen_with_paths,
        texts(&WITHOUT_PATHS),
        "declared and never made"
    );
    assert_eq!(&seen_with_paths - &table, BTreeSet::new(), "made and not declared");

    let paths = Some("Accounts/Paths".to_owned());
    let without_paths = mixed().fault(Operation::ListAccounts, FaultKind::MissingMember, paths);
    assert_eq!(without_paths.everything(), mixed().everything());
    assert_eq!(seen(&without_paths), table);
}

#[test]
fn each_fact_makes_its_own_calls_and_no_others() {
    for fact in by_role() {
        let scene = mixed();
        let wanted = Wanted::of([fact]);
        scene.run(async {
            let hub = scene.hub().await;
            for place in 0..4 {
                scene.account_facts(&hub, place, &wanted).await;
            }
        });
        let mut table: BTreeSet<String> = wanted.iter().flat_map(|fact| texts(fact.operations())).collect();
        table.extend(texts(&FIRST));
        assert_eq!(seen(&scene), table, "{fact}");
    }
}

/// Every call of a fact is one that is permitted for it, with the action that the call needs, and the other way round.
#[test]
fn what_is_permitted_for_a_fact_is_what_its_calls_need() {
    for fact in FactName::ALL {
        let permitted: BTreeSet<&str> = permissions(fact)
            .iter()
            .map(|permission| permission.operation)
            .collect();
        let operations: BTreeSet<&str> = fact.operations().iter().copied().collect();
        assert_eq!(permitted, operations, "{fact}");
        for permission in permissions(fact)
            .iter()
            .filter(|permission| !permission.actions.is_empty())
        {
            let operation = Operation::ALL
                .iter()
                .find(|operation| declared(**operation) == permission.operation);
            let operation = operation.unwrap_or_else(|| panic!("{} is not simulated", permission.operation));
            assert_eq!(permission.actions, [operation.action()], "{fact}");
        }
    }
}

/// How often each operation is called about one account.
fn counts(calls: &[RecordedCall], account: &str) -> BTreeMap<Operation, usize> {
    let mut counts = BTreeMap::new();
    for call in calls.iter().filter(|call| call.account == account) {
        *counts.entry(call.operation).or_default() += 1;
    }
    counts
}

fn ready() -> WorldSpec {
    WorldSpec {
        reports: simulated_aws::ReportStart::Ready,
        ..five()
    }
}

fn exemplary(world: &World) {
    for account in world.accounts() {
        world.make_exemplary(account);
    }
}

#[test]
fn an_account_takes_as_few_calls_as_will_do() {
    let scene = Scene::new(ready(), exemplary);
    scene.everything();
    let calls = scene.simulator.calls();
    assert!(
        calls.iter().all(|call| call.outcome == Outcome::Ok),
        "no call is made in vain"
    );
    let world = scene.simulator.world();
    for account in world
        .accounts()
        .iter()
        .filter(|account| account.id != world.hub_account())
    {
        let regions = world.contents(account).regions.clone();
        let usable = ["ENABLED", "ENABLED_BY_DEFAULT"];
        let regions = regions.iter().filter(|region| usable.contains(&region.status.value()));
        let regions = regions.count();
        let mut expected: BTreeMap<Operation, usize> = [
            Operation::AssumeRole,
            Operation::GetCredentialReport,
            Operation::GetAccountSummary,
            Operation::GetAccountPasswordPolicy,
            Operation::GetAccountAuthorizationDetails,
            Operation::ListVirtualMFADevices,
            Operation::ListServerCertificates,
            Operation::ListEntitiesForPolicy,
            Operation::GetAlternateContact,
            Operation::GetPublicAccessBlock,
            Operation::ListRegions,
            Operation::DescribeTrails,
            Operation::GetTrailStatus,
            Operation::GetEventSelectors,
            Operation::DescribeMetricFilters,
            Operation::DescribeAlarmsForMetric,
            Operation::ListSubscriptionsByTopic,
        ]
        .map(|operation| (operation, 1))
        .into();
        expected.extend(
            [
                Operation::ListAnalyzers,
                Operation::DescribeConfigurationRecorderStatus,
                Operation::DescribeConfigurationRecorders,
                Operation::SelectResourceConfig,
            ]
            .map(|operation| (operation, regions)),
        );
        assert_eq!(counts(&calls, &account.id), expected, "{}", account.id);
    }
}

#[test]
fn a_chain_without_trails_is_asked_no_further() {
    let scene = Scene::new(ready(), |world| {
        for account in world.accounts() {
            world.make_negligent(account);
        }
    });
    scene.everything();
    let chain = [Service::CloudTrail, Service::Logs, Service::CloudWatch, Service::Sns];
    let calls = scene.simulator.calls().into_iter();
    let calls: Vec<Operation> = calls
        .map(|call| call.operation)
        .filter(|operation| chain.contains(&operation.service()))
        .collect();
    assert_eq!(calls, [Operation::DescribeTrails; 5]);
}

#[test]
fn a_service_is_asked_in_four_regions_of_an_account_at_a_time() {
    let latency = Duration::from_secs(1);
    let scene = Scene::slow(ready(), latency, exemplary);
    let account = scene.account(2).to_string();
    scene.run(async {
        let hub = scene.hub().await;
        scene.account_facts(&hub, 2, &Wanted::of(by_role())).await;
    });
    let calls: Vec<RecordedCall> = scene.simulator.calls();
    for service in Service::ALL {
        let of_service: Vec<&RecordedCall> = calls
            .iter()
            .filter(|call| call.operation.service() == service && call.account == account)
            .collect();
        let at_once = of_service.iter().map(|call| {
            let open = |other: &&&RecordedCall| {
                let since = call.at.duration_since(other.at);
                !since.is_negative() && since.unsigned_abs() < latency
            };
            of_service.iter().filter(open).count()
        });
        let most = at_once.max().unwrap_or_default();
        let expected = match service {
            Service::AccessAnalyzer | Service::Config => 4,
            // The credential report beside the rest of IAM, and the Regions beside the contact.
            Service::Iam | Service::Account => 2,
            Service::Athena | Service::Organizations | Service::S3 => 0,
            _ => 1,
        };
        assert_eq!(most, expected, "{service:?}");
    }
}
