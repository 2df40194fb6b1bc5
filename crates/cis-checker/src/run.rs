//! One run, from the event to the committed ledger: gather, judge, deliver.

mod deliver;

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use audit_aws::account::{Gatherer, ReportWanted, Wanted};
use audit_aws::budget::Budget;
use audit_aws::caller::{Caller, Patience};
use audit_aws::collection::Collection;
use audit_aws::error::CallError;
use audit_aws::evidence::Evidence;
use audit_aws::ledger::Ledger;
use audit_aws::organization::Organization;
use audit_aws::run::{Place, RunError, check, collected, next_part, stop_at};
use audit_aws::session::{Hub, MemberRole, Sts};
use audit_aws::store::{Found, Store};
use audit_aws::sweep::{Progress, Source, Sweep, Sweeper};
use audit_core::account::AccountId;
use audit_core::event::RunRequest;
use audit_core::exception::Exceptions;
use audit_core::finding::Finding;
use audit_core::ledger::{Listing, Manifest};
use audit_core::permission::session_policy;
use audit_core::state::Changes;
use audit_report::findings::Summary;
use aws_types::SdkConfig;
use jiff::Timestamp;

use crate::FUNCTION;
use crate::deliver::evidence::EvidenceStore;
use crate::gather::{self, Reader};
use crate::judge::Bench;
use crate::settings::Settings;

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
#[derive(Debug)]
pub struct Finished {
    /// The ledger of the run.
    pub manifest: Manifest,
    /// Where the manifest is, for people.
    pub location: String,
    /// What the findings come to; `None` when the next part delivers it, or nobody can.
    pub summary: Option<Summary>,
    /// What changed since the run before; `None` too when a later run has told its news already.
    pub changes: Option<Changes>,
    /// Where the documents are, for people.
    pub links: Vec<audit_report::findings::Link>,
    /// Accounts whose stored findings are not those that the ledger names.
    pub changed: Vec<AccountId>,
    /// Why what is made of the findings could not be written.
    pub unwritten: Option<CallError>,
    /// What the next invocation is to be asked, if accounts are left and this one got anywhere.
    pub next: Option<RunRequest>,
    /// Why the run's message, kept in the outbox, could not be sent.
    pub unsent: Option<CallError>,
}

impl Finished {
    /// Whether everything that follows from the ledger is where it belongs: documents, state and message.
    #[must_use]
    pub fn is_delivered(&self) -> bool {
        self.summary.is_some() && self.unsent.is_none() && self.unwritten.is_none() && self.changed.is_empty()
    }
}

/// What this invocation read.
#[derive(Default)]
struct Gathered {
    not_entered: BTreeMap<AccountId, Vec<Finding>>,
    organization: Vec<Finding>,
}

/// What stays the same throughout a run.
struct Desk<'a> {
    run: &'a Run<'a>,
    caller: Caller,
    /// For what everything hangs on.
    insistent: Caller,
    sts: Sts,
    hub: Hub,
    wanted: Wanted,
    bench: Bench,
}

/// Judges every account, tells what changed, and commits the ledger of it.
///
/// An account that is done with is not read again in the same run; what failed or is left is.
///
/// # Errors
/// When nothing can be looked at or stored at all. Whatever goes wrong with single accounts is in the ledger.
pub async fn run(run: &Run<'_>) -> Result<Finished, RunError> {
    let settings = run.settings;
    settings.validate()?;
    let caller = Caller::new(run.sdk, Patience::default(), settings.conduct.concurrency.into())?;
    check(run.request, caller.clock().now())?;

    let insistent = caller.insistent();
    let records = &run.place.records;
    let exceptions = exceptions(settings, records, &insistent).await?;
    let sts = Sts::new(run.sdk);
    let hub = sts.hub(&insistent).await.map_err(RunError::Identity)?;
    let shrink = settings.conduct.max_list_shrink;
    let mut ledger = Ledger::open(FUNCTION, records, &insistent, run.request, hub.account, shrink)
        .await
        .map_err(RunError::Store)?;
    let desk = Desk {
        run,
        insistent: insistent.clone(),
        caller,
        sts,
        hub,
        wanted: settings.wanted(),
        bench: Bench {
            edition: settings.judging.edition,
            as_of: run.request.time,
            parameters: settings.parameters(),
        },
    };
    let known = ledger.fold();
    let (sweep, gathered) = desk.gather(known.as_ref(), &ledger).await;
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
            summary: None,
            changes: None,
            links: Vec::new(),
            changed: Vec::new(),
            unwritten: None,
            next: Some(next),
            unsent: None,
            manifest,
        });
    }
    (run.progress)(Progress::WritingDataset);
    desk.deliver(&mut ledger, gathered, exceptions).await
}

