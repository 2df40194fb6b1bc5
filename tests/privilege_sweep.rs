//! The sweep over the privileges of all accounts, from the event to the evidence, in process and in virtual time.

mod above;
mod continuation;
mod evidence;
mod failures;
mod looks;
mod scene;
