//! Storing what was gathered: reports first, then the dataset, then the ledger, and the message last.

pub(crate) mod dataset;
pub(crate) mod ledger;
pub(crate) mod outbox;
pub(crate) mod report;
