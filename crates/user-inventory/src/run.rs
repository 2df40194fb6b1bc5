//! One run, from the event to the committed ledger: gather, judge, deliver.

use std::collections::BTreeMap;
use std::sync::Mutex;

use audit_aws::budget::Budget;
use audit_aws::caller::{Caller, Patience};
use audit_aws::collection::Collection;
use audit_aws::config::Config;
use audit_aws::error::CallError;
use audit_aws::evidence::Evidence;
use audit_aws::ledger::Ledger;
use audit_aws::organization::Organization;
use audit_aws::outbox::Outbox;
use audit_aws::run::{Ending, Place, RunError, check, collected, next_part, read_until, stop_at};
use audit_aws::session::{Hub, Sts};
use audit_aws::sweep::{Progress, Source, Sweep, Sweeper};
use audit_aws::topic::Topic;
use audit_core::account::AccountId;
use audit_core::event::RunRequest;
use audit_core::inventory::Query;
use audit_core::ledger::{Listing, Manifest, Outcome, RunStatus};
use audit_report::inventory::Summary;
use aws_types::SdkConfig;
use jiff::Timestamp;

use crate::deliver::evidence::EvidenceStore;
use crate::deliver::inventory::Making;
use crate::gather::{Inquiry, Target};
use crate::settings::{Format, Settings};
use crate::{FUNCTION, alert};

/// What a run is made of.
pub struct Run<'a> {
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

/// What a run came to.
#[derive(Clone, Debug)]
pub struct Finished {
    /// The ledger of the run.
    pub manifest: Manifest,
    /// Where the manifest is, for people.
    pub location: String,
    /// Where the report is, for people; `None` when the next part writes it, or nobody can.
    pub report: Option<String>,
    /// Where the files of the inventory are.
    pub files: Vec<String>,
    /// What the inventory comes to; `None` too when an earlier invocation made it.
    pub summary: Option<Summary>,
    /// Accounts whose stored answer is not the one that the ledger names.
    pub changed: Vec<AccountId>,
    /// Why the inventory could not be written.
    pub unwritten: Option<CallError>,
    /// What the next invocation is to be asked, if accounts are left and this one got anywhere.
    pub next: Option<RunRequest>,
    /// Why the run's message, kept in the outbox, could not be sent.
    pub unsent: Option<CallError>,
}

impl Finished {
    /// Whether everything that follows from the ledger is where it belongs: inventory and message.
    #[must_use]
    pub fn is_delivered(&self) -> bool {
        self.unsent.is_none() && self.unwritten.is_none() && self.changed.is_empty()
    }

    /// Whether nothing is known to be old, unreadable or missing.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.manifest.is_sound()
    }
}

/// What stays the same throughout a run.
struct Desk<'a> {
    run: &'a Run<'a>,
    query: Query,
    caller: Caller,
    /// For what everything hangs on.
    insistent: Caller,
    hub: Hub,
    config: Config,
}

/// Takes stock, and commits the ledger of it.
///
/// A run that is complete does nothing again; one that is not goes on with the accounts that failed or are left.
///
/// # Errors
/// When nothing can be looked at or stored at all. Whatever goes wrong with single accounts is in the ledger.
pub async fn run(run: &Run<'_>) -> Result<Finished, RunError> {
    let settings = run.settings;
    settings.validate()?;
    let query = settings.query()?;
    let caller = Caller::new(run.sdk, Patience::default(), settings.conduct.concurrency.into())?;
    check(run.request, caller.clock().now())?;

    let insistent = caller.insistent();
    let hub = Sts::new(run.sdk).hub(&insistent).await.map_err(RunError::Identity)?;
    let records = &run.place.records;
    let shrink = settings.conduct.max_list_shrink;
    let mut ledger = Ledger::open(FUNCTION, records, &insistent, run.request, hub.account, shrink)
        .await
        .map_err(RunError::Store)?;
    let desk = Desk {
        run,
        query,
        insistent: insistent.clone(),
        caller,
        hub,
        config: Config::new(run.sdk),
    };
    let target = desk.target().await?;
    let known = ledger.fold();
    // A complete run does nothing again, but an earlier invocation may have ended before what follows from it.
    if known.as_ref().is_none_or(|known| known.status != RunStatus::Complete) {
        let sweep = desk.gather(&target, known.as_ref(), &ledger).await;
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
                report: None,
                files: Vec::new(),
                summary: None,
                changed: Vec::new(),
                unwritten: None,
                next: Some(next),
                unsent: None,
                manifest,
            });
        }
    }
    (run.progress)(Progress::WritingDataset);
    desk.deliver(&target, &mut ledger).await
}

