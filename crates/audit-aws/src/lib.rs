//! AWS calls that two or more functions share; one feature is one module is one service.
//!
//! Architecture invariant: judgement and bytes do not live here, and nothing here reads a clock, sleeps or spawns
//! except through the SDK configuration that it is given.

pub mod budget;
pub mod caller;
pub mod clock;
pub mod error;
pub mod settings;
pub mod tally;

#[cfg(feature = "account")]
pub mod account;
#[cfg(feature = "continuation")]
pub mod continuation;
#[cfg(feature = "organization")]
pub mod organization;
#[cfg(feature = "session")]
pub mod session;
#[cfg(feature = "store")]
pub mod store;
#[cfg(feature = "topic")]
pub mod topic;
