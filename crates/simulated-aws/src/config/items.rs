//! What AWS Config has recorded of an account, as items that queries look at.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use crate::identity::unique_id;
use crate::world::{Account, AccountContents, InlinePolicy, World};

/// All items of an account.
pub(super) fn of(world: &World, account: &Account, contents: &AccountContents) -> Vec<Value> {
    let recorder = Recorder { world, account };
    let instances = contents.instances.iter().map(|instance| {
        let arn = recorder.arn("ec2", &instance.region, &format!("instance/{}", instance.id));
        let profile = instance.profile.as_ref().map(|name| {
            let arn = recorder.arn("iam", "", &format!("instance-profile/{name}"));
            json!({ "arn": arn, "id": unique_id(world, "AIPA", &account.id, name) })
        });
        let configuration = json!({
            "instanceId": instance.id,
            "instanceType": "t3.micro",
            "iamInstanceProfile": profile,
            "state": { "name": instance.state },
        });
        recorder.item(
            "AWS::EC2::Instance",
            &instance.region,
            [&instance.id, "", &arn],
            &configuration,
        )
    });
    let resources = contents.resources.iter().map(|resource| {
        let ids = [&resource.id, &resource.name, &resource.arn].map(String::as_str);
        let configuration = resource.configuration.clone();
        let mut item = recorder.item(&resource.resource_type, &resource.region, ids, &configuration);
        if let Some(members) = item.as_object_mut().filter(|_| !resource.supplementary.is_null()) {
            members.insert("supplementaryConfiguration".to_owned(), resource.supplementary.clone());
        }
        item
    });
    let block = contents.public_access_block.map(|block| {
        let configuration = json!({
            "blockPublicAcls": block.block_acls,
            "ignorePublicAcls": block.ignore_acls,
            "blockPublicPolicy": block.block_policies,
            "restrictPublicBuckets": block.restrict_buckets,
        });
        let home = world.spec().partition.region();
        recorder.item(
            "AWS::S3::AccountPublicAccessBlock",
            home,
            [&account.id, "", ""],
            &configuration,
        )
    });
    let identities = recorder.users(contents).into_iter().chain(recorder.roles(contents));
    let all = identities.chain(instances).chain(resources).chain(block);
    let left_out = |item: &Value| {
        let kind = item.get("resourceType").and_then(Value::as_str);
        kind.is_some_and(|kind| contents.not_recorded.contains(kind))
    };
    all.filter(|item| !left_out(item))
        .chain([recorder.itself(contents)])
        .collect()
}

/// Which of the lists of its group the recorder goes by.
pub(super) fn strategy(contents: &AccountContents) -> &'static str {
    if contents.not_recorded.is_empty() {
        "ALL_SUPPORTED_RESOURCE_TYPES"
    } else {
        "EXCLUSION_BY_RESOURCE_TYPES"
    }
}

struct Recorder<'a> {
    world: &'a World,
    account: &'a Account,
}

