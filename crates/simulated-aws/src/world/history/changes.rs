//! Who created, changed and deleted users, keys, policies, instances and security groups.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::actor::{self, Actor};
use super::draft::Draft;
use super::{Place, TrailEvent};
use crate::identity::key_id;
use crate::random::Random;
use crate::time::later;
use crate::world::{Instance, User, users};

const IAM: &str = "iam.amazonaws.com";
const EC2: &str = "ec2.amazonaws.com";
const IAM_USER: &str = "AWS::IAM::User";
const IAM_KEY: &str = "AWS::IAM::AccessKey";
const IAM_POLICY: &str = "AWS::IAM::Policy";
const INSTANCE: &str = "AWS::EC2::Instance";
const GROUP: &str = "AWS::EC2::SecurityGroup";
const HEX: &str = "0123456789abcdef";

/// Changes within 400 days, which agree with what the account contains.
pub(super) fn events(place: &Place<'_>, users: &[User], instances: &[Instance]) -> Vec<TrailEvent> {
    let random = Random::of(place.spec.seed, "change-events", place.account.number());
    let mut scribe = Scribe {
        place,
        random,
        events: Vec::new(),
    };
    for user in users {
        scribe.user(user);
    }
    scribe.departed();
    for instance in instances {
        scribe.launched(instance);
    }
    scribe.network();
    scribe.events
}

struct Scribe<'a> {
    place: &'a Place<'a>,
    random: Random,
    events: Vec<TrailEvent>,
}

/// What a change is about, and what the record says of it.
struct Change<'a> {
    at: Timestamp,
    region: &'a str,
    call: (&'a str, &'a str),
    parameters: Value,
    response: Value,
    resources: Vec<(&'a str, String)>,
}

