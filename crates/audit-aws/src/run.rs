//! What the runs of all sweeping functions have in common: when they refuse, when they stop, and how they go on.

mod ending;
mod error;

use std::collections::BTreeSet;

use audit_core::account::AccountId;
use audit_core::event::RunRequest;
use audit_core::ledger::{Manifest, Outcome, StoppedBy};
use aws_types::SdkConfig;
use jiff::{SignedDuration, Timestamp};

use crate::ledger::Ledger;
use crate::store::{Bucket, BucketSettings, Store};

pub use ending::Ending;
pub use error::RunError;

/// How much of the time is kept for writing the ledger, at most.
const RESERVE: SignedDuration = SignedDuration::from_secs(30);

/// Refuses, before the first call, what no function can do.
///
/// # Errors
/// When the event asks for something unknown, or is for a time that has not come.
pub fn check(request: &RunRequest, now: Timestamp) -> Result<(), RunError> {
    if let Some(name) = request.parameters.keys().next() {
        return Err(RunError::UnknownWish(format!("parameters.{name}")));
    }
    if request.accounts.is_some() {
        return Err(RunError::UnknownWish("accounts".to_owned()));
    }
    if request.time.duration_since(now) > SignedDuration::from_mins(5) {
        return Err(RunError::FutureTime(request.time));
    }
    Ok(())
}

/// When to stop reading accounts, so that there is time for the ledger.
#[must_use]
pub fn stop_at(now: Timestamp, deadline: Option<Timestamp>) -> Option<Timestamp> {
    let deadline = deadline?;
    let reserve = RESERVE.min(deadline.duration_since(now) / 3);
    Some(deadline.checked_sub(reserve).unwrap_or(deadline))
}

/// When to stop reading accounts: at half of the time where nobody is left, so that reading once more what failed keeps
/// no invocation from the documents that an earlier one had no time for.
#[must_use]
pub fn read_until(
    request: &RunRequest,
    known: Option<&Manifest>,
    now: Timestamp,
    deadline: Option<Timestamp>,
) -> Option<Timestamp> {
    let until = stop_at(now, deadline)?;
    let nobody_left = request.part > 0 && known.is_some_and(|known| known.counts.left == 0);
    let half = || now.checked_add(until.duration_since(now) / 2).unwrap_or(until);
    Some(if nobody_left { half() } else { until })
}

/// The accounts that earlier parts are done with.
#[must_use]
pub fn collected(known: Option<&Manifest>) -> BTreeSet<AccountId> {
    let accounts = known.into_iter().flat_map(|manifest| &manifest.accounts);
    accounts
        .filter(|entry| matches!(entry.outcome, Outcome::Collected(_)))
        .map(|entry| entry.account)
        .collect()
}

/// The event of the next part, if accounts are left and the part that was just added got anywhere.
///
/// `known` is the manifest before that part.
#[must_use]
pub fn next_part(request: &RunRequest, ledger: &Ledger<'_>, known: Option<&Manifest>) -> Option<RunRequest> {
    let manifest = ledger.fold()?;
    let left_before = known.map_or(u64::MAX, |known| known.counts.left);
    let listed_more = known.is_none_or(|known| known.counts.listed < manifest.counts.listed);
    let progressed = manifest.counts.left < left_before || listed_more;
    let unlisted = manifest.listing.stopped_by == Some(StoppedBy::Deadline);
    let wanted = (manifest.counts.left > 0 || unlisted) && progressed && ledger.next_part() < ledger.most_parts();
    wanted.then(|| RunRequest {
        run: Some(ledger.run().clone()),
        part: ledger.next_part(),
        ..request.clone()
    })
}

/// The event of the next invocation of a run that got further without being done with any account: it reads what all
/// accounts hang on.
#[must_use]
pub fn further(request: &RunRequest, ledger: &Ledger<'_>) -> Option<RunRequest> {
    (request.part < ledger.most_parts()).then(|| RunRequest {
        run: Some(ledger.run().clone()),
        part: request.part + 1,
        ..request.clone()
    })
}

/// What to say when too large a share of the accounts that were looked at failed.
#[must_use]
pub fn too_many_failed(manifest: &Manifest, allowed_percent: u8, location: &str) -> Option<String> {
    let counts = manifest.counts;
    let looked_at = counts.collected + counts.failed;
    (counts.failed * 100 > looked_at * u64::from(allowed_percent)).then(|| {
        format!(
            "{} of {looked_at} accounts failed, which is above the allowed {allowed_percent} %: see {location}",
            counts.failed
        )
    })
}

/// Where evidence goes, and where it is read from.
#[derive(Clone, Debug)]
pub struct Place {
    /// Everything that the function writes but raw reports, and the ledgers that it reads.
    pub records: Store,
    /// The collector's raw reports.
    pub reports: Store,
}

impl Place {
    /// The buckets of these settings: that of the records, and that of the raw reports; `None` when there are none.
    #[must_use]
    pub fn of(sdk: &SdkConfig, buckets: Option<(BucketSettings, BucketSettings)>) -> Option<Self> {
        let (records, reports) = buckets?;
        let store = |settings| Store::Bucket(Bucket::new(sdk, settings));
        Some(Self {
            records: store(records),
            reports: store(reports),
        })
    }
}
