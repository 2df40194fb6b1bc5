//! What is remembered from run to run, so that people are told what changed, and nothing twice.

use audit_aws::caller::Caller;
use audit_aws::error::CallError;
use audit_aws::store::{Condition, Found, Object, Store};
use audit_aws::tally::Tally;
use audit_core::keys;
use audit_core::run::RunId;
use audit_core::state::State;
use bytes::Bytes;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::evidence::unreadable;
use crate::FUNCTION;

const JSON_LINES: &str = "application/x-ndjson";

/// What was remembered when the run began.
pub(crate) enum Before {
    /// Nothing: there was no run before.
    Nothing,
    /// The state that the run before left.
    State(State),
    /// A later run has left its state already, so that this one has no news to tell.
    Overtaken {
        /// It was a run of the same date, whose dataset stands.
        same_date: bool,
    },
}

/// The memory of a run.
pub(crate) struct Memory<'a> {
    pub(crate) store: &'a Store,
    pub(crate) caller: &'a Caller,
    pub(crate) date: Date,
    pub(crate) run: &'a RunId,
    pub(crate) as_of: Timestamp,
}

impl Memory<'_> {
    /// What was remembered when the run began, whichever of its invocations asks: it is set aside before the run leaves
    /// a state of its own, so that an invocation that goes over a delivery again tells the same news.
    ///
    /// # Errors
    /// When the store cannot be read or written, or holds a state that cannot be read. Such a state is never taken for
    /// none: restore an earlier version of the object, or remove it to begin anew.
    pub(crate) async fn before(&self) -> Result<Before, CallError> {
        let key = keys::state(FUNCTION);
        let standing = self.read(&key).await?;
        let header = standing.as_deref().map(|bytes| parse(&key, bytes)).transpose()?;
        if let Some((header, _)) = &header
            && (header.as_of, &header.run) > (self.as_of, self.run)
        {
            let same_date = header.as_of.to_zoned(TimeZone::UTC).date() == self.date;
            return Ok(Before::Overtaken { same_date });
        }
        let aside = keys::state_before(FUNCTION, self.date, self.run);
        let bytes = if let Some(bytes) = self.read(&aside).await? {
            bytes
        } else {
            // Empty stands for a first run.
            let bytes = standing.unwrap_or_default();
            let object = Object::new(&aside, bytes.clone(), JSON_LINES);
            let tally = &mut Tally::default();
            self.store.put(self.caller, tally, &object, Condition::Absent).await?;
            self.read(&aside).await?.unwrap_or(bytes)
        };
        if bytes.is_empty() {
            return Ok(Before::Nothing);
        }
        Ok(Before::State(parse(&aside, &bytes)?.1))
    }

    /// Leaves the state for the next run, unless a later run has left its own.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub(crate) async fn leave(&self, state: &State) -> Result<(), CallError> {
        let bytes: Bytes = state.to_bytes(FUNCTION, self.run, self.as_of).into();
        let key = keys::state(FUNCTION);
        let change = |standing: Option<&Bytes>| {
            let later = standing.is_some_and(|standing| {
                State::parse(standing).is_ok_and(|(header, _)| (header.as_of, &header.run) > (self.as_of, self.run))
            });
            (!later && standing != Some(&bytes)).then(|| bytes.clone())
        };
        self.store.update(self.caller, &key, JSON_LINES, change).await.map(drop)
    }

    async fn read(&self, key: &str) -> Result<Option<Bytes>, CallError> {
        match self.store.read(self.caller, key, None).await? {
            Found::Nothing => Ok(None),
            Found::Whole(_, bytes) => Ok(Some(bytes)),
            Found::Changed => Err(unreadable(key, &"its checksum does not hold")),
        }
    }
}

fn parse(key: &str, bytes: &[u8]) -> Result<(audit_core::state::Header, State), CallError> {
    State::parse(bytes).map_err(|error| {
        let advice = "restore an earlier version of the object, or remove it to be told everything anew";
        unreadable(key, &format_args!("{error}; {advice}"))
    })
}
