//! Shares of a run that many invocations work on at the same time: the list of accounts, and single slices of it.

use std::collections::BTreeSet;

use audit_aws::caller::{Caller, Patience};
use audit_aws::ledger::Ledger;
use audit_aws::organization::Organization;
use audit_aws::run::{RunError, check, stop_at};
use audit_aws::session::Sts;
use audit_aws::slices::{ReadSlice, Share, Shared, SlicePart, Slices, apart_from_share};
use audit_aws::sweep::{Source, Sweeper};
use audit_core::event::AccountSlice;

use crate::FUNCTION;
use crate::run::{Means, Run};

/// Works on the share that the event asks for; `None` where it asks for the whole run, which is what
/// [`run`](crate::run()) does.
///
/// Only the ledger's parts are written: who finishes the run makes dataset, message and manifest of them.
///
/// # Errors
/// When nothing can be listed or stored at all, or the event asks for something that is not of the run.
pub async fn share(run: &Run<'_>) -> Result<Option<Shared>, RunError> {
    let Some(share) = Share::of(FUNCTION, run.request)? else {
        return Ok(None);
    };
    let settings = run.settings;
    settings.validate()?;
    let caller = Caller::new(run.sdk, Patience::default(), settings.conduct.concurrency.into())?;
    check(&apart_from_share(run.request), caller.clock().now())?;
    let insistent = caller.insistent();
    let sts = Sts::new(run.sdk);
    let hub = sts.hub(&insistent).await.map_err(RunError::Identity)?;
    let means = Means::new(run, &caller, &insistent, &sts, &hub);
    let shared = match share {
        Share::Slice(slice) => Shared::Read(read(run, &means, &slice).await?),
        Share::List(each) => Shared::Listed(list(run, &means, each).await?),
    };
    Ok(Some(shared))
}

async fn list(run: &Run<'_>, means: &Means<'_>, each: u64) -> Result<Slices, RunError> {
    let (records, hub) = (&run.place.records, means.hub.account);
    let shrink = run.settings.conduct.max_list_shrink;
    let opened = Ledger::open(FUNCTION, records, means.insistent, run.request, hub, shrink);
    let mut ledger = opened.await.map_err(RunError::Store)?;
    let sweeper = sweeper(run, means);
    let until = stop_at(means.caller.clock().now(), run.deadline);
    let organization = Organization::new(run.sdk);
    Slices::list(FUNCTION, &mut ledger, &sweeper, &organization, until, each).await
}

async fn read(run: &Run<'_>, means: &Means<'_>, slice: &AccountSlice) -> Result<ReadSlice, RunError> {
    let records = &run.place.records;
    let opened = SlicePart::open(FUNCTION, records, means.insistent, run.request, slice);
    let part = opened.await.map_err(RunError::Store)?;
    let gatherer = means.gatherer(run, part.is_begun());
    let until = stop_at(means.caller.clock().now(), run.deadline);
    let unread = Source::Known(part.unread.clone());
    let sweeper = sweeper(run, means);
    let sweep = sweeper.sweep(unread, until, |entry| gatherer.settle(entry)).await;
    part.conclude(sweep).await
}

fn sweeper<'a>(run: &'a Run<'_>, means: &Means<'a>) -> Sweeper<'a> {
    Sweeper {
        insistent: means.insistent,
        scope: &run.settings.scope,
        done: BTreeSet::new(),
        listed: &|_| {},
        progress: run.progress,
    }
}
