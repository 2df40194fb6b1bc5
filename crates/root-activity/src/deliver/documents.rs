//! The report of a run: all accounts put together, read back one by one.

use std::io::Cursor;

use audit_aws::caller::Caller;
use audit_aws::collection::Collection;
use audit_aws::error::CallError;
use audit_aws::pipe::Pipe;
use audit_aws::store::{Object, ObjectWriter, Store};
use audit_core::account::AccountId;
use audit_core::keys;
use audit_core::ledger::{AccountEntry, Manifest, Outcome};
use audit_core::reason::Reason;
use audit_core::root_activity::{AccountActivity, Reported, TrailHistory};
use audit_report::root_activity::{AccountLine, Documents, Searched, SignIn, Summary};
use futures_util::{StreamExt as _, stream};

use super::evidence::{Kept, read};
use crate::FUNCTION;

/// How many accounts are read ahead.
const READ_AHEAD: usize = 8;

/// The document that people open.
pub(crate) const WORKBOOK: &str = "report.xlsx";

/// The document for programs.
pub(crate) const LINES: &str = "report.jsonl";

/// What the report is made of.
pub(crate) struct Making<'a> {
    pub(crate) records: &'a Store,
    pub(crate) collection: &'a Collection,
    pub(crate) caller: &'a Caller,
    pub(crate) manifest: &'a Manifest,
    pub(crate) searched: &'a Searched,
    pub(crate) history: &'a TrailHistory,
}

/// What was made.
pub(crate) struct Made {
    pub(crate) summary: Summary,
    /// The last sign-in of each root user that signed in.
    pub(crate) sign_ins: Vec<SignIn>,
    /// Accounts of which the store does not hold what the ledger names.
    pub(crate) changed: Vec<AccountId>,
}

/// A document on its way: what its format writes goes through the pipe.
struct Channel<'a> {
    pipe: Pipe,
    object: ObjectWriter<'a>,
}

impl Channel<'_> {
    async fn flow(&mut self) -> Result<(), CallError> {
        self.object.write(&self.pipe.take()).await
    }
}

/// What is known of an account.
struct Looked<'a> {
    entry: &'a AccountEntry,
    kept: Kept,
    reported: Option<Reported>,
}

impl Making<'_> {
    /// The key of a document.
    pub(crate) fn key(manifest: &Manifest, name: &str) -> String {
        keys::report(FUNCTION, manifest.date, &manifest.run, name)
    }

    /// Writes all documents; the same evidence gives the same bytes.
    pub(crate) async fn make(&self) -> Result<Made, CallError> {
        // Reads go on while a piece is written; with the same slots each could wait for the other.
        let writing = self.caller.apart();
        let notes = [("run", self.manifest.run.to_string())];
        let mut keys = Vec::new();
        let mut pipes = Vec::new();
        let lines = Pipe::default();
        let documents = Documents::begin(self.searched.clone(), lines.clone(), |layout| {
            let pipe = Pipe::default();
            keys.push((Self::key(self.manifest, &format!("{}.csv", layout.slug)), "text/csv"));
            pipes.push(pipe.clone());
            Ok(pipe)
        });
        let documents = documents.map_err(|error| unwritable(&error))?;
        keys.push((Self::key(self.manifest, LINES), "application/x-ndjson"));
        pipes.push(lines);
        let channels = keys.iter().zip(pipes).map(|((key, media_type), pipe)| {
            let object = self.records.writer(&writing, key, media_type, &notes);
            Channel { pipe, object }
        });
        let mut channels: Vec<Channel<'_>> = channels.collect();
        match self.fill(documents, &mut channels).await {
            Ok(made) => Ok(made),
            Err(error) => {
                for channel in channels {
                    channel.object.abandon().await;
                }
                Err(error)
            }
        }
    }

    async fn fill(&self, mut documents: Documents<Pipe>, channels: &mut [Channel<'_>]) -> Result<Made, CallError> {
        let (mut sign_ins, mut changed) = (Vec::new(), Vec::new());
        let entries = self.manifest.accounts.iter();
        let entries = entries.filter(|entry| !matches!(entry.outcome, Outcome::Skipped { .. }));
        let mut ahead = stream::iter(entries).map(|entry| self.look(entry)).buffered(READ_AHEAD);
        while let Some(looked) = ahead.next().await {
            let Looked { entry, kept, reported } = looked?;
            let evidence = match &kept {
                Kept::Evidence(evidence) => Some(evidence),
                Kept::Nothing => None,
                Kept::Changed => {
                    tracing::error!(account.id = %entry.account, "what was found is not what the ledger names");
                    changed.push(entry.account);
                    None
                }
            };
            let from = self.searched.from();
            let activity = AccountActivity::of(evidence, reported, from);
            let mut activity = activity.with_trail(self.history.of(entry.account));
            // Where no account has one the summary says so once.
            if reported.is_none() && !self.collection.is_empty() {
                activity
                    .doubts
                    .push("no credential report of the day could be read, which tells of older sign-ins".to_owned());
            }
            if self.history.misses(entry.account) {
                activity
                    .doubts
                    .push("the trail did not tell of older sign-ins".to_owned());
            }
            let line = AccountLine::new(entry, evidence, activity);
            sign_ins.extend(SignIn::of(entry.account, &entry.name, &line.activity));
            documents.account(&line).map_err(|error| unwritable(&error))?;
            for channel in channels.iter_mut() {
                channel.flow().await?;
            }
        }
        let mut workbook = Cursor::new(Vec::new());
        let (counts, whole) = (self.manifest.counts, self.manifest.listing.complete);
        let summary = documents.finish(counts, whole, &mut workbook);
        let summary = summary.map_err(|error| unwritable(&error))?;
        for channel in channels.iter_mut() {
            channel.flow().await?;
            channel.object.finish().await?;
        }
        let key = Self::key(self.manifest, WORKBOOK);
        let media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
        let object = Object::new(&key, workbook.into_inner().into(), media_type);
        self.records.settle(self.caller, &object, |_| true).await?;
        Ok(Made {
            summary,
            sign_ins,
            changed,
        })
    }

    async fn look<'e>(&self, entry: &'e AccountEntry) -> Result<Looked<'e>, CallError> {
        let kept = read(self.records, self.caller, self.manifest, entry).await?;
        let report = self.collection.report(self.caller, entry.account).await;
        let reported = report.and_then(|(report, _)| Reported::read(&report.bytes, entry.account, report.generated));
        Ok(Looked { entry, kept, reported })
    }
}

/// A document could not be made.
fn unwritable(error: &dyn std::fmt::Display) -> CallError {
    CallError {
        message: Some(error.to_string()),
        ..CallError::new("write the report", Reason::StoreFailed)
    }
}
