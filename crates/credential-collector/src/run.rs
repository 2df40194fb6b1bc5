//! One run, from the event to the committed ledger: gather, judge, deliver.

mod error;

pub use error::RunError;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use audit_aws::account::{Iam, ReportWanted};
use audit_aws::budget::Budget;
use audit_aws::caller::{Caller, Patience};
use audit_aws::error::CallError;
use audit_aws::organization::Organization;
use audit_aws::session::{Hub, MemberRole, Sts};
use audit_aws::store::{Bucket, Store};
use audit_aws::topic::Topic;
use audit_core::account::AccountId;
use audit_core::event::RunRequest;
use audit_core::ledger::{AccountEntry, Listing, Manifest, Outcome, RunStatus};
use audit_core::permission::session_policy;
use aws_config::SdkConfig;
use jiff::{SignedDuration, Timestamp};

use crate::deliver::dataset::{self, Reports};
use crate::deliver::ledger::{Ledger, MAX_PARTS};
use crate::deliver::outbox::Outbox;
use crate::deliver::report::ReportStore;
use crate::gather::{Gatherer, Source, Sweep};
use crate::progress::Progress;
use crate::settings::Settings;
use crate::{PERMISSIONS, alert};

/// How much of the time is kept for writing the ledger, at most.
const RESERVE: SignedDuration = SignedDuration::from_secs(30);

/// What a run is made of.
pub struct Run<'a> {
    /// How AWS is reached; all waiting and telling the time goes through it too.
    pub sdk: &'a SdkConfig,
    /// The settings.
    pub settings: &'a Settings,
    /// The event.
    pub request: &'a RunRequest,
    /// Where evidence goes.
    pub place: &'a Place,
    /// When the invocation ends, whatever it is doing; `None` when it may take its time.
    pub deadline: Option<Timestamp>,
    /// Who watches.
    pub progress: &'a (dyn Fn(Progress<'_>) + Sync),
}

/// Where evidence goes.
#[derive(Clone, Debug)]
pub struct Place {
    /// Raw reports.
    pub reports: Store,
    /// Everything else.
    pub records: Store,
}

impl Place {
    /// The buckets that the settings name; `None` when they name none.
    #[must_use]
    pub fn buckets(sdk: &SdkConfig, settings: &Settings) -> Option<Self> {
        let (reports, records) = settings.buckets()?;
        let store = |settings| Store::Bucket(Bucket::new(sdk, settings));
        Some(Self {
            reports: store(reports),
            records: store(records),
        })
    }
}

/// What a run came to.
#[derive(Clone, Debug)]
pub struct Finished {
    /// The ledger of the run.
    pub manifest: Manifest,
    /// Where the manifest is, for people.
    pub location: String,
    /// Where the day's raw reports are, for people.
    pub reports: String,
    /// Where the dataset is, for people; `None` when the next part writes it.
    pub dataset: Option<String>,
    /// What the next invocation is to be asked, if accounts are left and this one got anywhere.
    pub next: Option<RunRequest>,
    /// Why the run's message, kept in the outbox, could not be sent.
    pub unsent: Option<CallError>,
}

