//! A simulated organization, and runs of the checker over it.

use std::time::Duration;

use audit_aws::run::RunError;
use audit_core::event::RunRequest;
use cis_checker::{FUNCTION, Finished, Place, Run, Settings, run};
use clap::Parser as _;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use simulated_aws::{
    Account, Clock, FaultKind, FaultPlan, FaultRule, Operation, Simulator, Troubles, VirtualTime, World, WorldSpec,
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
        users_per_account: Some(4),
        all_active: true,
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
        let mut all = vec![FUNCTION, &bucket, &topic];
        all.extend(arguments);
        let settings = Settings::try_parse_from(all).expect("settings");
        Self {
            simulator,
            time,
            settings,
        }
    }

    pub(super) fn run_until(&self, request: &RunRequest, deadline: Option<Timestamp>) -> Result<Finished, RunError> {
        let sdk = self.simulator.sdk_config();
        let place = Place::of(&sdk, self.settings.buckets()).expect("buckets");
        let asked = Run {
            sdk: &sdk,
            settings: &self.settings,
            request,
            place: &place,
            deadline,
            progress: &|_| {},
        };
        self.time.run(Box::pin(run(&asked))).expect("time goes on")
    }

    pub(super) fn run(&self, request: &RunRequest) -> Finished {
        self.run_until(request, None).expect("a run")
    }

    /// A run of now, which later runs are told apart from by their time.
    pub(super) fn now(&self) -> Finished {
        self.run(&RunRequest::at(self.moment()))
    }

    /// A run five hours later, by which time IAM makes new credential reports.
    pub(super) fn later(&self) -> Finished {
        self.time.advance(Duration::from_hours(5));
        self.now()
    }

    /// The whole second that it is.
    pub(super) fn moment(&self) -> Timestamp {
        let now = self.time.now_timestamp();
        now - SignedDuration::from_nanos(i64::from(now.subsec_nanosecond()))
    }

    pub(super) fn member(&self, index: usize) -> Account {
        let world = self.simulator.world();
        let members = world
            .accounts()
            .iter()
            .filter(|account| account.id != world.hub_account());
        members.clone().nth(index).expect("a member").clone()
    }

    /// What stands in the bucket under a key.
    pub(super) fn text(&self, key: &str) -> String {
        let object = self.simulator.object(&self.simulator.evidence_bucket(), key);
        let object = object.unwrap_or_else(|| panic!("{key} is not there"));
        String::from_utf8(object.body.to_vec()).expect("UTF-8")
    }

    /// A document of a run.
    pub(super) fn document(&self, finished: &Finished, name: &str) -> String {
        let manifest = &finished.manifest;
        self.text(&format!("reports/{FUNCTION}/{}/{}/{name}", manifest.date, manifest.run))
    }

    /// The findings of a run, as its document has them.
    pub(super) fn findings(&self, finished: &Finished) -> Vec<Value> {
        let document = self.document(finished, "findings.jsonl");
        let lines = document.lines().map(serde_json::from_str);
        lines.collect::<Result<_, _>>().expect("JSON Lines")
    }

    pub(super) fn put(&self, key: &str, text: &str) {
        use audit_aws::caller::{Caller, Patience};
        use audit_aws::store::{Object, Store};
        let sdk = self.simulator.sdk_config();
        let (records, _) = self.settings.buckets().expect("buckets");
        let store = Store::Bucket(audit_aws::store::Bucket::new(&sdk, records));
        let caller = Caller::new(&sdk, Patience::default(), 1).expect("a caller");
        let object = Object::new(key, text.as_bytes().to_vec().into(), "text/plain");
        let put = self
            .time
            .run(store.settle(&caller, &object, |_| true))
            .expect("time goes on");
        put.expect("stored");
    }

    /// How often an operation was called.
    pub(super) fn calls(&self, operation: Operation) -> u64 {
        let counts = self.simulator.call_counts();
        let of_operation = counts.iter().filter(|((called, _), _)| *called == operation);
        of_operation.map(|(_, count)| count).sum()
    }

    /// The messages that arrived since the last `seen`, by subject and text.
    pub(super) fn messages(&self, seen: usize) -> Vec<(String, String)> {
        let published = self.simulator.published().into_iter().skip(seen);
        published
            .map(|message| (message.subject.unwrap_or_default(), message.message))
            .collect()
    }
}

/// A plan that denies an operation, always.
pub(super) fn denied(operation: Operation, account: Option<String>) -> FaultPlan {
    FaultPlan::rule(
        0,
        FaultRule {
            operation: Some(operation),
            account,
            kinds: vec![FaultKind::Denied],
            ..FaultRule::default()
        },
    )
}
