//! What lives in the Regions of an account: analyzers, instances, and resources with policies of their own.

use serde_json::{Value, json};

use super::account::Account;
use super::settings::RegionOption;
use super::spec::WorldSpec;
use crate::random::Random;

/// An analyzer of IAM Access Analyzer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Analyzer {
    /// The name.
    pub name: String,
    /// The Region.
    pub region: String,
    /// `ACCOUNT`, `ORGANIZATION`, `ACCOUNT_UNUSED_ACCESS` and so on.
    pub kind: String,
    /// `ACTIVE`, `CREATING`, `DISABLED` or `FAILED`.
    pub status: String,
}

/// An EC2 instance that AWS Config knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instance {
    /// The id, `i-…`.
    pub id: String,
    /// The Region.
    pub region: String,
    /// `running`, `stopped` and so on.
    pub state: String,
    /// The name of the instance profile.
    pub profile: Option<String>,
}

/// A resource with a policy of its own, as AWS Config keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyResource {
    /// Config's name of the type, such as `AWS::S3::Bucket`.
    pub resource_type: String,
    /// Config's id of the resource.
    pub id: String,
    /// The ARN.
    pub arn: String,
    /// The name.
    pub name: String,
    /// The Region.
    pub region: String,
    /// The member `configuration`.
    pub configuration: Value,
    /// The member `supplementaryConfiguration`; null where the type has none.
    pub supplementary: Value,
}

impl PolicyResource {
    /// A bucket; Config keeps its policy as text in a member of the supplementary configuration.
    #[must_use]
    pub fn bucket(partition: &str, name: &str, region: &str, policy: Option<&str>) -> Self {
        Self {
            resource_type: "AWS::S3::Bucket".to_owned(),
            id: name.to_owned(),
            arn: format!("arn:{partition}:s3:::{name}"),
            name: name.to_owned(),
            region: region.to_owned(),
            configuration: json!({ "name": name, "region": region }),
            supplementary: json!({ "BucketPolicy": { "policyText": policy } }),
        }
    }

    /// A topic; its policy is text in the configuration.
    #[must_use]
    pub fn topic(arn: &str, policy: &str) -> Self {
        let configuration = json!({ "TopicArn": arn, "Policy": policy });
        Self::of_arn("AWS::SNS::Topic", arn, configuration, Value::Null)
    }

    /// A queue; its policy is text in the configuration.
    #[must_use]
    pub fn queue(arn: &str, policy: &str) -> Self {
        let configuration = json!({ "QueueArn": arn, "Policy": policy });
        Self::of_arn("AWS::SQS::Queue", arn, configuration, Value::Null)
    }

    /// A key; its policy is text in a member of the supplementary configuration.
    #[must_use]
    pub fn key(arn: &str, policy: &str) -> Self {
        let configuration = json!({ "arn": arn, "enabled": true, "keyManager": "CUSTOMER" });
        Self::of_arn("AWS::KMS::Key", arn, configuration, json!({ "Policy": policy }))
    }

    /// A function; its policy is text in a member of the supplementary configuration.
    #[must_use]
    pub fn function(arn: &str, policy: &str) -> Self {
        let configuration = json!({ "functionArn": arn });
        let supplementary = json!({ "Policy": { "policy": policy } });
        Self::of_arn("AWS::Lambda::Function", arn, configuration, supplementary)
    }

    /// The policy of a secret, which Config keeps as a resource of its own.
    #[must_use]
    pub fn secret_policy(arn: &str, policy: &Value) -> Self {
        let configuration = json!({ "SecretId": arn, "ResourcePolicy": policy });
        Self::of_arn("AWS::SecretsManager::ResourcePolicy", arn, configuration, Value::Null)
    }

    fn of_arn(resource_type: &str, arn: &str, configuration: Value, supplementary: Value) -> Self {
        let fields: Vec<&str> = arn.splitn(6, ':').collect();
        let part = |place: usize| fields.get(place).copied().unwrap_or("");
        let name = part(5).rsplit(['/', ':']).next().unwrap_or("").to_owned();
        Self {
            resource_type: resource_type.to_owned(),
            id: arn.to_owned(),
            arn: arn.to_owned(),
            name,
            region: part(3).to_owned(),
            configuration,
            supplementary,
        }
    }
}

