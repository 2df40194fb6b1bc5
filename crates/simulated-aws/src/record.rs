//! What was called: nothing, numbers, or every call.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use crate::faults::FaultKind;
use crate::operation::Operation;

/// How much is kept of the calls.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Recording {
    /// Nothing.
    Nothing,
    /// Numbers of calls; memory stays flat.
    #[default]
    Counts,
    /// Every call.
    Calls,
    /// Every call, and the members of its answer.
    Answers,
}

/// One call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedCall {
    /// When it came.
    pub at: Timestamp,
    /// What was asked.
    pub operation: Operation,
    /// The account of the caller's credentials; empty if they were refused.
    pub caller: String,
    /// The account that the call was about: the role's account for `AssumeRole`, else the caller's.
    pub account: String,
    /// The object's key, the page, or whatever tells calls of one operation for one account apart.
    pub subject: String,
    /// What came of it.
    pub outcome: Outcome,
    /// Size of the request's body in bytes.
    pub request_bytes: usize,
    /// Paths of the members of a successful answer, as [`FaultRule::member`](crate::FaultRule::member) names them; only
    /// if answers are recorded.
    pub members: BTreeSet<String>,
}

/// What came of a call.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Outcome {
    /// Answered with success.
    Ok,
    /// Refused with this code.
    Refused(String),
    /// Hit by a fault of the plan.
    Fault(FaultKind),
    /// Hit by the account's connection trouble.
    Trouble,
}

/// Numbers of calls by operation and outcome.
pub type CallCounts = BTreeMap<(Operation, Outcome), u64>;

#[derive(Debug, Default)]
pub(crate) struct Record {
    pub(crate) counts: CallCounts,
    pub(crate) calls: Vec<RecordedCall>,
}

impl Record {
    pub(crate) fn keep(&mut self, recording: Recording, call: RecordedCall) {
        if recording == Recording::Nothing {
            return;
        }
        let key = (call.operation, call.outcome.clone());
        *self.counts.entry(key).or_default() += 1;
        if matches!(recording, Recording::Calls | Recording::Answers) {
            self.calls.push(call);
        }
    }
}
