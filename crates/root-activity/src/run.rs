//! One run, from the event to the committed ledger: gather, judge, deliver.

use audit_aws::account_management::AccountManagement;
use audit_aws::athena::Athena;
use audit_aws::caller::{Caller, Patience};
use audit_aws::cloudtrail::CloudTrail;
use audit_aws::collection::Collection;
use audit_aws::errand::Errand;
use audit_aws::error::CallError;
use audit_aws::evidence::Evidence;
use audit_aws::ledger::Ledger;
use audit_aws::organization::Organization;
use audit_aws::outbox::{Notice, Outbox};
use audit_aws::run::{Ending, Place, RunError, check, collected, next_part, read_until, stop_at};
use audit_aws::session::{Hub, MemberRole, Session, Sts};
use audit_aws::sweep::{Progress, Source, Sweep, Sweeper};
use audit_aws::topic::Topic;
use audit_core::account::{AccountId, Partition};
use audit_core::event::RunRequest;
use audit_core::ledger::{Listing, Manifest};
use audit_core::permission::session_policy;
use audit_core::root_activity::TrailHistory;
use audit_report::root_activity::{News, Searched, write_message};
use aws_types::SdkConfig;
use jiff::{SignedDuration, Timestamp};

use crate::FUNCTION;
use crate::deliver::documents::{LINES, Made, Making, WORKBOOK};
use crate::deliver::evidence::EvidenceStore;
use crate::deliver::memory::Memory;
use crate::finished::{Finished, Results};
use crate::gather::tasks::Tasks;
use crate::gather::trail::TrailReader;
use crate::gather::{self, Plan, Reader};
use crate::permissions::of_members;
use crate::settings::Settings;

/// So many parts of a run may end over a trail that does not answer.
const PARTS_FOR_THE_TRAIL: u32 = 3;

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

/// What stays the same throughout a run.
struct Desk<'a> {
    run: &'a Run<'a>,
    caller: Caller,
    /// For what everything hangs on.
    insistent: Caller,
    sts: Sts,
    hub: Hub,
    plan: Plan,
}

/// Searches every account, tells of sign-ins that are news, and commits the ledger of it.
///
/// An account that is done with is not searched again in the same run; what failed or is left is.
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
    let sts = Sts::new(run.sdk);
    let hub = sts.hub(&insistent).await.map_err(RunError::Identity)?;
    let shrink = settings.conduct.max_list_shrink;
    let mut ledger = Ledger::open(FUNCTION, records, &insistent, run.request, hub.account, shrink)
        .await
        .map_err(RunError::Store)?;
    let desk = Desk {
        plan: plan(settings, &hub.partition, run.request.time)?,
        run,
        insistent: insistent.clone(),
        caller,
        sts,
        hub,
    };
    let known = ledger.fold();
    let sweep = desk.gather(known.as_ref(), &ledger).await;
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
            results: None,
            changed: Vec::new(),
            unwritten: None,
            next: Some(next),
            unsent: None,
            manifest,
        });
    }
    (run.progress)(Progress::WritingDataset);
    desk.deliver(&mut ledger).await
}

fn plan(settings: &Settings, partition: &Partition, as_of: Timestamp) -> Result<Plan, RunError> {
    let before = |days: u16| as_of.saturating_sub(SignedDuration::from_hours(i64::from(days) * 24));
    let changes = settings.change_searches();
    Ok(Plan {
        sign_in_regions: settings.sign_in_regions(partition)?,
        all_regions: settings.history.all_regions,
        // An instant that no calendar has is as good as the first that it has.
        from: before(settings.history.look_back_days).unwrap_or(Timestamp::MIN),
        to: as_of,
        changes_from: before(settings.changes.change_days).unwrap_or(Timestamp::MIN),
        changes,
        max_pages: settings.history.max_pages,
    })
}

