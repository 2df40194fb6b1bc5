//! One run, from the event to the committed ledger: gather, judge, deliver.

mod deliver;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use audit_aws::account::{Gatherer, ReportWanted, Wanted};
use audit_aws::budget::Budget;
use audit_aws::caller::{Caller, Patience};
use audit_aws::collection::Collection;
use audit_aws::error::CallError;
use audit_aws::evidence::Evidence;
use audit_aws::ledger::Ledger;
use audit_aws::organization::Organization;
use audit_aws::run::{Place, RunError, check, collected, next_part, read_until};
use audit_aws::session::{Hub, MemberRole, Sts};
use audit_aws::store::{Found, Store};
use audit_aws::sweep::{Progress, Source, Sweep, Sweeper};
use audit_core::account::AccountId;
use audit_core::event::RunRequest;
use audit_core::exception::Exceptions;
use audit_core::finding::Finding;
use audit_core::ledger::{Listing, Manifest};
use audit_core::permission::session_policy;
use audit_core::run::RunId;
use audit_core::state::Changes;
use audit_report::findings::Summary;
use aws_types::SdkConfig;
use futures_util::future::OptionFuture;
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

/// Whom an invocation reads.
pub(crate) struct Whom<'a> {
    pub(crate) source: Source<'a>,
    /// When reading ends.
    pub(crate) until: Option<Timestamp>,
    /// Accounts that earlier parts are done with.
    pub(crate) done: BTreeSet<AccountId>,
    /// Whether an earlier invocation may have stored findings of some of them.
    pub(crate) begun: bool,
    /// The organization, where it is judged as a whole too: once in a run, by who finishes it.
    pub(crate) organization: Option<&'a Organization>,
}

/// What this invocation read.
#[derive(Default)]
pub(crate) struct Gathered {
    not_entered: BTreeMap<AccountId, Vec<Finding>>,
    organization: Vec<Finding>,
}

/// What stays the same throughout a run.
pub(crate) struct Desk<'a> {
    run: &'a Run<'a>,
    pub(crate) caller: Caller,
    /// For what everything hangs on.
    pub(crate) insistent: Caller,
    sts: Sts,
    pub(crate) hub: Hub,
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
    let (settings, records) = (run.settings, &run.place.records);
    let desk = Desk::open(run, run.request).await?;
    let exceptions = exceptions(settings, records, &desk.insistent).await?;
    let mut ledger = desk.ledger().await?;
    let known = ledger.fold();
    let organization = Organization::new(run.sdk);
    let single_account = settings.access.single_account;
    let done = collected(known.as_ref());
    let whom = Whom {
        source: Source::of(known.as_ref(), &organization, &desk.hub, single_account),
        until: read_until(run.request, known.as_ref(), desk.caller.clock().now(), run.deadline),
        begun: !done.is_empty(),
        done,
        organization: Some(&organization),
    };
    let (mut sweep, gathered) = desk.gather(whom, ledger.run()).await;
    if single_account && known.is_none() {
        sweep.listing = Some(Listing {
            complete: true,
            pages: 0,
            stopped_by: None,
        });
    }
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

impl<'a> Desk<'a> {
    /// Refuses, before the first call, what cannot be done, and finds out in whose name the calls are made.
    pub(crate) async fn open(run: &'a Run<'a>, request: &RunRequest) -> Result<Self, RunError> {
        let settings = run.settings;
        settings.validate()?;
        let caller = Caller::new(run.sdk, Patience::default(), settings.conduct.concurrency.into())?;
        check(request, caller.clock().now())?;
        let insistent = caller.insistent();
        let sts = Sts::new(run.sdk);
        let hub = sts.hub(&insistent).await.map_err(RunError::Identity)?;
        Ok(Self {
            run,
            caller,
            insistent,
            sts,
            hub,
            wanted: settings.wanted(),
            bench: Bench {
                edition: settings.judging.edition,
                as_of: request.time,
                parameters: settings.parameters(),
            },
        })
    }

    /// The ledger of the run that the event is of.
    pub(crate) async fn ledger(&self) -> Result<Ledger<'_>, RunError> {
        let (run, hub) = (self.run, self.hub.account);
        let (records, shrink) = (&run.place.records, run.settings.conduct.max_list_shrink);
        let opened = Ledger::open(FUNCTION, records, &self.insistent, run.request, hub, shrink);
        opened.await.map_err(RunError::Store)
    }

    /// What going over accounts takes, but for those of `done`.
    pub(crate) fn sweeper(&self, done: BTreeSet<AccountId>) -> Sweeper<'_> {
        Sweeper {
            insistent: &self.insistent,
            scope: &self.run.settings.scope,
            done,
            listed: &|_| {},
            progress: self.run.progress,
        }
    }

    /// Reads accounts, and the organization where it is to be judged: what became of them, and what is not in the store.
    pub(crate) async fn gather(&self, whom: Whom<'_>, id: &RunId) -> (Sweep, Gathered) {
        let (run, settings) = (self.run, self.run.settings);
        let gatherer = Gatherer::new(run.sdk);
        let report = ReportWanted {
            as_of: run.request.time,
            max_age: settings.reports.max_age(),
            timeout: settings.reports.timeout(),
            max_bytes: settings.reports.max_bytes(),
        };
        let anybody = !matches!(&whom.source, Source::Known(entries) if entries.is_empty());
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
                gather::organization::analyzers(
                    &Organization::new(run.sdk),
                    &gatherer,
                    &self.caller,
                    &self.hub,
                    &self.wanted,
                )
                .await
            } else {
                audit_core::facts::Fact::NotRequested
            },
            budget: &Budget::new(u64::from(settings.conduct.memory) * 1024 * 1024),
            bench: &self.bench,
            store: EvidenceStore {
                evidence: Evidence::new(&run.place.records, whom.begun),
                date: run.request.date(),
                run: id,
                as_of: run.request.time,
                partition: &self.hub.partition,
            },
            slots: gather::slots(),
            not_entered: Mutex::default(),
        };
        let sweeper = self.sweeper(whom.done);
        let sweep = sweeper.sweep(whom.source, whom.until, |entry| reader.settle(entry));
        let findings = OptionFuture::from(whom.organization.map(|organization| {
            let findings = gather::organization::findings(run.sdk, organization, &reader);
            Box::pin(self.caller.clock().before(whom.until, findings))
        }));
        let (sweep, organization) = futures_util::join!(sweep, findings);
        let organization = match organization {
            None => Vec::new(),
            Some(None) => gather::organization::not_reached(&reader),
            Some(Some(findings)) => findings,
        };
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
