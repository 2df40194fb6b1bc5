//! The checks, by tables of cases: each boundary from both sides, each word that AWS has for "no value".

#[cfg(test)]
#[path = "checks/account.rs"]
mod account;
#[cfg(test)]
#[path = "checks/catalogue.rs"]
mod catalogue;
#[cfg(test)]
#[path = "checks/exceptions.rs"]
mod exceptions;
#[cfg(test)]
#[path = "checks/keys.rs"]
mod keys;
#[cfg(test)]
#[path = "checks/missing.rs"]
mod missing;
#[cfg(test)]
#[path = "checks/monitoring.rs"]
mod monitoring;
#[cfg(test)]
#[path = "checks/organization.rs"]
mod organization;
#[cfg(test)]
#[path = "checks/peers.rs"]
mod peers;
#[cfg(test)]
#[path = "checks/permissions.rs"]
mod permissions;
#[cfg(test)]
#[path = "checks/reports.rs"]
mod reports;
#[cfg(test)]
#[path = "checks/root.rs"]
mod root;
#[cfg(test)]
#[path = "checks/users.rs"]
mod users;
#[cfg(test)]
#[path = "checks/world.rs"]
mod world;
