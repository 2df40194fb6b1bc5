//! The service serves a function that is not ours.

use std::time::Duration;

use serde_json::json;

use super::{Lambda, Outcome};
use crate::harness::environment;
use crate::repository::root;

fn function(minutes: u64, broken: bool) -> Lambda {
    let mut bootstrap = environment::offline("python3");
    bootstrap.arg(root().join("tests/python/runtime_api/bootstrap.py"));
    if broken {
        bootstrap.env("BROKEN", "yes");
    }
    Lambda::start("sample", Duration::from_mins(minutes), &mut bootstrap)
}

fn answered(parts: u64, minutes: u64) -> Outcome {
    Outcome::Answered(json!({ "parts": parts, "minutes": minutes }))
}

#[test]
fn events_are_answered_one_after_the_other() {
    let mut lambda = function(15, false);
    assert_eq!(lambda.invoke(r#"{"parts": 1}"#), [answered(1, 15)]);
    assert_eq!(lambda.invoke(r#"{"parts": 1}"#), [answered(1, 15)]);
    assert_eq!(lambda.continuations(), Vec::<serde_json::Value>::new());
}

#[test]
fn a_function_continues_in_further_invocations_of_itself() {
    let mut lambda = function(2, false);
    let outcomes = lambda.invoke(r#"{"parts": 3}"#);
    assert_eq!(outcomes, [answered(3, 2), answered(2, 2), answered(1, 2)]);
    assert_eq!(lambda.continuations(), [json!({ "parts": 2 }), json!({ "parts": 1 })]);
}

#[test]
fn errors_are_told_apart_from_answers() {
    let failed = function(1, false).invoke(r#"{"parts": 0}"#);
    assert_eq!(failed, [Outcome::Failed(json!({ "errorType": "nothing to do" }))]);
    let broken = function(1, true).invoke(r#"{"parts": 1}"#);
    assert_eq!(broken, [Outcome::NotStarted(json!({ "errorType": "broken" }))]);
}
