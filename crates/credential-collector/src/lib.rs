//! Collects the credential report of every account of an organization, and accounts for each of them.
//!
//! A run gathers (list the accounts, step into each, have IAM generate its report), judges (who is looked at, what the
//! report holds, what the ledger says) and delivers (reports, dataset, ledger, message). See [`run()`].

mod alert;
mod deliver;
mod gather;
mod judge;
pub mod lambda;
mod permissions;
mod run;
pub mod settings;
mod share;

pub use audit_aws::run::Place;
pub use permissions::PERMISSIONS;
pub use run::{Finished, Run, run};
pub use settings::Settings;
pub use share::share;

/// The name of the function, as in keys, events and commands.
pub const FUNCTION: &str = "credential-collector";
