//! Results as AWS Config gives them, and as nobody should.

use serde_json::json;

use super::*;

fn result() -> Value {
    json!({
        "accountId": "111122223333",
        "awsRegion": "global",
        "resourceType": "AWS::IAM::User",
        "resourceId": "AIDAEXAMPLE",
        "resourceName": "alice",
        "arn": "arn:aws:iam::111122223333:user/ops/alice",
        "resourceCreationTime": "2024-02-03T04:05:06.000Z",
        "configurationItemCaptureTime": "2026-11-19T01:02:03.456Z",
        "configuration": {
            "createDate": "2024-02-03T04:05:06.000Z",
            "path": "/ops/",
            "groupList": ["ops", "dev"],
            "attachedManagedPolicies": [{ "policyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess" }],
            "userPolicyList": [{ "policyName": "own" }],
            "permissionsBoundary": { "permissionsBoundaryArn": "arn:aws:iam::111122223333:policy/edge" },
        },
        "tags": [{ "key": "team", "value": "ops", "tag": "team=ops" }, { "key": "bare" }],
    })
}

#[test]
fn a_user_is_read_whole() {
    let item = Item::read(&result().to_string()).unwrap();
    assert_eq!(item.account.as_str(), "111122223333");
    assert_eq!((item.id.as_str(), item.name.as_deref()), ("AIDAEXAMPLE", Some("alice")));
    assert_eq!(item.captured.to_string(), "2026-11-19T01:02:03.456Z");
    assert_eq!(item.created.unwrap().to_string(), "2024-02-03T04:05:06Z");
    assert_eq!(item.groups.unwrap(), ["dev", "ops"]);
    assert_eq!(
        item.managed_policies.unwrap(),
        ["arn:aws:iam::aws:policy/ReadOnlyAccess"]
    );
    assert_eq!(item.inline_policies.unwrap(), ["own"]);
    assert_eq!(item.boundary.unwrap(), "arn:aws:iam::111122223333:policy/edge");
    let tags: Vec<_> = item.tags.unwrap().into_iter().collect();
    assert_eq!(
        tags,
        [
            ("bare".to_owned(), String::new()),
            ("team".to_owned(), "ops".to_owned())
        ]
    );
    assert_eq!(item.properties, None);
}

#[test]
fn what_is_not_said_is_not_known_and_what_is_said_beside_is_kept() {
    let mut little = result();
    for member in [
        "awsRegion",
        "resourceName",
        "arn",
        "configuration",
        "tags",
        "resourceCreationTime",
    ] {
        little.as_object_mut().unwrap().remove(member);
    }
    little["supplementaryConfiguration"] = json!({ "Policy": null });
    little["configuration"] = json!({ "state": { "name": "running" } });
    let item = Item::read(&little.to_string()).unwrap();
    assert_eq!(
        (&item.groups, &item.tags, &item.created, &item.path),
        (&None, &None, &None, &None)
    );
    let properties: Value = serde_json::from_str(&item.properties.unwrap()).unwrap();
    assert_eq!(
        properties,
        json!({ "supplementaryConfiguration": { "Policy": null }, "configuration": { "state": { "name": "running" } } })
    );
}

/// Nothing is lost silently: each of these is a gap that has an account, or that nobody can place.
#[test]
fn a_bad_result_says_whose_it_is_if_it_can() {
    for text in [
        "",
        "null",
        "[]",
        "\"text\"",
        "{",
        "{\"accountId\": 111122223333}",
        "{\"accountId\": \"12\"}",
        "{}",
    ] {
        let error = Item::read(text).unwrap_err();
        assert_eq!(error.account, None, "{text}");
    }
    for (member, value) in [
        ("resourceId", json!(null)),
        ("resourceId", json!("")),
        ("resourceId", json!(7)),
        ("resourceType", json!([])),
        ("configurationItemCaptureTime", json!(null)),
        ("configurationItemCaptureTime", json!("yesterday")),
        ("resourceName", json!(5)),
        ("arn", json!({})),
        ("awsRegion", json!(false)),
        ("resourceCreationTime", json!(1_700_000_000)),
        ("configuration", json!([])),
        ("configuration", json!({ "groupList": "dev" })),
        ("configuration", json!({ "groupList": [{}] })),
        ("configuration", json!({ "path": 3 })),
        ("configuration", json!({ "attachedManagedPolicies": ["arn"] })),
        ("configuration", json!({ "userPolicyList": [{ "policyName": null }] })),
        ("configuration", json!({ "permissionsBoundary": "arn" })),
        ("tags", json!({ "team": "ops" })),
        ("tags", json!([{ "value": "ops" }])),
    ] {
        let mut bad = result();
        bad[member] = value;
        let error = Item::read(&bad.to_string()).unwrap_err();
        assert_eq!(error.account.unwrap().as_str(), "111122223333", "{bad}");
        assert!(error.problem.starts_with('`'), "{error}");
    }
}

#[test]
fn an_absent_list_is_not_an_empty_one() {
    let mut bare = result();
    bare["configuration"] = json!({ "groupList": [], "userPolicyList": null, "rolePolicyList": [] });
    bare["tags"] = json!([]);
    let item = Item::read(&bare.to_string()).unwrap();
    assert_eq!((item.groups, item.managed_policies), (Some(Vec::new()), None));
    assert_eq!(
        (item.inline_policies, item.tags.map(|tags| tags.len())),
        (Some(Vec::new()), Some(0))
    );
}
