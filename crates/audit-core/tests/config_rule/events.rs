//! Every kind of event, and every way in which one can be wrong.

use audit_core::config_rule::{Resource, RuleEvent, Task};
use serde_json::{Value, json};

const TOKEN: &str = "canary-result-token-0451";

pub(crate) fn event(invoking: &Value, more: &Value) -> Value {
    let mut event = json!({
        "version": "1.0", "accountId": "111122223333", "configRuleName": "privileges", "configRuleId": "config-rule-abc123",
        "configRuleArn": "arn:aws:config:eu-west-1:111122223333:config-rule/config-rule-abc123",
        "executionRoleArn": "arn:aws:iam::111122223333:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig",
        "eventLeftScope": false, "resultToken": TOKEN, "ruleParameters": "{}", "invokingEvent": invoking.to_string(),
    });
    event.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    event
}

pub(crate) fn scheduled() -> Value {
    json!({
        "awsAccountId": "111122223333", "notificationCreationTime": "2026-11-20T02:00:00.373Z",
        "messageType": "ScheduledNotification", "recordVersion": "1.0",
    })
}

fn item(kind: &str, id: &str, status: &str) -> Value {
    json!({
        "configurationItemCaptureTime": "2026-11-20T01:59:58.000Z", "configurationItemStatus": status,
        "awsAccountId": "111122223333", "awsRegion": "global", "resourceType": kind, "resourceId": id,
        "resourceName": "ana", "ARN": "arn:aws:iam::111122223333:user/ana", "configuration": null,
    })
}

fn change(item: &Value) -> Value {
    json!({
        "configurationItem": item, "configurationItemDiff": null, "recordVersion": "1.3",
        "notificationCreationTime": "2026-11-20T02:00:00.000Z", "messageType": "ConfigurationItemChangeNotification",
    })
}

fn oversized(item: &Value) -> Value {
    json!({
        "configurationItemSummary": item, "recordVersion": "1.0",
        "notificationCreationTime": "2026-11-20T02:00:00.000Z",
        "messageType": "OversizedConfigurationItemChangeNotification",
    })
}

fn parse(event: &Value) -> Result<RuleEvent, String> {
    serde_json::from_value(event.clone()).map_err(|error| error.to_string())
}

#[test]
fn every_kind_of_event_says_what_to_judge_and_when() {
    let user = |status| item("AWS::IAM::User", "AIDAANA", status);
    let none = json!({});
    let left = json!({ "eventLeftScope": true });
    let nothing = |kind: &str, id: &str, reason| {
        let resource = Resource {
            kind: kind.to_owned(),
            id: id.to_owned(),
        };
        Task::Nothing(resource, reason)
    };
    let ana = || Task::User("AIDAANA".to_owned());
    let deleted = || nothing("AWS::IAM::User", "AIDAANA", "the user is deleted");
    let snapshot = json!({
        "configSnapshotId": "1", "s3ObjectKey": "k", "s3Bucket": "b", "recordVersion": "1.1",
        "notificationCreationTime": "2026-11-20T02:00:00.373Z", "messageType": "ConfigurationSnapshotDeliveryCompleted",
    });
    let periodic = "2026-11-20T02:00:00.373Z";
    let captured = "2026-11-20T01:59:58Z";
    for (invoking, more, task, time) in [
        (scheduled(), &none, Task::Everybody, periodic),
        // Whether a resource left the scope says nothing about a periodic run.
        (scheduled(), &left, Task::Everybody, periodic),
        (snapshot, &none, Task::Everybody, periodic),
        (change(&user("OK")), &none, ana(), captured),
        (change(&user("ResourceDiscovered")), &none, ana(), captured),
        (change(&user("ResourceDeleted")), &none, deleted(), captured),
        (change(&user("ResourceNotRecorded")), &none, deleted(), captured),
        (change(&user("ResourceDeletedNotRecorded")), &none, deleted(), captured),
        (
            change(&user("OK")),
            &left,
            nothing("AWS::IAM::User", "AIDAANA", "the user left the scope of the rule"),
            captured,
        ),
        (oversized(&user("OK")), &none, ana(), captured),
        (oversized(&user("ResourceDeleted")), &none, deleted(), captured),
        (
            change(&item("AWS::IAM::Group", "AGPA1", "OK")),
            &none,
            Task::Users,
            captured,
        ),
        (
            change(&item("AWS::IAM::Policy", "ANPA1", "ResourceDeleted")),
            &none,
            Task::Users,
            captured,
        ),
        (
            oversized(&item("AWS::IAM::Role", "AROA1", "OK")),
            &none,
            Task::Users,
            captured,
        ),
        (
            change(&item("AWS::S3::Bucket", "b", "OK")),
            &none,
            nothing("AWS::S3::Bucket", "b", "the rule judges IAM users only"),
            captured,
        ),
    ] {
        let parsed = parse(&event(&invoking, more)).unwrap();
        assert_eq!(parsed.task, task, "{invoking}");
        assert_eq!(parsed.time.to_string(), time, "{invoking}");
        assert_eq!(
            (parsed.rule.name.as_str(), parsed.rule.region.as_str()),
            ("privileges", "eu-west-1")
        );
    }
}