/// Collects the credential report of every account, and commits the ledger of it.
///
/// A run that is complete does nothing again; one that is not goes on with the accounts that failed or are left.
///
/// # Errors
/// When nothing can be looked at or stored at all. Whatever goes wrong with single accounts is in the ledger.
pub async fn run(run: &Run<'_>) -> Result<Finished, RunError> {
    let settings = run.settings;
    settings.validate()?;
    let caller = Caller::new(run.sdk, Patience::default(), settings.conduct.concurrency.into())?;
    check(run.request, caller.clock().now())?;

    let insistent = caller.insistent();
    let sts = Sts::new(run.sdk);
    let hub = sts.hub(&insistent).await.map_err(RunError::Identity)?;
    let records = &run.place.records;
    let mut ledger = Ledger::open(
        records,
        &insistent,
        run.request,
        hub.account,
        settings.conduct.max_list_shrink,
    )
    .await
    .map_err(RunError::Store)?;
    let known = ledger.fold();
    let topic = settings
        .evidence
        .topic
        .as_ref()
        .map(|arn| Topic::new(run.sdk, arn.as_str()));
    let outbox = Outbox {
        store: records,
        caller: &insistent,
        topic: topic.as_ref(),
    };

    let reports = |spool| Reports {
        store: &run.place.reports,
        caller: &insistent,
        spool,
    };
    if let Some(manifest) = known.as_ref().filter(|manifest| manifest.status == RunStatus::Complete) {
        // An earlier invocation may have ended between its last part and what follows from it.
        let reports = reports(BTreeMap::new());
        return deliver(run, &ledger, &outbox, manifest.clone(), &reports).await;
    }

    let (sweep, spool) = gather(run, &caller, &insistent, &sts, &hub, known.as_ref()).await;
    let Sweep {
        listing,
        entries,
        listing_error,
        store_error,
    } = sweep;
    if let Some(error) = store_error {
        return Err(RunError::Store(error));
    }
    match listing_error {
        Some(error) if entries.is_empty() && known.is_none() => return Err(RunError::Listing { error }),
        Some(error) => tracing::warn!(error = %error, "the list of accounts was not read to its end"),
        None => {}
    }
    ledger
        .add(listing, entries.into_values().collect())
        .await
        .map_err(RunError::Store)?;
    let Some(manifest) = ledger.fold() else {
        // A part was just added, so there is something to fold.
        return Err(RunError::Store(CallError::new(
            "fold the ledger",
            audit_core::reason::Reason::StoreFailed,
        )));
    };

    let next = next_part(run.request, &ledger, known.as_ref(), &manifest);
    if next.is_some() {
        let pointer = ledger.commit(&manifest).await.map_err(RunError::Store)?;
        let location = records.location(&pointer.key);
        return Ok(Finished {
            manifest,
            location,
            reports: reports_of(run),
            dataset: None,
            next,
            unsent: None,
        });
    }
    (run.progress)(Progress::WritingDataset);
    deliver(run, &ledger, &outbox, manifest, &reports(spool)).await
}

/// Refuses, before the first call, what this function cannot do.
fn check(request: &RunRequest, now: Timestamp) -> Result<(), RunError> {
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

/// Reads the accounts: what became of them, and their reports for the dataset.
async fn gather(
    run: &Run<'_>,
    caller: &Caller,
    insistent: &Caller,
    sts: &Sts,
    hub: &Hub,
    known: Option<&Manifest>,
) -> (Sweep, BTreeMap<AccountId, Vec<u8>>) {
    let settings = run.settings;
    let store = ReportStore::new(
        &run.place.reports,
        settings.evidence.report_prefix.as_str(),
        settings.layout(),
        run.request.date(),
    );
    let gatherer = Gatherer {
        caller,
        insistent,
        sts,
        iam: &Iam::new(run.sdk),
        hub,
        role: &member_role(settings),
        wanted: ReportWanted {
            as_of: run.request.time,
            max_age: settings.max_report_age(),
            timeout: settings.report_timeout(),
            max_bytes: usize::from(settings.conduct.max_report_size) * 1024 * 1024,
        },
        budget: &Budget::new(u64::from(settings.conduct.memory) * 1024 * 1024),
        store,
        settings,
        done: collected(known),
        progress: run.progress,
    };
    let organization = Organization::new(run.sdk);
    let source = source(known, &organization, hub, settings);
    let mut sweep = gatherer
        .sweep(source, stop_at(caller.clock().now(), run.deadline))
        .await;
    if settings.access.single_account && known.is_none() {
        sweep.listing = Some(Listing {
            complete: true,
            pages: 0,
            stopped_by: None,
        });
    }
    let spool = gatherer.store.into_spool();
    (sweep, spool)
}

async fn deliver(
    run: &Run<'_>,
    ledger: &Ledger<'_>,
    outbox: &Outbox<'_>,
    manifest: Manifest,
    reports: &Reports<'_>,
) -> Result<Finished, RunError> {
    let records = &run.place.records;
    let prefix = run.settings.evidence.dataset_prefix.as_str();
    let dataset = dataset::write(records, prefix, &manifest, reports)
        .await
        .map_err(RunError::Store)?;
    let location = records.location(&ledger.manifest_key());
    if let Some(alert) = alert::alert(&manifest, &location) {
        outbox.keep(&manifest, &alert).await.map_err(RunError::Store)?;
    }
    ledger.commit(&manifest).await.map_err(RunError::Store)?;
    let sent = match outbox.send_previous(manifest.previous.as_ref()).await {
        Ok(()) => outbox.send(manifest.date, &manifest.run).await,
        Err(error) => Err(error),
    };
    Ok(Finished {
        dataset: Some(records.location(&dataset)),
        reports: reports_of(run),
        location,
        manifest,
        next: None,
        unsent: sent.err(),
    })
}

fn reports_of(run: &Run<'_>) -> String {
    let prefix = run.settings.evidence.report_prefix.as_str();
    run.place.reports.location(&format!("{prefix}{}/", run.request.date()))
}

fn member_role(settings: &Settings) -> MemberRole {
    let access = &settings.access;
    MemberRole {
        path: access.member_role_path.as_str().to_owned(),
        name: access.member_role_name.as_str().to_owned(),
        external_id: access.external_id.clone(),
        session_name: access.session_name.as_str().to_owned(),
        policy: session_policy(PERMISSIONS),
    }
}

fn collected(known: Option<&Manifest>) -> BTreeSet<AccountId> {
    let accounts = known.into_iter().flat_map(|manifest| &manifest.accounts);
    accounts
        .filter(|entry| matches!(entry.outcome, Outcome::Collected(_)))
        .map(|entry| entry.account)
        .collect()
}

/// Whom to look at: the whole list, unless an earlier part read it to its end and found nothing odd about it.
fn source<'a>(known: Option<&Manifest>, organization: &'a Organization, hub: &Hub, settings: &Settings) -> Source<'a> {
    match known {
        Some(manifest) if manifest.listing.complete && manifest.shortfalls.is_empty() => {
            Source::Known(manifest.unfinished().cloned().collect())
        }
        _ if settings.access.single_account => Source::Known(vec![AccountEntry {
            account: hub.account,
            name: String::new(),
            state: "UNKNOWN".to_owned(),
            outcome: Outcome::Left,
        }]),
        _ => Source::Organization(organization),
    }
}

