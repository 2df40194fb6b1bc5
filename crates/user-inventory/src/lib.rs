//! Takes stock of the IAM users of all accounts, or of other resources, as AWS Config knows them.
//!
//! A run gathers (list the accounts, ask the organization's aggregator about them), judges (which of several copies
//! counts, which accounts the answer covers, what the credential reports of the day add) and delivers (CSV, JSON Lines,
//! Parquet, report, message, ledger). See [`run()`].

mod alert;
mod deliver;
mod gather;
mod judge;
pub mod lambda;
mod permissions;
mod run;
pub mod settings;

pub use audit_aws::run::Place;
pub use permissions::PERMISSIONS;
pub use run::{Finished, Run, run};
pub use settings::Settings;

/// The name of the function, as in keys, events and commands.
pub const FUNCTION: &str = "user-inventory";