#[test]
fn organization_rules_and_dry_runs_are_events_as_well() {
    let more = json!({
        "configRuleName": "OrgConfigRule-privileges-abcd1234", "resultToken": "TESTMODE", "ruleParameters": null,
        "executionRoleArn": "", "somethingNew": 7,
    });
    let parsed = parse(&event(&scheduled(), &more)).unwrap();
    assert!(parsed.token.is_test());
    assert_eq!(parsed.rule.name, "OrgConfigRule-privileges-abcd1234");
    // An event by hand says neither what left the scope nor which parameters there are.
    let mut bare = event(&scheduled(), &json!({}));
    for name in [
        "eventLeftScope",
        "ruleParameters",
        "executionRoleArn",
        "version",
        "configRuleId",
    ] {
        bare.as_object_mut().unwrap().remove(name);
    }
    assert!(!parse(&bare).unwrap().token.is_test());
}

#[test]
fn what_is_no_event_is_refused_by_field() {
    let with = |more: Value| event(&scheduled(), &more);
    let inner = |invoking: Value| event(&invoking, &json!({}));
    let but = |name: &str, value: Value| {
        let mut invoking = scheduled();
        invoking[name] = value;
        inner(invoking)
    };
    let user = item("AWS::IAM::User", "AIDAANA", "OK");
    let proactive = {
        let mut invoking = change(&user);
        invoking["evaluationMode"] = json!("PROACTIVE");
        inner(invoking)
    };
    let other = {
        let mut user = user.clone();
        user["awsAccountId"] = json!("999999999999");
        inner(change(&user))
    };
    for (event, expected) in [
        (json!({}), "no `resultToken`"),
        (json!(null), "no `resultToken`"),
        (with(json!({ "resultToken": "" })), "no `resultToken`"),
        (with(json!({ "resultToken": 7 })), "no `resultToken`"),
        (with(json!({ "accountId": "12" })), "`accountId` is `12`"),
        (with(json!({ "configRuleName": null })), "no `configRuleName`"),
        (
            with(json!({ "configRuleArn": "arn:aws:config:eu-west-1:999999999999:config-rule/x" })),
            "no rule of account 111122223333",
        ),
        (
            with(json!({ "configRuleArn": "privileges" })),
            "`configRuleArn` is `privileges`",
        ),
        (with(json!({ "invokingEvent": "{" })), "`invokingEvent` is not JSON"),
        (with(json!({ "invokingEvent": {} })), "no `invokingEvent`"),
        (with(json!({ "ruleParameters": {} })), "no `ruleParameters`"),
        (with(json!({ "evaluationMode": "Proactive" })), "proactive evaluation"),
        (proactive, "proactive evaluation"),
        (
            but("messageType", json!("SomethingNew")),
            "messageType` is `SomethingNew`",
        ),
        (but("messageType", json!(null)), "`invokingEvent.messageType`"),
        (
            but("notificationCreationTime", json!("today")),
            "notificationCreationTime",
        ),
        (but("awsAccountId", json!("999999999999")), "account `999999999999`"),
        (other, "account `999999999999`"),
        (inner(change(&json!(null))), "`invokingEvent.configurationItem`"),
        (inner(oversized(&json!([]))), "`invokingEvent.configurationItemSummary`"),
        (
            inner(change(&item("AWS::IAM::User", "", "OK"))),
            "`invokingEvent.resourceId`",
        ),
        (inner(change(&item("AWS::IAM::User", "A", "Lost"))), "status `Lost`"),
    ] {
        let error = parse(&event).unwrap_err();
        assert!(error.contains(expected), "{event}: {error}");
        assert!(!error.contains(TOKEN), "{error}");
    }
}

#[test]
fn the_result_token_is_shown_nowhere() {
    let parsed = parse(&event(&scheduled(), &json!({}))).unwrap();
    assert_eq!(parsed.token.reveal(), TOKEN);
    assert!(!format!("{parsed:?}").contains(TOKEN));
    assert!(!parsed.run().to_string().contains("canary"));
}

#[test]
fn the_same_event_is_the_same_run_and_another_is_another() {
    let run = |event: &Value| parse(event).unwrap().run();
    let first = event(&scheduled(), &json!({}));
    let retried = event(&scheduled(), &json!({ "resultToken": "another" }));
    assert_eq!(run(&first), run(&retried));
    assert!(run(&first).as_str().starts_with("020000Z-"));
    let (ana, bob) = ("AIDAANA", "AIDABOB");
    let of = |id| run(&event(&change(&item("AWS::IAM::User", id, "OK")), &json!({})));
    assert_ne!(of(ana), of(bob));
    assert_ne!(run(&first), of(ana));
}
