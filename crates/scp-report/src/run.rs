//! One run, from the event to the committed ledger: gather, judge, deliver.

use audit_aws::caller::{Caller, Patience};
use audit_aws::error::CallError;
use audit_aws::ledger::Ledger;
use audit_aws::memory::{Before, Memory};
use audit_aws::organization::Organization;
use audit_aws::outbox::Outbox;
use audit_aws::run::{RunError, check, further, stop_at};
use audit_aws::session::{Hub, Sts};
use audit_aws::store::{Bucket, Found, Store};
use audit_aws::sweep::Progress;
use audit_aws::topic::Topic;
use audit_core::control_policies::{self, Guardrails, Report, Status};
use audit_core::event::RunRequest;
use audit_core::keys;
use audit_core::ledger::{AccountEntry, Counts, Listing, Manifest, Outcome};
use audit_report::control_policies::Coverage;
use aws_types::SdkConfig;
use jiff::Timestamp;

use crate::FUNCTION;
use crate::alert::alert;
use crate::deliver::{Documents, LINES, WORKBOOK};
use crate::gather::{Accounts, Gatherer, Kept};
use crate::judge::{outcomes, shortfalls, subjects};
use crate::settings::Settings;

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

/// Where evidence goes, and where the list of guardrails is.
#[derive(Clone, Debug)]
pub struct Place {
    /// Everything that the function writes.
    pub records: Store,
}

