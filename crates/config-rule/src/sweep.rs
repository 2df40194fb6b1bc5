//! The sweep of the organization: the privilege report of every account, the dataset for SQL, and the ledger.

mod dataset;
mod evidence;
mod reader;

use audit_aws::account::{Gatherer, ReportWanted};
use audit_aws::budget::Budget;
use audit_aws::caller::{Caller, Patience};
use audit_aws::collection::Collection;
use audit_aws::error::CallError;
use audit_aws::evidence::Evidence;
use audit_aws::ledger::Ledger;
use audit_aws::organization::Organization;
use audit_aws::outbox::Outbox;
use audit_aws::run::{Ending, Place, RunError, check, collected, next_part, read_until, stop_at};
use audit_aws::session::{Hub, Sts};
use audit_aws::sweep::{Progress, Source, Sweeper};
use audit_aws::topic::Topic;
use audit_core::account::AccountId;
use audit_core::event::RunRequest;
use audit_core::keys;
use audit_core::ledger::{Listing, Manifest};
use audit_report::privileges::Overview;
use aws_types::SdkConfig;
use jiff::Timestamp;
use tokio::sync::{OnceCell, Semaphore};

use self::evidence::EvidenceStore;
use self::reader::Reader;
use crate::FUNCTION;
use crate::alert::alert;
use crate::gather::member_role;
use crate::permissions::reading;
use crate::settings::Settings;

/// What a sweep is made of.
pub struct Sweep<'a> {
    /// How AWS is reached; all waiting and telling the time goes through it too.
    pub sdk: &'a SdkConfig,
    /// The settings.
    pub settings: &'a Settings,
    /// The event.
    pub request: &'a RunRequest,
    /// Where evidence goes, and where it is read from.
    pub place: &'a Place,
    /// When the invocation ends, whatever it is doing; `None` when it may take its time.
    pub deadline: Option<Timestamp>,
    /// Who watches.
    pub progress: &'a (dyn Fn(Progress<'_>) + Sync),
}

/// What a sweep came to.
#[derive(Clone, Debug)]
pub struct Swept {
    /// The ledger of the run.
    pub manifest: Manifest,
    /// Where the manifest is, for people.
    pub location: String,
    /// Where the reports of the day are, for people.
    pub reports: String,
    /// Where the dataset is, for people; `None` when the next part writes it, or nobody can.
    pub dataset: Option<String>,
    /// What all accounts come to; `None` where the dataset was not written now.
    pub overview: Option<Overview>,
    /// Collected accounts whose stored report is not the one that the ledger names.
    pub missing: Vec<AccountId>,
    /// Why the dataset could not be written.
    pub unwritten: Option<CallError>,
    /// Why the sweep's message, kept in the outbox, could not be sent.
    pub unsent: Option<CallError>,
    /// What the next invocation is to be asked, if accounts are left and this one got anywhere.
    pub next: Option<RunRequest>,
}

impl Swept {
    /// Whether everything that follows from the ledger is where it belongs: dataset and message.
    #[must_use]
    pub fn is_delivered(&self) -> bool {
        self.unsent.is_none() && self.dataset.is_some() && self.unwritten.is_none() && self.missing.is_empty()
    }
}

/// Writes the privilege report of every account, and commits the ledger of it.
///
/// An account that is done with is not read again in the same run; what failed or is left is.
///
/// # Errors
/// When nothing can be looked at or stored at all. Whatever goes wrong with single accounts is in the ledger.
pub async fn sweep(run: &Sweep<'_>) -> Result<Swept, RunError> {
    let settings = run.settings;
    settings.validate()?;
    let caller = Caller::new(run.sdk, Patience::default(), settings.conduct.concurrency.into())?;
    check(run.request, caller.clock().now())?;

    let insistent = caller.insistent();
    let records = &run.place.records;
    let sts = Sts::new(run.sdk);
    let hub = sts.hub(&insistent).await.map_err(RunError::Identity)?;
    let shrink = settings.conduct.max_list_shrink;
    let mut ledger = Ledger::open(FUNCTION, records, &insistent, run.request, hub.account, shrink)
        .await
        .map_err(RunError::Store)?;
    let known = ledger.fold();
    let swept = Box::pin(read(run, &caller, &insistent, &sts, &hub, &ledger)).await;
    if let Some(error) = swept.broken {
        return Err(RunError::Store(error));
    }
    match swept.listing_error {
        Some(error) if swept.entries.is_empty() && known.is_none() => return Err(RunError::Listing { error }),
        Some(error) => tracing::warn!(error = %error, "the list of accounts was not read to its end"),
        None => {}
    }
    let entries = swept.entries.into_values().collect();
    ledger.add(swept.listing, entries).await.map_err(RunError::Store)?;
    if let Some(next) = next_part(run.request, &ledger, known.as_ref()) {
        let (manifest, _) = ledger.commit().await.map_err(RunError::Store)?;
        return Ok(finished(run, &ledger, manifest, Some(next)));
    }
    (run.progress)(Progress::WritingDataset);
    deliver(run, &insistent, &mut ledger).await
}

