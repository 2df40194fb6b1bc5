//! Events as AWS writes them, and as it should not.

use serde_json::json;

use super::*;

fn account() -> AccountId {
    "111122223333".parse().unwrap()
}

/// A sign-in, as the AWS CloudTrail User Guide shows one ("Example: root user").
fn sign_in() -> Value {
    json!({
        "eventVersion": "1.08",
        "userIdentity": {
            "type": "Root", "principalId": "111122223333", "arn": "arn:aws:iam::111122223333:root",
            "accountId": "111122223333", "accessKeyId": ""
        },
        "eventTime": "2023-07-13T03:04:43Z", "eventSource": "signin.amazonaws.com", "eventName": "ConsoleLogin",
        "awsRegion": "us-east-1", "sourceIPAddress": "192.0.2.0", "userAgent": "Mozilla/5.0", "requestParameters": null,
        "responseElements": {"ConsoleLogin": "Success"},
        "additionalEventData": {"MobileVersion": "No", "MFAUsed": "Yes"},
        "eventID": "8b1f2b0e", "readOnly": false, "eventType": "AwsConsoleSignIn", "managementEvent": true,
        "recipientAccountId": "111122223333", "eventCategory": "Management"
    })
}

/// The event with a member changed, by JSON pointer; `null` takes it away.
fn with(event: &Value, changes: &[(&str, Value)]) -> Value {
    let mut event = event.clone();
    for (pointer, value) in changes {
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        let parent = event.pointer_mut(parent).unwrap().as_object_mut().unwrap();
        if value.is_null() {
            parent.remove(name);
        } else {
            parent.insert(name.to_owned(), value.clone());
        }
    }
    event
}

fn read(event: &Value) -> Result<TrailEvent, InvalidEvent> {
    TrailEvent::read(&event.to_string(), account())
}

#[test]
fn a_sign_in_says_when_where_from_and_with_what() {
    let event = read(&sign_in()).unwrap();
    assert_eq!(event.act, Some(Act::SignIn));
    assert_eq!(event.mfa, Some(true));
    assert_eq!(event.time.to_string(), "2023-07-13T03:04:43Z");
    assert_eq!(event.source_ip.as_deref(), Some("192.0.2.0"));
    assert_eq!(event.who.as_deref(), Some("arn:aws:iam::111122223333:root"));
    assert_eq!((event.read_only, event.error), (Some(false), None));
}

#[test]
fn the_type_of_the_identity_decides_and_nothing_else() {
    let call = |key: &str| {
        with(
            &sign_in(),
            &[
                ("/eventName", json!("ListBuckets")),
                ("/eventType", json!("AwsApiCall")),
                ("/responseElements", Value::Null),
                ("/userIdentity/accessKeyId", json!(key)),
            ],
        )
    };
    let change = |event: &Value, pointer: &str, value: Value| with(event, &[(pointer, value)]);
    let context = json!({"assumedRoot": "true", "attributes": {"mfaAuthenticated": "false"}});
    for (event, act) in [
        (sign_in(), Some(Act::SignIn)),
        (
            change(&sign_in(), "/responseElements/ConsoleLogin", json!("Failure")),
            Some(Act::FailedSignIn),
        ),
        (
            change(&sign_in(), "/responseElements", Value::Null),
            Some(Act::FailedSignIn),
        ),
        (
            change(&sign_in(), "/userIdentity/userName", json!("our-alias")),
            Some(Act::SignIn),
        ),
        (change(&sign_in(), "/userIdentity/type", json!("IAMUser")), None),
        (
            with(
                &sign_in(),
                &[
                    ("/userIdentity/type", json!("IAMUser")),
                    ("/userIdentity/userName", json!("root")),
                ],
            ),
            None,
        ),
        (change(&sign_in(), "/userIdentity", Value::Null), None),
        (call("AKIAIOSFODNN7EXAMPLE"), Some(Act::AccessKey)),
        (call("ASIAIOSFODNN7EXAMPLE"), Some(Act::Session)),
        (call(""), Some(Act::Other)),
        (
            change(&call("ASIAIOSFODNN7EXAMPLE"), "/userIdentity/sessionContext", context),
            Some(Act::PrivilegedTask),
        ),
        (
            change(
                &call("ASIAIOSFODNN7EXAMPLE"),
                "/userIdentity/invokedBy",
                json!("support.amazonaws.com"),
            ),
            Some(Act::OnBehalf),
        ),
        (
            change(&call(""), "/eventType", json!("AwsServiceEvent")),
            Some(Act::OnBehalf),
        ),
    ] {
        assert_eq!(read(&event).unwrap().act, act, "{event}");
    }
}

#[test]
fn mfa_is_yes_no_or_not_told() {
    for (said, expected) in [
        (json!("Yes"), Some(true)),
        (json!("No"), Some(false)),
        (json!(true), Some(true)),
        (json!("perhaps"), None),
        (Value::Null, None),
    ] {
        let event = with(&sign_in(), &[("/additionalEventData/MFAUsed", said)]);
        assert_eq!(read(&event).unwrap().mfa, expected);
    }
    assert_eq!(
        read(&with(&sign_in(), &[("/additionalEventData", Value::Null)]))
            .unwrap()
            .mfa,
        None
    );
}

#[test]
fn what_is_no_event_of_the_account_is_an_error() {
    for name in ["eventID", "eventTime", "eventName", "eventSource", "awsRegion"] {
        for value in [Value::Null, json!(7), json!("")] {
            let event = with(&sign_in(), &[(&format!("/{name}"), value)]);
            assert_eq!(read(&event), Err(InvalidEvent::Member(name)), "{event}");
        }
    }
    let late = with(&sign_in(), &[("/eventTime", json!("yesterday"))]);
    assert_eq!(read(&late), Err(InvalidEvent::Member("eventTime")));
    let other = with(&sign_in(), &[("/recipientAccountId", json!("444455556666"))]);
    assert_eq!(read(&other), Err(InvalidEvent::OtherAccount));
    for text in ["", "[]", "{", "null", "\"event\""] {
        assert_eq!(
            TrailEvent::read(text, account()),
            Err(InvalidEvent::NotAnObject),
            "{text}"
        );
    }
}

#[test]
fn nothing_secret_is_kept() {
    let event = with(
        &sign_in(),
        &[
            ("/responseElements/credentials", json!({"sessionToken": "SECRET"})),
            ("/userIdentity/accessKeyId", json!("ASIASECRETSECRETSECR")),
            (
                "/additionalEventData/LoginTo",
                json!("https://example.com/?state=SECRET"),
            ),
        ],
    );
    let kept = serde_json::to_string(&read(&event).unwrap()).unwrap();
    assert!(!kept.contains("SECRET"), "{kept}");
}

#[test]
fn a_session_of_assume_root_is_found_by_its_key() {
    let event = json!({
        "eventName": "AssumeRoot",
        "requestParameters": {"targetPrincipal": "444455556666"},
        "responseElements": {"credentials": {"accessKeyId": "ASIAIOSFODNN7EXAMPLE"}},
    });
    let found = ("444455556666".parse().unwrap(), "ASIAIOSFODNN7EXAMPLE".to_owned());
    assert_eq!(assumed_root(&event.to_string()), Some(found.clone()));
    let arn = json!("arn:aws:iam::444455556666:root");
    assert_eq!(
        assumed_root(&with(&event, &[("/requestParameters/targetPrincipal", arn)]).to_string()),
        Some(found)
    );
    for pointer in ["/responseElements", "/requestParameters", "/eventName"] {
        assert_eq!(assumed_root(&with(&event, &[(pointer, Value::Null)]).to_string()), None);
    }
}
