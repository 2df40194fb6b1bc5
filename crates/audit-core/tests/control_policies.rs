//! Control policies: tables of small organizations, and random ones judged once more by trying every request.

#[cfg(test)]
#[path = "control_policies/brute_force.rs"]
mod brute_force;
#[cfg(test)]
#[path = "control_policies/cases.rs"]
mod cases;
#[cfg(test)]
#[path = "control_policies/gaps.rs"]
mod gaps;
#[cfg(test)]
#[path = "control_policies/lists.rs"]
mod lists;
#[cfg(test)]
#[path = "control_policies/world.rs"]
mod world;
