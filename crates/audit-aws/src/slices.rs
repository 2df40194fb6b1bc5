//! A run whose accounts many invocations read at the same time: one lists them, each of the others reads a slice of the
//! list, and an ordinary invocation of the same run finishes what they left. A Distributed Map of AWS Step Functions
//! starts them.

mod work;

use std::collections::BTreeMap;

use audit_core::account::AccountId;
use audit_core::event::{AccountSlice, RunRequest};
use audit_core::keys;
use audit_core::ledger::{AccountEntry, Counts, Outcome, Part, PartHeader};
use audit_core::reason::Reason;
use audit_core::run::RunId;
use serde::Serialize;

use crate::caller::Caller;
use crate::error::CallError;
use crate::ledger::{Ledger, MOST_SLICES};
use crate::run::RunError;
use crate::store::{Object, Standing, Store};

/// The wish for a list that is cut into slices, in the event's `parameters`: how many accounts a slice has.
pub const WISH: &str = "accounts_per_slice";

/// The most accounts of a slice.
const MOST: u64 = 10_000;

/// The part that holds the list. Its first line is its header, so the first account stands on line 1.
const LISTING: u32 = 0;

/// The share of a run that an event asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Share {
    /// Only the list, cut into slices of so many accounts.
    List(u64),
    /// Only the accounts on some lines of the list.
    Slice(AccountSlice),
}

impl Share {
    /// Reads what share of a run an event asks `function` for; `None` where it asks for all of it.
    ///
    /// # Errors
    /// When it asks for a slice that is not of the run's own list, or for slices of no accounts or too many.
    pub fn of(function: &str, request: &RunRequest) -> Result<Option<Self>, RunError> {
        let unknown = |what: &str| Err(RunError::UnknownWish(what.to_owned()));
        if let Some(name) = request.parameters.keys().find(|name| *name != WISH) {
            return unknown(&format!("parameters.{name}"));
        }
        match (&request.accounts, request.parameters.get(WISH)) {
            (None, None) => Ok(None),
            (None, Some(wish)) => match wish.as_u64() {
                Some(each) if (1..=MOST).contains(&each) && request.part == LISTING => Ok(Some(Self::List(each))),
                _ => unknown(&format!("parameters.{WISH}")),
            },
            (Some(slice), None) => {
                let of_run = |run| keys::part(function, request.date(), run, LISTING);
                let own = request.run.as_ref().map(of_run) == Some(slice.key.clone());
                if own && (LISTING + 1..=MOST_SLICES).contains(&request.part) && slice.from > 0 {
                    Ok(Some(Self::Slice(slice.clone())))
                } else {
                    unknown("accounts")
                }
            }
            (Some(_), Some(_)) => unknown(&format!("parameters.{WISH}")),
        }
    }
}

/// What an event asks for beside its share of the run.
#[must_use]
pub fn apart_from_share(request: &RunRequest) -> RunRequest {
    RunRequest {
        accounts: None,
        parameters: BTreeMap::new(),
        ..request.clone()
    }
}

/// A list that is cut into slices, each with the number of the part that it becomes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Slices {
    /// The function.
    pub function: String,
    /// The run, which the events of all slices name.
    pub run: RunId,
    /// The slices; none when the run is over already.
    pub slices: Vec<Slice>,
    /// The part of the invocation that finishes the run.
    pub finish: u32,
}

/// One slice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Slice {
    /// The part that it becomes.
    pub part: u32,
    /// The lines of the list.
    pub accounts: AccountSlice,
}

impl Slices {
    /// The slices of a run's list, cut as when it was written.
    ///
    /// A run that began without a list for others has none: an ordinary invocation goes on with it.
    #[must_use]
    pub fn of(function: &str, ledger: &Ledger<'_>) -> Self {
        let run = ledger.run().clone();
        let key = keys::part(function, ledger.date(), &run, LISTING);
        let each = ledger.accounts_per_slice().filter(|each| *each > 0);
        let slices = each.map_or_else(Vec::new, |each| cut(&key, ledger.listed(), each));
        let behind = slices.last().map(|slice| slice.part + 1);
        Self {
            function: function.to_owned(),
            finish: behind.unwrap_or_else(|| ledger.next_part()),
            slices,
            run,
        }
    }
}

