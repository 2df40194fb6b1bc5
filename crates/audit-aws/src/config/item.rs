//! One item of AWS Config's answer, read as the record that checks look at.
//!
//! Where the policy stands in an item: the resource schemas that AWS Config publishes (awslabs/aws-config-resource-schema).

use audit_core::account::AccountId;
use audit_core::facts::{Instance, ResourcePolicy};
use serde_json::Value;

use crate::errand::malformed;
use crate::error::CallError;

/// The types whose policies are looked at.
pub(super) const WITH_POLICIES: [&str; 6] = [
    "AWS::KMS::Key",
    "AWS::Lambda::Function",
    "AWS::S3::Bucket",
    "AWS::SNS::Topic",
    "AWS::SQS::Queue",
    "AWS::SecretsManager::ResourcePolicy",
];

/// Whether an item is of one of these types.
pub(super) fn is_of(item: &Value, types: &[&str]) -> bool {
    let kind = item.get("resourceType").and_then(Value::as_str);
    kind.is_some_and(|kind| types.contains(&kind))
}

/// An instance; `None` for one that is terminated.
pub(super) fn instance(
    operation: &'static str,
    item: &Value,
    account: AccountId,
) -> Result<Option<Instance>, CallError> {
    let (arn, region) = head(item, account).ok_or_else(|| malformed(operation))?;
    let configuration = item.get("configuration").and_then(Value::as_object);
    let configuration = configuration.ok_or_else(|| malformed(operation))?;
    let state = configuration.get("state").and_then(|state| state.get("name"));
    if state.and_then(Value::as_str) == Some("terminated") {
        return Ok(None);
    }
    let profile = match configuration.get("iamInstanceProfile") {
        None | Some(Value::Null) => None,
        Some(profile) => {
            let arn = profile.get("arn").and_then(Value::as_str);
            Some(arn.ok_or_else(|| malformed(operation))?.to_owned())
        }
    };
    Ok(Some(Instance { arn, region, profile }))
}

/// The policy of a resource; `None` where it has none.
pub(super) fn policy(
    operation: &'static str,
    item: &Value,
    account: AccountId,
) -> Result<Option<ResourcePolicy>, CallError> {
    let unreadable = || malformed(operation);
    let (arn, region) = head(item, account).ok_or_else(unreadable)?;
    let kind = item
        .get("resourceType")
        .and_then(Value::as_str)
        .ok_or_else(unreadable)?;
    let (section, member, always) = match kind {
        "AWS::KMS::Key" => ("supplementaryConfiguration", "Policy", true),
        "AWS::S3::Bucket" => ("supplementaryConfiguration", "BucketPolicy", true),
        "AWS::Lambda::Function" => ("supplementaryConfiguration", "Policy", false),
        "AWS::SNS::Topic" => ("configuration", "Policy", true),
        "AWS::SQS::Queue" => ("configuration", "Policy", false),
        "AWS::SecretsManager::ResourcePolicy" => ("configuration", "ResourcePolicy", true),
        _ => return Err(unreadable()),
    };
    let found = match item.get(section).and_then(|section| section.get(member)) {
        None | Some(Value::Null) if always => return Err(unreadable()),
        None | Some(Value::Null) => return Ok(None),
        Some(found) => found,
    };
    Ok(document(operation, found)?.map(|document| ResourcePolicy { arn, region, document }))
}

/// ARN and Region, if the item is one of the account.
fn head(item: &Value, account: AccountId) -> Option<(String, String)> {
    let text = |name: &str| item.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    if text("accountId")? != account.as_str() {
        return None;
    }
    Some((text("arn")?.to_owned(), text("awsRegion")?.to_owned()))
}

