//! A line on standard error that says how far a run is, when somebody is looking.

use std::io::{IsTerminal as _, Write as _};
use std::sync::{Mutex, PoisonError};

use audit_aws::sweep::Progress;
use audit_core::ledger::Outcome;

/// Shows the steps of a run on one line of the terminal.
pub(crate) struct Watcher {
    shown: bool,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    listed: usize,
    more: bool,
    settled: usize,
    failed: usize,
    writing: bool,
    line: String,
}

impl Watcher {
    pub(crate) fn new() -> Self {
        let state = State {
            more: true,
            ..State::default()
        };
        Self {
            shown: std::io::stderr().is_terminal(),
            state: Mutex::new(state),
        }
    }

    /// Notes a step, and shows it if the line changes.
    pub(crate) fn step(&self, step: Progress<'_>) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        match step {
            Progress::Listed(accounts) => state.listed += accounts,
            Progress::ListingEnded => state.more = false,
            Progress::Settled(entry) => {
                state.settled += 1;
                state.failed += usize::from(matches!(entry.outcome, Outcome::Failed(_)));
            }
            Progress::WritingDataset => state.writing = true,
        }
        // A thousand lines a second help nobody.
        let steps = (state.listed / 100).max(1);
        if !self.shown || !(state.settled.is_multiple_of(steps) || state.writing) {
            return;
        }
        let line = state.line();
        if line != state.line {
            let _ = write!(std::io::stderr(), "\r\x1b[K{line}");
            state.line = line;
        }
    }

    /// Clears the line.
    pub(crate) fn end(&self) {
        if self.shown {
            let _ = write!(std::io::stderr(), "\r\x1b[K");
        }
    }
}

impl State {
    fn line(&self) -> String {
        if self.writing {
            return "writing the dataset and the ledger …".to_owned();
        }
        let more = if self.more { "+" } else { "" };
        let failed = if self.failed > 0 {
            format!(", {} failed", self.failed)
        } else {
            String::new()
        };
        format!("{} of {}{more} accounts{failed} …", self.settled, self.listed)
    }
}
