//! The state: what is news, what is not, and what an answer that could not be had must never do.

#[cfg(test)]
#[path = "state/cases.rs"]
mod cases;
#[cfg(test)]
#[path = "state/document.rs"]
mod document;
#[cfg(test)]
#[path = "state/properties.rs"]
mod properties;
#[cfg(test)]
#[path = "state/world.rs"]
mod world;
