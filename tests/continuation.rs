//! A run that does not fit into one invocation, through the bootstrap as Lambda starts it.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::Value;

use crate::harness::binaries::bootstrap;
use crate::harness::environment;
use crate::harness::python::{pytest, python};
use crate::programs::Organization;
use crate::repository::text;
use crate::runtime_api::{Lambda, Outcome};

/// Forty-eight accounts one after the other, with calls that take 50 ms, do not fit into what this leaves for them;
/// yet they fit into few such parts, also on a busy machine.
const TIME: Duration = Duration::from_secs(6);

/// The name that a stack gives the function, by which its alarms know it.
const DEPLOYED_AS: &str = "stack-credential-collector";

/// The lines of a log that CloudWatch makes metrics of.
fn measured(log: &str) -> Vec<Value> {
    let lines = log.lines().filter(|line| line.contains("CloudWatchMetrics"));
    lines.map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

#[test]
fn a_run_goes_on_in_further_invocations_until_every_account_is_collected() {
    let organization = Organization::start(&["--accounts", "48", "--healthy", "--latency", "50"]);
    let mut function = environment::command(
        bootstrap("credential-collector"),
        &organization.endpoint,
        &organization.hub,
    );
    function
        .env("IAM_CENSUS_BUCKET", &organization.bucket)
        .env("IAM_CENSUS_CONCURRENCY", "1");
    let mut lambda = Lambda::start(DEPLOYED_AS, TIME, &mut function);
    let outcomes = lambda.invoke(&text("events/credential-collector.json"));

    let answers: Vec<&Value> = outcomes
        .iter()
        .map(|outcome| match outcome {
            Outcome::Answered(answer) => answer,
            _ => panic!("{outcomes:?}"),
        })
        .collect();
    let (last, before) = answers.split_last().expect("an answer");
    assert!(!before.is_empty(), "the run was over at once: {last}");
    assert_eq!(last["status"], "COMPLETE", "{last}");
    assert_eq!(last["counts"]["listed"], 48, "{last}");
    assert_eq!(last["counts"]["collected"], 48, "{last}");
    assert_eq!(last["next_part"], Value::Null, "{last}");

    let runs: BTreeSet<&str> = answers.iter().filter_map(|answer| answer["run"].as_str()).collect();
    assert_eq!(runs.len(), 1, "every invocation is one of the same run: {answers:?}");
    for (number, answer) in (1..).zip(before) {
        // Once nobody is left there may still be a dataset to write.
        let status = if answer["counts"]["left"] == 0 {
            "COMPLETE"
        } else {
            "PARTIAL"
        };
        assert_eq!(answer["status"], status, "{answer}");
        assert_eq!(answer["next_part"], number, "{answer}");
    }
    let partial = before.iter().filter(|answer| answer["status"] == "PARTIAL").count();
    assert!(partial > 0, "every account was read at once: {answers:?}");
    let parts: Vec<u64> = lambda
        .continuations()
        .iter()
        .filter_map(|event| event["part"].as_u64())
        .collect();
    assert!(
        parts.iter().copied().eq((1..).take(before.len())),
        "the function hands on part after part: {parts:?}"
    );

    let mut reader = python(&organization.endpoint, &organization.hub);
    reader
        .env("IAM_CENSUS_CHECKED_BUCKET", &organization.bucket)
        .env("IAM_CENSUS_PARTS", (partial + 1).to_string());
    pytest(&mut reader, "programs/test_parts.py");

    let measured = measured(&lambda.whole_log());
    assert_eq!(measured.len(), outcomes.len(), "every invocation measures itself");
    for metrics in measured {
        assert_eq!(metrics["FunctionName"], DEPLOYED_AS, "{metrics}");
        assert_eq!(metrics["AccountsListed"], 48, "{metrics}");
    }
}

#[test]
fn the_most_talkative_log_holds_no_secret() {
    const EXTERNAL_ID: &str = "canary-external-id-0451";
    let organization = Organization::start(&["--accounts", "6", "--healthy"]);
    let mut function = environment::command(
        bootstrap("credential-collector"),
        &organization.endpoint,
        &organization.hub,
    );
    function
        .env("IAM_CENSUS_BUCKET", &organization.bucket)
        .env("IAM_CENSUS_EXTERNAL_ID", EXTERNAL_ID)
        .env("AWS_SECRET_ACCESS_KEY", "canary-secret-key-0452")
        .env("AWS_LAMBDA_LOG_LEVEL", "TRACE")
        .env("RUST_LOG", "trace");
    let mut lambda = Lambda::start("credential-collector", Duration::from_mins(2), &mut function);
    let outcomes = lambda.invoke(&text("events/credential-collector.json"));
    assert!(matches!(outcomes.as_slice(), [Outcome::Answered(_)]), "{outcomes:?}");
    let log = lambda.whole_log();
    assert!(log.contains("AccountsCollected"), "the log is not looked at: {log}");
    // Session keys of the simulated STS begin as those of AWS do.
    for secret in [
        EXTERNAL_ID,
        "canary-secret",
        "ASIA",
        "X-Amz-Security-Token",
        "x-amz-security-token",
    ] {
        assert!(!log.contains(secret), "{secret} in the log");
    }
}
