//! What the users and roles of accounts could do, filed as evidence: for a custom rule of AWS Config about the users of
//! one account, and by a schedule for every account of the organization.
//!
//! For a rule, a run gathers (step into the account of the rule, read who may do what), judges (each user by what the
//! rule demands) and delivers (the privilege report first, then the evaluations that point to it). See [`run()`].
//! The sweep writes the same report about every account, the dataset for SQL, and the ledger. See [`sweep()`].

mod alert;
mod deliver;
pub mod event;
mod gather;
mod judge;
pub mod lambda;
mod material;
mod permissions;
mod rule;
mod run;
pub mod settings;
mod sweep;

pub use audit_aws::run::Place;
pub use judge::Answers;
pub use permissions::{answering, permissions};
pub use rule::{Failed, RuleError};
pub use run::{Filed, Finished, Run, run};
pub use settings::Settings;
pub use sweep::{Sweep, Swept, sweep};

/// The name of the function, as in keys, events and commands.
pub const FUNCTION: &str = "config-rule";
