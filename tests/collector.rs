//! The credential collector from event to effect, in process, against the simulated organization in virtual time.

mod deadline;
mod evidence;
mod faults;
mod history;
mod kills;
mod ledger;
mod listing;
mod scene;
mod secrets;
mod slices;
