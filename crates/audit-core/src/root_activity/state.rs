//! Which sign-ins people have been told of, so that each is news once.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::account::AccountId;
use crate::run::RunId;

/// The newest sign-in of each root user that people were told of, and the run that told them.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct State {
    schema: String,
    accounts: BTreeMap<AccountId, Told>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Told {
    sign_in: Timestamp,
    run: RunId,
}

/// Why bytes are no state that this version reads.
#[derive(Debug, thiserror::Error)]
pub enum InvalidState {
    /// Not the document.
    #[error("not the state of root activity: {0}")]
    Json(#[from] serde_json::Error),
    /// Another document, or another major version of it.
    #[error("the schema is `{0}`, expected `{expected}`", expected = State::SCHEMA)]
    Schema(String),
}

impl Default for State {
    fn default() -> Self {
        Self {
            schema: Self::SCHEMA.to_owned(),
            accounts: BTreeMap::new(),
        }
    }
}

impl State {
    /// The name and major version of the document (`schemas/root-activity-state-1.json` describes it).
    pub const SCHEMA: &'static str = "iam-census/root-activity-state/1";

    /// Reads a state.
    ///
    /// # Errors
    /// When the bytes are no state of this major version.
    pub fn parse(bytes: &[u8]) -> Result<Self, InvalidState> {
        let state: Self = serde_json::from_slice(bytes)?;
        if state.schema == Self::SCHEMA {
            Ok(state)
        } else {
            Err(InvalidState::Schema(state.schema))
        }
    }

    /// The bytes of the document: the same state gives the same bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        crate::ledger::to_json_line(self)
    }

    /// Whether a sign-in is news for this run. What the run itself has told is news whenever it is asked, so that an
    /// invocation that goes over a delivery again tells the same.
    #[must_use]
    pub fn is_news(&self, account: AccountId, sign_in: Timestamp, run: &RunId) -> bool {
        self.accounts
            .get(&account)
            .is_none_or(|told| told.sign_in < sign_in || (told.sign_in == sign_in && told.run == *run))
    }

    /// Notes that the run told of a sign-in.
    pub fn tell(&mut self, account: AccountId, sign_in: Timestamp, run: &RunId) {
        if self.accounts.get(&account).is_none_or(|told| told.sign_in < sign_in) {
            let run = run.clone();
            self.accounts.insert(account, Told { sign_in, run });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_in_is_news_once_but_for_the_run_that_told_it() {
        let account: AccountId = "111122223333".parse().unwrap();
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let (first, second): (RunId, RunId) =
            ("020000Z-00000001".parse().unwrap(), "020000Z-00000002".parse().unwrap());
        let mut state = State::default();
        let seen = at("2026-11-01T00:00:00Z");
        assert!(state.is_news(account, seen, &first));
        state.tell(account, seen, &first);
        assert!(state.is_news(account, seen, &first) && !state.is_news(account, seen, &second));
        let later = at("2026-11-02T00:00:00Z");
        assert!(state.is_news(account, later, &second));
        state.tell(account, later, &second);
        // An older run that comes late tells nothing and takes nothing back.
        state.tell(account, seen, &first);
        assert!(!state.is_news(account, seen, &first) && !state.is_news(account, later, &first));
        assert_eq!(State::parse(&state.to_bytes()).unwrap(), state);
        assert!(matches!(State::parse(b"{}"), Err(InvalidState::Json(_))));
        let other = String::from_utf8(state.to_bytes())
            .unwrap()
            .replace("state/1", "state/2");
        assert!(matches!(State::parse(other.as_bytes()), Err(InvalidState::Schema(_))));
    }
}
