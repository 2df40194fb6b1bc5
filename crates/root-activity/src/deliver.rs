//! What is written: the evidence of each account, the report, and what people have been told.

pub(crate) mod documents;
pub(crate) mod evidence;
pub(crate) mod memory;
