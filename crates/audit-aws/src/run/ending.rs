//! How a run ends that had its last documents to write.

use audit_core::event::RunRequest;
use audit_core::ledger::Manifest;
use audit_core::reason::Reason;

use super::further;
use crate::error::CallError;
use crate::ledger::Ledger;

/// What became of the documents that a run writes when its accounts are read.
///
/// One of the three is always there: nothing ends without its documents, an error, or an invocation that writes them.
#[derive(Debug)]
pub struct Ending<T> {
    /// What was written.
    pub made: Option<T>,
    /// Why it was not, nor will be.
    pub unwritten: Option<CallError>,
    /// The event of the invocation that writes it.
    pub next: Option<RunRequest>,
}

impl<T> Ending<T> {
    /// What follows from the attempt to write, which is `None` when time ran out over it.
    #[must_use]
    pub fn of(
        attempt: Option<Result<T, CallError>>,
        request: &RunRequest,
        ledger: &Ledger<'_>,
        manifest: &Manifest,
    ) -> Self {
        let (made, unwritten, next) = match attempt {
            Some(Ok(made)) => (Some(made), None, None),
            // What the ledger says holds all the same, and whoever waits for the rest is told.
            Some(Err(error)) => (None, Some(error), None),
            None => match once_more(request, ledger, manifest) {
                Some(next) => (None, None, Some(next)),
                None => (None, Some(no_time()), None),
            },
        };
        Self { made, unwritten, next }
    }
}

fn once_more(request: &RunRequest, ledger: &Ledger<'_>, manifest: &Manifest) -> Option<RunRequest> {
    // Where accounts are left the run has ended for want of progress, and would end so again.
    (manifest.counts.left == 0).then(|| further(request, ledger))?
}

fn no_time() -> CallError {
    CallError {
        message: Some("there was no time for them, and no further part of the run follows".to_owned()),
        ..CallError::new("write the last documents", Reason::StoreFailed)
    }
}
