//! A simulated organization, a rule of one of its accounts, and events of AWS Config about it.

use std::collections::BTreeMap;
use std::time::Duration;

use audit_aws::store::{Bucket, Store};
use audit_core::config_rule::{Evaluations, RuleEvent};
use clap::Parser as _;
use config_rule::{Finished, RuleError, Run, Settings, run};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use simulated_aws::{
    Account, Clock, Operation, PutEvaluation, Recording, SAMPLE_ACCOUNT_NAME, Simulator, Troubles, User, VirtualTime,
    World, WorldSpec, result_token,
};

pub(super) const RULE: &str = "privileges";

pub(super) struct Scene {
    pub(super) simulator: Simulator,
    pub(super) time: VirtualTime,
    pub(super) settings: Settings,
    /// The account that the rule belongs to.
    pub(super) account: String,
}

/// A world without troubles, whose active accounts have the role of the function.
pub(super) fn sound(users: usize) -> WorldSpec {
    WorldSpec {
        accounts: 6,
        users_per_account: Some(users),
        troubles: Troubles::None,
        all_active: true,
        roles: vec!["iam-census/config-rule".to_owned()],
        ..WorldSpec::default()
    }
}

impl Scene {
    /// A rule of the account that the suite runs in.
    pub(super) fn new(spec: WorldSpec, arguments: &[&str]) -> Self {
        let world = World::new(spec).expect("a world");
        let time = VirtualTime::new(world.at());
        let simulator = Simulator::builder(world)
            .clock(Clock::Virtual(time.clone()))
            .recording(Recording::Calls)
            .build();
        let bucket = format!("--bucket={}", simulator.evidence_bucket());
        let mut all = vec!["config-rule", &bucket];
        all.extend(arguments);
        let settings = Settings::try_parse_from(all).expect("settings");
        let account = simulator.world().hub_account().to_owned();
        simulator.create_config_rule(&account, RULE);
        Self {
            simulator,
            time,
            settings,
            account,
        }
    }

    /// The same rule in a member account instead.
    pub(super) fn of_a_member(mut self) -> Self {
        let hub = self.simulator.world().hub_account().to_owned();
        let management = self.simulator.world().management_account().to_owned();
        // The sample has the users of its assignment, however many the others have.
        let is_plain =
            |account: &&Account| ![&hub, &management].contains(&&account.id) && account.name != SAMPLE_ACCOUNT_NAME;
        let member = self.simulator.world().accounts().iter().find(is_plain);
        self.account = member.expect("a member").id.clone();
        self.simulator.create_config_rule(&self.account, RULE);
        self
    }

    /// The event of a rule, with members of its own.
    pub(super) fn event(&self, invoking: &Value, more: &Value) -> RuleEvent {
        let mut event = json!({
            "version": "1.0", "accountId": self.account, "configRuleName": RULE, "configRuleId": "config-rule-abc123",
            "configRuleArn": format!("arn:aws:config:us-east-1:{}:config-rule/config-rule-abc123", self.account),
            "eventLeftScope": false, "resultToken": result_token(RULE), "invokingEvent": invoking.to_string(),
        });
        let members = event.as_object_mut().expect("an object");
        members.extend(more.as_object().expect("an object").clone());
        serde_json::from_value(event).expect("an event")
    }

    /// A periodic event so many hours after the world's moment.
    pub(super) fn periodic(&self, hours: i64) -> RuleEvent {
        self.periodic_with(hours, &json!({}))
    }

    pub(super) fn periodic_with(&self, hours: i64, more: &Value) -> RuleEvent {
        let at = self.at(hours).to_string();
        let invoking = json!({
            "awsAccountId": self.account, "notificationCreationTime": at, "messageType": "ScheduledNotification",
            "recordVersion": "1.0",
        });
        self.event(&invoking, more)
    }

    pub(super) fn at(&self, hours: i64) -> Timestamp {
        self.simulator.world().at() + SignedDuration::from_hours(hours)
    }

    /// Answers an event; the clock goes to its time first.
    pub(super) fn run(&self, event: &RuleEvent) -> Result<Finished, RuleError> {
        let sdk = self.simulator.sdk_config();
        let bucket = self.settings.buckets().expect("a bucket").0;
        let store = Store::Bucket(Bucket::new(&sdk, bucket));
        let ahead = event.time.duration_since(self.time.now_timestamp());
        self.time.advance(Duration::try_from(ahead).unwrap_or_default());
        let asked = Run {
            sdk: &sdk,
            settings: &self.settings,
            event,
            store: &store,
        };
        self.time.run(run(&asked)).expect("time goes on")
    }

    /// What AWS Config holds about the rule: compliance and annotation by resource id.
    pub(super) fn held(&self) -> BTreeMap<String, PutEvaluation> {
        let held = self.simulator.evaluations(&self.account, RULE).into_iter();
        held.map(|one| (one.resource_id.clone(), one)).collect()
    }

    /// The answers by resource id.
    pub(super) fn answers(&self) -> BTreeMap<String, String> {
        let held = self.held().into_iter();
        held.map(|(id, one)| (id, one.compliance)).collect()
    }

    pub(super) fn calls(&self, operation: Operation) -> usize {
        let calls = self.simulator.calls();
        calls.iter().filter(|call| call.operation == operation).count()
    }

    /// The document of the verdicts that a run filed.
    pub(super) fn document(&self, finished: &Finished) -> Evaluations {
        let bucket = self.simulator.evidence_bucket();
        let filed = finished.evidence.as_ref().expect("evidence");
        let key = filed
            .evaluations
            .strip_prefix(&format!("s3://{bucket}/"))
            .expect("a key");
        let object = self.simulator.object(&bucket, key).expect("a document");
        Evaluations::parse(&object.body).expect("evaluations")
    }

    fn of_rule(&self) -> &Account {
        self.simulator.world().account(&self.account).expect("an account")
    }

    /// Replaces the users of the account.
    pub(super) fn users(&self, users: Vec<User>) {
        self.simulator
            .world()
            .edit(self.of_rule(), |contents| contents.users = users);
    }

    /// A user without anything.
    pub(super) fn user(&self, name: &str) -> User {
        User::new(name, self.at(-1000))
    }
}
