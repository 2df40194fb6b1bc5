//! The gatherer of facts, in process, against the simulated organization in virtual time, and what the checks make of
//! what it brings.

mod calls;
mod controls;
mod faults;
mod members;
mod organization;
mod root;
mod scene;
