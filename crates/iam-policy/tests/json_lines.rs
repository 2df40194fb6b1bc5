//! The lines that a program reads and writes, good and bad ones mixed.

#![expect(clippy::expect_used, reason = "a helper of a test fails by panicking")]

use iam_policy::json_lines::{Answered, Decider};
use serde_json::{Value, json};

fn answer(line: &[u8]) -> (Answered, Value) {
    let mut out = Vec::new();
    let answered = Decider::default().answer(line, &mut out);
    assert_eq!(out.iter().position(|byte| *byte == b'\n'), Some(out.len() - 1));
    (answered, serde_json::from_slice(&out).expect("JSON"))
}

fn question(edit: impl FnOnce(&mut Value)) -> String {
    let mut question = json!({
        "id": "q1",
        "req": {
            "principal": "arn:aws:iam::111122223333:user/ana",
            "action": "s3:GetObject",
            "resource": "arn:aws:s3:::b/k",
            "resource_account": "111122223333",
            "ctx": {}
        },
        "identity": [
            {"Version": "2012-10-17", "Statement": [
                {"Sid": "a \"quoted\" one", "Effect": "Allow", "Action": "s3:*", "Resource": "*"}
            ]}
        ]
    });
    edit(&mut question);
    question.to_string()
}

#[test]
fn an_answer_names_what_decided() {
    let (answered, answer) = answer(question(|_| ()).as_bytes());
    assert_eq!(answered, Answered::Decided);
    assert_eq!(
        answer,
        json!({"id": "q1", "decision": "Allowed", "decisive": [
            {"layer": "identity", "policy": 0, "statement": 0, "sid": "a \"quoted\" one", "effect": "Allow"}
        ]})
    );
}

#[test]
fn an_answer_names_the_layer_and_level_that_blocked() {
    let line = question(|question| {
        question["scps"] = json!([
            [{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}],
            [{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}},
             {"Statement": {"Effect": "Deny", "Action": "s3:*", "Resource": "*"}}]
        ]);
    });
    let (_, answer) = answer(line.as_bytes());
    assert_eq!(answer["decision"], "ExplicitlyDenied");
    assert_eq!(answer["blocked_by"], json!({"layer": "scps", "level": 1}));
    assert_eq!(
        answer["decisive"],
        json!([{"layer": "scps", "level": 1, "policy": 1, "statement": 0, "effect": "Deny"}])
    );
}

#[test]
fn a_bad_policy_is_told_beside_the_decision() {
    let line = question(|question| {
        question["identity"]
            .as_array_mut()
            .expect("a list")
            .push(json!({"Statement": [{"Effect": "Deny", "Action": 7, "Resource": "*"}]}));
        question["boundary"] = json!("none");
    });
    let (answered, answer) = answer(line.as_bytes());
    assert_eq!(answered, Answered::Decided);
    assert_eq!(answer["decision"], "ImplicitlyDenied");
    assert_eq!(answer["blocked_by"], json!({"layer": "boundary"}));
    assert_eq!(
        answer["not_evaluated"],
        json!([
            {"layer": "identity", "policy": 1, "statement": 0, "reason": "`Action` is neither a string nor a list of strings"},
            {"layer": "boundary", "policy": 0, "reason": "the policy is a string, not an object"}
        ])
    );
}

#[test]
fn a_repeated_key_in_a_policy_grants_nothing() {
    let line = question(|_| ()).replace("\"Effect\":\"Allow\"", "\"Effect\":\"Allow\",\"Effect\":\"Allow\"");
    let (_, answer) = answer(line.as_bytes());
    assert_eq!(answer["decision"], "ImplicitlyDenied");
    assert_eq!(
        answer["not_evaluated"][0]["reason"],
        "the policy is ambiguous: the key `Effect` stands twice in one object"
    );
}

#[test]
fn a_line_that_cannot_be_read_keeps_its_id() {
    let whole = question(|_| ());
    let without = |field: &str| {
        question(|question| {
            question["req"].as_object_mut().expect("an object").remove(field);
        })
    };
    let with = |field: &str, value: Value| question(|question| question["req"][field] = value);
    for (line, error) in [
        (whole.trim_end_matches('}').to_owned(), "EOF"),
        (
            whole.replace("\"identity\":[", "\"identity\":7,\"x\":["),
            "invalid type",
        ),
        (
            question(|question| question["req"] = json!(7)),
            "expected an object with a request",
        ),
        (without("principal"), "principal"),
        (without("action"), "action"),
        (without("resource"), "resource"),
        (with("principal", json!("ana")), "`principal` `ana` is no principal"),
        (with("action", json!("GetObject")), "`action` `GetObject`"),
        (with("resource", json!("bucket")), "`resource` `bucket`"),
        (with("ctx", json!({"a": {"b": 1}})), "condition key"),
        (with("ctx", json!({"a": "1", "A": "2"})), "`ctx` has the key `a` twice"),
    ] {
        let (answered, answer) = answer(line.as_bytes());
        assert_eq!(answered, Answered::Unreadable, "{line}");
        // Keys are sorted in these lines, so that `id` stands before the mistake.
        assert_eq!(answer["id"], "q1", "{line}");
        let told = answer["error"].as_str().expect("a text");
        assert!(told.contains(error), "{told}");
    }
}

#[test]
fn a_line_without_id_is_answered_without_id() {
    for line in [&b"[]"[..], b"\xff\xfe", b"{\"id\":", b"nothing"] {
        let (answered, answer) = answer(line);
        assert_eq!(answered, Answered::Unreadable);
        assert_eq!(answer.get("id"), None);
        assert!(answer["error"].is_string());
    }
}

#[test]
fn ids_of_any_kind_come_back_as_they_were() {
    for id in [json!(7), json!(null), json!({"a": [1, "x"]}), json!("é\n")] {
        let (_, answer) = answer(question(|question| question["id"] = id.clone()).as_bytes());
        assert_eq!(answer.get("id").unwrap_or(&Value::Null), &id);
    }
}

#[test]
fn fields_beyond_the_known_are_ignored() {
    let line = question(|question| {
        question["expected"] = json!("Allowed");
        question["req"]["note"] = json!([1]);
        question["boundary"] = Value::Null;
        question["scps"] = Value::Null;
    });
    assert_eq!(answer(line.as_bytes()).1["decision"], "Allowed");
}
