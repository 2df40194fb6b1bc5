//! A simulated organization, and runs of the report over it.

use std::collections::BTreeMap;

use audit_aws::run::RunError;
use audit_core::event::RunRequest;
use clap::Parser as _;
use jiff::{SignedDuration, Timestamp};
use scp_report::{FUNCTION, Finished, Place, Run, Settings, run};
use serde_json::Value;
use simulated_aws::{Clock, Operation, Simulator, Troubles, VirtualTime, World, WorldSpec};

pub(super) struct Scene {
    pub(super) simulator: Simulator,
    pub(super) time: VirtualTime,
    pub(super) settings: Settings,
}

/// A world without lasting troubles.
pub(super) fn sound(accounts: usize) -> WorldSpec {
    WorldSpec {
        accounts,
        users_per_account: Some(1),
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
        let place = Place::bucket(&sdk, &self.settings).expect("a bucket");
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

    pub(super) fn run(&self) -> Finished {
        self.run_until(&self.request(), None).expect("a run")
    }

    /// An event of now.
    pub(super) fn request(&self) -> RunRequest {
        let now = self.time.now_timestamp();
        RunRequest::at(now - SignedDuration::from_nanos(i64::from(now.subsec_nanosecond())))
    }

    /// What stands in the bucket under a key.
    pub(super) fn bytes(&self, key: &str) -> Vec<u8> {
        let object = self.simulator.object(&self.simulator.evidence_bucket(), key);
        object.unwrap_or_else(|| panic!("{key} is not there")).body.to_vec()
    }

    /// A document of a run.
    pub(super) fn document(&self, finished: &Finished, name: &str) -> Vec<u8> {
        let manifest = &finished.manifest;
        self.bytes(&format!("reports/{FUNCTION}/{}/{}/{name}", manifest.date, manifest.run))
    }

    /// The rows of a sheet of a run.
    pub(super) fn rows(&self, finished: &Finished, sheet: &str) -> Vec<Value> {
        rows(&self.document(finished, "report.jsonl"), sheet)
    }

    /// How often an operation was called.
    pub(super) fn calls(&self, operation: Operation) -> u64 {
        let counts = self.simulator.call_counts();
        let of_operation = counts.iter().filter(|((called, _), _)| *called == operation);
        of_operation.map(|(_, count)| count).sum()
    }
}

pub(super) fn rows(lines: &[u8], sheet: &str) -> Vec<Value> {
    let text = std::str::from_utf8(lines).expect("UTF-8");
    let lines = text
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    lines.filter(|row| row["sheet"] == sheet).collect()
}

/// How many accounts come to each status for a guardrail.
pub(super) fn tally(finished: &Finished, title: &str) -> BTreeMap<&'static str, usize> {
    let results = finished.results.as_ref().expect("results");
    let (_, tally) = results
        .guardrails
        .iter()
        .find(|(one, _)| one == title)
        .unwrap_or_else(|| panic!("no {title}"));
    let some = tally.iter().filter(|(_, count)| *count > 0);
    some.map(|(status, count)| (status.as_str(), *count)).collect()
}