/// The slices of a list of so many accounts, which begin on line 1.
fn cut(key: &str, listed: u64, each: u64) -> Vec<Slice> {
    let mut slices = Vec::new();
    let mut from = 1;
    while from <= listed {
        let to = (from + each).min(listed + 1);
        slices.push(Slice {
            part: u32::try_from(slices.len()).unwrap_or(u32::MAX).saturating_add(1),
            accounts: AccountSlice {
                key: key.to_owned(),
                from,
                to,
            },
        });
        from = to;
    }
    slices
}

/// What came of a share of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Shared {
    /// The accounts are listed.
    Listed(Slices),
    /// The accounts of a slice are read.
    Read(ReadSlice),
}

/// What reading one slice came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReadSlice {
    /// The function.
    pub function: String,
    /// The run.
    pub run: RunId,
    /// The part that the slice became.
    pub part: u32,
    /// What became of its accounts.
    pub counts: Counts,
}

/// The part of a slice: its accounts, and what an earlier invocation for the same slice found out.
pub struct SlicePart<'a> {
    store: &'a Store,
    caller: &'a Caller,
    header: PartHeader,
    /// Accounts that are to be read.
    pub unread: Vec<AccountEntry>,
    read: Vec<AccountEntry>,
}

impl<'a> SlicePart<'a> {
    /// Reads the lines of the list, and the part of an earlier invocation, of which what was collected stays.
    ///
    /// # Errors
    /// When the store cannot be read, or holds no list with these lines.
    pub async fn open(
        function: &str,
        store: &'a Store,
        caller: &'a Caller,
        request: &RunRequest,
        slice: &AccountSlice,
    ) -> Result<Self, CallError> {
        let run = RunId::of(function, request);
        let (date, part) = (request.date(), request.part);
        let list = read_part(store, caller, &slice.key)
            .await?
            .ok_or_else(|| broken(&slice.key, "is absent"))?;
        let line = |line: u64| usize::try_from(line - 1).unwrap_or(usize::MAX);
        let accounts = list.accounts.get(line(slice.from)..line(slice.to));
        let accounts = accounts.ok_or_else(|| broken(&slice.key, "has no such lines"))?;
        let earlier = read_part(store, caller, &keys::part(function, date, &run, part)).await?;
        let read: Vec<AccountEntry> = earlier
            .into_iter()
            .flat_map(|part| part.accounts)
            .filter(|entry| matches!(entry.outcome, Outcome::Collected(_)))
            .collect();
        let is_read = |account: AccountId| read.iter().any(|entry| entry.account == account);
        let unread = accounts.iter().filter(|entry| entry.outcome == Outcome::Left);
        Ok(Self {
            store,
            caller,
            unread: unread.filter(|entry| !is_read(entry.account)).cloned().collect(),
            header: PartHeader {
                schema: Part::SCHEMA.to_owned(),
                function: function.to_owned(),
                run,
                date,
                time: request.time,
                part,
                listing: None,
                shortfalls: Vec::new(),
                accounts_per_slice: None,
                slice: Some(slice.clone()),
                accounts: 0,
            },
            read,
        })
    }

    /// The run.
    #[must_use]
    pub fn run(&self) -> &RunId {
        &self.header.run
    }

    /// Whether an earlier invocation has read some of the accounts.
    #[must_use]
    pub fn is_begun(&self) -> bool {
        !self.read.is_empty()
    }

    /// Writes the part: what was read before and what was read now. A part that says more stays.
    ///
    /// # Errors
    /// When the store cannot be written.
    async fn write(self, entries: impl IntoIterator<Item = AccountEntry>) -> Result<ReadSlice, CallError> {
        let mut accounts: BTreeMap<AccountId, AccountEntry> =
            self.read.into_iter().map(|entry| (entry.account, entry)).collect();
        accounts.extend(entries.into_iter().map(|entry| (entry.account, entry)));
        let accounts: Vec<AccountEntry> = accounts.into_values().collect();
        let counts = Counts::of(&accounts);
        let header = PartHeader {
            accounts: counts.listed,
            ..self.header
        };
        let read = ReadSlice {
            function: header.function.clone(),
            run: header.run.clone(),
            part: header.part,
            counts,
        };
        let key = keys::part(&header.function, header.date, &header.run, header.part);
        let part = Part { header, accounts };
        let object = Object::new(&key, part.to_bytes().into(), "application/x-ndjson");
        let says_more = |theirs: &Part| Counts::of(&theirs.accounts).collected > counts.collected;
        let decide = |theirs: &[u8]| !Part::parse(theirs).is_ok_and(|theirs| says_more(&theirs));
        match self.store.settle(self.caller, &object, decide).await? {
            Standing::There(..) => Ok(read),
            Standing::Absent => Err(broken(&key, "cannot be written")),
        }
    }
}

