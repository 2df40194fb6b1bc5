//! What runs came to, for a person at a terminal and for a program.

pub(crate) mod collection;
pub(crate) mod evaluations;
pub(crate) mod findings;
pub(crate) mod guardrails;
pub(crate) mod inventory;
pub(crate) mod privileges;
pub(crate) mod root_activity;