impl Scribe<'_> {
    fn tell(&mut self, change: Change<'_>) {
        self.tell_of(change, None);
    }

    fn tell_of(&mut self, change: Change<'_>, error: Option<(Option<&str>, &str)>) {
        if change.at < self.place.days_ago(400) || change.at > self.place.spec.at {
            return;
        }
        let actor = self.actor();
        let draft = Draft {
            parameters: change.parameters,
            response: change.response,
            resources: change.resources,
            error,
            ..Draft::call(change.at, change.region, change.call, actor)
        };
        let event = draft.write(self.place, &mut self.random);
        self.events.push(event);
    }

    fn actor(&mut self) -> Actor {
        let Self { place, random, .. } = self;
        match random.below(10) {
            0..5 => actor::session(place, random, "deployer", "pipeline"),
            5..8 => {
                let role = "aws-reserved/sso.amazonaws.com/AWSReservedSSO_Administrator_0123456789abcdef";
                actor::session(place, random, role, "carol@example.com")
            }
            8 => actor::user(place, random, &User::new("ops-admin", place.days_ago(500))),
            _ => {
                let service = "cloudformation.amazonaws.com";
                let mut actor = actor::session(place, random, "deployer", "AWSCloudFormation");
                if let Some(members) = actor.identity.as_object_mut() {
                    members.insert("invokedBy".to_owned(), json!(service));
                }
                service.clone_into(&mut actor.address);
                service.clone_into(&mut actor.agent);
                actor
            }
        }
    }

    fn identity(&mut self, at: Timestamp, name: &str, parameters: Value, resources: Vec<(&str, String)>) {
        let (region, response) = (self.place.home(), Value::Null);
        self.tell(Change {
            at,
            region,
            call: (IAM, name),
            parameters,
            response,
            resources,
        });
    }

    fn user(&mut self, user: &User) {
        let name = &user.name;
        let named = || (IAM_USER, name.clone());
        self.identity(user.created, "CreateUser", json!({ "userName": name }), vec![named()]);
        for (slot, key) in user.keys.iter().enumerate() {
            if let Some(key) = key {
                let id = key_id(self.place.world, &self.place.account.id, &format!("user/{name}"), slot);
                let response = json!({ "accessKey": { "userName": name, "accessKeyId": id, "status": "Active" } });
                self.tell(Change {
                    at: key.last_rotated,
                    region: self.place.home(),
                    call: (IAM, "CreateAccessKey"),
                    parameters: json!({ "userName": name }),
                    response,
                    resources: vec![(IAM_KEY, id), named()],
                });
            }
        }
        let soon = later(user.created, Duration::from_mins(1));
        for policy in &user.attached_policies {
            let parameters = json!({ "userName": name, "policyArn": policy });
            let resources = vec![(IAM_POLICY, policy.clone()), named()];
            self.identity(soon, "AttachUserPolicy", parameters, resources);
        }
        for policy in &user.inline_policies {
            let document = "{\"Version\":\"2012-10-17\",\"Statement\":[]}";
            let parameters = json!({ "userName": name, "policyName": policy.name, "policyDocument": document });
            self.identity(soon, "PutUserPolicy", parameters, vec![named()]);
        }
    }

    /// Somebody who is gone, a policy that was changed, and an attempt that was refused.
    fn departed(&mut self) {
        let (from, until) = (self.place.days_ago(120), self.place.spec.at);
        if self.random.chance(40) {
            let at = users::between(&mut self.random, from, until);
            let parameters = json!({ "userName": "former.employee" });
            let named = || (IAM_USER, "former.employee".to_owned());
            let key = format!("AKIA{}", self.random.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16));
            let of_key = json!({ "userName": "former.employee", "accessKeyId": key });
            self.identity(at, "DeleteAccessKey", of_key, vec![(IAM_KEY, key), named()]);
            let later = later(at, Duration::from_secs(20));
            self.identity(later, "DeleteUser", parameters, vec![named()]);
        }
        if self.random.chance(40) {
            let at = users::between(&mut self.random, from, until);
            let arn = self.place.arn("iam", "policy/deployer");
            let parameters = json!({ "policyArn": arn, "setAsDefault": true });
            self.identity(at, "CreatePolicyVersion", parameters, vec![(IAM_POLICY, arn)]);
        }
        if self.random.chance(25) {
            let at = users::between(&mut self.random, from, until);
            let change = Change {
                at,
                region: self.place.home(),
                call: (IAM, "CreateUser"),
                parameters: json!({ "userName": "backdoor" }),
                response: Value::Null,
                resources: vec![(IAM_USER, "backdoor".to_owned())],
            };
            let denied = "not authorized to perform: iam:CreateUser";
            self.tell_of(change, Some((Some("AccessDenied"), denied)));
        }
    }

    fn launched(&mut self, instance: &Instance) {
        let at = users::between(&mut self.random, self.place.days_ago(120), self.place.spec.at);
        let interface = format!("en{}", instance.id);
        let interfaces = json!({ "items": [{ "networkInterfaceId": interface }] });
        let items = json!([{ "instanceId": instance.id, "networkInterfaceSet": interfaces }]);
        self.tell(Change {
            at,
            region: &instance.region,
            call: (EC2, "RunInstances"),
            parameters: json!({ "instancesSet": { "items": [{ "minCount": 1, "maxCount": 1 }] } }),
            response: json!({ "instancesSet": { "items": items } }),
            resources: vec![(INSTANCE, instance.id.clone())],
        });
    }

    /// An instance that is gone, and a security group that was opened, in any Region.
    fn network(&mut self) {
        let (from, until) = (self.place.days_ago(120), self.place.spec.at);
        let elsewhere = match self.place.spec.partition {
            crate::world::Partition::Aws => "eu-central-1",
            _ => self.place.home(),
        };
        if self.random.chance(40) {
            let id = format!("i-{}", self.random.text(HEX, 17));
            let items = json!([{ "instanceId": id }]);
            let at = users::between(&mut self.random, from, until);
            self.tell(Change {
                at,
                region: elsewhere,
                call: (EC2, "TerminateInstances"),
                parameters: json!({ "instancesSet": { "items": items } }),
                response: json!({ "instancesSet": { "items": items } }),
                resources: vec![(INSTANCE, id)],
            });
        }
        if self.random.chance(50) {
            let id = format!("sg-{}", self.random.text(HEX, 17));
            let region = self.random.word(&[elsewhere, self.place.home()]);
            let at = users::between(&mut self.random, from, until);
            self.tell(Change {
                at,
                region,
                call: (EC2, "CreateSecurityGroup"),
                parameters: json!({ "groupName": "web", "groupDescription": "web" }),
                response: json!({ "groupId": id }),
                resources: vec![(GROUP, id.clone()), (GROUP, "web".to_owned())],
            });
            let world = json!({ "items": [{ "cidrIp": "0.0.0.0/0" }] });
            let permission = json!({ "ipProtocol": "tcp", "fromPort": 443, "toPort": 443, "ipRanges": world });
            self.tell(Change {
                at: later(at, Duration::from_secs(30)),
                region,
                call: (EC2, "AuthorizeSecurityGroupIngress"),
                parameters: json!({ "groupId": id, "ipPermissions": { "items": [permission] } }),
                response: json!({ "_return": true }),
                resources: vec![(GROUP, id)],
            });
        }
    }
}
