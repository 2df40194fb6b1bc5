//! What went wrong for one account so far, so that the cause reported is the true one and not the last accident.

use audit_core::reason::Reason;

use crate::error::CallError;

/// The failures met on the way, counted by reason.
///
/// With unrelated accidents on top of a lasting cause, the last error seen is often an accident.
/// The cause is the failure that ended an attempt for good, or else the one met most often.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    seen: Vec<(CallError, u32)>,
}

impl Tally {
    /// Counts a failure.
    pub fn note(&mut self, error: &CallError) {
        match self.seen.iter_mut().find(|(seen, _)| seen.reason == error.reason) {
            Some((seen, count)) => {
                *count += 1;
                seen.clone_from(error);
            }
            None => self.seen.push((error.clone(), 1)),
        }
    }

    /// The cause to report when `last` ended the last attempt.
    #[must_use]
    pub fn cause(&self, last: CallError) -> CallError {
        if is_lasting(last.reason) {
            return last;
        }
        let lasting = self.seen.iter().filter(|(error, _)| is_lasting(error.reason));
        let most_frequent = |entries: &mut dyn Iterator<Item = &(CallError, u32)>| {
            entries.max_by_key(|(_, count)| *count).map(|(error, _)| error.clone())
        };
        most_frequent(&mut lasting.into_iter())
            .or_else(|| most_frequent(&mut self.seen.iter()))
            .unwrap_or(last)
    }
}

/// Whether the reason is an answer to the question and not an accident on the way to one.
fn is_lasting(reason: Reason) -> bool {
    match reason {
        Reason::Throttled | Reason::ServiceError | Reason::Network | Reason::NoAnswer | Reason::MalformedAnswer => {
            false
        }
        Reason::AssumeRoleDenied
        | Reason::RegionDisabled
        | Reason::IdentityMismatch
        | Reason::CredentialsRefused
        | Reason::CallDenied
        | Reason::ReportTimeout
        | Reason::ReportCapacity
        | Reason::ReportTooLarge
        | Reason::ClockSkew
        | Reason::Misconfigured
        | Reason::NotListed
        | Reason::NotAggregated
        | Reason::NotRecorded
        | Reason::StoreFailed
        | Reason::UnexpectedError => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(reason: Reason) -> CallError {
        CallError::new("iam:GetCredentialReport", reason)
    }

    #[test]
    fn the_cause_is_what_lasted() {
        use Reason::{AssumeRoleDenied, Network, ServiceError, Throttled};
        for (seen, last, expected) in [
            (vec![], Throttled, Throttled),
            (vec![Throttled, Throttled, Network], Network, Throttled),
            (
                vec![AssumeRoleDenied, ServiceError, ServiceError],
                ServiceError,
                AssumeRoleDenied,
            ),
            (vec![ServiceError, ServiceError], AssumeRoleDenied, AssumeRoleDenied),
        ] {
            let mut tally = Tally::default();
            for &reason in &seen {
                tally.note(&error(reason));
            }
            assert_eq!(tally.cause(error(last)).reason, expected, "{seen:?} {last}");
        }
    }
}
