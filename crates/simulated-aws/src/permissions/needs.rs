//! Everything that a call has to be allowed: its own action, and those that AWS charges with it.

use serde_json::Value;

use crate::athena::Queries;
use crate::operation::Operation;
use crate::request::{Asked, Input, S3Input};
use crate::s3::{Bucket, Buckets, Encryption, StoredObject};
use crate::world::World;

/// One thing that has to be allowed.
#[derive(Debug)]
pub(super) struct Need {
    pub(super) action: String,
    pub(super) resource: String,
    /// Condition keys beside those that every request has.
    pub(super) context: Vec<(&'static str, String)>,
}

impl Need {
    fn new(action: impl Into<String>, resource: impl Into<String>) -> Self {
        Self {
            action: action.into(),
            resource: resource.into(),
            context: Vec::new(),
        }
    }

    fn with(mut self, key: &'static str, value: impl Into<String>) -> Self {
        self.context.push((key, value.into()));
        self
    }
}

/// What a call needs (Service Authorization Reference; for objects Amazon S3 API Reference, "Permissions" of each
/// operation, and Amazon S3 User Guide, "Using server-side encryption with AWS KMS keys").
///
/// Athena keeps the rows of a query with the permissions of whoever asks (Amazon Athena User Guide, "Control access to
/// Amazon S3 from Athena"). What it needs of the table and its files is not simulated.
pub(super) fn of(world: &World, asked: &Asked<'_>, (buckets, queries): (&Buckets, &Queries)) -> Vec<Need> {
    let own = Need::new(asked.operation.action(), asked.resource(world));
    match (asked.operation, &asked.input) {
        (Operation::AssumeRole, _) if world.account(&asked.account).is_some() => {
            vec![own.with("aws:ResourceOrgID", world.organization().id.as_str())]
        }
        (Operation::AssumeRoot, Input::Form(form)) => {
            vec![own.with("sts:TaskPolicyArn", form.get("TaskPolicyArn.arn").unwrap_or(""))]
        }
        (Operation::StartQueryExecution, Input::Json(input)) => {
            let wanted = input.pointer("/ResultConfiguration/OutputLocation");
            let place = wanted
                .and_then(Value::as_str)
                .and_then(|place| place.strip_prefix("s3://"));
            let Some((bucket, key)) = place.and_then(|place| place.split_once('/')) else {
                return vec![own];
            };
            let arn = format!("arn:{}:s3:::{bucket}", world.spec().partition.id());
            let rows = format!("{arn}/{key}rows.csv");
            let put = Need::new("s3:PutObject", rows.as_str());
            let mut needs = vec![
                own,
                Need::new("s3:GetBucketLocation", arn),
                Need::new("s3:ListMultipartUploadParts", rows.as_str()),
            ];
            if let Some(option) = input.pointer("/ResultConfiguration/AclConfiguration/S3AclOption") {
                let acl = option.as_str().unwrap_or("").to_lowercase().replace('_', "-");
                needs.push(put.with("s3:x-amz-acl", acl.as_str()));
                needs.push(Need::new("s3:PutObjectAcl", rows).with("s3:x-amz-acl", acl));
            } else {
                needs.push(put);
            }
            needs
        }
        (Operation::GetQueryExecution | Operation::GetQueryResults, Input::Json(input)) => {
            let id = input.get("QueryExecutionId").and_then(Value::as_str).unwrap_or("");
            let Some((workgroup, rows)) = queries.kept(id) else {
                return vec![own];
            };
            let (partition, account) = (world.spec().partition.id(), &asked.caller.account);
            let workgroup = format!(
                "arn:{partition}:athena:{}:{account}:workgroup/{workgroup}",
                asked.region
            );
            let mut needs = vec![Need::new(own.action, workgroup)];
            if asked.operation == Operation::GetQueryResults {
                let rows = rows.trim_start_matches("s3://");
                needs.push(Need::new("s3:GetObject", format!("arn:{partition}:s3:::{rows}")));
            }
            needs
        }
        (Operation::GetObject | Operation::HeadObject, Input::S3(call)) => read(world, asked, call, buckets),
        (Operation::PutObject | Operation::CreateMultipartUpload, Input::S3(call)) => {
            write(asked, own, call, buckets.get(&call.bucket))
        }
        _ => vec![own],
    }
}

fn read(world: &World, asked: &Asked<'_>, call: &S3Input<'_>, buckets: &Buckets) -> Vec<Need> {
    let version = call.query.get("versionId");
    let action = match version {
        Some(_) => "s3:GetObjectVersion",
        None => "s3:GetObject",
    };
    let own = Need::new(action, asked.resource(world));
    let bucket = buckets.get(&call.bucket);
    let object = bucket.and_then(|bucket| found(bucket, &call.key, version));
    match object.map(|object| &object.encryption) {
        Some(Encryption::Kms { key, .. }) => vec![own, kms("kms:Decrypt", key, asked)],
        Some(Encryption::S3) => vec![own],
        // Whoever may not list a bucket is not told that an object is absent.
        None => {
            let partition = world.spec().partition.id();
            let bucket = format!("arn:{partition}:s3:::{}", call.bucket);
            vec![own, Need::new("s3:ListBucket", bucket)]
        }
    }
}

fn found<'a>(bucket: &'a Bucket, key: &str, version: Option<&str>) -> Option<&'a StoredObject> {
    let Some(version) = version else {
        return bucket.newest(key);
    };
    bucket
        .objects
        .get(key)?
        .iter()
        .find(|object| object.version_id == version)
}

fn write(asked: &Asked<'_>, own: Need, call: &S3Input<'_>, bucket: Option<&Bucket>) -> Vec<Need> {
    let mut needs = Vec::new();
    let resource = own.resource.clone();
    let acl = call.header("x-amz-acl");
    match acl {
        Some(acl) => {
            needs.push(own.with("s3:x-amz-acl", acl));
            needs.push(Need::new("s3:PutObjectAcl", resource.as_str()).with("s3:x-amz-acl", acl));
        }
        None => needs.push(own),
    }
    // The entity tag that is compared with is something of the object.
    if call.header("if-match").is_some() {
        needs.push(Need::new("s3:GetObject", resource));
    }
    let default = bucket.and_then(|bucket| match &bucket.encryption {
        Encryption::Kms { key, .. } => Some(key.as_str()),
        Encryption::S3 => None,
    });
    let key = call.header("x-amz-server-side-encryption-aws-kms-key-id").or(default);
    if let Some(key) = key {
        needs.push(kms("kms:GenerateDataKey", key, asked));
        if asked.operation == Operation::CreateMultipartUpload {
            needs.push(kms("kms:Decrypt", key, asked));
        }
    }
    needs
}

fn kms(action: &str, key: &str, asked: &Asked<'_>) -> Need {
    Need::new(action, key).with("kms:ViaService", format!("s3.{}.amazonaws.com", asked.region))
}
