//! Reports the control policies above every account of an organization, and what nobody can do because of them.
//!
//! A run gathers (list the accounts, read the tree, the policies and what they are attached to), judges (which
//! guardrails nobody in an account can get past) and delivers (workbook, CSV, JSON Lines, message, ledger). See
//! [`run()`].

mod alert;
mod deliver;
mod gather;
mod judge;
pub mod lambda;
mod permissions;
mod run;
pub mod settings;

pub use permissions::PERMISSIONS;
pub use run::{Finished, Place, Run, run};
pub use settings::Settings;

/// The name of the function, as in keys, events and commands.
pub const FUNCTION: &str = "scp-report";
