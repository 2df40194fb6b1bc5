//! Judges every account of an organization by the IAM controls of the CIS AWS Foundations Benchmark, and tells what
//! changed.
//!
//! A run gathers (list the accounts, step into each, read what the checks look at), judges (what is in order, what is
//! not, what could not be seen) and delivers (findings, reports, message, state, ledger). See [`run()`].

mod deliver;
mod gather;
mod judge;
pub mod lambda;
mod permissions;
mod run;
pub mod settings;
mod share;

pub use audit_aws::run::Place;
pub use permissions::permissions;
pub use run::{Finished, Run, run};
pub use settings::Settings;
pub use share::share;

/// The name of the function, as in keys, events and commands.
pub const FUNCTION: &str = "cis-checker";
