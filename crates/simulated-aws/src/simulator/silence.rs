//! An AWS that stops answering at a given call, so that a client can be ended at exactly that point.

use std::sync::atomic::Ordering;

use super::Simulator;

/// What becomes of the first call that is not answered; those after it are not carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Silence {
    /// It is not carried out.
    Before,
    /// It is carried out, and nobody hears of it.
    AfterCarryingOut,
}

impl Simulator {
    /// Answers so many more requests, and then none.
    pub fn fall_silent(&self, answered: u64, silence: Silence) {
        let from = self.requests() + answered;
        self.state().silence = Some((from, silence));
    }

    /// Answers again.
    pub fn speak(&self) {
        self.state().silence = None;
    }

    /// How many requests have come in.
    #[must_use]
    pub fn requests(&self) -> u64 {
        self.0.requests.load(Ordering::Relaxed)
    }

    pub(super) fn silence_at(&self, number: u64) -> Option<Silence> {
        match self.state().silence {
            Some((from, silence)) if number == from => Some(silence),
            Some((from, _)) if number > from => Some(Silence::Before),
            _ => None,
        }
    }
}
