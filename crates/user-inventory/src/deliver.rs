//! Delivering: the answers as they come, and at the end the inventory that is made of them.

pub(crate) mod evidence;
mod files;
pub(crate) mod inventory;