impl Place {
    /// The bucket that the settings name; `None` when they name none.
    #[must_use]
    pub fn bucket(sdk: &SdkConfig, settings: &Settings) -> Option<Self> {
        let bucket = settings.destination.bucket_settings()?;
        Some(Self {
            records: Store::Bucket(Bucket::new(sdk, bucket)),
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
    /// What it came to and where the documents are; `None` when the next part makes them.
    pub results: Option<Results>,
    /// What the next invocation is to be asked, if something is not read yet and this one got anywhere.
    pub next: Option<RunRequest>,
    /// Why the run's message, kept in the outbox, could not be sent.
    pub unsent: Option<CallError>,
}

/// What the documents tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Results {
    /// Where the workbook is, for people.
    pub workbook: String,
    /// Where the rows are, for programs.
    pub lines: String,
    /// For each guardrail its title and how many accounts come to each status.
    pub guardrails: Vec<(String, Vec<(Status, usize)>)>,
    /// How many things could not be read or understood.
    pub gaps: usize,
}

/// Reads the organization, judges every account, writes the documents, and commits the ledger of it.
///
/// What was read is not read again in the same run; what failed or was not reached is.
///
/// # Errors
/// When nothing can be looked at or stored at all. Whatever cannot be read is in the ledger and in the report.
pub async fn run(run: &Run<'_>) -> Result<Finished, RunError> {
    let settings = run.settings;
    let caller = Caller::new(run.sdk, Patience::default(), settings.conduct.concurrency.into())?;
    check(run.request, caller.clock().now())?;
    let insistent = caller.insistent();
    let records = &run.place.records;
    let guardrails = guardrails(settings, records, &insistent).await?;
    let hub = Sts::new(run.sdk).hub(&insistent).await.map_err(RunError::Identity)?;
    let shrink = settings.conduct.max_list_shrink;
    let mut ledger = Ledger::open(FUNCTION, records, &insistent, run.request, hub.account, shrink)
        .await
        .map_err(RunError::Store)?;
    let known = ledger.fold();
    let documents = Documents {
        store: records,
        caller: &insistent,
        date: run.request.date(),
        run: &ledger.run().clone(),
    };
    let kept = Kept {
        store: records,
        caller: &insistent,
        key: &documents.key("organization.json"),
    };
    let before = kept.load().await.map_err(RunError::Store)?;
    let gatherer = Gatherer {
        settings,
        caller: &insistent,
        hub: &hub,
        organization: &Organization::new(run.sdk),
        progress: run.progress,
    };
    let until = stop_at(insistent.clock().now(), run.deadline);
    let accounts = gatherer.accounts(known.as_ref(), until).await;
    match &accounts.sweep.listing_error {
        Some(error) if error.has_code(&["AWSOrganizationsNotInUseException"]) => {
            return Err(RunError::NoOrganization(error.clone()));
        }
        Some(error) if accounts.entries.is_empty() => {
            return Err(RunError::Listing { error: error.clone() });
        }
        Some(error) => tracing::warn!(error = %error, "the list of accounts was not read to its end"),
        None => {}
    }
    let answers = before.answers();
    let mut start = before;
    start.parents.extend(accounts.parents.clone());
    let organization = gatherer.organization(start, &accounts, until).await;
    kept.save(&organization).await.map_err(RunError::Store)?;

    let listing = accounts.sweep.listing;
    let desk = Desk {
        run,
        caller: &insistent,
        hub: &hub,
        guardrails: &guardrails,
        documents: &documents,
    };
    let is_unlisted =
        listing.is_some_and(|listing| listing.stopped_by == Some(audit_core::ledger::StoppedBy::Deadline));
    let got_further = organization.answers() > answers || known.is_none();
    let unfinished = (organization.is_unfinished() || is_unlisted) && got_further && run.deadline.is_some();
    // The last invocation that a run may have says what it knows.
    if let Some(next) = further(run.request, &ledger).filter(|_| unfinished) {
        return desk.hand_on(&mut ledger, listing, accounts, next).await;
    }
    (run.progress)(Progress::WritingDataset);
    desk.deliver(&mut ledger, &organization, listing, accounts).await
}

/// The list of guardrails, read before anything is looked at: one that cannot be used hides nothing in silence.
async fn guardrails(settings: &Settings, records: &Store, caller: &Caller) -> Result<Guardrails, RunError> {
    let Some(key) = &settings.guardrails.guardrails_key else {
        return Guardrails::built_in().map_err(|error| RunError::Unusable {
            key: "the list of the release".to_owned(),
            problem: error.to_string(),
        });
    };
    let unusable = |problem: String| RunError::Unusable {
        key: records.location(key.as_str()),
        problem,
    };
    match records.read(caller, key.as_str(), None).await {
        Err(error) => Err(unusable(error.to_string())),
        Ok(Found::Nothing) => Err(unusable("it is not there".to_owned())),
        Ok(Found::Changed) => Err(unusable("its checksum does not hold".to_owned())),
        Ok(Found::Whole(_, bytes)) => match std::str::from_utf8(&bytes) {
            Err(_) => Err(unusable("it is not UTF-8".to_owned())),
            Ok(text) => Guardrails::parse(text).map_err(|error| unusable(error.to_string())),
        },
    }
}

/// What stays the same throughout a run.
struct Desk<'a> {
    run: &'a Run<'a>,
    caller: &'a Caller,
    hub: &'a Hub,
    guardrails: &'a Guardrails,
    documents: &'a Documents<'a>,
}

impl Desk<'_> {
    /// Commits that every account is left, and leaves the rest to the next invocation.
    async fn hand_on(
        &self,
        ledger: &mut Ledger<'_>,
        listing: Option<Listing>,
        accounts: Accounts,
        next: RunRequest,
    ) -> Result<Finished, RunError> {
        let entries = accounts.sweep.entries.into_values().collect();
        ledger.add(listing, entries).await.map_err(RunError::Store)?;
        let location = self.run.place.records.location(&ledger.manifest_key());
        let (manifest, _) = ledger.commit().await.map_err(RunError::Store)?;
        Ok(Finished {
            manifest,
            location,
            results: None,
            next: Some(next),
            unsent: None,
        })
    }

