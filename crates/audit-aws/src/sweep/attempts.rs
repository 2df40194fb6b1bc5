//! Trying an account more than once, and saying in the end why it failed.

use std::time::Duration;

use audit_core::account::AccountId;
use audit_core::ledger::Failure;
use audit_core::reason::Reason;

use crate::caller::Caller;
use crate::error::CallError;
use crate::session::salt;
use crate::tally::Tally;

/// How often an account is tried from the start. With a tenth of all calls failing at random a single try would lose
/// accounts every night in a large organization.
const TRIES: u32 = 3;

/// Tries an account until it succeeds, fails for good or `give_up` says that there is no point.
///
/// # Errors
/// The cause that the accidents of all tries point to.
pub async fn persist<T>(
    caller: &Caller,
    account: AccountId,
    give_up: impl Fn() -> bool,
    attempt: impl AsyncFn(&mut Tally) -> Result<T, CallError>,
) -> Result<T, CallError> {
    let mut tally = Tally::default();
    let mut tries = 0;
    loop {
        // Boxed, so that an account that pauses between tries costs little.
        let error = match Box::pin(attempt(&mut tally)).await {
            Ok(done) => return Ok(done),
            Err(error) => error,
        };
        if !error.is_transient() {
            // The accidents are noted where they happen.
            tally.note(&error);
        }
        tries += 1;
        if tries >= most_tries(error.reason) || give_up() {
            return Err(tally.cause(error));
        }
        // Spread over some seconds: what failed together should not come back together.
        let spread = salt(account).wrapping_mul(0x9e37_79b9) % 5_000;
        let pause = Duration::from_millis(10_000 * u64::from(tries) + spread);
        caller.clock().sleep(pause).await;
    }
}

/// The ledger's record of a failed account, told in the log as well.
#[must_use]
pub fn failure(account: AccountId, error: CallError) -> Failure {
    tracing::warn!(
        account.id = %account,
        reason = error.reason.code(),
        operation = error.operation,
        aws.code = error.code.as_deref(),
        aws.message = error.message.as_deref(),
        aws.request_id = error.request_id.as_deref(),
        "account not collected",
    );
    Failure {
        reason: error.reason,
        operation: error.operation.to_owned(),
        code: error.code,
    }
}

/// How often an account is tried when it fails for this reason.
fn most_tries(reason: Reason) -> u32 {
    match reason {
        Reason::Throttled
        | Reason::ServiceError
        | Reason::Network
        | Reason::NoAnswer
        | Reason::MalformedAnswer
        | Reason::StoreFailed => TRIES,
        // A role that was just created may be denied for some seconds, and a session may be revoked under way.
        Reason::AssumeRoleDenied | Reason::CredentialsRefused => 2,
        Reason::RegionDisabled
        | Reason::IdentityMismatch
        | Reason::CallDenied
        | Reason::ReportTimeout
        | Reason::ReportCapacity
        | Reason::ReportTooLarge
        | Reason::ClockSkew
        | Reason::Misconfigured
        | Reason::NotListed
        | Reason::NotAggregated
        | Reason::NotRecorded
        | Reason::UnexpectedError => 1,
    }
}
