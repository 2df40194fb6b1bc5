//! The house inspects itself: its architecture, its template, and its functions end to end.

#[cfg(test)]
mod analytics;
#[cfg(test)]
mod architecture;
#[cfg(test)]
mod audit_manager;
#[cfg(test)]
mod catalogue;
#[cfg(test)]
mod checker;
#[cfg(test)]
mod collector;
#[cfg(test)]
mod config_rule;
#[cfg(test)]
mod continuation;
#[cfg(test)]
mod deployment;
#[cfg(test)]
mod doors;
#[cfg(test)]
mod findings;
#[cfg(test)]
mod gatherer;
#[cfg(test)]
mod golden;
#[cfg(test)]
mod harness;
#[cfg(test)]
mod inventory;
#[cfg(test)]
mod moto;
#[cfg(test)]
mod permission_proof;
#[cfg(test)]
mod privilege_sweep;
#[cfg(test)]
mod privileges;
#[cfg(test)]
mod programs;
#[cfg(test)]
mod readme;
#[cfg(test)]
mod repository;
#[cfg(test)]
mod roles;
#[cfg(test)]
mod root_activity;
#[cfg(test)]
mod runtime_api;
#[cfg(test)]
mod runtime_interface_emulator;
#[cfg(test)]
mod scp_report;
#[cfg(test)]
mod seed_users;
#[cfg(test)]
mod showing;
#[cfg(test)]
mod simulator;
#[cfg(test)]
mod supply_chain;
#[cfg(test)]
mod template;
#[cfg(test)]
mod trail_history;
