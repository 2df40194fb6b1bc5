//! The CIS checker, end to end over a simulated organization: its ledger, its news, its documents.

mod continuation;
mod evidence;
mod kills;
mod news;
mod scene;
mod slices;