/// Reads the accounts and stores their reports.
async fn read(
    run: &Sweep<'_>,
    caller: &Caller,
    insistent: &Caller,
    sts: &Sts,
    hub: &Hub,
    ledger: &Ledger<'_>,
) -> audit_aws::sweep::Sweep {
    let (settings, place) = (run.settings, run.place);
    let single_account = settings.access.single_account;
    let known = ledger.fold();
    let done = collected(known.as_ref());
    let organization = Organization::new(run.sdk);
    let source = Source::of(known.as_ref(), &organization, hub, single_account);
    let anybody = !matches!(&source, Source::Known(entries) if entries.is_empty());
    let report = ReportWanted {
        as_of: run.request.time,
        max_age: settings.reports.max_age(),
        timeout: settings.reports.timeout(),
        max_bytes: settings.reports.max_bytes(),
    };
    let collection = if !anybody || settings.collected.fetch_reports {
        Collection::empty(&place.reports)
    } else {
        Collection::open(insistent, &place.records, &place.reports, report.as_of, report.max_age).await
    };
    let reader = Reader {
        settings,
        caller,
        insistent,
        sts,
        gatherer: &Gatherer::new(run.sdk),
        organization: &organization,
        above: OnceCell::new(),
        above_key: &keys::above(FUNCTION, run.request.date(), ledger.run()),
        hub,
        role: &member_role(settings, &reading(settings.looks())),
        report: &report,
        collection: &collection,
        budget: &Budget::new(u64::from(settings.conduct.memory) * 1024 * 1024),
        store: EvidenceStore {
            evidence: Evidence::new(&place.records, !done.is_empty()),
            prefix: settings.privileges.config_rule_prefix.as_str(),
            formats: &settings.privileges.privilege_formats,
            date: run.request.date(),
            run: ledger.run(),
            as_of: run.request.time,
            desk: Semaphore::new(evidence::REPORTS_AT_A_TIME),
        },
        slots: reader::slots(),
    };
    let sweeper = Sweeper {
        insistent,
        scope: &settings.scope,
        done,
        listed: &|_| {},
        progress: run.progress,
    };
    let until = read_until(run.request, known.as_ref(), caller.clock().now(), run.deadline);
    let mut swept = sweeper.sweep(source, until, |entry| reader.settle(entry)).await;
    if single_account && known.is_none() {
        swept.listing = Some(Listing {
            complete: true,
            pages: 0,
            stopped_by: None,
        });
    }
    swept
}

/// Writes the dataset, keeps the message, commits the ledger and then sends.
///
/// When time runs out over the dataset the ledger is committed without it, and the next invocation writes it.
async fn deliver(run: &Sweep<'_>, caller: &Caller, ledger: &mut Ledger<'_>) -> Result<Swept, RunError> {
    let manifest = ledger.fold().ok_or(RunError::NothingToDeliver)?;
    let clock = caller.clock();
    let until = stop_at(clock.now(), run.deadline);
    let prefix = run.settings.privileges.privileges_prefix.as_str();
    let written = dataset::write(&run.place.records, caller, prefix, &manifest);
    let written = clock.before(until, Box::pin(written)).await;
    let Ending { made, unwritten, next } = Ending::of(written, run.request, ledger, &manifest);
    let records = &run.place.records;
    let topic = run.settings.destination.topic.as_ref();
    let topic = topic.map(|arn| Topic::new(run.sdk, arn.as_str()));
    let outbox = Outbox {
        function: FUNCTION,
        store: records,
        caller,
        topic: topic.as_ref(),
    };
    let missing = made.as_ref().map(|(dataset, _)| dataset.missing.as_slice());
    let location = records.location(&ledger.manifest_key());
    match alert(
        &manifest,
        missing.unwrap_or_default(),
        &reports_of(run, &manifest),
        &location,
    ) {
        Some(notice) => outbox.keep(manifest.date, &manifest.run, &notice).await,
        None => outbox.withdraw(manifest.date, &manifest.run).await,
    }
    .map_err(RunError::Store)?;
    let (manifest, _) = ledger.commit().await.map_err(RunError::Store)?;
    let unsent = if next.is_some() {
        None
    } else {
        outbox.send().await.err()
    };
    let finished = Swept {
        unwritten,
        unsent,
        ..finished(run, ledger, manifest, next)
    };
    Ok(match made {
        None => finished,
        Some((dataset, overview)) => Swept {
            dataset: Some(run.place.records.location(&dataset.key)),
            missing: dataset.missing,
            overview,
            ..finished
        },
    })
}

fn finished(run: &Sweep<'_>, ledger: &Ledger<'_>, manifest: Manifest, next: Option<RunRequest>) -> Swept {
    Swept {
        location: run.place.records.location(&ledger.manifest_key()),
        reports: reports_of(run, &manifest),
        dataset: None,
        overview: None,
        missing: Vec::new(),
        unwritten: None,
        unsent: None,
        next,
        manifest,
    }
}

fn reports_of(run: &Sweep<'_>, manifest: &Manifest) -> String {
    let prefix = run.settings.privileges.config_rule_prefix.as_str();
    run.place.records.location(&format!("{prefix}{}/", manifest.date))
}
