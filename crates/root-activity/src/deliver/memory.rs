//! Which sign-ins people have been told of.

use audit_aws::caller::Caller;
use audit_aws::error::CallError;
use audit_aws::store::{Found, Store};
use audit_core::keys;
use audit_core::reason::Reason;
use audit_core::root_activity::State;
use audit_core::run::RunId;
use audit_report::root_activity::SignIn;
use bytes::Bytes;

use crate::FUNCTION;

/// The memory of the function.
pub(crate) struct Memory<'a> {
    pub(crate) store: &'a Store,
    pub(crate) caller: &'a Caller,
    pub(crate) run: &'a RunId,
}

impl Memory<'_> {
    /// Those of the sign-ins that are news for this run, whichever of its invocations asks.
    ///
    /// # Errors
    /// When the store cannot be read, or holds a state that cannot be read. Such a state is never taken for none.
    pub(crate) async fn news(&self, sign_ins: Vec<SignIn>) -> Result<Vec<SignIn>, CallError> {
        let key = keys::state(FUNCTION);
        let state = match self.store.read(self.caller, &key, None).await? {
            Found::Nothing => State::default(),
            Found::Whole(_, bytes) => State::parse(&bytes).map_err(|error| unreadable(&key, &error))?,
            Found::Changed => return Err(unreadable(&key, &"its checksum does not hold")),
        };
        let is_news = |sign_in: &SignIn| state.is_news(sign_in.account, sign_in.at, self.run);
        Ok(sign_ins.into_iter().filter(is_news).collect())
    }

    /// Notes that people are told of them, beside whatever other runs have noted meanwhile.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub(crate) async fn tell(&self, news: &[SignIn]) -> Result<(), CallError> {
        if news.is_empty() {
            return Ok(());
        }
        let change = |standing: Option<&Bytes>| {
            let mut state = match standing.map(|bytes| State::parse(bytes)) {
                None => State::default(),
                Some(Ok(state)) => state,
                // What cannot be read was refused before, and is not written over.
                Some(Err(_)) => return None,
            };
            for sign_in in news {
                state.tell(sign_in.account, sign_in.at, self.run);
            }
            let bytes = Bytes::from(state.to_bytes());
            (standing != Some(&bytes)).then_some(bytes)
        };
        let key = keys::state(FUNCTION);
        self.store
            .update(self.caller, &key, "application/json", change)
            .await
            .map(drop)
    }
}

fn unreadable(key: &str, error: &dyn std::fmt::Display) -> CallError {
    let advice = "restore an earlier version of the object, or remove it to be told everything anew";
    CallError {
        message: Some(format!("`{key}`: {error}; {advice}")),
        ..CallError::new("read what people were told", Reason::StoreFailed)
    }
}