async fn read_part(store: &Store, caller: &Caller, key: &str) -> Result<Option<Part>, CallError> {
    let Some((_, bytes)) = store.get(caller, key, None).await? else {
        return Ok(None);
    };
    let part = Part::parse(&bytes).map_err(|error| broken(key, &error.to_string()))?;
    Ok(Some(part))
}

fn broken(key: &str, problem: &str) -> CallError {
    CallError {
        message: Some(format!("`{key}` {problem}")),
        ..CallError::new("read the ledger", Reason::StoreFailed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(text: &str) -> RunRequest {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn an_event_asks_for_the_whole_run_its_list_or_a_slice_of_its_own_list() {
        const TIME: &str = r#""time":"2026-11-20T02:00:00Z""#;
        const RUN: &str = r#""run":"020000Z-0123abcd""#;
        let key = "runs/credential-collector/2026-11-20/020000Z-0123abcd/part-0000.jsonl";
        let slice = |from: u64, key: &str| format!(r#""accounts":{{"key":"{key}","from":{from},"to":9}}"#);
        let own = AccountSlice {
            key: key.to_owned(),
            from: 1,
            to: 9,
        };
        for (event, expected) in [
            (String::new(), Ok(None)),
            (format!(r#",{RUN},"part":7"#), Ok(None)),
            (format!(r#","parameters":{{"{WISH}":500}}"#), Ok(Some(Share::List(500)))),
            (format!(r#","parameters":{{"{WISH}":0}}"#), Err(WISH)),
            (format!(r#","parameters":{{"{WISH}":"500"}}"#), Err(WISH)),
            (format!(r#",{RUN},"part":2,"parameters":{{"{WISH}":500}}"#), Err(WISH)),
            (r#","parameters":{"force":true}"#.to_owned(), Err("parameters.force")),
            (
                format!(r#",{RUN},"part":2,{}"#, slice(1, key)),
                Ok(Some(Share::Slice(own))),
            ),
            (format!(r#",{RUN},"part":2,{}"#, slice(0, key)), Err("accounts")),
            (format!(r",{RUN},{}", slice(1, key)), Err("accounts")),
            (slice(1, key).replacen("", ",", 1), Err("accounts")),
            (
                format!(r#",{RUN},"part":2,{}"#, slice(1, "credential-reports/x")),
                Err("accounts"),
            ),
        ] {
            let share = Share::of("credential-collector", &request(&format!("{{{TIME}{event}}}")));
            match (share, expected) {
                (Ok(share), Ok(expected)) => assert_eq!(share, expected, "{event}"),
                (Err(error), Err(expected)) => assert!(error.to_string().contains(expected), "{event}: {error}"),
                (share, _) => panic!("{event}: {share:?}"),
            }
        }
    }

    #[test]
    fn slices_cover_every_line_once() {
        for (listed, each, expected) in [
            (0, 5, vec![]),
            (1, 5, vec![(1, 2)]),
            (5, 5, vec![(1, 6)]),
            (11, 5, vec![(1, 6), (6, 11), (11, 12)]),
        ] {
            let slices = cut("key", listed, each);
            let lines: Vec<(u64, u64)> = slices
                .iter()
                .map(|slice| (slice.accounts.from, slice.accounts.to))
                .collect();
            assert_eq!(lines, expected, "{listed} by {each}");
            let parts: Vec<u32> = slices.iter().map(|slice| slice.part).collect();
            assert!(parts.iter().copied().eq((1..).take(parts.len())), "{parts:?}");
        }
    }
}
