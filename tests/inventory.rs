//! The inventory, end to end over a simulated organization: what it holds, what it lacks, and that it says so.

mod bootstrap;
mod coverage;
mod faults;
mod joined;
mod kills;
mod parts;
mod scene;
mod single;
