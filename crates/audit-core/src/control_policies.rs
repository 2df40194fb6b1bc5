//! Service and resource control policies of an organization: where they stand, what they allow and deny on the way from
//! the organization root to each account, and which actions nobody in an account can do because of them.
//!
//! The rules are those of "SCP evaluation" and "RCP evaluation" of the AWS Organizations User Guide: an action is left
//! to a member account only if a service control policy of every level allows it and no policy of any level denies it.
//! What could not be read is a [`Gap`]: it leaves open what would otherwise be certain, and never counts as a policy
//! that is not there.

mod account;
mod compiled;
mod ground;
mod guardrail;
mod judge;
mod memory;
mod policy;
mod record;
mod report;
mod verdict;

pub use account::{AccountReport, Attached, Level, Node, NodeKind, Strategy};
pub use compiled::RCP_FULL_ACCESS;
pub use guardrail::{Guardrail, Guardrails, InvalidGuardrails, Who};
pub use memory::{Change, InvalidMemory, Memory, News, Standing, Turn};
pub use policy::{Attachments, PolicyRow};
pub use record::{
    Answer, Direction, Kind, Organization, OrganizationRecord, PolicyRecord, RootRecord, TypeState, UnitRecord,
};
pub use report::{Exemption, Gap, GapReason, NodeRow, Report, Subject};
pub use verdict::{Because, How, Status, Verdict};