impl Desk<'_> {
    async fn target(&self) -> Result<Target<'_>, RunError> {
        let settings = self.run.settings;
        if settings.single_account {
            let region = self.run.sdk.region().map(ToString::to_string);
            return Ok(Target::Recorder {
                hub: &self.hub,
                region: region.unwrap_or_default(),
            });
        }
        let name = settings.asking.aggregator.as_deref();
        Target::aggregator(&self.config, &self.insistent, &self.hub, name).await
    }

    /// Reads the accounts: what became of them.
    async fn gather(&self, target: &Target<'_>, known: Option<&Manifest>, ledger: &Ledger<'_>) -> Sweep {
        let (run, settings) = (self.run, self.run.settings);
        let done = collected(known);
        let organization = Organization::new(run.sdk);
        let above = Mutex::new(BTreeMap::new());
        let inquiry = Inquiry {
            caller: &self.caller,
            organization: &organization,
            config: &self.config,
            target,
            query: &self.query,
            as_of: run.request.time,
            budget: &Budget::new(u64::from(settings.conduct.memory) * 1024 * 1024),
            memory: usize::from(settings.conduct.memory) * 1024 * 1024,
            store: EvidenceStore {
                evidence: Evidence::new(&run.place.records, !done.is_empty()),
                date: run.request.date(),
                run: ledger.run(),
                as_of: run.request.time,
            },
            above: &above,
            progress: run.progress,
        };
        let sweeper = Sweeper {
            insistent: &self.insistent,
            scope: &settings.scope,
            done,
            listed: &|account| {
                let mut above = above.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                above.insert(account.id, account.units.clone());
            },
            // An account that is only listed is not settled yet.
            progress: &|step| match step {
                Progress::Settled(entry) if entry.outcome == Outcome::Left => {}
                step => (run.progress)(step),
            },
        };
        let source = Source::of(known, &organization, &self.hub, settings.single_account);
        let until = read_until(run.request, known, self.caller.clock().now(), run.deadline);
        let mut sweep = inquiry.gather(&sweeper, source, until).await;
        if settings.single_account && known.is_none() {
            sweep.listing = Some(Listing {
                complete: true,
                pages: 0,
                stopped_by: None,
            });
        }
        sweep
    }

    /// Writes the inventory, keeps the message, commits the ledger and then sends.
    ///
    /// When time runs out over the inventory the ledger is committed without it, and the next invocation writes it.
    async fn deliver(&self, target: &Target<'_>, ledger: &mut Ledger<'_>) -> Result<Finished, RunError> {
        let (run, settings) = (self.run, self.run.settings);
        let (records, caller) = (&run.place.records, &self.insistent);
        let topic = settings.destination.topic.as_ref();
        let topic = topic.map(|arn| Topic::new(run.sdk, arn.as_str()));
        let outbox = Outbox {
            function: FUNCTION,
            store: records,
            caller,
            topic: topic.as_ref(),
        };
        let manifest = ledger.fold().ok_or(RunError::NothingToDeliver)?;
        let clock = caller.clock();
        let until = stop_at(clock.now(), run.deadline);
        let made = clock.before(until, self.make(target, &manifest)).await;
        let Ending { made, unwritten, next } = Ending::of(made, run.request, ledger, &manifest);
        let location = records.location(&ledger.manifest_key());
        let report = records.location(&Making::report_key(&manifest));
        let changed = made.as_ref().map(|made| made.changed.as_slice()).unwrap_or_default();
        match alert::alert(&manifest, changed, &report, &location) {
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
        Ok(Finished {
            report: made.is_some().then_some(report),
            files: made.as_ref().map(|_| self.files(&manifest)).unwrap_or_default(),
            changed: made.as_ref().map(|made| made.changed.clone()).unwrap_or_default(),
            summary: made.and_then(|made| made.summary),
            location,
            manifest,
            unwritten,
            next,
            unsent,
        })
    }

    async fn make(
        &self,
        target: &Target<'_>,
        manifest: &Manifest,
    ) -> Result<crate::deliver::inventory::Made, CallError> {
        let (place, settings) = (self.run.place, self.run.settings);
        let collection = if settings.asking.without_credentials || !self.query.is_of_users() {
            Collection::empty(&place.reports)
        } else {
            let (as_of, age) = (self.run.request.time, settings.report_age());
            Collection::open(&self.insistent, &place.records, &place.reports, as_of, age).await
        };
        let making = Making {
            settings,
            query: &self.query,
            records: &place.records,
            collection: &collection,
            caller: &self.insistent,
            manifest,
            source: &target.words(),
        };
        making.make().await
    }

    fn files(&self, manifest: &Manifest) -> Vec<String> {
        let settings = self.run.settings;
        let keys = Making::keys(settings, manifest);
        let files = [
            (Format::Csv, keys.csv),
            (Format::JsonLines, keys.lines),
            (Format::Parquet, keys.parquet),
        ];
        let wanted = files.into_iter().filter(|(format, _)| settings.wants(*format));
        wanted.map(|(_, key)| self.run.place.records.location(&key)).collect()
    }
}
