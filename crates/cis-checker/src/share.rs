//! Shares of a run that many invocations work on at the same time: the list of accounts, and single slices of it.

use std::collections::BTreeSet;

use audit_aws::organization::Organization;
use audit_aws::run::{RunError, stop_at};
use audit_aws::slices::{ReadSlice, Share, Shared, SlicePart, Slices, apart_from_share};
use audit_aws::sweep::Source;
use audit_core::event::AccountSlice;

use crate::FUNCTION;
use crate::run::{Desk, Run, Whom};

/// Works on the share that the event asks for; `None` where it asks for the whole run, which is what
/// [`run`](crate::run()) does.
///
/// Only findings and the ledger's parts are written: who finishes the run judges the organization, and makes documents,
/// state, message and manifest.
///
/// # Errors
/// When nothing can be listed or stored at all, or the event asks for something that is not of the run.
pub async fn share(run: &Run<'_>) -> Result<Option<Shared>, RunError> {
    let Some(share) = Share::of(FUNCTION, run.request)? else {
        return Ok(None);
    };
    let request = apart_from_share(run.request);
    let desk = Desk::open(run, &request).await?;
    let shared = match share {
        Share::Slice(slice) => Shared::Read(read(run, &desk, &slice).await?),
        Share::List(each) => Shared::Listed(list(run, &desk, each).await?),
    };
    Ok(Some(shared))
}

async fn list(run: &Run<'_>, desk: &Desk<'_>, each: u64) -> Result<Slices, RunError> {
    let mut ledger = desk.ledger().await?;
    let sweeper = desk.sweeper(BTreeSet::new());
    let until = stop_at(desk.caller.clock().now(), run.deadline);
    let organization = Organization::new(run.sdk);
    Slices::list(FUNCTION, &mut ledger, &sweeper, &organization, until, each).await
}

async fn read(run: &Run<'_>, desk: &Desk<'_>, slice: &AccountSlice) -> Result<ReadSlice, RunError> {
    let records = &run.place.records;
    let opened = SlicePart::open(FUNCTION, records, &desk.insistent, run.request, slice);
    let part = opened.await.map_err(RunError::Store)?;
    let whom = Whom {
        source: Source::Known(part.unread.clone()),
        until: stop_at(desk.caller.clock().now(), run.deadline),
        done: BTreeSet::new(),
        begun: part.is_begun(),
        organization: None,
    };
    // What was seen of accounts that could not be entered is seen again by who finishes the run: they are not done with.
    let (sweep, _) = Box::pin(desk.gather(whom, part.run())).await;
    part.conclude(sweep).await
}
