//! Records, ledger, keys and judgement: what IAM Census knows, without anything that can fail for reasons of the world.
//!
//! Architecture invariant: no SDK, no `tokio`, no clock, no environment and no files in this crate.
//! Time is an argument, bytes come in and records go out; `clippy.toml` turns that into a lint.

pub mod account;
pub mod benchmark;
pub mod check;
pub mod checks;
pub mod config_rule;
pub mod control_policies;
pub mod credential_report;
pub mod digest;
pub mod event;
pub mod exception;
pub mod facts;
pub mod finding;
pub mod inventory;
pub mod keys;
pub mod ledger;
pub mod member_roles;
pub mod named;
pub mod permission;
pub mod privileges;
pub mod reason;
pub mod root_activity;
pub mod run;
pub mod state;