impl Recorder<'_> {
    fn arn(&self, service: &str, region: &str, resource: &str) -> String {
        let partition = self.world.spec().partition.id();
        format!("arn:{partition}:{service}:{region}:{}:{resource}", self.account.id)
    }

    /// An item with id, name and ARN, each empty where the type has none.
    fn item(&self, kind: &str, region: &str, [id, name, arn]: [&str; 3], configuration: &Value) -> Value {
        let at = self.world.at().strftime("%Y-%m-%dT%H:%M:%S.000Z").to_string();
        let mut item = json!({
            "version": "1.3",
            "accountId": self.account.id,
            "awsRegion": region,
            "availabilityZone": "Not Applicable",
            "configurationItemCaptureTime": at,
            "configurationItemStatus": "OK",
            "resourceType": kind,
            "resourceId": id,
            "configuration": configuration,
            "relationships": [],
            "tags": [],
        });
        if let Some(members) = item.as_object_mut() {
            for (member, value) in [("resourceName", name), ("arn", arn)] {
                if !value.is_empty() {
                    members.insert(member.to_owned(), json!(value));
                }
            }
        }
        item
    }

    /// The recorder, which records itself whatever its group says.
    fn itself(&self, contents: &AccountContents) -> Value {
        let all = contents.not_recorded.is_empty();
        let home = self.world.spec().partition.region();
        let configuration = json!({
            "Id": "default",
            "Name": "default",
            "Recording": !contents.recorder_stopped,
            "RoleARN": self.arn("iam", "", "role/config"),
            "RecordingGroup": {
                "AllSupported": all,
                "IncludeGlobalResourceTypes": all,
                "ResourceTypes": [],
                "ExclusionByResourceTypes": { "ResourceTypes": contents.not_recorded },
                "RecordingStrategy": { "UseOnly": strategy(contents) },
            },
        });
        self.item(
            "AWS::Config::ConfigurationRecorder",
            home,
            ["default", "default", ""],
            &configuration,
        )
    }

    fn users(&self, contents: &AccountContents) -> Vec<Value> {
        let items = contents.users.iter().map(|user| {
            let id = unique_id(self.world, "AIDA", &self.account.id, &format!("user/{}", user.name));
            let arn = self.arn("iam", "", &format!("user/{}{}", user.path, user.name));
            let configuration = json!({
                "arn": arn,
                "createDate": millisecond(user.created),
                "path": format!("/{}", user.path),
                "userId": id,
                "userName": user.name,
                "groupList": user.groups,
                "attachedManagedPolicies": attached(&user.attached_policies),
                "permissionsBoundary": boundary(user.boundary.as_deref()),
                "userPolicyList": inline(&user.inline_policies),
                "tags": tags(&user.tags),
            });
            let mut item = self.item("AWS::IAM::User", "global", [&id, &user.name, &arn], &configuration);
            if let Some(members) = item.as_object_mut() {
                members.insert("resourceCreationTime".to_owned(), json!(millisecond(user.created)));
                members.insert("tags".to_owned(), tags(&user.tags));
            }
            item
        });
        items.collect()
    }

    fn roles(&self, contents: &AccountContents) -> Vec<Value> {
        let items = contents.roles.iter().map(|role| {
            let full = format!("{}{}", role.path, role.name);
            let id = unique_id(self.world, "AROA", &self.account.id, &full);
            let arn = self.arn("iam", "", &format!("role/{full}"));
            let configuration = json!({
                "arn": arn,
                "createDate": millisecond(role.created),
                "path": format!("/{}", role.path),
                "roleId": id,
                "roleName": role.name,
                "assumeRolePolicyDocument": encode(&role.trust),
                "attachedManagedPolicies": attached(&role.attached),
                "permissionsBoundary": boundary(role.boundary.as_deref()),
                "rolePolicyList": inline(&role.inline),
                "tags": tags(&role.tags),
            });
            self.item("AWS::IAM::Role", "global", [&id, &role.name, &arn], &configuration)
        });
        items.collect()
    }
}

fn millisecond(moment: jiff::Timestamp) -> String {
    moment.strftime("%Y-%m-%dT%H:%M:%S.000Z").to_string()
}

fn encode(document: &str) -> String {
    utf8_percent_encode(document, NON_ALPHANUMERIC).to_string()
}

fn attached(policies: &[String]) -> Value {
    let name = |arn: &String| json!({ "policyArn": arn, "policyName": arn.rsplit('/').next() });
    policies.iter().map(name).collect()
}

fn inline(policies: &[InlinePolicy]) -> Value {
    let policy =
        |policy: &InlinePolicy| json!({ "policyName": policy.name, "policyDocument": encode(&policy.document) });
    policies.iter().map(policy).collect()
}

fn boundary(arn: Option<&str>) -> Value {
    arn.map_or(
        Value::Null,
        |arn| json!({ "permissionsBoundaryArn": arn, "permissionsBoundaryType": "PermissionsBoundaryPolicy" }),
    )
}

fn tags(tags: &[(String, String)]) -> Value {
    let tag = |(key, value): &(String, String)| json!({ "key": key, "value": value, "tag": format!("{key}={value}") });
    tags.iter().map(tag).collect()
}
