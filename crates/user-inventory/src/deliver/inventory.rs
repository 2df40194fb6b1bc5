//! The inventory of a run: the newest copy of everything, joined with the credential reports, account by account.

use std::collections::BTreeMap;

use audit_aws::caller::Caller;
use audit_aws::collection::Collection;
use audit_aws::dataset::{Origin, Standing};
use audit_aws::error::CallError;
use audit_aws::store::Store;
use audit_core::account::AccountId;
use audit_core::facts::SavedReport;
use audit_core::inventory::{Item, Query, Row, join, newest};
use audit_core::keys;
use audit_core::ledger::{AccountEntry, Manifest, Outcome, StoredReport};
use audit_report::inventory::{Page, Summary, write_text};
use futures_util::{StreamExt as _, stream};

use super::evidence;
use super::files::{Files, Keys, unwritable};
use crate::FUNCTION;
use crate::settings::{Format, Settings};

/// How many credential reports are read ahead.
const READ_AHEAD: usize = 8;

/// How many answers are kept while the accounts of others are looked at: one is about accounts that stand together, but
/// for those that a later part asked about once more.
const ANSWERS: usize = 4;

/// What the inventory is made of.
pub(crate) struct Making<'a> {
    pub(crate) settings: &'a Settings,
    pub(crate) query: &'a Query,
    pub(crate) records: &'a Store,
    pub(crate) collection: &'a Collection,
    pub(crate) caller: &'a Caller,
    pub(crate) manifest: &'a Manifest,
    /// What was asked, for people.
    pub(crate) source: &'a str,
}

/// What was made.
pub(crate) struct Made {
    /// What it comes to; `None` when it was all there already.
    pub(crate) summary: Option<Summary>,
    /// Accounts whose stored answer is not the one that the ledger names.
    pub(crate) changed: Vec<AccountId>,
}

/// What an answer says, by account.
struct Read {
    items: BTreeMap<AccountId, Vec<Item>>,
    units: BTreeMap<AccountId, Option<String>>,
    units_unknown: Option<String>,
}

