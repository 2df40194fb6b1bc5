//! The events of a run that many invocations work on at the same time, as the state machine makes them.

use audit_aws::run::RunError;
use audit_aws::slices::{Shared, Slices, WISH};
use audit_core::event::RunRequest;
use audit_core::run::RunId;
use serde_json::{Value, json};

const TIME: &str = "2026-11-20T02:00:00Z";

/// Asks for the list, cut into slices of so many accounts, of a new run or of one that has begun.
pub(crate) fn to_list(each: u64, run: Option<&RunId>) -> RunRequest {
    RunRequest {
        run: run.cloned(),
        ..event(&json!({"time": TIME, "schedule": "s", "parameters": {WISH: each}}))
    }
}

/// Asks for every slice.
pub(crate) fn to_read(slices: &Slices) -> Vec<RunRequest> {
    let asked = slices.slices.iter().map(|slice| {
        event(&json!({
            "time": TIME,
            "schedule": "s",
            "run": slices.run,
            "part": slice.part,
            "accounts": slice.accounts,
        }))
    });
    asked.collect()
}

/// Asks for what is left, and for the documents.
pub(crate) fn to_finish(slices: &Slices) -> RunRequest {
    event(&json!({"time": TIME, "schedule": "s", "run": slices.run, "part": slices.finish}))
}

/// The list that a function answered with.
pub(crate) fn listed(answer: Result<Option<Shared>, RunError>) -> Slices {
    match answer {
        Ok(Some(Shared::Listed(slices))) => slices,
        other => panic!("{other:?}"),
    }
}

fn event(event: &Value) -> RunRequest {
    serde_json::from_value(event.clone()).expect("an event")
}
