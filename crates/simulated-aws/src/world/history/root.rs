//! The events of root users, and those that only look like theirs.

use std::time::Duration;

use serde_json::{Value, json};

use super::actor::{self, Actor};
use super::draft::Draft;
use super::plan::{KeyUse, RootHistory, RootSignIn, RootTask};
use super::{Place, TrailEvent, plan};
use crate::identity::key_id;
use crate::random::Random;
use crate::time::later;
use crate::world::users;

pub(super) fn events(place: &Place<'_>, history: &RootHistory) -> Vec<TrailEvent> {
    let mut random = Random::of(place.spec.seed, "root-events", place.account.number());
    let root = Root::of(place, &mut random);
    let mut events = Vec::new();
    for sign_in in &history.sign_ins {
        root.sign_in(&mut random, sign_in, &mut events);
    }
    for failure in &history.failures {
        let draft = Draft::sign_in(failure.at, &failure.region, root.at(failure), false, failure.mfa);
        events.push(twice(draft.write_as(place, &mut random, &failure.event_id), failure));
    }
    for used in &history.key_uses {
        events.push(root.key_use(&mut random, used));
    }
    for task in &history.tasks {
        events.push(root.task(&mut random, task));
    }
    events.extend(root.service_events(&mut random));
    events
}

/// The calls of `AssumeRoot` by which this account asked for sessions in others.
pub(super) fn of_asked_sessions(place: &Place<'_>) -> Vec<TrailEvent> {
    let mut events = Vec::new();
    if place.account.index() > 1 {
        return events;
    }
    let by_hub = place.account.index() == 1;
    let topic = if by_hub {
        "sessions-of-hub"
    } else {
        "sessions-of-management"
    };
    for member in place.world.accounts() {
        let mut random = Random::of(place.spec.seed, topic, member.number());
        let tasks = plan::tasks(place.spec, member);
        for task in tasks.iter().filter(|task| task.by_hub == by_hub) {
            let asking = actor::session(place, &mut random, "root-tasks", "carol@example.com");
            let source = ("sts.amazonaws.com", "AssumeRoot");
            let partition = place.spec.partition.id();
            let draft = Draft {
                parameters: json!({
                    "targetPrincipal": member.id,
                    "taskPolicyArn": { "arn": format!("arn:{partition}:iam::aws:policy/root-task/{}", task.task) },
                    "durationSeconds": 900,
                }),
                response: json!({ "credentials": {
                    "accessKeyId": task.access_key,
                    "expiration": later(task.at, Duration::from_mins(15)).to_string(),
                } }),
                ..Draft::call(task.at, place.home(), source, asking)
            };
            events.push(draft.write(place, &mut random));
        }
    }
    events
}

/// The root user as the account's records show it.
struct Root<'a> {
    place: &'a Place<'a>,
    /// The account alias, which records give as the user's name.
    alias: Option<String>,
    /// The event history goes by the alias, too.
    known_by_alias: bool,
    serial: Option<String>,
}

impl<'a> Root<'a> {
    fn of(place: &'a Place<'a>, random: &mut Random) -> Self {
        let (partition, account) = (place.spec.partition.id(), &place.account.id);
        let device = place.world.root_user(place.account).mfa.into_iter().next();
        let alias = random.chance(20).then(|| actor::alias(place.account));
        Self {
            place,
            alias,
            known_by_alias: random.chance(50),
            serial: device.map(|device| device.serial(partition, account, "root")),
        }
    }

    fn identity(&self) -> Value {
        let mut identity = json!({
            "type": "Root",
            "principalId": self.place.account.id,
            "arn": self.place.arn("iam", "root"),
            "accountId": self.place.account.id,
            "accessKeyId": "",
        });
        if let (Some(alias), Some(members)) = (&self.alias, identity.as_object_mut()) {
            members.insert("userName".to_owned(), json!(alias));
        }
        identity
    }

    fn actor(&self, address: String, agent: String) -> Actor {
        let name = self.alias.clone().filter(|_| self.known_by_alias);
        Actor {
            identity: self.identity(),
            username: name.unwrap_or_else(|| "root".to_owned()),
            access_key: None,
            address,
            agent,
        }
    }

    fn at(&self, sign_in: &RootSignIn) -> Actor {
        self.actor(sign_in.source_address.clone(), sign_in.user_agent.clone())
    }