impl Desk<'_> {
    /// Searches the accounts: what became of them.
    async fn gather(&self, known: Option<&Manifest>, ledger: &Ledger<'_>) -> Sweep {
        let (run, settings) = (self.run, self.run.settings);
        let single_account = settings.access.single_account;
        let done = collected(known);
        let organization = Organization::new(run.sdk);
        let trail = CloudTrail::new(run.sdk);
        let source = Source::of(known, &organization, &self.hub, single_account);
        let anybody = !matches!(&source, Source::Known(entries) if entries.is_empty());
        let until = read_until(run.request, known, self.caller.clock().now(), run.deadline);
        let reader = Reader {
            caller: &self.caller,
            sts: &self.sts,
            trail: &trail,
            management: &AccountManagement::new(run.sdk),
            hub: &self.hub,
            role: &self.member_role(),
            hub_role: settings.access.hub_role,
            plan: &self.plan,
            tasks: &self.tasks(&trail, anybody, until).await,
            as_of: run.request.time,
            store: EvidenceStore {
                kept: Evidence::new(&run.place.records, !done.is_empty()),
                date: run.request.date(),
                run: ledger.run(),
                as_of: run.request.time,
            },
            slots: gather::slots(),
        };
        let sweeper = Sweeper {
            insistent: &self.insistent,
            scope: &settings.scope,
            done,
            listed: &|_| {},
            progress: run.progress,
        };
        let mut sweep = sweeper.sweep(source, until, |entry| reader.settle(entry)).await;
        if single_account && known.is_none() {
            sweep.listing = Some(Listing {
                complete: true,
                pages: 0,
                stopped_by: None,
            });
        }
        sweep
    }

    /// The privileged task sessions that began in the suite's own account.
    async fn tasks(&self, trail: &CloudTrail, anybody: bool, until: Option<Timestamp>) -> Tasks {
        if !anybody {
            return Tasks::unknown("nobody was searched");
        }
        let errand = Errand {
            caller: &self.caller,
            session: &Session::Own,
            account: self.hub.account,
            partition: &self.hub.partition,
        };
        let mut regions = self.plan.sign_in_regions.clone();
        // AssumeRoot is called at the endpoint of a Region, by default that of the caller.
        let own = self.run.sdk.region().map(ToString::to_string);
        regions.extend(own.filter(|own| !regions.contains(own)));
        let search = Tasks::search(trail, &errand, &self.plan, &regions);
        let found = self.caller.clock().before(until, search).await;
        found.unwrap_or_else(|| Tasks::unknown("there was no time to search"))
    }

    fn member_role(&self) -> MemberRole {
        let (settings, access) = (self.run.settings, &self.run.settings.access);
        MemberRole {
            path: access.member_role_path.as_str().to_owned(),
            name: settings.root_activity_role_name.as_str().to_owned(),
            external_id: access.external_id.clone(),
            session_name: access.session_name.as_str().to_owned(),
            policy: session_policy(&of_members(settings.history.all_regions)),
        }
    }

    /// What was searched, in words.
    fn searched(&self) -> Searched {
        let settings = self.run.settings;
        Searched {
            as_of: self.run.request.time,
            days: settings.history.look_back_days,
            regions: if self.plan.all_regions {
                "every enabled Region".to_owned()
            } else {
                self.plan.sign_in_regions.join(", ")
            },
            change_days: settings.changes.with_changes.then_some(settings.changes.change_days),
            trail: None,
        }
    }

    /// What the trail tells, if it is asked, and what was searched with that.
    ///
    /// The first parts of a run wait for it as long as they can, and the next finds its queries under way; a later one, or
    /// one that no other follows, keeps half of its time for the report.
    async fn trail(&self, manifest: &Manifest) -> (TrailHistory, Searched) {
        let (run, settings) = (self.run, self.run.settings);
        let Some(question) = settings.trail_question(run.request.time, &self.plan.sign_in_regions) else {
            return (TrailHistory::default(), self.searched());
        };
        let reader = TrailReader {
            athena: &Athena::new(run.sdk),
            caller: &self.caller,
            records: &run.place.records,
            workgroup: settings.trail.athena_workgroup.as_str(),
            question: &question,
            single_account: settings.access.single_account,
        };
        let may_wait = run.request.part < PARTS_FOR_THE_TRAIL && manifest.counts.left == 0;
        let now = self.caller.clock().now();
        let until = stop_at(now, run.deadline).filter(|_| !may_wait);
        let until = until.map(|until| now + until.duration_since(now) / 2);
        let (history, asked) = reader.ask(manifest, until).await;
        let trail = Some(asked);
        let searched = Searched {
            trail,
            ..self.searched()
        };
        (history, searched)
    }

    /// Writes the report, keeps the message, commits the ledger and then sends.
    ///
    /// When time runs out over the report the ledger is committed without it, and the next invocation writes it.
    async fn deliver(&self, ledger: &mut Ledger<'_>) -> Result<Finished, RunError> {
        let (run, records) = (self.run, &self.run.place.records);
        let topic = run.settings.destination.topic.as_ref();
        let topic = topic.map(|arn| Topic::new(run.sdk, arn.as_str()));
        let outbox = Outbox {
            function: FUNCTION,
            store: records,
            caller: &self.insistent,
            topic: topic.as_ref(),
        };
        let manifest = ledger.fold().ok_or(RunError::NothingToDeliver)?;
        let location = records.location(&ledger.manifest_key());
        let clock = self.insistent.clock();
        let until = stop_at(clock.now(), run.deadline);
        let made = clock.before(until, self.make(&manifest, &outbox, &location)).await;
        let Ending { made, unwritten, next } = Ending::of(made, run.request, ledger, &manifest);
        let (manifest, _) = ledger.commit().await.map_err(RunError::Store)?;
        let unsent = if next.is_some() {
            None
        } else {
            outbox.send().await.err()
        };
        let (results, changed) = made.unzip();
        Ok(Finished {
            results,
            changed: changed.unwrap_or_default(),
            location,
            manifest,
            unwritten,
            next,
            unsent,
        })
    }

    /// The report and the message. The order matters: what a message speaks of stands in the store before it is kept,
    /// and it is kept before the state says that people are told.
    async fn make(
        &self,
        manifest: &Manifest,
        outbox: &Outbox<'_>,
        ledger: &str,
    ) -> Result<(Results, Vec<AccountId>), CallError> {
        let (place, settings) = (self.run.place, self.run.settings);
        let (history, searched) = self.trail(manifest).await;
        let (as_of, age) = (self.run.request.time, settings.report_age());
        let collection = Collection::open(&self.insistent, &place.records, &place.reports, as_of, age).await;
        let making = Making {
            records: &place.records,
            collection: &collection,
            caller: &self.insistent,
            manifest,
            searched: &searched,
            history: &history,
        };
        let Made {
            summary,
            sign_ins,
            changed,
        } = making.make().await?;
        let memory = Memory {
            store: &place.records,
            caller: &self.insistent,
            run: &manifest.run,
        };
        let sign_ins = memory.news(sign_ins).await?;
        let workbook = place.records.location(&Making::key(manifest, WORKBOOK));
        let news = News {
            manifest,
            searched: &searched,
            summary: &summary,
            sign_ins: &sign_ins,
            workbook: &workbook,
            ledger,
        };
        if news.matters() {
            let (subject, body) = write_message(&news);
            let notice = Notice { subject, body };
            outbox.keep(manifest.date, &manifest.run, &notice).await?;
        } else {
            outbox.withdraw(manifest.date, &manifest.run).await?;
        }
        memory.tell(&sign_ins).await?;
        let results = Results {
            summary,
            searched,
            news: sign_ins.len(),
            workbook,
            lines: place.records.location(&Making::key(manifest, LINES)),
        };
        Ok((results, changed))
    }
}
