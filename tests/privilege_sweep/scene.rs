//! A simulated organization, and sweeps over it.

use std::collections::BTreeSet;

use audit_aws::run::RunError;
use audit_core::account::AccountId;
use audit_core::event::RunRequest;
use audit_core::ledger::{Failure, Outcome, StoredReport};
use clap::Parser as _;
use config_rule::{FUNCTION, Place, Settings, Sweep, Swept, sweep};
use jiff::Timestamp;
use serde_json::Value;
use simulated_aws::{
    Account, Clock, FaultKind, FaultPlan, FaultRule, Operation, Recording, Simulator, Troubles, VirtualTime, World,
    WorldSpec,
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
        users_per_account: Some(3),
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
            .recording(Recording::Calls)
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

    pub(super) fn request(&self) -> RunRequest {
        RunRequest::at(self.simulator.world().at())
    }

    pub(super) fn until(&self, request: &RunRequest, deadline: Option<Timestamp>) -> Result<Swept, RunError> {
        let sdk = self.simulator.sdk_config();
        let place = Place::of(&sdk, self.settings.buckets()).expect("buckets");
        let asked = Sweep {
            sdk: &sdk,
            settings: &self.settings,
            request,
            place: &place,
            deadline,
            progress: &|_| {},
        };
        self.time.run(Box::pin(sweep(&asked))).expect("time goes on")
    }

    pub(super) fn sweep(&self) -> Swept {
        self.until(&self.request(), None).expect("a sweep")
    }

    /// An account that is neither the hub nor the management account.
    pub(super) fn member(&self, index: usize) -> Account {
        let world = self.simulator.world();
        let apart = [world.hub_account(), world.management_account()];
        let members = world
            .accounts()
            .iter()
            .filter(|account| !apart.contains(&account.id.as_str()));
        members.clone().nth(index).expect("a member").clone()
    }

    pub(super) fn body(&self, key: &str) -> Vec<u8> {
        let object = self.simulator.object(&self.simulator.evidence_bucket(), key);
        object.unwrap_or_else(|| panic!("{key} is not there")).body.to_vec()
    }

    pub(super) fn keys(&self) -> BTreeSet<String> {
        let objects = self.simulator.objects(&self.simulator.evidence_bucket());
        objects.into_iter().map(|object| object.key).collect()
    }

    /// The lines of an account's report on a sheet.
    pub(super) fn lines(&self, swept: &Swept, account: &str, sheet: &str) -> Vec<Value> {
        let lines = self.body(&stored(swept, account).key);
        let text = String::from_utf8(lines).expect("UTF-8");
        let lines = text
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
        lines.filter(|line| line["sheet"] == sheet).collect()
    }

    /// What the report of an account says about a gap, if there is one.
    pub(super) fn gap(&self, swept: &Swept, account: &str, subject: &str) -> Option<(String, String)> {
        let gaps = self.lines(swept, account, "not_evaluated");
        let gap = gaps.into_iter().find(|gap| gap["subject"] == subject)?;
        let text = |name: &str| gap[name].as_str().expect("text").to_owned();
        Some((text("code"), text("reason")))
    }

    /// The messages that arrived, by subject and text.
    pub(super) fn messages(&self) -> Vec<(String, String)> {
        let published = self.simulator.published().into_iter();
        published
            .map(|message| (message.subject.unwrap_or_default(), message.message))
            .collect()
    }

    pub(super) fn calls(&self, operation: Operation) -> usize {
        let calls = self.simulator.calls();
        calls.iter().filter(|call| call.operation == operation).count()
    }

    /// Denies an operation, always, in one account or everywhere.
    pub(super) fn deny(&self, operation: Operation, account: Option<&str>) {
        let rule = FaultRule {
            operation: Some(operation),
            account: account.map(str::to_owned),
            kinds: vec![FaultKind::Denied],
            ..FaultRule::default()
        };
        self.simulator.set_faults(FaultPlan::rule(0, rule));
    }
}

fn outcome<'s>(swept: &'s Swept, account: &str) -> &'s Outcome {
    let account: AccountId = account.parse().expect("an account");
    let entry = swept.manifest.accounts.iter().find(|entry| entry.account == account);
    &entry.expect("a listed account").outcome
}

/// What the ledger says of the report of an account.
pub(super) fn stored<'s>(swept: &'s Swept, account: &str) -> &'s StoredReport {
    match outcome(swept, account) {
        Outcome::Collected(report) => report,
        other => panic!("{account}: {other:?}"),
    }
}

/// Why an account failed.
pub(super) fn failed<'s>(swept: &'s Swept, account: &str) -> &'s Failure {
    match outcome(swept, account) {
        Outcome::Failed(failure) => failure,
        other => panic!("{account}: {other:?}"),
    }
}
