//! The table of decisions: each case is written from a page of the AWS documentation and names it.
//!
//! A case has the fields of a line of `iam-census decide`, so that the same files run through the program.

#![expect(clippy::expect_used, reason = "a helper of a test fails by panicking")]

use std::collections::BTreeSet;

use iam_policy::json_lines::{Answered, Decider};
use serde_json::Value;

const FILES: [(&str, &str); 15] = [
    ("actions", include_str!("decisions/actions.json")),
    ("condition-arn", include_str!("decisions/condition-arn.json")),
    ("condition-date", include_str!("decisions/condition-date.json")),
    ("condition-numeric", include_str!("decisions/condition-numeric.json")),
    ("condition-other", include_str!("decisions/condition-other.json")),
    ("condition-rules", include_str!("decisions/condition-rules.json")),
    ("condition-string", include_str!("decisions/condition-string.json")),
    ("grammar", include_str!("decisions/grammar.json")),
    ("layers", include_str!("decisions/layers.json")),
    ("organization", include_str!("decisions/organization.json")),
    ("principals", include_str!("decisions/principals.json")),
    ("resource-policies", include_str!("decisions/resource-policies.json")),
    ("resources", include_str!("decisions/resources.json")),
    ("trust-and-keys", include_str!("decisions/trust-and-keys.json")),
    ("variables", include_str!("decisions/variables.json")),
];

fn cases() -> Vec<(&'static str, Value)> {
    FILES
        .into_iter()
        .flat_map(|(file, text)| {
            let cases: Vec<Value> = serde_json::from_str(text).expect(file);
            cases.into_iter().map(move |case| (file, case))
        })
        .collect()
}

fn answer(decider: &mut Decider, case: &Value) -> Value {
    let mut out = Vec::new();
    let answered = decider.answer(case.to_string().as_bytes(), &mut out);
    assert_eq!(answered, Answered::Decided, "{}", String::from_utf8_lossy(&out));
    serde_json::from_slice(&out).expect("an answer is JSON")
}

#[test]
fn every_case_is_decided_as_documented() {
    let mut decider = Decider::default();
    let mut wrong = Vec::new();
    let cases = cases();
    assert!(cases.len() > 700, "only {} cases", cases.len());
    for (file, case) in cases {
        let answer = answer(&mut decider, &case);
        let expected = &case["expected"];
        let skipped = answer["not_evaluated"].as_array().map_or(0, Vec::len);
        let as_expected = answer["decision"] == expected["decision"]
            && answer["blocked_by"]["layer"] == expected["blocked_by"]
            && skipped as u64 == expected["not_evaluated"].as_u64().unwrap_or(0);
        if !as_expected {
            wrong.push(format!("{file}: {}: {answer}", case["name"]));
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_case_has_its_own_name_and_a_page() {
    let mut names = BTreeSet::new();
    for (file, case) in cases() {
        let name = case["name"].as_str().expect("a name");
        assert!(names.insert((file, name.to_owned())), "{file}: {name} twice");
        let doc = case["doc"].as_str().unwrap_or_default();
        assert!(doc.starts_with("https://docs.aws.amazon.com/"), "{name}: {doc}");
    }
}
