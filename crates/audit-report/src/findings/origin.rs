//! Where findings come from, as machine formats say it.

use audit_core::account::Partition;
use audit_core::finding::Finding;
use audit_core::run::RunId;
use audit_core::state::{State, Subject};
use jiff::Timestamp;

/// Where findings come from.
#[derive(Clone, Copy, Debug)]
pub struct Origin<'a> {
    /// The run; a check of saved reports has none.
    pub run: Option<&'a RunId>,
    /// The instant that ages were counted to.
    pub as_of: Timestamp,
    /// The partition of the accounts, for resources that have no ARN of their own.
    pub partition: &'a Partition,
    /// The state that the run leaves, which knows since when findings fail.
    pub state: Option<&'a State>,
}

impl Origin<'_> {
    /// The instant of the run that first saw the finding fail, as far as anybody remembers.
    pub(super) fn since(&self, finding: &Finding) -> Timestamp {
        let failure = self.state.and_then(|state| state.failure(&Subject::of(finding)));
        failure.map_or(self.as_of, |failure| failure.since)
    }
}