/// When to stop reading accounts, so that there is time for the ledger.
fn stop_at(now: Timestamp, deadline: Option<Timestamp>) -> Option<Timestamp> {
    let deadline = deadline?;
    let reserve = RESERVE.min(deadline.duration_since(now) / 3);
    Some(deadline.checked_sub(reserve).unwrap_or(deadline))
}

/// The event of the next part, if accounts are left and this part got anywhere.
fn next_part(
    request: &RunRequest,
    ledger: &Ledger<'_>,
    known: Option<&Manifest>,
    manifest: &Manifest,
) -> Option<RunRequest> {
    let left_before = known.map_or(u64::MAX, |known| known.counts.left);
    let listed_more = known.is_none_or(|known| known.counts.listed < manifest.counts.listed);
    let progressed = manifest.counts.left < left_before || listed_more;
    let unlisted = manifest.listing.stopped_by == Some(audit_core::ledger::StoppedBy::Deadline);
    let wanted = (manifest.counts.left > 0 || unlisted) && progressed && ledger.next_part() < MAX_PARTS;
    wanted.then(|| RunRequest {
        run: Some(ledger.run().clone()),
        part: ledger.next_part(),
        ..request.clone()
    })
}

impl Finished {
    /// The share of failed accounts among those looked at, if it is above what the settings allow.
    #[must_use]
    pub fn too_many_failed(&self, settings: &Settings) -> Option<String> {
        let counts = self.manifest.counts;
        let looked_at = counts.collected + counts.failed;
        let allowed = u64::from(settings.conduct.max_failed_percent);
        (counts.failed * 100 > looked_at * allowed).then(|| {
            format!(
                "{} of {looked_at} accounts failed, which is above the allowed {allowed} %: see {}",
                counts.failed, self.location
            )
        })
    }

    /// The time that the run took by its own clock.
    #[must_use]
    pub fn took(start: Timestamp, end: Timestamp) -> Duration {
        end.duration_since(start).unsigned_abs()
    }
}
