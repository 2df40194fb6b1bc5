//! The end of a run: documents, message, state, ledger, and then the message is sent.

use audit_aws::error::CallError;
use audit_aws::ledger::Ledger;
use audit_aws::memory::{Before, Memory, Stamp};
use audit_aws::outbox::{Notice, Outbox};
use audit_aws::run::{Ending, RunError, stop_at};
use audit_aws::settings::RegionName;
use audit_aws::topic::Topic;
use audit_core::account::AccountId;
use audit_core::exception::Exceptions;
use audit_core::ledger::Manifest;
use audit_core::state::{Changes, Comparison, InvalidState, State};
use audit_report::findings::{Coverage, News, Summary, email, email_json};

use super::{Desk, Finished, Gathered};
use crate::FUNCTION;
use crate::deliver::documents::Documents;
use crate::deliver::findings::Findings;
use crate::deliver::survey::{Survey, survey};
use crate::settings::MessageFormat;

/// What was delivered.
struct Delivered {
    summary: Summary,
    changes: Option<Changes>,
    changed: Vec<AccountId>,
}

impl Desk<'_> {
    /// Writes the documents, keeps the message, leaves the state, commits the ledger and then sends.
    ///
    /// When time runs out over it the ledger is committed alone, and the next invocation does the rest.
    pub(super) async fn deliver(
        &self,
        ledger: &mut Ledger<'_>,
        gathered: Gathered,
        exceptions: Exceptions,
    ) -> Result<Finished, RunError> {
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
        let clock = self.insistent.clock();
        let until = stop_at(clock.now(), run.deadline);
        let made = clock
            .before(until, self.make(&manifest, &outbox, gathered, exceptions))
            .await;
        let Ending { made, unwritten, next } = Ending::of(made, run.request, ledger, &manifest);
        let location = records.location(&ledger.manifest_key());
        let (manifest, _) = ledger.commit().await.map_err(RunError::Store)?;
        let unsent = if next.is_some() {
            None
        } else {
            outbox.send().await.err()
        };
        let links = Documents::links(records, &manifest);
        let (summary, changes, evidence_changed) = match made {
            Some(delivered) => (Some(delivered.summary), delivered.changes, delivered.changed),
            None => (None, None, Vec::new()),
        };
        Ok(Finished {
            manifest,
            location,
            summary,
            changes,
            links,
            changed: evidence_changed,
            unwritten,
            next,
            unsent,
        })
    }

    /// Everything that is made of the findings. The order matters: what a message speaks of stands in the store before
    /// it is kept, and it is kept before the state says that the news is told.
    async fn make(
        &self,
        manifest: &Manifest,
        outbox: &Outbox<'_>,
        gathered: Gathered,
        mut exceptions: Exceptions,
    ) -> Result<Delivered, CallError> {
        let (settings, records) = (self.run.settings, &self.run.place.records);
        let findings = Findings {
            store: records,
            caller: &self.insistent,
            manifest,
            bench: &self.bench,
            partition: &self.hub.partition,
            wanted: &self.wanted,
            not_entered: gathered.not_entered,
            organization: gathered.organization,
        };
        let memory = Memory {
            function: FUNCTION,
            store: records,
            caller: &self.insistent,
            date: manifest.date,
            run: &manifest.run,
            as_of: self.bench.as_of,
        };
        let before = memory.before(read_state).await?;
        let overtaken_on_the_day = matches!(before, Before::Overtaken { same_date: true });
        let comparison = match before {
            Before::Overtaken { .. } => None,
            Before::Nothing => Some(Comparison::new(None, manifest.time)),
            Before::State(state) => Some(Comparison::new(Some(state), manifest.time)),
        };
        let Survey {
            summary,
            compared,
            changed,
        } = survey(&findings, &mut exceptions, comparison).await?;
        let coverage = Coverage::of(manifest);
        let documents = Documents {
            store: records,
            caller: &self.insistent,
            manifest,
            summary: &summary,
            partition: &self.hub.partition,
            state: compared.as_ref().map(|(_, state)| state),
            changes: compared.as_ref().map(|(changes, _)| changes),
            coverage: &coverage,
            security_hub_region: settings.evidence.security_hub_region.as_ref().map(RegionName::as_str),
            dataset_prefix: (!overtaken_on_the_day).then(|| settings.evidence.findings_prefix.as_str()),
        };
        Box::pin(documents.write(&findings, &mut exceptions)).await?;
        if let Some((changes, state)) = &compared {
            if settings.messages.notify.wants(changes) {
                let notice = self.notice(manifest, &summary, changes, &coverage);
                outbox.keep(manifest.date, &manifest.run, &notice).await?;
            } else {
                outbox.withdraw(manifest.date, &manifest.run).await?;
            }
            memory
                .leave(state.to_bytes(FUNCTION, memory.run, memory.as_of).into(), stamp)
                .await?;
        }
        Ok(Delivered {
            summary,
            changes: compared.map(|(changes, _)| changes),
            changed,
        })
    }

    fn notice(&self, manifest: &Manifest, summary: &Summary, changes: &Changes, coverage: &Coverage) -> Notice {
        let messages = &self.run.settings.messages;
        let news = News {
            edition: self.bench.edition,
            as_of: self.bench.as_of,
            changes,
            coverage,
            unmet: summary.unmet.len(),
            links: &Documents::links(&self.run.place.records, manifest),
        };
        let mail = email(&news, messages.detail);
        let body = match messages.message_format {
            MessageFormat::Text => mail.body,
            MessageFormat::Json => email_json(&news, messages.detail),
        };
        Notice {
            subject: mail.subject,
            body,
        }
    }
}

/// A state, and whose it is.
fn read_state(bytes: &[u8]) -> Result<(Stamp, State), InvalidState> {
    State::parse(bytes).map(|(header, state)| ((header.as_of, header.run), state))
}

fn stamp(bytes: &[u8]) -> Option<Stamp> {
    read_state(bytes).ok().map(|(stamp, _)| stamp)
}
