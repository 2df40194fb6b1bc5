//! Answers a custom rule of AWS Config about the users of an account, and files the evidence.
//!
//! A run gathers (step into the account of the rule, read who may do what), judges (each user by what the rule demands)
//! and delivers (the privilege report first, then the evaluations that point to it). See [`run()`].

mod deliver;
mod gather;
mod judge;
pub mod lambda;
mod permissions;
mod rule;
mod run;
pub mod settings;

pub use judge::Answers;
pub use permissions::PERMISSIONS;
pub use rule::{Failed, RuleError};
pub use run::{Filed, Finished, Run, run};
pub use settings::Settings;

/// The name of the function, as in keys, events and commands.
pub const FUNCTION: &str = "config-rule";
