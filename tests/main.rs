//! The house inspects itself: its architecture, its template, and its functions end to end.

#[cfg(test)]
mod architecture;
#[cfg(test)]
mod repository;
#[cfg(test)]
mod template;