/// The accepted failures, read before any account is looked at: a file that cannot be used hides nothing in silence.
async fn exceptions(settings: &Settings, records: &Store, caller: &Caller) -> Result<Exceptions, RunError> {
    let Some(key) = &settings.judging.exceptions_key else {
        return Ok(Exceptions::default());
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
            Ok(text) => Exceptions::parse(text).map_err(|error| unusable(error.to_string())),
        },
    }
}

impl Desk<'_> {
    /// Reads the accounts and the organization: what became of them, and what is not in the store.
    async fn gather(&self, known: Option<&Manifest>, ledger: &Ledger<'_>) -> (Sweep, Gathered) {
        let (run, settings) = (self.run, self.run.settings);
        let single_account = settings.access.single_account;
        let done = collected(known);
        let organization = Organization::new(run.sdk);
        let gatherer = Gatherer::new(run.sdk);
        let report = ReportWanted {
            as_of: run.request.time,
            max_age: settings.reports.max_age(),
            timeout: settings.reports.timeout(),
            max_bytes: settings.reports.max_bytes(),
        };
        let source = Source::of(known, &organization, &self.hub, single_account);
        let anybody = !matches!(&source, Source::Known(entries) if entries.is_empty());
        let until = stop_at(self.caller.clock().now(), run.deadline);
        let reader = Reader {
            caller: &self.caller,
            sts: &self.sts,
            gatherer: &gatherer,
            hub: &self.hub,
            role: &self.member_role(),
            hub_role: settings.access.hub_role,
            wanted: &self.wanted,
            collection: &self.collection(anybody, &report).await,
            report: &report,
            organization_analyzers: if anybody {
                gather::organization::analyzers(&gatherer, &self.caller, &self.hub, &self.wanted).await
            } else {
                audit_core::facts::Fact::NotRequested
            },
            budget: &Budget::new(u64::from(settings.conduct.memory) * 1024 * 1024),
            bench: &self.bench,
            store: EvidenceStore {
                evidence: Evidence::new(&run.place.records, !done.is_empty()),
                date: run.request.date(),
                run: ledger.run(),
                as_of: run.request.time,
                partition: &self.hub.partition,
            },
            slots: gather::slots(),
            not_entered: Mutex::default(),
        };
        let sweeper = Sweeper {
            insistent: &self.insistent,
            scope: &settings.scope,
            done,
            listed: &|_| {},
            progress: run.progress,
        };
        let sweep = sweeper.sweep(source, until, |entry| reader.settle(entry));
        let findings = gather::organization::findings(run.sdk, &organization, &reader);
        let findings = self.caller.clock().before(until, findings);
        let (mut sweep, organization) = futures_util::join!(sweep, Box::pin(findings));
        let organization = match organization {
            None => gather::organization::not_reached(&reader),
            Some(Ok(findings)) => findings,
            Some(Err(error)) => {
                sweep.broken = sweep.broken.or(Some(error));
                Vec::new()
            }
        };
        if single_account && known.is_none() {
            sweep.listing = Some(Listing {
                complete: true,
                pages: 0,
                stopped_by: None,
            });
        }
        let not_entered = reader.not_entered.into_inner().unwrap_or_else(PoisonError::into_inner);
        let seen = Gathered {
            not_entered,
            organization,
        };
        (sweep, seen)
    }

    async fn collection(&self, anybody: bool, report: &ReportWanted) -> Collection {
        let place = self.run.place;
        if !anybody || self.run.settings.evidence.fetch_reports {
            return Collection::empty(&place.reports);
        }
        Collection::open(
            &self.insistent,
            &place.records,
            &place.reports,
            report.as_of,
            report.max_age,
        )
        .await
    }

    fn member_role(&self) -> MemberRole {
        let (settings, access) = (self.run.settings, &self.run.settings.access);
        MemberRole {
            path: access.member_role_path.as_str().to_owned(),
            name: settings.auditor_role_name.as_str().to_owned(),
            external_id: access.external_id.clone(),
            session_name: access.session_name.as_str().to_owned(),
            policy: session_policy(&self.wanted.permissions()),
        }
    }
}
