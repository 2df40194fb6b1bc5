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

#[cfg(feature = "access-analyzer")]
pub mod access_analyzer;
#[cfg(feature = "account")]
pub mod account;
#[cfg(feature = "account-management")]
pub mod account_management;
#[cfg(feature = "athena")]
pub mod athena;
#[cfg(feature = "cloudtrail")]
pub mod cloudtrail;
#[cfg(feature = "cloudwatch")]
pub mod cloudwatch;
#[cfg(feature = "store")]
pub mod collection;
#[cfg(feature = "config")]
pub mod config;
#[cfg(feature = "continuation")]
pub mod continuation;
#[cfg(feature = "store")]
pub mod dataset;
#[cfg(any(
    feature = "cloudtrail",
    feature = "config",
    feature = "control-policies",
    feature = "facts"
))]
pub mod errand;
#[cfg(feature = "store")]
pub mod evidence;
#[cfg(all(feature = "continuation", feature = "store"))]
pub mod invocation;
#[cfg(feature = "store")]
pub mod ledger;
#[cfg(feature = "logging")]
pub mod logging;
#[cfg(feature = "logs")]
pub mod logs;
#[cfg(feature = "store")]
pub mod memory;
#[cfg(feature = "organization")]
pub mod organization;
#[cfg(all(feature = "store", feature = "topic"))]
pub mod outbox;
pub mod pipe;
#[cfg(feature = "store")]
pub mod run;
#[cfg(feature = "s3-control")]
pub mod s3_control;
#[cfg(feature = "session")]
pub mod session;
#[cfg(feature = "store")]
pub mod slices;
#[cfg(feature = "store")]
pub mod store;
#[cfg(feature = "subscriptions")]
pub mod subscriptions;
#[cfg(all(feature = "organization", feature = "session"))]
pub mod sweep;
#[cfg(feature = "topic")]
pub mod topic;
#[cfg(any(feature = "athena", feature = "organization", feature = "session"))]
mod whole;
