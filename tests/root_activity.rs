//! The search for root sign-ins, end to end over a simulated organization: what it finds, what it cannot know, and that
//! it says so.

mod bootstrap;
mod changes;
mod faults;
mod found;
mod kills;
mod news;
mod parts;
mod scene;
mod trail;
