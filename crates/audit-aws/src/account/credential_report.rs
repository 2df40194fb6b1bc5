//! Having IAM generate an account's credential report, and fetching it.
//!
//! The answers and what they mean: IAM User Guide, "Get credential reports for your AWS account";
//! IAM API Reference, `GenerateCredentialReport` and `GetCredentialReport`.

use std::time::Duration;

use audit_core::reason::Reason;
use aws_sdk_iam::types::ReportStateType;
use bytes::Bytes;
use jiff::Timestamp;
use tokio::sync::SemaphorePermit;

use super::Iam;
use crate::budget::Budget;
use crate::caller::Caller;
use crate::error::{CallError, classify};
use crate::session::Session;
use crate::tally::Tally;
use crate::whole::Whole;

const GET: &str = "iam:GetCredentialReport";
const GENERATE: &str = "iam:GenerateCredentialReport";

/// A report is asked for so often when AWS says that there is none, or that it has expired.
const MAX_REQUESTS: u32 = 3;

/// What counts as a report worth having.
#[derive(Clone, Copy, Debug)]
pub struct ReportWanted {
    /// The instant that ages are judged at.
    pub as_of: Timestamp,
    /// The greatest age at which an existing report is used as it is.
    pub max_age: Duration,
    /// How long one account's report is paused for.
    pub timeout: Duration,
    /// The greatest number of bytes that is read.
    pub max_bytes: usize,
}

/// A credential report as IAM gave it. As long as it lives it takes room in the budget of bytes in flight.
#[derive(Debug)]
pub struct FetchedReport<'b> {
    /// The bytes, unchanged.
    pub bytes: Bytes,
    /// When IAM generated it.
    pub generated: Timestamp,
    /// Whether it is older than wanted although IAM was asked for a new one.
    pub stale: bool,
    _room: Option<SemaphorePermit<'b>>,
}

/// Where an account stands on the way to its report.
enum Next {
    Get,
    Generate,
    Wait(Duration),
}

impl Iam {
    /// The account's credential report: the existing one if it is young enough, otherwise a new one.
    ///
    /// # Errors
    /// When a call is denied or fails for good, or the report is not ready within the time-out.
    pub async fn credential_report<'b>(
        &self,
        caller: &Caller,
        budget: &'b Budget,
        session: &Session,
        salt: u64,
        wanted: &ReportWanted,
        tally: &mut Tally,
    ) -> Result<FetchedReport<'b>, CallError> {
        // Only pauses count: time that was lost to failing calls is not the report's.
        let mut paused = Duration::ZERO;
        let (mut requests, mut waits, mut capacity) = (0, 0, false);
        let mut next = Next::Get;
        loop {
            next = match next {
                Next::Get => match self.get(caller, budget, session, salt, wanted.max_bytes, tally).await {
                    Ok(((bytes, generated), room)) => {
                        budget.learn(bytes.len());
                        let stale = is_older(generated, wanted);
                        if !stale || requests > 0 {
                            return Ok(FetchedReport {
                                bytes,
                                generated,
                                stale,
                                _room: room,
                            });
                        }
                        Next::Generate
                    }
                    Err(error) if error.has_code(&["ReportInProgress", "CredentialReportNotReadyException"]) => {
                        waits += 1;
                        Next::Wait(pause(waits, salt))
                    }
                    Err(error) if error.has_code(ABSENT) && requests < MAX_REQUESTS => Next::Generate,
                    Err(error) => return Err(error),
                },
                Next::Generate => match self.generate(caller, session, salt, tally).await {
                    Ok(ready) => {
                        requests += 1;
                        waits += 1;
                        capacity = false;
                        if ready {
                            Next::Get
                        } else {
                            Next::Wait(pause(waits, salt))
                        }
                    }
                    Err(error) if error.reason == Reason::ReportCapacity => {
                        // The service as a whole is short of capacity: minutes help, seconds do not.
                        capacity = true;
                        Next::Wait(Duration::from_secs(30) + pause(5, salt))
                    }
                    Err(error) => return Err(error),
                },
                Next::Wait(pause) => {
                    paused += pause;
                    if paused > wanted.timeout {
                        let reason = if capacity {
                            Reason::ReportCapacity
                        } else {
                            Reason::ReportTimeout
                        };
                        return Err(CallError::new(GENERATE, reason));
                    }
                    caller.clock().sleep(pause).await;
                    if capacity { Next::Generate } else { Next::Get }
                }
            };
        }
    }

    /// The report and when IAM generated it, with the room that it takes.
    async fn get<'b>(
        &self,
        caller: &Caller,
        budget: &'b Budget,
        session: &Session,
        salt: u64,
        max_bytes: usize,
        tally: &mut Tally,
    ) -> Result<((Bytes, Timestamp), Option<SemaphorePermit<'b>>), CallError> {
        let ask = || async {
            let call = self
                .client
                .get_credential_report()
                .customize()
                .config_override(Self::acting(session));
            let answer = call.send().await.map_err(|error| classify(GET, &error))?;
            let malformed = || CallError::new(GET, Reason::MalformedAnswer);
            let generated = answer.generated_time().ok_or_else(malformed)?;
            let generated = Timestamp::from_second(generated.secs()).map_err(|_| malformed())?;
            let bytes = Bytes::from(answer.content.ok_or_else(malformed)?.into_inner());
            if bytes.len() > max_bytes {
                return Err(CallError::new(GET, Reason::ReportTooLarge));
            }
            Ok((bytes, generated))
        };
        caller.call_with(salt, tally, async || budget.room().await, ask).await
    }

    /// Whether the report is ready at once.
    async fn generate(
        &self,
        caller: &Caller,
        session: &Session,
        salt: u64,
        tally: &mut Tally,
    ) -> Result<bool, CallError> {
        let ask = || async {
            let call = self
                .client
                .generate_credential_report()
                .customize()
                .config_override(Self::acting(session))
                .interceptor(Whole(&["State"]));
            let answer = call.send().await.map_err(|error| classify(GENERATE, &error))?;
            match answer.state() {
                Some(ReportStateType::Complete) => Ok(true),
                Some(_) => Ok(false),
                None => Err(CallError::new(GENERATE, Reason::MalformedAnswer)),
            }
        };
        caller.call(salt, tally, ask).await
    }
}

/// There is no report, or only one past its life.
const ABSENT: &[&str] = &[
    "ReportNotPresent",
    "ReportExpired",
    "CredentialReportNotPresentException",
    "CredentialReportExpiredException",
];

fn is_older(generated: Timestamp, wanted: &ReportWanted) -> bool {
    let age = wanted.as_of.duration_since(generated);
    Duration::try_from(age).is_ok_and(|age| age > wanted.max_age)
}

/// 1, 2, 4, 8, 15, 20, 20, … seconds, each less up to a quarter, so that accounts asked together do not ask again together.
fn pause(waits: u32, salt: u64) -> Duration {
    let step = match waits {
        0 | 1 => 1_000,
        2 => 2_000,
        3 => 4_000,
        4 => 8_000,
        5 => 15_000,
        _ => 20_000,
    };
    let less = (salt ^ u64::from(waits).wrapping_mul(0x9e37_79b9)) % (step / 4);
    Duration::from_millis(step - less)
}
