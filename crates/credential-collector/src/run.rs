//! One run, from the event to the committed ledger: gather, judge, deliver.

use audit_aws::account::{Iam, ReportWanted};
use audit_aws::budget::Budget;
use audit_aws::caller::{Caller, Patience};
use audit_aws::error::CallError;
use audit_aws::ledger::Ledger;
use audit_aws::organization::Organization;
use audit_aws::outbox::Outbox;
use audit_aws::run::{Ending, Place, RunError, check, collected, next_part, read_until, stop_at};
use audit_aws::session::{Hub, MemberRole, Sts};
use audit_aws::sweep::{Progress, Source, Sweep, Sweeper};
use audit_aws::topic::Topic;
use audit_core::account::AccountId;
use audit_core::event::RunRequest;
use audit_core::ledger::{Listing, Manifest, RunStatus};
use audit_core::permission::session_policy;
use aws_types::SdkConfig;
use jiff::Timestamp;

use crate::deliver::dataset::{self, Reports};
use crate::deliver::report::ReportStore;
use crate::deliver::spool::Spool;
use crate::gather::Gatherer;
use crate::settings::Settings;
use crate::{FUNCTION, PERMISSIONS, alert};

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

/// What a run came to.
#[derive(Clone, Debug)]
pub struct Finished {
    /// The ledger of the run.
    pub manifest: Manifest,
    /// Where the manifest is, for people.
    pub location: String,
    /// Where the day's raw reports are, for people.
    pub reports: String,
    /// Where the dataset is, for people; `None` when the next part writes it, or nobody can.
    pub dataset: Option<String>,
    /// Collected accounts that the dataset lacks, since their bytes in the store are not those that the ledger names.
    pub missing: Vec<AccountId>,
    /// Why the dataset could not be written.
    pub unwritten: Option<CallError>,
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
    let shrink = settings.conduct.max_list_shrink;
    let mut ledger = Ledger::open(FUNCTION, records, &insistent, run.request, hub.account, shrink)
        .await
        .map_err(RunError::Store)?;
    let known = ledger.fold();
    let mut spool = Spool::new();
    // A complete run does nothing again, but an earlier invocation may have ended before what follows from it.
    if known
        .as_ref()
        .is_none_or(|manifest| manifest.status != RunStatus::Complete)
    {
        let sweep;
        let means = Means::new(run, &caller, &insistent, &sts, &hub);
        (sweep, spool) = gather(run, &means, known.as_ref()).await;
        if let Some(error) = sweep.broken {
            return Err(RunError::Store(error));
        }
        match sweep.listing_error {
            Some(error) if sweep.entries.is_empty() && known.is_none() => return Err(RunError::Listing { error }),
            Some(error) => tracing::warn!(error = %error, "the list of accounts was not read to its end"),
            None => {}
        }
        let entries = sweep.entries.into_values().collect();
        ledger.add(sweep.listing, entries).await.map_err(RunError::Store)?;
        if let Some(next) = next_part(run.request, &ledger, known.as_ref()) {
            let (manifest, _) = ledger.commit().await.map_err(RunError::Store)?;
            return Ok(Finished {
                location: records.location(&ledger.manifest_key()),
                reports: reports_of(run),
                dataset: None,
                missing: Vec::new(),
                unwritten: None,
                next: Some(next),
                unsent: None,
                manifest,
            });
        }
    }
    (run.progress)(Progress::WritingDataset);
    let reports = Reports {
        store: &run.place.reports,
        caller: &insistent,
        spool,
    };
    deliver(run, &mut ledger, &reports).await
}

/// What reading accounts takes.
pub(crate) struct Means<'a> {
    pub(crate) caller: &'a Caller,
    pub(crate) insistent: &'a Caller,
    sts: &'a Sts,
    pub(crate) hub: &'a Hub,
    iam: Iam,
    role: MemberRole,
    budget: Budget,
}

impl<'a> Means<'a> {
    pub(crate) fn new(run: &Run<'_>, caller: &'a Caller, insistent: &'a Caller, sts: &'a Sts, hub: &'a Hub) -> Self {
        Self {
            caller,
            insistent,
            sts,
            hub,
            iam: Iam::new(run.sdk),
            role: member_role(run.settings),
            budget: Budget::new(u64::from(run.settings.conduct.memory) * 1024 * 1024),
        }
    }

