//! A simulated organization, and runs of the collector over it.

use audit_aws::run::RunError;
use audit_aws::store::{Bucket, BucketSettings, Store};
use audit_core::event::RunRequest;
use audit_core::ledger::{Counts, Manifest, Outcome};
use clap::Parser as _;
use credential_collector::{Finished, Place, Run, Settings, run};
use jiff::Timestamp;
use simulated_aws::{
    Clock, FaultKind, FaultPlan, FaultRule, Operation, Simulator, Troubles, VirtualTime, WORLD_EPOCH, World, WorldSpec,
};

pub(super) struct Scene {
    pub(super) simulator: Simulator,
    pub(super) time: VirtualTime,
    pub(super) settings: Settings,
}

/// A world without lasting troubles.
pub(super) fn sound(accounts: usize) -> WorldSpec {
    WorldSpec {
        accounts,
        troubles: Troubles::None,
        ..WorldSpec::default()
    }
}

impl Scene {
    pub(super) fn new(spec: WorldSpec, arguments: &[&str]) -> Self {
        let world = World::new(spec).expect("a world");
        let time = VirtualTime::new(world.at());
        let simulator = Simulator::builder(world).clock(Clock::Virtual(time.clone())).build();
        let bucket = format!("--bucket={}", simulator.evidence_bucket());
        let topic = format!("--topic={}", simulator.topic_arn());
        let mut all = vec!["credential-collector", &bucket, &topic];
        all.extend(arguments);
        let settings = Settings::try_parse_from(all).expect("settings");
        Self {
            simulator,
            time,
            settings,
        }
    }

    pub(super) fn faults(self, plan: FaultPlan) -> Self {
        self.simulator.set_faults(plan);
        self
    }

    pub(super) fn run(&self, request: &RunRequest) -> Result<Finished, RunError> {
        self.run_until(request, None)
    }

    pub(super) fn run_until(&self, request: &RunRequest, deadline: Option<Timestamp>) -> Result<Finished, RunError> {
        let sdk = self.simulator.sdk_config();
        let place = Place::of(&sdk, self.settings.buckets()).expect("buckets");
        let settings = &self.settings;
        let asked = Run {
            sdk: &sdk,
            settings,
            request,
            place: &place,
            deadline,
            progress: &|_| {},
        };
        self.time.run(run(&asked)).expect("time goes on")
    }

    /// A run of today that has to succeed.
    pub(super) fn today(&self) -> Finished {
        self.run(&today()).expect("a run")
    }

    /// How often an operation was called.
    pub(super) fn calls(&self, operation: Operation) -> u64 {
        let counts = self.simulator.call_counts();
        counts
            .iter()
            .filter(|((called, _), _)| *called == operation)
            .map(|(_, count)| count)
            .sum()
    }

    pub(super) fn store(&self) -> Store {
        let bucket = self.simulator.evidence_bucket().parse().expect("a bucket name");
        let settings = BucketSettings {
            name: bucket,
            kms_key: None,
            owner_acl: false,
        };
        Store::Bucket(Bucket::new(&self.simulator.sdk_config(), settings))
    }

    /// Checks what every run promises: the sums, and that every object that the manifest names holds what it says.
    pub(super) fn check(&self, manifest: &Manifest) {
        let Counts {
            listed,
            collected,
            skipped,
            failed,
            left,
        } = manifest.counts;
        assert_eq!(listed, collected + skipped + failed + left);
        assert_eq!(manifest.counts, Counts::of(&manifest.accounts));
        for entry in &manifest.accounts {
            let Outcome::Collected(report) = &entry.outcome else {
                continue;
            };
            let account = self
                .simulator
                .world()
                .account(entry.account.as_str())
                .expect("an account of the world");
            let expected = self.simulator.world().credential_report_csv(account);
            let bucket = self.simulator.evidence_bucket();
            let stored = self
                .simulator
                .object(&bucket, &report.key)
                .expect("the report is stored");
            assert_eq!(
                audit_core::digest::Sha256::of(&stored.body),
                report.sha256,
                "{}",
                entry.account
            );
            assert_eq!(
                stored.body, expected,
                "{} holds the report of another account",
                entry.account
            );
        }
    }
}

/// A plan that denies an operation, always.
pub(super) fn denied(operation: Operation, account: Option<String>) -> FaultPlan {
    let kinds = vec![FaultKind::Denied];
    FaultPlan::rule(
        0,
        FaultRule {
            operation: Some(operation),
            account,
            kinds,
            ..FaultRule::default()
        },
    )
}

pub(super) fn today() -> RunRequest {
    RunRequest::at(WORLD_EPOCH)
}
