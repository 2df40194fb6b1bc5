//! A Lambda service for one function: its Runtime API, and the call by which it invokes itself again.
//!
//! Unlike AWS's emulator it can hand out any deadline, and it feeds a function's asynchronous invocation of itself
//! back to it as the next event.

mod service;

use std::process::Command;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

use serde_json::Value;

use crate::harness::server::{PATIENCE, Server};
use service::Service;

/// How one invocation ended.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Outcome {
    /// The function answered.
    Answered(Value),
    /// The function ended with an error, described as Lambda shows it.
    Failed(Value),
    /// The function did not come up.
    NotStarted(Value),
}

/// A function that runs and waits for events.
pub(crate) struct Lambda {
    service: Service,
    outcomes: Receiver<Outcome>,
    bootstrap: Server,
}

impl Lambda {
    /// Starts a function that has the time given for each event.
    pub(crate) fn start(function: &str, time: Duration, bootstrap: &mut Command) -> Self {
        let (service, outcomes) = Service::start(function, time);
        bootstrap
            .env("AWS_LAMBDA_RUNTIME_API", service.address())
            .env("AWS_ENDPOINT_URL_LAMBDA", format!("http://{}", service.address()))
            .env("AWS_LAMBDA_FUNCTION_NAME", function)
            .env("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512")
            .env("AWS_LAMBDA_LOG_GROUP_NAME", format!("/aws/lambda/{function}"))
            .env("AWS_LAMBDA_LOG_STREAM_NAME", "log");
        Self {
            service,
            outcomes,
            bootstrap: Server::start(bootstrap),
        }
    }

    /// Sends an event and waits for it and for all events that the function sends itself because of it.
    ///
    /// The outcomes stand in the order in which the invocations ended.
    pub(crate) fn invoke(&mut self, event: &str) -> Vec<Outcome> {
        self.service.send(event.to_owned());
        let mut outcomes = Vec::new();
        while outcomes.len() < self.service.invocations() {
            match self.outcomes.recv_timeout(Duration::from_millis(200)) {
                Ok(outcome @ Outcome::NotStarted(_)) => return vec![outcome],
                Ok(outcome) => outcomes.push(outcome),
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
                    let hope = self.bootstrap.is_alive() && self.service.waited() < PATIENCE;
                    assert!(hope, "the function does not answer:\n{}", self.bootstrap.log());
                }
            }
        }
        self.service.forget_invocations();
        outcomes
    }

    /// What the function has written to its log so far.
    pub(crate) fn log(&mut self) -> String {
        self.bootstrap.log()
    }

    /// Ends the function, and tells all that it has written to its log.
    pub(crate) fn whole_log(&mut self) -> String {
        self.bootstrap.whole_log()
    }

    /// The events that the function has sent itself.
    pub(crate) fn continuations(&self) -> Vec<Value> {
        self.service.continuations()
    }
}

#[cfg(test)]
mod tests;