impl Making<'_> {
    /// The key of the report that people open.
    pub(crate) fn report_key(manifest: &Manifest) -> String {
        keys::report(FUNCTION, manifest.date, &manifest.run, "report.txt")
    }

    /// The keys of the files.
    pub(crate) fn keys(settings: &Settings, manifest: &Manifest) -> Keys {
        let report = |name| keys::report(FUNCTION, manifest.date, &manifest.run, name);
        let prefix = settings.files.inventory_prefix.as_str();
        Keys {
            csv: report("inventory.csv"),
            lines: report("inventory.jsonl"),
            parquet: keys::dataset(prefix, manifest.date, "inventory"),
        }
    }

    /// Writes the files and the report, unless they stand in the store already.
    pub(crate) async fn make(&self) -> Result<Made, CallError> {
        let keys = Self::keys(self.settings, self.manifest);
        let origin = Origin::of_outcomes(self.manifest);
        let report_key = Self::report_key(self.manifest);
        let standing = async |key: &str| origin.standing(self.records, self.caller, key).await;
        if standing(&report_key).await? == Standing::Same {
            return Ok(Made {
                summary: None,
                changed: Vec::new(),
            });
        }
        let with_dataset = !self.settings.wants(Format::Parquet) || standing(&keys.parquet).await? != Standing::Later;
        // Notes are fixed when an object begins: files that turn out to lack something are begun once more.
        let made = Box::pin(self.write(&keys, &report_key, &origin, with_dataset, false)).await?;
        if let Some(made) = made {
            return Ok(made);
        }
        let lacking = origin.incomplete();
        let made = Box::pin(self.write(&keys, &report_key, &lacking, with_dataset, true)).await?;
        made.ok_or_else(|| unwritable(&"it has been begun twice"))
    }

    /// Writes everything under these notes; `None` when something is missing and that is not what they say.
    async fn write(
        &self,
        keys: &Keys,
        report_key: &str,
        origin: &Origin,
        with_dataset: bool,
        lacking: bool,
    ) -> Result<Option<Made>, CallError> {
        // Reads go on while a piece is written; with the same slots each could wait for the other.
        let writing = self.caller.apart();
        let place = (self.records, &writing);
        let notes = (origin.notes(), with_dataset);
        let mut files = Files::begin(self.settings, place, &self.manifest.run, keys, notes)?;
        let (summary, changed) = match self.fill(&mut files).await {
            Ok(filled) => filled,
            Err(error) => {
                files.abandon().await;
                return Err(error);
            }
        };
        if !changed.is_empty() && !lacking {
            files.abandon().await;
            return Ok(None);
        }
        files.finish().await?;
        let page = Page {
            manifest: self.manifest,
            summary: &summary,
            source: self.source,
            changed: &changed,
        };
        // Written last, it says that the others are there.
        let mut object = self
            .records
            .writer(&writing, report_key, "text/plain; charset=utf-8", origin.notes());
        object.write(write_text(&page).as_bytes()).await?;
        object.finish().await?;
        Ok(Some(Made {
            summary: Some(summary),
            changed,
        }))
    }

    async fn fill(&self, files: &mut Files<'_>) -> Result<(Summary, Vec<AccountId>), CallError> {
        let (mut summary, mut changed) = (Summary::default(), Vec::new());
        let mut answers: BTreeMap<String, Option<Read>> = BTreeMap::new();
        let mut ahead = stream::iter(self.manifest.accounts.iter().filter(|entry| is_looked_at(entry)))
            .map(async |entry| (entry, self.report(entry.account).await))
            .buffered(READ_AHEAD);
        while let Some((entry, report)) = ahead.next().await {
            let (mut items, mut units) = (Vec::new(), None);
            if let Outcome::Collected(stored) = &entry.outcome {
                if let Some(read) = self.answer(&mut answers, stored).await? {
                    items = read.items.remove(&entry.account).unwrap_or_default();
                    units = read.units.remove(&entry.account).flatten();
                    summary.units_unknown = summary.units_unknown.take().or_else(|| read.units_unknown.clone());
                } else {
                    tracing::error!(account.id = %entry.account, key = stored.key, "the stored answer is not the one that the ledger names");
                    changed.push(entry.account);
                }
            }
            let bytes = report.as_ref().map(|report| report.bytes.as_slice());
            let with_users = self.query.is_of_users();
            for joined in join(entry.account, newest(items), bytes, with_users) {
                let row = Row {
                    account: entry.account,
                    account_name: &entry.name,
                    units: units.as_deref(),
                    held: joined.held.as_ref(),
                    reported: joined.reported.as_ref(),
                    state: joined.state,
                    report_generated: report.as_ref().and_then(|report| report.generated),
                };
                files.append(&row)?;
                summary.add(&row);
            }
            files.pass_on().await?;
        }
        Ok((summary, changed))
    }

    async fn report(&self, account: AccountId) -> Option<SavedReport> {
        if !self.query.is_of_users() {
            return None;
        }
        let (report, _) = self.collection.report(self.caller, account).await?;
        Some(report)
    }

    /// The answer that the ledger names; `None` when the store does not hold it any more.
    async fn answer<'m>(
        &self,
        answers: &'m mut BTreeMap<String, Option<Read>>,
        stored: &StoredReport,
    ) -> Result<Option<&'m mut Read>, CallError> {
        if !answers.contains_key(&stored.key) {
            if answers.len() >= ANSWERS {
                answers.clear();
            }
            let answer = evidence::read(self.records, self.caller, stored).await?;
            let read = answer.map(|answer| Read {
                items: answer.results(self.query).items,
                units: answer.header.accounts,
                units_unknown: answer.header.units_unknown,
            });
            answers.insert(stored.key.clone(), read);
        }
        Ok(answers.get_mut(&stored.key).and_then(Option::as_mut))
    }
}

/// Whether there may be anything to say of an account: what AWS Config does not show a credential report may know.
fn is_looked_at(entry: &AccountEntry) -> bool {
    matches!(entry.outcome, Outcome::Collected(_) | Outcome::Failed(_))
}
