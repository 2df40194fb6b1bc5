//! The privilege analysis as a table of small accounts: what is found, what closes it, and why.

#[cfg(test)]
#[path = "privileges/certainty.rs"]
mod certainty;
#[cfg(test)]
#[path = "privileges/escalation.rs"]
mod escalation;
#[cfg(test)]
#[path = "privileges/report.rs"]
mod report;
#[cfg(test)]
#[path = "privileges/roles.rs"]
mod roles;
#[cfg(test)]
#[path = "privileges/world.rs"]
mod world;