    /// The gatherer of a run; `begun` is whether an earlier invocation has read some of its accounts.
    pub(crate) fn gatherer<'g>(&'g self, run: &'g Run<'_>, begun: bool) -> Gatherer<'g> {
        let settings = run.settings;
        Gatherer {
            caller: self.caller,
            sts: self.sts,
            iam: &self.iam,
            hub: self.hub,
            role: &self.role,
            hub_role: settings.access.hub_role,
            wanted: ReportWanted {
                as_of: run.request.time,
                max_age: settings.reports.max_age(),
                timeout: settings.reports.timeout(),
                max_bytes: settings.reports.max_bytes(),
            },
            budget: &self.budget,
            store: ReportStore::new(
                &run.place.reports,
                settings.evidence.report_prefix.as_str(),
                settings.layout(),
                run.request.date(),
                begun,
            ),
        }
    }
}

/// Reads the accounts: what became of them, and their reports for the dataset.
async fn gather(run: &Run<'_>, means: &Means<'_>, known: Option<&Manifest>) -> (Sweep, Spool) {
    let settings = run.settings;
    let single_account = settings.access.single_account;
    let done = collected(known);
    let gatherer = means.gatherer(run, !done.is_empty());
    let sweeper = Sweeper {
        insistent: means.insistent,
        scope: &settings.scope,
        done,
        listed: &|_| {},
        progress: run.progress,
    };
    let organization = Organization::new(run.sdk);
    let source = Source::of(known, &organization, means.hub, single_account);
    let until = read_until(run.request, known, means.caller.clock().now(), run.deadline);
    let mut sweep = sweeper.sweep(source, until, |entry| gatherer.settle(entry)).await;
    if single_account && known.is_none() {
        sweep.listing = Some(Listing {
            complete: true,
            pages: 0,
            stopped_by: None,
        });
    }
    (sweep, gatherer.store.into_spool())
}

/// Writes the dataset, keeps the message, commits the ledger and then sends.
///
/// When time runs out over the dataset the ledger is committed without it, and the next invocation writes it.
async fn deliver(run: &Run<'_>, ledger: &mut Ledger<'_>, reports: &Reports<'_>) -> Result<Finished, RunError> {
    let records = &run.place.records;
    let topic = &run.settings.destination.topic;
    let topic = topic.as_ref().map(|arn| Topic::new(run.sdk, arn.as_str()));
    let outbox = Outbox {
        function: FUNCTION,
        store: records,
        caller: reports.caller,
        topic: topic.as_ref(),
    };
    let manifest = ledger.fold().ok_or(RunError::NothingToDeliver)?;
    let prefix = run.settings.evidence.dataset_prefix.as_str();
    let clock = reports.caller.clock();
    let until = stop_at(clock.now(), run.deadline);
    let written = clock
        .before(until, dataset::write(records, prefix, &manifest, reports))
        .await;
    let Ending { made, unwritten, next } = Ending::of(written, run.request, ledger, &manifest);

    let location = records.location(&ledger.manifest_key());
    let missing = made
        .as_ref()
        .map(|dataset| dataset.missing.as_slice())
        .unwrap_or_default();
    match alert::alert(&manifest, missing, &location) {
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
    let (dataset, missing) = made.map(|dataset| (dataset.key, dataset.missing)).unzip();
    Ok(Finished {
        dataset: dataset.map(|key| records.location(&key)),
        missing: missing.unwrap_or_default(),
        unwritten,
        reports: reports_of(run),
        location,
        manifest,
        next,
        unsent,
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
        name: settings.member_role_name.as_str().to_owned(),
        external_id: access.external_id.clone(),
        session_name: access.session_name.as_str().to_owned(),
        policy: session_policy(PERMISSIONS),
    }
}

impl Finished {
    /// Whether everything that follows from the ledger is where it belongs: dataset and message.
    #[must_use]
    pub fn is_delivered(&self) -> bool {
        self.unsent.is_none() && self.unwritten.is_none() && self.missing.is_empty()
    }
}
