//! A simulated organization with what a case says, and a run of a function there with the variables of the template.

use std::collections::BTreeMap;
use std::fmt::Debug;

use audit_aws::caller::{Caller, Patience};
use audit_aws::store::{Bucket, BucketSettings, Object, Store};
use aws_config::SdkConfig;
use bytes::Bytes;
use serde_json::{Value, json};
use simulated_aws::{
    Clock, FaultPlan, FaultRule, PutEvaluation, Simulator, Troubles, VirtualTime, World, WorldSpec, result_token,
};

use super::cases::{AskedBy, Case};
use crate::template::{Resolver, Template};

const TIME: &str = "2026-11-20T02:00:00Z";
const RULE: &str = "privileges";
const OWN_ARN: &str = "arn:aws:lambda:us-east-1:111122223333:function:own";

/// Whose permissions are those of the template; everybody else's are as ever.
pub(super) enum Enforced {
    Nothing,
    Hub(String),
    Role(&'static str, String),
}

/// What a run came to.
pub(super) struct Outcome {
    answer: Result<Value, String>,
    objects: BTreeMap<String, Bytes>,
    messages: Vec<String>,
    evaluations: Vec<PutEvaluation>,
}

impl Outcome {
    /// Why the invocation ended as an error.
    pub(super) fn error(&self) -> Option<&str> {
        self.answer.as_ref().err().map(String::as_str)
    }

    /// The first thing in which a run came to something else.
    pub(super) fn difference(&self, other: &Self) -> Option<String> {
        if self.answer != other.answer {
            return Some(format!("answered {:?} instead of {:?}", self.answer, other.answer));
        }
        for key in self.objects.keys().chain(other.objects.keys()) {
            if self.objects.get(key) != other.objects.get(key) {
                return Some(format!("{key} is another"));
            }
        }
        if self.messages != other.messages {
            return Some(format!("said {:?} instead of {:?}", self.messages, other.messages));
        }
        (self.evaluations != other.evaluations).then(|| "other evaluations".to_owned())
    }
}

pub(super) struct Stage<'c> {
    case: &'c Case,
    simulator: Simulator,
    time: VirtualTime,
    template: Template,
}

impl<'c> Stage<'c> {
    pub(super) fn set(case: &'c Case) -> Self {
        let spec = WorldSpec {
            accounts: case.accounts,
            users_per_account: Some(3),
            all_active: true,
            troubles: case
                .trouble
                .map_or(Troubles::None, |trouble| Troubles::Exactly(vec![(trouble, 1)])),
            ..WorldSpec::default()
        };
        let world = World::new(spec).expect("a world");
        let time = VirtualTime::new(world.at());
        let simulator = Simulator::builder(world).clock(Clock::Virtual(time.clone())).build();
        let stage = Self {
            case,
            simulator,
            time,
            template: Template::hub(),
        };
        stage.simulator.create_config_rule(&stage.account_of_rule(), RULE);
        for (key, text) in case.files {
            stage.put(key, text);
        }
        if case.collected {
            let answer = stage.invoke("credential-collector", &json!({"time": TIME, "schedule": "before"}));
            assert!(answer.is_ok(), "{answer:?}");
        }
        stage
    }

    /// What the template is given.
    pub(super) fn parameters(&self) -> Vec<(&'static str, &'static str)> {
        let world = self.simulator.world();
        let key = format!(
            "arn:aws:kms:us-east-1:{}:key/1234abcd-12ab-34cd-56ef-1234567890ab",
            world.hub_account()
        );
        // The stages of a test are few and small, and what they say outlives them.
        let keep = |text: String| -> &'static str { text.leak() };
        let mut parameters = vec![
            ("AWS::Partition", "aws"),
            ("AWS::Region", "us-east-1"),
            ("AWS::StackName", "iam-census"),
            ("AWS::AccountId", keep(world.hub_account().to_owned())),
            ("Bucket", keep(self.simulator.evidence_bucket())),
            ("Topic", keep(self.simulator.topic_arn())),
        ];
        for (name, value) in self.case.parameters {
            let value = match *value {
                "KEY" => keep(key.clone()),
                "ROOT" => keep(world.organization().root_id.clone()),
                value => value,
            };
            parameters.push((name, value));
        }
        parameters
    }

