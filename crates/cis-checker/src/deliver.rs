//! Delivering: the findings of each account as they come, and at the end everything that is made of them.

pub(crate) mod documents;
pub(crate) mod evidence;
pub(crate) mod findings;
mod streams;
pub(crate) mod survey;