pub(super) fn analyzers(spec: &WorldSpec, account: &Account, regions: &[RegionOption]) -> Vec<Analyzer> {
    let mut random = Random::of(spec.seed, "analyzers", account.number());
    let usable = regions.iter().filter(|region| region.status.is_usable());
    let names: Vec<&str> = usable.map(|region| region.name.as_str()).collect();
    let analyzer = |region: &str, kind: &str, status: &str| Analyzer {
        name: format!("{}-analyzer", kind.to_lowercase().replace('_', "-")),
        region: region.to_owned(),
        kind: kind.to_owned(),
        status: status.to_owned(),
    };
    // The hub analyzes the organization in the Regions that it lives in.
    if account.index() == 1 {
        let of_organization = names.iter().map(|region| analyzer(region, "ORGANIZATION", "ACTIVE"));
        return of_organization
            .chain([analyzer(
                spec.partition.region(),
                "ORGANIZATION_UNUSED_ACCESS",
                "ACTIVE",
            )])
            .collect();
    }
    match random.below(10) {
        0..4 => names
            .iter()
            .map(|region| analyzer(region, "ACCOUNT", "ACTIVE"))
            .collect(),
        4..6 => vec![analyzer(spec.partition.region(), "ACCOUNT", "ACTIVE")],
        6 => vec![analyzer(spec.partition.region(), "ACCOUNT_UNUSED_ACCESS", "ACTIVE")],
        7 => vec![analyzer(spec.partition.region(), "ACCOUNT", "DISABLED")],
        _ => Vec::new(),
    }
}

pub(super) fn instances(spec: &WorldSpec, account: &Account) -> Vec<Instance> {
    let mut random = Random::of(spec.seed, "instances", account.number());
    let number = if random.chance(45) { random.between(1, 6) } else { 0 };
    let one = |_| Instance {
        id: format!("i-{}", random.text("0123456789abcdef", 17)),
        region: spec.partition.region().to_owned(),
        state: (if random.chance(85) { "running" } else { "stopped" }).to_owned(),
        profile: random.chance(80).then(|| "app-server".to_owned()),
    };
    (0..number).map(one).collect()
}

pub(super) fn resources(spec: &WorldSpec, account: &Account, organization: &str) -> Vec<PolicyResource> {
    let mut random = Random::of(spec.seed, "resources", account.number());
    let (partition, region, id) = (spec.partition.id(), spec.partition.region(), &account.id);
    let allow = |action: &str, resource: &str, condition: Value| {
        let statement = json!({
            "Effect": "Allow", "Principal": "*", "Action": action, "Resource": resource, "Condition": condition,
        });
        json!({ "Version": "2012-10-17", "Statement": [statement] })
    };
    let ours = json!({ "StringEquals": { "aws:PrincipalOrgID": organization } });
    let anybody = json!({});
    let mut resources = Vec::new();
    for place in 0..random.below(4) {
        let name = format!("{id}-data-{place}");
        let condition = if random.chance(15) { &anybody } else { &ours };
        let policy = allow(
            "s3:GetObject",
            &format!("arn:{partition}:s3:::{name}/*"),
            condition.clone(),
        );
        let policy = random.chance(70).then(|| policy.to_string());
        resources.push(PolicyResource::bucket(partition, &name, region, policy.as_deref()));
    }
    if random.chance(40) {
        let arn = format!("arn:{partition}:sqs:{region}:{id}:orders");
        let condition = if random.chance(20) { &anybody } else { &ours };
        let policy = allow("sqs:SendMessage", &arn, condition.clone()).to_string();
        resources.push(PolicyResource::queue(&arn, &policy));
    }
    if random.chance(50) {
        let number = random.text("0123456789abcdef", 12);
        let arn = format!("arn:{partition}:kms:{region}:{id}:key/11112222-3333-4444-5555-{number}");
        let root = json!({ "Version": "2012-10-17", "Statement": [{
            "Effect": "Allow", "Principal": { "AWS": format!("arn:{partition}:iam::{id}:root") },
            "Action": "kms:*", "Resource": "*",
        }]});
        resources.push(PolicyResource::key(&arn, &root.to_string()));
    }
    if random.chance(10) {
        let arn = format!("arn:{partition}:secretsmanager:{region}:{id}:secret:database-AbCdEf");
        let policy = allow("secretsmanager:GetSecretValue", "*", ours);
        resources.push(PolicyResource::secret_policy(&arn, &policy));
    }
    resources
}