    /// The run of the case, with permissions.
    pub(super) fn run(self, enforced: Enforced) -> Outcome {
        if let Some((operation, kind, member)) = self.case.fault {
            let rule = FaultRule {
                operation: Some(operation),
                kinds: vec![kind],
                member: member.map(str::to_owned),
                ..FaultRule::default()
            };
            self.simulator.set_faults(FaultPlan::rule(0, rule));
        }
        match enforced {
            Enforced::Nothing => {}
            Enforced::Hub(policy) => self.simulator.enforce_hub(&policy),
            Enforced::Role(name, policy) => self.simulator.enforce_role(name, &policy),
        }
        let answer = self.invoke(self.case.function, &self.event());
        let objects = self.simulator.objects(&self.simulator.evidence_bucket());
        let published = self.simulator.published().into_iter();
        Outcome {
            answer,
            // Versions come oldest first, so the newest stays.
            objects: objects.into_iter().map(|object| (object.key, object.body)).collect(),
            messages: published.map(|message| message.message).collect(),
            evaluations: self.simulator.evaluations(&self.account_of_rule(), RULE),
        }
    }

    fn account_of_rule(&self) -> String {
        let world = self.simulator.world();
        let apart = [world.hub_account(), world.management_account()];
        let mut members = world.accounts().iter().map(|account| account.id.as_str());
        let member = members.find(|account| !apart.contains(account));
        let of_member = self.case.asked_by == AskedBy::RuleOfMember;
        member.filter(|_| of_member).unwrap_or(world.hub_account()).to_owned()
    }

    fn event(&self) -> Value {
        if self.case.asked_by == AskedBy::Schedule {
            return json!({"time": TIME, "schedule": "test"});
        }
        let account = self.account_of_rule();
        let invoking = json!({
            "awsAccountId": account, "notificationCreationTime": TIME, "messageType": "ScheduledNotification",
            "recordVersion": "1.0",
        });
        json!({
            "version": "1.0", "accountId": account, "configRuleName": RULE, "configRuleId": "config-rule-abc123",
            "configRuleArn": format!("arn:aws:config:us-east-1:{account}:config-rule/config-rule-abc123"),
            "eventLeftScope": false, "resultToken": result_token(RULE), "invokingEvent": invoking.to_string(),
        })
    }

    /// Invokes a function as Lambda does, with the variables that the template gives it.
    fn invoke(&self, function: &str, event: &Value) -> Result<Value, String> {
        let resolver = Resolver::new(&self.template, &self.parameters());
        let (prefix, _) = super::role_of(&self.template, function);
        let resource = resolver.resource(&format!("{prefix}Function")).expect("a function");
        let variables = resource["Properties"]["Environment"]["Variables"].clone();
        let variables: BTreeMap<String, String> = serde_json::from_value(variables).expect("variables");
        let sdk = self.simulator.sdk_config();
        self.time
            .run(Box::pin(answer(function, sdk, &variables, event)))
            .expect("time goes on")
    }

    fn put(&self, key: &str, text: &str) {
        let sdk = self.simulator.sdk_config();
        let settings = BucketSettings {
            name: self.simulator.evidence_bucket().parse().expect("a bucket name"),
            kms_key: None,
            owner_acl: false,
        };
        let store = Store::Bucket(Bucket::new(&sdk, settings));
        let caller = Caller::new(&sdk, Patience::default(), 1).expect("a caller");
        let object = Object::new(key, text.as_bytes().to_vec().into(), "text/plain");
        let put = self.time.run(store.settle(&caller, &object, |_| true));
        put.expect("time goes on").expect("stored");
    }
}

async fn answer(
    function: &str,
    sdk: SdkConfig,
    variables: &BTreeMap<String, String>,
    event: &Value,
) -> Result<Value, String> {
    macro_rules! ask {
        ($function:ident) => {{
            let event = serde_json::from_value(event.clone()).map_err(told)?;
            let function = $function::lambda::Function::new(sdk, variables).map_err(told)?;
            let answer = function.answer(&event, OWN_ARN, None).await.map_err(told)?;
            serde_json::to_value(answer).map_err(told)
        }};
    }
    match function {
        "credential-collector" => ask!(credential_collector),
        "cis-checker" => ask!(cis_checker),
        "config-rule" => ask!(config_rule),
        "user-inventory" => ask!(user_inventory),
        "scp-report" => ask!(scp_report),
        "root-activity" => ask!(root_activity),
        other => panic!("nobody invokes {other}"),
    }
}

fn told<E: Debug>(error: E) -> String {
    format!("{error:?}")
}
