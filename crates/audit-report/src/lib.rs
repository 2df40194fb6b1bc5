//! Bytes that people and engines open: records in, `io::Write` out.
//!
//! Architecture invariant: like `audit-core`, no SDK, no clock, no environment and no files in this crate.

pub mod catalogue;
pub mod control_policies;
pub mod credentials;
pub mod findings;
pub mod inventory;
pub mod privileges;
pub mod root_activity;
pub mod sheets;
pub mod spreadsheet;
pub mod table;
