//! What people and other tools get of a realistic set of findings, whole and stored.

#[cfg(test)]
#[path = "findings/email.rs"]
mod email;
#[cfg(test)]
#[path = "findings/formats.rs"]
mod formats;
#[cfg(test)]
#[path = "findings/page.rs"]
mod page;
#[cfg(test)]
#[path = "findings/world.rs"]
mod world;
