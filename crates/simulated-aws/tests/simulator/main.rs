//! The simulated organization, asked directly: its world, its states, its faults, its socket.

#[cfg(test)]
mod client;
#[cfg(test)]
mod dialects;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod governance;
#[cfg(test)]
mod history;
#[cfg(test)]
mod knobs;
#[cfg(test)]
mod listings;
#[cfg(test)]
mod reports;
#[cfg(test)]
mod sessions;
#[cfg(test)]
mod socket;
#[cfg(test)]
mod state;
#[cfg(test)]
mod world;
