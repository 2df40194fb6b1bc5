//! Finds out when the root user of every account last signed in, how, and from where.
//!
//! A run gathers (list the accounts, step into each, search the event history of CloudTrail), judges (what that and the
//! credential report say together) and delivers (workbook, CSV, JSON Lines, message, ledger). See [`run()`].

mod deliver;
mod finished;
mod gather;
mod judge;
pub mod lambda;
mod permissions;
mod run;
pub mod settings;

pub use audit_aws::run::Place;
pub use finished::{Finished, Results};
pub use permissions::{PERMISSIONS, of_members};
pub use run::{Run, run};
pub use settings::Settings;

/// The name of the function, as in keys, events and commands.
pub const FUNCTION: &str = "root-activity";
