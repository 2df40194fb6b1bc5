//! The report about control policies, end to end over a simulated organization: its rows, its ledger, its messages.

mod bootstrap;
mod continuation;
mod faults;
mod news;
mod pace;
mod report;
mod scene;
