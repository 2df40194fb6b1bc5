//! AWS Identity and Access Management: the credential report with its states, timings and error codes.

use std::collections::HashMap;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{Response, StatusCode};
use jiff::Timestamp;

use crate::identity::Caller;
use crate::operation::{Operation, Service};
use crate::time::{earlier, later, whole_second};
use crate::wire::answer;
use crate::wire::refusal::{Refusal, namespace};
use crate::wire::xml::Xml;
use crate::world::{Account, Trouble, World};

/// AWS serves a report for four hours and makes a new one only after that.
pub(crate) const REPORT_LIFE: Duration = Duration::from_hours(4);

/// The credential reports that were asked about, by account.
#[derive(Debug, Default)]
pub(crate) struct Reports(HashMap<usize, Task>);

#[derive(Debug, Clone, Copy)]
enum Task {
    Absent,
    Running { done: Timestamp },
    Ready { generated: Timestamp },
}

/// What the state machine says to one call; the document is written outside of any lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Told {
    Started,
    InProgress,
    Complete,
    Report(Timestamp),
    Failed(ReportError),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ReportError {
    NotPresent,
    Expired,
    InProgress,
}

impl Reports {
    /// Moves the account's report to the present moment and through one call.
    pub(crate) fn tell(
        &mut self,
        world: &World,
        account: &Account,
        operation: Operation,
        start: Timestamp,
        now: Timestamp,
    ) -> Told {
        let pace = world.report_pace(account);
        let task = self.0.entry(account.index()).or_insert_with(|| match pace.age {
            Some(age) => Task::Ready {
                generated: whole_second(earlier(start, age)),
            },
            None => Task::Absent,
        });
        if let Task::Running { done } = *task
            && done <= now
            && account.trouble != Some(Trouble::ReportNeverCompletes)
        {
            let generated = whole_second(done);
            *task = Task::Ready { generated };
        }
        let young = |generated| later(generated, REPORT_LIFE) > now;
        match (operation, *task) {
            (Operation::GetCredentialReport, Task::Ready { generated }) if young(generated) => Told::Report(generated),
            (Operation::GetCredentialReport, Task::Ready { .. }) => Told::Failed(ReportError::Expired),
            (Operation::GetCredentialReport, Task::Absent) => Told::Failed(ReportError::NotPresent),
            (Operation::GetCredentialReport, Task::Running { .. }) => Told::Failed(ReportError::InProgress),
            (_, Task::Running { .. }) => Told::InProgress,
            (_, Task::Ready { generated }) if young(generated) => Told::Complete,
            _ => {
                let done = later(now, pace.takes);
                *task = Task::Running { done };
                Told::Started
            }
        }
    }

    /// Forgets that a report was ever made, so that the account has none.
    pub(crate) fn forget(&mut self, account: &Account) {
        self.0.insert(account.index(), Task::Absent);
    }
}

/// The refusal that an account's trouble has for every call, before the state machine is asked.
pub(crate) fn refused(world: &World, account: &Account, operation: Operation, caller: &Caller) -> Option<Refusal> {
    let generating = operation == Operation::GenerateCredentialReport;
    let about_reports = generating || operation == Operation::GetCredentialReport;
    match account.trouble? {
        Trouble::ReportDenied if about_reports => {
            let message = format!(
                "User: {} is not authorized to perform: iam:{} on resource: * because no identity-based policy allows \
                 the iam:{} action",
                caller.arn(world),
                operation.name(),
                operation.name()
            );
            Some(Refusal::forbidden("AccessDenied", message))
        }
        Trouble::NoCapacity if generating => {
            let message = "No more capacity to launch new report generation tasks";
            Some(Refusal::new(StatusCode::CONFLICT, "LimitExceeded", message))
        }
        Trouble::Throttled => Some(Refusal::bad("Throttling", "Rate exceeded")),
        Trouble::ServiceFailure => {
            let message = "The request processing has failed because of an unknown error, exception or failure.";
            Some(Refusal::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "ServiceFailure",
                message,
            ))
        }
        Trouble::CredentialsRefused if account.index().is_multiple_of(2) => {
            let message = "The security token included in the request is expired";
            Some(Refusal::forbidden("ExpiredToken", message))
        }
        Trouble::CredentialsRefused => {
            let message = "The security token included in the request is invalid";
            Some(Refusal::forbidden("InvalidClientTokenId", message))
        }
        _ => None,
    }
}

/// Writes the answer that the state machine gave.
pub(crate) fn write(
    world: &World,
    account: &Account,
    operation: Operation,
    told: Told,
    request_id: &str,
) -> Result<Response<Bytes>, Refusal> {
    let mut xml = Xml::new(format!("{}Response", operation.name()), namespace(Service::Iam));
    xml.open(format!("{}Result", operation.name()));
    match told {
        Told::Started => {
            xml.leaf("State", "STARTED");
            let description = "No report exists. Starting a new report generation task";
            xml.leaf("Description", description)
        }
        Told::InProgress => xml.leaf("State", "INPROGRESS"),
        Told::Complete => xml.leaf("State", "COMPLETE"),
        Told::Report(generated) => {
            let content = STANDARD.encode(world.credential_report_csv(account));
            xml.leaf("Content", &content).leaf("ReportFormat", "text/csv");
            let seconds = generated.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
            xml.leaf("GeneratedTime", &seconds)
        }
        Told::Failed(error) => return Err(failure(error)),
    };
    xml.close().open("ResponseMetadata").leaf("RequestId", request_id);
    Ok(answer(StatusCode::OK, "text/xml", xml.finish()))
}

fn failure(error: ReportError) -> Refusal {
    match error {
        ReportError::NotPresent => Refusal::new(StatusCode::GONE, "ReportNotPresent", "Unknown"),
        ReportError::Expired => {
            let message = "Credential report expired. Please generate a new report";
            Refusal::new(StatusCode::GONE, "ReportExpired", message)
        }
        ReportError::InProgress => Refusal::missing("ReportInProgress", "Report generation is in progress"),
    }
}
