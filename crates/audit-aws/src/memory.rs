//! What is remembered from run to run, so that people are told what changed, and nothing twice.

use std::fmt::Display;

use audit_core::keys;
use audit_core::reason::Reason;
use audit_core::run::RunId;
use bytes::Bytes;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::caller::Caller;
use crate::error::CallError;
use crate::store::{Condition, Found, Object, Store};
use crate::tally::Tally;

const JSON_LINES: &str = "application/x-ndjson";

/// Of which run and instant a state is; a later one is never replaced by an earlier one.
pub type Stamp = (Timestamp, RunId);

/// What was remembered when the run began.
#[derive(Debug)]
pub enum Before<T> {
    /// Nothing: there was no run before.
    Nothing,
    /// The state that the run before left.
    State(T),
    /// A later run has left its state already, so that this one has no news to tell.
    Overtaken {
        /// It was a run of the same date, whose dataset stands.
        same_date: bool,
    },
}

/// The memory of a run.
pub struct Memory<'a> {
    /// The function that remembers.
    pub function: &'static str,
    /// Where states are kept.
    pub store: &'a Store,
    /// How the calls are made.
    pub caller: &'a Caller,
    /// The date of the run.
    pub date: Date,
    /// The run.
    pub run: &'a RunId,
    /// The instant that it is about.
    pub as_of: Timestamp,
}

impl Memory<'_> {
    /// What was remembered when the run began, whichever of its invocations asks: it is set aside before the run leaves
    /// a state of its own, so that an invocation that goes over a delivery again tells the same news.
    ///
    /// # Errors
    /// When the store cannot be read or written, or holds a state that `parse` cannot read. Such a state is never taken
    /// for none: restore an earlier version of the object, or remove it to begin anew.
    pub async fn before<T, E: Display>(
        &self,
        parse: impl Fn(&[u8]) -> Result<(Stamp, T), E>,
    ) -> Result<Before<T>, CallError> {
        let parse = |key: &str, bytes: &[u8]| {
            parse(bytes).map_err(|error| {
                let advice = "restore an earlier version of the object, or remove it to be told everything anew";
                unreadable(key, &format_args!("{error}; {advice}"))
            })
        };
        let key = keys::state(self.function);
        let standing = self.read(&key).await?;
        let stamp = standing.as_deref().map(|bytes| parse(&key, bytes)).transpose()?;
        if let Some(((as_of, run), _)) = &stamp
            && (*as_of, run) > (self.as_of, self.run)
        {
            let same_date = as_of.to_zoned(TimeZone::UTC).date() == self.date;
            return Ok(Before::Overtaken { same_date });
        }
        let aside = keys::state_before(self.function, self.date, self.run);
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

    /// Leaves the state for the next run, unless a later run has left its own; `stamp` says whose a state is.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub async fn leave(&self, bytes: Bytes, stamp: impl Fn(&[u8]) -> Option<Stamp>) -> Result<(), CallError> {
        let key = keys::state(self.function);
        let change = |standing: Option<&Bytes>| {
            let stamp = standing.and_then(|standing| stamp(standing));
            let later = stamp.is_some_and(|(as_of, run)| (as_of, &run) > (self.as_of, self.run));
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

fn unreadable(key: &str, error: &dyn Display) -> CallError {
    CallError {
        message: Some(format!("`{key}`: {error}")),
        ..CallError::new("read what is remembered", Reason::StoreFailed)
    }
}