/// A policy as an object, as text, percent-encoded or not, or inside an object that holds only it; `Ok(None)` is one
/// that is not there.
fn document(operation: &'static str, found: &Value) -> Result<Option<String>, CallError> {
    let unreadable = || malformed(operation);
    match found {
        Value::Null => Ok(None),
        Value::Object(members) if members.contains_key("Statement") => Ok(Some(found.to_string())),
        Value::Object(members) => {
            let inner = members.get("policyText").or_else(|| members.get("policy"));
            document(operation, inner.ok_or_else(unreadable)?)
        }
        Value::String(text) if text.trim_start().starts_with('{') => {
            let inner: Value = serde_json::from_str(text).map_err(|_| unreadable())?;
            match &inner {
                Value::Object(members) if !members.contains_key("Statement") => document(operation, &inner),
                _ => Ok(Some(text.clone())),
            }
        }
        Value::String(text) if text.starts_with("%7B") => {
            iam_policy::decode_url(text).map(Some).map_err(|_| unreadable())
        }
        _ => Err(unreadable()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[expect(clippy::needless_pass_by_value, reason = "documents are written in place")]
    fn item(kind: &str, configuration: Value, supplementary: Value) -> Value {
        json!({
            "accountId": "123456789012", "awsRegion": "eu-west-1", "resourceType": kind, "arn": "arn:aws:x",
            "configuration": configuration, "supplementaryConfiguration": supplementary,
        })
    }

    fn read(item: &Value) -> Result<Option<String>, CallError> {
        let policy = policy("config:SelectResourceConfig", item, "123456789012".parse().unwrap());
        policy.map(|policy| policy.map(|policy| policy.document))
    }

    #[test]
    fn policies_are_found_where_each_type_keeps_them() {
        let text = r#"{"Statement":[]}"#;
        let object = json!({ "Statement": [] });
        for (kind, configuration, supplementary) in [
            (
                "AWS::S3::Bucket",
                json!({}),
                json!({ "BucketPolicy": { "policyText": text } }),
            ),
            (
                "AWS::S3::Bucket",
                json!({}),
                json!({ "BucketPolicy": format!("{{\"policyText\":{}}}", json!(text)) }),
            ),
            ("AWS::KMS::Key", json!({}), json!({ "Policy": text })),
            (
                "AWS::Lambda::Function",
                json!({}),
                json!({ "Policy": { "policy": text } }),
            ),
            ("AWS::SNS::Topic", json!({ "Policy": text }), Value::Null),
            (
                "AWS::SQS::Queue",
                json!({ "Policy": "%7B%22Statement%22%3A%5B%5D%7D" }),
                Value::Null,
            ),
            (
                "AWS::SecretsManager::ResourcePolicy",
                json!({ "ResourcePolicy": object }),
                Value::Null,
            ),
        ] {
            let found = read(&item(kind, configuration, supplementary));
            assert_eq!(found, Ok(Some(text.to_owned())), "{kind}");
        }
    }

    #[test]
    fn no_policy_is_one_answer_and_no_answer_another() {
        let none = json!({ "BucketPolicy": { "policyText": null } });
        assert_eq!(read(&item("AWS::S3::Bucket", json!({}), none)), Ok(None));
        assert_eq!(read(&item("AWS::SQS::Queue", json!({}), Value::Null)), Ok(None));
        for bad in [
            item("AWS::S3::Bucket", json!({}), Value::Null),
            item("AWS::SNS::Topic", json!({ "Policy": 7 }), Value::Null),
            item("AWS::KMS::Key", json!({}), json!({ "Policy": "allow all" })),
            item("AWS::EFS::FileSystem", json!({}), Value::Null),
            json!({}),
        ] {
            assert!(read(&bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn instances_have_a_profile_or_none_unless_they_are_gone() {
        let account = "123456789012".parse().unwrap();
        let read = |configuration| {
            instance(
                "config:SelectResourceConfig",
                &item("", configuration, Value::Null),
                account,
            )
        };
        let profile = |found: Result<Option<Instance>, CallError>| found.unwrap().unwrap().profile;
        assert_eq!(profile(read(json!({ "iamInstanceProfile": null }))), None);
        let arn = json!({ "iamInstanceProfile": { "arn": "arn:aws:iam::123456789012:instance-profile/app" } });
        assert_eq!(
            profile(read(arn)).unwrap(),
            "arn:aws:iam::123456789012:instance-profile/app"
        );
        assert_eq!(read(json!({ "state": { "name": "terminated" } })), Ok(None));
        assert!(read(Value::Null).is_err());
        assert!(read(json!({ "iamInstanceProfile": {} })).is_err());
    }
}
