//! The ledger in the store: what earlier parts of a run wrote, and writing the next part, the manifest and the pointer.

use audit_core::account::AccountId;
use audit_core::digest::Sha256;
use audit_core::event::RunRequest;
use audit_core::keys;
use audit_core::ledger::{
    AccountEntry, Before, Latest, Listing, Manifest, Part, PartHeader, Pointer, RunStatus, Shortfall, fold,
};
use audit_core::reason::Reason;
use audit_core::run::RunId;
use jiff::civil::Date;

use crate::caller::Caller;
use crate::error::CallError;
use crate::store::{Condition, Found, Object, Standing, Store, Written};
use crate::tally::Tally;

/// How many parts a run has at most.
pub const MAX_PARTS: u32 = 12;

/// How many slices a run is cut into at most: so many fit into an answer of Lambda to Step Functions, by far.
pub const MOST_SLICES: u32 = 1_000;

const JSON: &str = "application/json";
const JSON_LINES: &str = "application/x-ndjson";

/// The ledger of one run.
pub struct Ledger<'a> {
    function: &'static str,
    store: &'a Store,
    caller: &'a Caller,
    request: &'a RunRequest,
    run: RunId,
    date: Date,
    parts: Vec<Part>,
    /// How many parts before the one that the event names nobody wrote.
    absent: u32,
    before: Before,
}

