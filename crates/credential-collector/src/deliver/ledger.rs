//! The ledger in the store: what earlier parts of a run wrote, and writing the next part, the manifest and the pointer.

use audit_aws::caller::Caller;
use audit_aws::error::CallError;
use audit_aws::store::{Condition, Object, Store, Written};
use audit_aws::tally::Tally;
use audit_core::account::AccountId;
use audit_core::digest::Sha256;
use audit_core::event::RunRequest;
use audit_core::keys;
use audit_core::ledger::{AccountEntry, Before, Latest, Listing, Manifest, Part, PartHeader, Pointer, RunStatus, fold};
use audit_core::reason::Reason;
use audit_core::run::RunId;
use bytes::Bytes;
use jiff::civil::Date;

use crate::FUNCTION;

/// How many parts a run has at most.
pub(crate) const MAX_PARTS: u32 = 12;

const JSON: &str = "application/json";
const JSON_LINES: &str = "application/x-ndjson";

/// The ledger of one run.
pub(crate) struct Ledger<'a> {
    store: &'a Store,
    caller: &'a Caller,
    request: &'a RunRequest,
    run: RunId,
    date: Date,
    parts: Vec<Part>,
    before: Before,
}

impl<'a> Ledger<'a> {
    /// Reads what earlier parts of the run, and the run before it, wrote.
    pub(crate) async fn open(
        store: &'a Store,
        caller: &'a Caller,
        request: &'a RunRequest,
        hub: AccountId,
        max_list_shrink: u8,
    ) -> Result<Ledger<'a>, CallError> {
        let run = RunId::of(FUNCTION, request);
        let date = request.date();
        let before = Before {
            previous: None,
            last_complete: None,
            hub,
            max_list_shrink,
        };
        let mut ledger = Self {
            store,
            caller,
            request,
            run,
            date,
            parts: Vec::new(),
            before,
        };
        while let Some(part) = ledger.read_part(ledger.next_part()).await? {
            ledger.parts.push(part);
        }
        ledger.read_before().await?;
        Ok(ledger)
    }

    pub(crate) fn run(&self) -> &RunId {
        &self.run
    }

    /// The key of the run's manifest.
    pub(crate) fn manifest_key(&self) -> String {
        keys::manifest(FUNCTION, self.date, &self.run)
    }

    /// The number of the part that would be written next.
    pub(crate) fn next_part(&self) -> u32 {
        u32::try_from(self.parts.len()).unwrap_or(u32::MAX)
    }

    /// The manifest that follows from the parts so far.
    pub(crate) fn fold(&self) -> Option<Manifest> {
        fold(&self.parts, &self.before)
    }

    /// Adds a part, unless its accounts say nothing that the parts so far do not say.
    ///
    /// Another invocation of the same run may have written the part meanwhile; then this one takes the next number.
    pub(crate) async fn add(&mut self, listing: Option<Listing>, accounts: Vec<AccountEntry>) -> Result<(), CallError> {
        let standing = self.parts.len();
        loop {
            let header = PartHeader {
                schema: Part::SCHEMA.to_owned(),
                function: FUNCTION.to_owned(),
                run: self.run.clone(),
                date: self.date,
                time: self.request.time,
                part: self.next_part(),
                listing,
                accounts: u64::try_from(accounts.len()).unwrap_or(u64::MAX),
            };
            let part = Part {
                header,
                accounts: accounts.clone(),
            };
            if standing > 0 && self.says_nothing_new(&part) {
                return Ok(());
            }
            let key = keys::part(FUNCTION, self.date, &self.run, part.header.part);
            let object = Object::new(&key, part.to_bytes().into(), JSON_LINES);
            let put = self
                .store
                .put(self.caller, &mut Tally::default(), &object, Condition::Absent)
                .await?;
            if let Written::Stored(_) = put {
                self.parts.push(part);
                return Ok(());
            }
            match self.read_part(part.header.part).await? {
                Some(theirs) if theirs == part => {
                    self.parts.push(part);
                    return Ok(());
                }
                Some(theirs) => self.parts.push(theirs),
                None => {}
            }
        }
    }

    /// Writes the manifest and then moves the pointer to it.
    pub(crate) async fn commit(&self, manifest: &Manifest) -> Result<Pointer, CallError> {
        let key = keys::manifest(FUNCTION, self.date, &self.run);
        let object = Object::new(&key, manifest.to_bytes().into(), JSON);
        let stored = self.store.settle(self.caller, &object, |_| true).await?;
        let pointer = Pointer {
            key: key.clone(),
            version: stored.version,
            sha256: object.sha256,
        };

        let latest = Latest::to(manifest, pointer.clone());
        let key = keys::latest(FUNCTION);
        let object = Object::new(&key, latest.to_bytes().into(), JSON);
        // A pointer that cannot be read points nowhere, so it may be replaced.
        let decide = |bytes: &[u8]| Latest::parse(bytes).map_or(true, |theirs| latest.may_replace(&theirs));
        self.store.settle(self.caller, &object, decide).await?;
        Ok(pointer)
    }

    fn says_nothing_new(&self, part: &Part) -> bool {
        let with = [self.parts.as_slice(), std::slice::from_ref(part)].concat();
        fold(&self.parts, &self.before) == fold(&with, &self.before)
    }

    async fn read_part(&self, number: u32) -> Result<Option<Part>, CallError> {
        let key = keys::part(FUNCTION, self.date, &self.run, number);
        let Some((_, bytes)) = self.store.get(self.caller, &key, None).await? else {
            return Ok(None);
        };
        let part = Part::parse(&bytes).map_err(|error| unreadable(&key, &error))?;
        Ok(Some(part))
    }

    /// The manifest of the run before this one: what the pointer names, or, once this run has committed, what this
    /// run's own manifest names.
    async fn read_before(&mut self) -> Result<(), CallError> {
        let own = keys::manifest(FUNCTION, self.date, &self.run);
        if let Some((_, bytes)) = self.store.get(self.caller, &own, None).await? {
            let manifest = Manifest::parse(&bytes).map_err(|error| unreadable(&own, &error))?;
            self.before.previous = manifest.previous;
            self.before.last_complete = match (manifest.status, manifest.last_complete) {
                // The run itself was the last complete one; the one before it is no longer known, nor needed.
                (RunStatus::Complete, _) => None,
                (RunStatus::Partial, last) => last,
            };
            return Ok(());
        }
        let Some(bytes) = self.read_whole(&keys::latest(FUNCTION), None).await? else {
            return Ok(());
        };
        let Ok(latest) = Latest::parse(&bytes) else {
            return Ok(());
        };
        let found = self
            .read_whole(&latest.manifest.key, latest.manifest.version.as_deref())
            .await?;
        // A manifest that is gone or changed breaks the chain, and an absent link says so.
        if let Some(bytes) = found
            && Sha256::of(&bytes) == latest.manifest.sha256
            && let Ok(manifest) = Manifest::parse(&bytes)
        {
            self.before.previous = Some(latest.manifest);
            self.before.last_complete = manifest.last_complete;
        }
        Ok(())
    }
}

impl Ledger<'_> {
    /// The bytes of an object, or `None` when it is not there or its bytes are not those that were stored.
    async fn read_whole(&self, key: &str, version: Option<&str>) -> Result<Option<Bytes>, CallError> {
        match self.store.get(self.caller, key, version).await {
            Ok(found) => Ok(found.map(|(_, bytes)| bytes)),
            Err(error) if error.has_code(&[Reason::MalformedAnswer.code()]) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

fn unreadable(key: &str, error: &dyn std::fmt::Display) -> CallError {
    CallError {
        message: Some(format!("`{key}`: {error}")),
        ..CallError::new("read the ledger", Reason::StoreFailed)
    }
}