    /// Writes the documents, adds what became of the accounts, keeps the message, commits the ledger and then sends.
    async fn deliver(
        &self,
        ledger: &mut Ledger<'_>,
        organization: &control_policies::Organization,
        listing: Option<Listing>,
        accounts: Accounts,
    ) -> Result<Finished, RunError> {
        let (run, records) = (self.run, &self.run.place.records);
        let entries: Vec<AccountEntry> = accounts.entries.values().cloned().collect();
        let subjects = subjects(entries.iter());
        let report = Report::new(
            run.request.time,
            &self.hub.partition,
            organization,
            self.guardrails,
            &subjects,
        );
        let Counts { listed, skipped, .. } = Counts::of(&entries);
        let size = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
        let known_complete = || ledger.fold().is_some_and(|known| known.listing.complete);
        let coverage = Coverage {
            listed: size(listed),
            skipped: size(skipped),
            is_complete: listing.map_or_else(known_complete, |listing| listing.complete),
        };
        let stored = self.documents.write(&report, coverage).await.map_err(RunError::Store)?;
        let settled = outcomes(entries.clone(), &report, &stored);
        for entry in settled.iter().filter(|entry| entry.outcome != Outcome::Left) {
            (run.progress)(Progress::Settled(entry));
        }
        let shortfalls = shortfalls(&report);
        let added = ledger.add_lacking(listing, settled, &shortfalls).await;
        added.map_err(RunError::Store)?;

        let memory = Memory {
            function: FUNCTION,
            store: records,
            caller: self.caller,
            date: run.request.date(),
            run: &ledger.run().clone(),
            as_of: run.request.time,
        };
        let remembered = memory.before(control_policies::Memory::parse).await;
        let remembered = match remembered.map_err(RunError::Store)? {
            Before::Nothing => Some(control_policies::Memory::default()),
            Before::State(remembered) => Some(remembered),
            Before::Overtaken { .. } => None,
        };
        let (remembered, news) = remembered
            .map(|before| before.after(&report, coverage.is_complete))
            .unzip();
        let news = news.unwrap_or_default();

        let topic = run.settings.destination.topic.as_ref();
        let topic = topic.map(|arn| Topic::new(run.sdk, arn.as_str()));
        let outbox = Outbox {
            function: FUNCTION,
            store: records,
            caller: self.caller,
            topic: topic.as_ref(),
        };
        let manifest = ledger.fold().ok_or(RunError::NothingToDeliver)?;
        let location = records.location(&ledger.manifest_key());
        let workbook = records.location(&self.documents.key(WORKBOOK));
        match alert(&manifest, &report, &news, &location, &workbook) {
            Some(notice) => outbox.keep(manifest.date, &manifest.run, &notice).await,
            None => outbox.withdraw(manifest.date, &manifest.run).await,
        }
        .map_err(RunError::Store)?;
        // Left once the message is kept: whoever goes over this again tells the same news.
        if let Some(remembered) = remembered {
            let bytes = remembered.to_bytes(FUNCTION, memory.run, memory.as_of);
            let stamp = |bytes: &[u8]| control_policies::Memory::parse(bytes).ok().map(|(stamp, _)| stamp);
            memory.leave(bytes.into(), stamp).await.map_err(RunError::Store)?;
        }
        let (manifest, _) = ledger.commit().await.map_err(RunError::Store)?;
        let unsent = outbox.send().await.err();
        let tallies = report.guardrails.iter().enumerate();
        let tallies =
            tallies.map(|(place, guardrail)| (guardrail.title.clone(), report.tally(place).into_iter().collect()));
        Ok(Finished {
            results: Some(Results {
                workbook,
                lines: records.location(&keys::report(FUNCTION, manifest.date, &manifest.run, LINES)),
                guardrails: tallies.collect(),
                gaps: report.gaps.len(),
            }),
            manifest,
            location,
            next: None,
            unsent,
        })
    }
}

impl Finished {
    /// Whether everything that follows from the ledger is where it belongs: documents and message.
    #[must_use]
    pub fn is_delivered(&self) -> bool {
        self.results.is_some() && self.unsent.is_none()
    }
}