impl<'a> Ledger<'a> {
    /// Reads what earlier parts of the run, and the run before it, wrote.
    ///
    /// # Errors
    /// When the store cannot be read, or holds a part or a manifest of this run that cannot be.
    pub async fn open(
        function: &'static str,
        store: &'a Store,
        caller: &'a Caller,
        request: &'a RunRequest,
        hub: AccountId,
        max_list_shrink: u8,
    ) -> Result<Ledger<'a>, CallError> {
        let run = RunId::of(function, request);
        let date = request.date();
        let before = Before {
            previous: None,
            last_complete: None,
            lost: false,
            hub,
            max_list_shrink,
        };
        let mut ledger = Self {
            function,
            store,
            caller,
            request,
            run,
            date,
            parts: Vec::new(),
            absent: 0,
            before,
        };
        ledger.read_parts().await?;
        ledger.read_before().await?;
        Ok(ledger)
    }

    /// Reads the parts that were written since, by whoever works on the same run.
    async fn read_parts(&mut self) -> Result<(), CallError> {
        loop {
            let number = self.next_part();
            match self.read_part(number).await? {
                Some(part) => self.parts.push(part),
                // Of a slice that nobody read there is no part, and there are others behind it.
                None if number > 0 && number < self.request.part.min(self.slices() + 1) => self.absent += 1,
                None => return Ok(()),
            }
        }
    }

    /// The run.
    #[must_use]
    pub fn run(&self) -> &RunId {
        &self.run
    }

    /// The key of the run's manifest.
    #[must_use]
    pub fn manifest_key(&self) -> String {
        keys::manifest(self.function, self.date, &self.run)
    }

    /// The number of the part that would be written next.
    #[must_use]
    pub fn next_part(&self) -> u32 {
        u32::try_from(self.parts.len())
            .unwrap_or(u32::MAX)
            .saturating_add(self.absent)
    }

    /// The number of parts up to which the run may go on by itself: slices that others read do not count.
    #[must_use]
    pub fn most_parts(&self) -> u32 {
        MAX_PARTS + self.slices()
    }

    /// How many accounts a slice of the run's list has, if it is cut into slices.
    #[must_use]
    pub fn accounts_per_slice(&self) -> Option<u64> {
        self.parts.first()?.header.accounts_per_slice
    }

    fn slices(&self) -> u32 {
        let each = self.accounts_per_slice().filter(|each| *each > 0);
        let slices = each.map_or(0, |each| self.listed().div_ceil(each));
        u32::try_from(slices).unwrap_or(MOST_SLICES).min(MOST_SLICES)
    }

    /// The UTC date of the run.
    #[must_use]
    pub fn date(&self) -> Date {
        self.date
    }

    /// How many accounts the first part has.
    #[must_use]
    pub fn listed(&self) -> u64 {
        self.parts.first().map_or(0, |part| part.header.accounts)
    }

    /// The manifest that follows from the parts so far; `None` before the first.
    #[must_use]
    pub fn fold(&self) -> Option<Manifest> {
        fold(&self.parts, &self.before)
    }

    /// Adds a part, unless its accounts say nothing that the parts so far do not say.
    ///
    /// Another invocation of the same run may have written the part meanwhile; then this one takes the next number.
    ///
    /// # Errors
    /// When the store cannot be read or written, or a run has far more parts than it can have.
    pub async fn add(&mut self, listing: Option<Listing>, accounts: Vec<AccountEntry>) -> Result<(), CallError> {
        self.add_lacking(listing, accounts, &[]).await
    }

    /// Adds the list as the first part, cut into slices of so many accounts. When another invocation was faster its list
    /// stands, as it is cut.
    ///
    /// # Errors
    /// As [`add`](Self::add).
    pub async fn add_list(
        &mut self,
        listing: Option<Listing>,
        accounts: Vec<AccountEntry>,
        accounts_per_slice: u64,
    ) -> Result<(), CallError> {
        let listed = u64::try_from(accounts.len()).unwrap_or(u64::MAX);
        let least = listed.div_ceil(u64::from(MOST_SLICES)).max(1);
        let header = PartHeader {
            listing,
            accounts_per_slice: Some(accounts_per_slice.max(least)),
            ..self.header()
        };
        self.write(header, accounts).await
    }

    /// The same, with what is missing as a whole.
    ///
    /// # Errors
    /// As [`add`](Self::add).
    pub async fn add_lacking(
        &mut self,
        listing: Option<Listing>,
        accounts: Vec<AccountEntry>,
        shortfalls: &[Shortfall],
    ) -> Result<(), CallError> {
        let header = PartHeader {
            listing,
            shortfalls: shortfalls.to_vec(),
            ..self.header()
        };
        self.write(header, accounts).await
    }

    fn header(&self) -> PartHeader {
        PartHeader {
            schema: Part::SCHEMA.to_owned(),
            function: self.function.to_owned(),
            run: self.run.clone(),
            date: self.date,
            time: self.request.time,
            part: self.next_part(),
            listing: None,
            shortfalls: Vec::new(),
            accounts_per_slice: None,
            slice: None,
            accounts: 0,
        }
    }

    async fn write(&mut self, header: PartHeader, accounts: Vec<AccountEntry>) -> Result<(), CallError> {
        let standing = self.parts.len();
        for _ in 0..MAX_PARTS * 2 {
            // There is one list, and slices are of that.
            if header.accounts_per_slice.is_some() && !self.parts.is_empty() {
                return Ok(());
            }
            let part = Part {
                header: PartHeader {
                    part: self.next_part(),
                    accounts: u64::try_from(accounts.len()).unwrap_or(u64::MAX),
                    ..header.clone()
                },
                accounts: accounts.clone(),
            };
            if standing > 0 && self.says_nothing_new(&part) {
                return Ok(());
            }
            let key = keys::part(self.function, self.date, &self.run, part.header.part);
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
        Err(CallError {
            message: Some(format!("run {} has more parts than a run can have", self.run)),
            ..CallError::new("write the ledger", Reason::StoreFailed)
        })
    }

    /// Writes the manifest that follows from all parts there are, and then moves the pointer to it.
    ///
    /// A manifest of more parts stays: another invocation of the same run was further.
    ///
    /// # Errors
    /// When the store cannot be read or written, or there is no part yet.
    pub async fn commit(&mut self) -> Result<(Manifest, Pointer), CallError> {
        let key = self.manifest_key();
        self.read_parts().await?;
        let mut manifest = self.fold().ok_or_else(|| nothing_to_commit(&key))?;
        let object = Object::new(&key, manifest.to_bytes().into(), JSON);
        let fuller = |bytes: &[u8]| Manifest::parse(bytes).is_ok_and(|theirs| theirs.parts > manifest.parts);
        let standing = self.store.settle(self.caller, &object, |bytes| !fuller(bytes)).await?;
        let Standing::There(stored, bytes) = standing else {
            return Err(nothing_to_commit(&key));
        };
        if bytes != object.bytes {
            manifest = Manifest::parse(&bytes).map_err(|error| unreadable(&key, &error))?;
        }
        let pointer = Pointer {
            key: key.clone(),
            version: stored.version,
            sha256: Sha256::of(&bytes),
        };

        let latest = Latest::to(&manifest, pointer.clone());
        let key = keys::latest(self.function);
        let object = Object::new(&key, latest.to_bytes().into(), JSON);
        // A pointer that cannot be read points nowhere, so it may be replaced.
        let decide = |bytes: &[u8]| Latest::parse(bytes).map_or(true, |theirs| latest.may_replace(&theirs));
        self.store.settle(self.caller, &object, decide).await?;
        Ok((manifest, pointer))
    }

    /// Whether a further part would change nothing but the number of parts.
    fn says_nothing_new(&self, part: &Part) -> bool {
        let with = [self.parts.as_slice(), std::slice::from_ref(part)].concat();
        let but_for_the_parts = |manifest: Manifest| Manifest { parts: 0, ..manifest };
        self.fold().map(but_for_the_parts) == fold(&with, &self.before).map(but_for_the_parts)
    }

    async fn read_part(&self, number: u32) -> Result<Option<Part>, CallError> {
        let key = keys::part(self.function, self.date, &self.run, number);
        let Some((_, bytes)) = self.store.get(self.caller, &key, None).await? else {
            return Ok(None);
        };
        let part = Part::parse(&bytes).map_err(|error| unreadable(&key, &error))?;
        Ok(Some(part))
    }

    /// The manifest of the run before this one: what the pointer names, or, once this run has committed, what this
    /// run's own manifest names.
    async fn read_before(&mut self) -> Result<(), CallError> {
        let own = keys::manifest(self.function, self.date, &self.run);
        if let Some((_, bytes)) = self.store.get(self.caller, &own, None).await? {
            let manifest = Manifest::parse(&bytes).map_err(|error| unreadable(&own, &error))?;
            self.before.previous = manifest.previous;
            self.before.lost = manifest.shortfalls.contains(&Shortfall::BaselineLost);
            self.before.last_complete = match (manifest.status, manifest.last_complete) {
                // The run itself was the last complete one; the one before it is no longer known, nor needed.
                (RunStatus::Complete, _) => None,
                (RunStatus::Partial, last) => last,
            };
            return Ok(());
        }
        let bytes = match self.store.read(self.caller, &keys::latest(self.function), None).await? {
            Found::Nothing => return Ok(()),
            Found::Whole(_, bytes) => Some(bytes),
            Found::Changed => None,
        };
        // From here on there was a run before, and what cannot be read of it is lost, not absent.
        self.before.lost = true;
        let Some(latest) = bytes.and_then(|bytes| Latest::parse(&bytes).ok()) else {
            return Ok(());
        };
        let (key, version) = (&latest.manifest.key, latest.manifest.version.as_deref());
        let found = self.store.read(self.caller, key, version).await?;
        // A manifest that is gone or changed breaks the chain, and an absent link says so.
        if let Found::Whole(_, bytes) = found
            && Sha256::of(&bytes) == latest.manifest.sha256
            && let Ok(manifest) = Manifest::parse(&bytes)
        {
            self.before.lost = false;
            self.before.previous = Some(latest.manifest);
            self.before.last_complete = manifest.last_complete;
        }
        Ok(())
    }
}

fn nothing_to_commit(key: &str) -> CallError {
    CallError {
        message: Some(format!("`{key}`: the run has no part")),
        ..CallError::new("commit the ledger", Reason::StoreFailed)
    }
}

fn unreadable(key: &str, error: &dyn std::fmt::Display) -> CallError {
    CallError {
        message: Some(format!("`{key}`: {error}")),
        ..CallError::new("read the ledger", Reason::StoreFailed)
    }
}