    /// The sign-in, the question for the device before it, and what was looked at after it.
    fn sign_in(&self, random: &mut Random, sign_in: &RootSignIn, events: &mut Vec<TrailEvent>) {
        let RootSignIn { at, region, mfa, .. } = sign_in;
        let mut draft = Draft::sign_in(*at, region, self.at(sign_in), true, *mfa);
        let device = self.serial.as_ref().filter(|_| *mfa == Some(true) && random.chance(85));
        if let (Some(serial), Some(members)) = (device, draft.additional.as_object_mut()) {
            members.insert("MFAIdentifier".to_owned(), json!(serial));
        }
        events.push(twice(draft.write_as(self.place, random, &sign_in.event_id), sign_in));
        if *mfa == Some(true) {
            let asked = Draft {
                name: "CheckMfa",
                response: json!({ "CheckMfa": "Success" }),
                additional: json!({ "MfaType": "Virtual MFA" }),
                ..Draft::sign_in(*at, region, self.at(sign_in), true, None)
            };
            events.push(asked.write(self.place, random));
        }
        let seen = Duration::from_secs(random.between(5, 900));
        let mut looking = self.at(sign_in);
        let key = format!("ASIA{}", random.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16));
        if let Some(members) = looking.identity.as_object_mut() {
            let authenticated = if *mfa == Some(true) { "true" } else { "false" };
            members.insert("accessKeyId".to_owned(), json!(key));
            let attributes = json!({ "creationDate": at.to_string(), "mfaAuthenticated": authenticated });
            members.insert("sessionContext".to_owned(), json!({ "attributes": attributes }));
        }
        looking.access_key = Some(key);
        let source = ("iam.amazonaws.com", "GetAccountSummary");
        let looked = Draft {
            read_only: true,
            ..Draft::call(
                later(*at, seen).min(self.place.spec.at),
                self.place.home(),
                source,
                looking,
            )
        };
        events.push(looked.write(self.place, random));
    }

    fn key_use(&self, random: &mut Random, used: &KeyUse) -> TrailEvent {
        let name = match used.service.as_str() {
            "s3" => "ListBuckets",
            "sts" => "GetCallerIdentity",
            "ec2" => "DescribeInstances",
            "lambda" => "ListFunctions20150331",
            "dynamodb" => "ListTables",
            "ses" => "ListIdentities",
            "cloudformation" => "ListStacks",
            "sqs" => "ListQueues",
            "logs" => "DescribeLogGroups",
            _ => "ListUsers",
        };
        let key = key_id(self.place.world, &self.place.account.id, "root", used.slot);
        let mut actor = self.actor(actor::address(random), "aws-cli/1.44.20 Python/3.13.5".to_owned());
        if let Some(members) = actor.identity.as_object_mut() {
            members.insert("accessKeyId".to_owned(), json!(key));
        }
        actor.access_key = Some(key);
        let source = format!("{}.amazonaws.com", used.service);
        let draft = Draft {
            read_only: true,
            ..Draft::call(used.at, &used.region, (&source, name), actor)
        };
        draft.write(self.place, random)
    }

    /// What a session of `AssumeRoot` did in this account.
    fn task(&self, random: &mut Random, task: &RootTask) -> TrailEvent {
        let (source, read_only) = match task.task {
            "IAMDeleteRootUserCredentials" => (("iam.amazonaws.com", "DeleteLoginProfile"), false),
            "S3UnlockBucketPolicy" => (("s3.amazonaws.com", "DeleteBucketPolicy"), false),
            _ => (("iam.amazonaws.com", "GetAccountSummary"), true),
        };
        let mut actor = self.actor(actor::address(random), "aws-cli/2.28.1".to_owned());
        if let Some(members) = actor.identity.as_object_mut() {
            members.remove("userName");
            members.insert("accessKeyId".to_owned(), json!(task.access_key));
            let attributes = json!({ "creationDate": task.at.to_string(), "mfaAuthenticated": "false" });
            let context = json!({ "sessionIssuer": {}, "attributes": attributes, "assumedRoot": "true" });
            members.insert("sessionContext".to_owned(), context);
        }
        actor.access_key = Some(task.access_key.clone());
        let at = later(task.at, Duration::from_secs(random.between(1, 600))).min(self.place.spec.at);
        let draft = Draft {
            read_only,
            ..Draft::call(at, self.place.home(), source, actor)
        };
        draft.write(self.place, random)
    }

    /// What AWS did on behalf of the account, which nobody did.
    fn service_events(&self, random: &mut Random) -> Vec<TrailEvent> {
        let mut events = Vec::new();
        let from = self.place.days_ago(100);
        if random.chance(30) {
            let service = "trustedadvisor.amazonaws.com";
            let mut actor = self.actor(service.to_owned(), service.to_owned());
            if let Some(members) = actor.identity.as_object_mut() {
                members.insert("invokedBy".to_owned(), json!(service));
            }
            let at = users::between(random, from, self.place.spec.at);
            let source = ("support.amazonaws.com", "RefreshTrustedAdvisorCheck");
            events.push(Draft::call(at, self.place.home(), source, actor).write(self.place, random));
        }
        if random.chance(30) {
            let mut actor = self.actor("AWS Internal".to_owned(), "AWS Internal".to_owned());
            if let Some(members) = actor.identity.as_object_mut() {
                members.insert("invokedBy".to_owned(), json!("AWS Internal"));
            }
            let at = users::between(random, from, self.place.spec.at);
            let draft = Draft {
                kind: "AwsServiceEvent",
                username: None,
                ..Draft::call(at, self.place.home(), ("kms.amazonaws.com", "RotateKey"), actor)
            };
            events.push(draft.write(self.place, random));
        }
        events
    }
}

/// The same event in the history of a second Region.
fn twice(mut event: TrailEvent, sign_in: &RootSignIn) -> TrailEvent {
    event.regions.extend(sign_in.also_in.clone());
    event
}
