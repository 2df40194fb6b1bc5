//! The rule of AWS Config from event to effect, in process, against the simulated organization in virtual time.

mod bootstrap;
mod changes;
mod evidence;
mod faults;
mod guardrails;
mod members;
mod scene;
mod secrets;
mod stale;
