//! AWS calls that two or more functions share; one feature is one module is one service.
//!
//! Architecture invariant: judgement and bytes do not live here, and nothing here reads a clock, sleeps or spawns
//! except through the SDK configuration that it is given.

pub mod budget;
pub mod caller;
pub mod clock;
pub mod environment;
pub mod error;
pub mod metrics;
pub mod settings;
pub mod tally;

#[cfg(feature = "account")]
pub mod account;
#[cfg(feature = "continuation")]
pub mod continuation;
#[cfg(feature = "store")]
pub mod ledger;
#[cfg(feature = "logging")]
pub mod logging;
#[cfg(feature = "organization")]
pub mod organization;
#[cfg(all(feature = "store", feature = "topic"))]
pub mod outbox;
#[cfg(feature = "session")]
pub mod session;
#[cfg(feature = "store")]
pub mod store;
#[cfg(all(feature = "organization", feature = "session"))]
pub mod sweep;
#[cfg(feature = "topic")]
pub mod topic;
