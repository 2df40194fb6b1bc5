//! A simulated organization with an event history in every account, and runs of the search over it.

use std::collections::BTreeMap;
use std::time::Duration;

use audit_aws::run::RunError;
use audit_core::event::RunRequest;
use audit_core::ledger::Outcome;
use clap::Parser as _;
use jiff::{SignedDuration, Timestamp};
use root_activity::{FUNCTION, Finished, Place, Run, Settings, run};
use serde_json::Value;
use simulated_aws::{
    Account, Clock, FaultKind, FaultPlan, FaultRule, Operation, Simulator, Troubles, VirtualTime, World, WorldSpec,
};

pub(super) struct Scene {
    pub(super) simulator: Simulator,
    pub(super) time: VirtualTime,
    pub(super) settings: Settings,
}

/// A world without troubles.
pub(super) fn sound(accounts: usize) -> WorldSpec {
    WorldSpec {
        accounts,
        users_per_account: Some(2),
        all_active: true,
        troubles: Troubles::None,
        ..WorldSpec::default()
    }
}

impl Scene {
    pub(super) fn new(spec: WorldSpec, arguments: &[&str]) -> Self {
        let world = World::new(spec).expect("a world");
        let time = VirtualTime::new(world.at());
        let simulator = Simulator::builder(world)
            .clock(Clock::Virtual(time.clone()))
            .latency(Duration::from_millis(50))
            .build();
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

    pub(super) fn try_now(&self) -> Result<Finished, RunError> {
        self.run_until(&RunRequest::at(self.moment()), None)
    }

    /// A run of now.
    pub(super) fn now(&self) -> Finished {
        self.try_now().expect("a run")
    }

    /// The whole second that it is.
    pub(super) fn moment(&self) -> Timestamp {
        let now = self.time.now_timestamp();
        now - SignedDuration::from_nanos(i64::from(now.subsec_nanosecond()))
    }

    /// Collects the credential reports of now.
    pub(super) fn collect(&self) {
        let sdk = self.simulator.sdk_config();
        let bucket = format!("--bucket={}", self.simulator.evidence_bucket());
        let settings = credential_collector::Settings::try_parse_from(["credential-collector", &bucket]);
        let settings = settings.expect("settings");
        let place = Place::of(&sdk, settings.buckets()).expect("buckets");
        let asked = credential_collector::Run {
            sdk: &sdk,
            settings: &settings,
            request: &RunRequest::at(self.moment()),
            place: &place,
            deadline: None,
            progress: &|_| {},
        };
        let finished = self.time.run(Box::pin(credential_collector::run(&asked)));
        assert!(finished.expect("time goes on").expect("a run").is_delivered());
    }

    /// What stands in the bucket under a key.
    pub(super) fn text(&self, key: &str) -> String {
        let object = self.simulator.object(&self.simulator.evidence_bucket(), key);
        let object = object.unwrap_or_else(|| panic!("{key} is not there"));
        String::from_utf8(object.body.to_vec()).expect("UTF-8")
    }

    pub(super) fn put(&self, key: &str, text: &str) {
        use audit_aws::caller::{Caller, Patience};
        use audit_aws::store::{Object, Store};
        let sdk = self.simulator.sdk_config();
        let (records, _) = self.settings.buckets().expect("buckets");
        let store = Store::Bucket(audit_aws::store::Bucket::new(&sdk, records));
        let caller = Caller::new(&sdk, Patience::default(), 1).expect("a caller");
        let object = Object::new(key, text.as_bytes().to_vec().into(), "text/plain");
        let put = self.time.run(store.settle(&caller, &object, |_| true));
        put.expect("time goes on").expect("stored");
    }

    /// A document of a run.
    pub(super) fn document(&self, finished: &Finished, name: &str) -> String {
        let manifest = &finished.manifest;
        self.text(&format!("reports/{FUNCTION}/{}/{}/{name}", manifest.date, manifest.run))
    }

    /// The rows of a sheet of a run.
    pub(super) fn rows(&self, finished: &Finished, sheet: &str) -> Vec<Value> {
        let lines = self.document(finished, "report.jsonl");
        let rows = lines.lines().map(|line| serde_json::from_str(line).expect("JSON"));
        rows.filter(|row: &Value| row["sheet"] == sheet).collect()
    }

    /// The rows of accounts, by account.
    pub(super) fn accounts(&self, finished: &Finished) -> BTreeMap<String, Value> {
        let rows = self.rows(finished, "accounts").into_iter();
        rows.map(|row| (row["account_id"].as_str().expect("an id").to_owned(), row))
            .collect()
    }

    /// The messages that arrived, by subject and text.
    pub(super) fn messages(&self) -> Vec<(String, String)> {
        let published = self.simulator.published().into_iter();
        published
            .map(|message| (message.subject.unwrap_or_default(), message.message))
            .collect()
    }

    pub(super) fn calls(&self, operation: Operation) -> u64 {
        let counts = self.simulator.call_counts();
        let of_operation = counts.iter().filter(|((called, _), _)| *called == operation);
        of_operation.map(|(_, count)| count).sum()
    }

    /// The first account whose root user has signed in within the event history, or has not.
    pub(super) fn account_with_sign_in(&self, signed_in: bool) -> Account {
        let world = self.simulator.world();
        let is_wanted =
            |account: &&Account| world.root_history(account).last_sign_in(world.at()).is_some() == signed_in;
        let ours = [world.hub_account(), world.management_account()];
        let mut members = world
            .accounts()
            .iter()
            .filter(|account| !ours.contains(&account.id.as_str()));
        members.find(is_wanted).expect("such an account").clone()
    }
}

/// Reason codes of accounts that failed, and `collected` and so on for the others.
pub(super) fn outcomes(finished: &Finished) -> BTreeMap<String, String> {
    let accounts = finished.manifest.accounts.iter().map(|entry| {
        let word = match &entry.outcome {
            Outcome::Collected(_) => "collected".to_owned(),
            Outcome::Failed(failure) => failure.reason.to_string(),
            Outcome::Skipped { .. } => "skipped".to_owned(),
            Outcome::Left => "left".to_owned(),
        };
        (entry.account.to_string(), word)
    });
    accounts.collect()
}

/// A plan in which looks into the event history fail in one way, always, perhaps in one Region only.
pub(super) fn always(kind: FaultKind, member: Option<&str>) -> FaultPlan {
    FaultPlan::rule(
        0,
        FaultRule {
            operation: Some(Operation::LookupEvents),
            member: member.map(str::to_owned),
            kinds: vec![kind],
            ..FaultRule::default()
        },
    )
}
