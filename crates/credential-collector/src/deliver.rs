//! Delivering: raw reports and the typed dataset.

pub(crate) mod dataset;
pub(crate) mod report;
pub(crate) mod spool;
