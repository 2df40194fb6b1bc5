//! The documents that are made of the findings: for people, for spreadsheets, for other programs, and for SQL.

use audit_aws::caller::Caller;
use audit_aws::error::CallError;
use audit_aws::store::{Object, Store};
use audit_core::account::Partition;
use audit_core::exception::Exceptions;
use audit_core::keys;
use audit_core::ledger::Manifest;
use audit_core::state::{Changes, State};
use audit_report::findings::{Coverage, Link, Origin, Page, Summary, asff_batches, write_html};

use super::evidence::unwritable;
use super::findings::Findings;
use super::streams::{Keys, Streams};
use crate::FUNCTION;

/// What the documents are made of.
pub(crate) struct Documents<'a> {
    pub(crate) store: &'a Store,
    pub(crate) caller: &'a Caller,
    pub(crate) manifest: &'a Manifest,
    pub(crate) summary: &'a Summary,
    pub(crate) partition: &'a Partition,
    /// What this run leaves, which knows since when findings fail.
    pub(crate) state: Option<&'a State>,
    pub(crate) changes: Option<&'a Changes>,
    pub(crate) coverage: &'a Coverage,
    /// The Region of Security Hub, if files for it are wanted.
    pub(crate) security_hub_region: Option<&'a str>,
    /// The prefix of the dataset of the date, unless that of a later run stands there.
    pub(crate) dataset_prefix: Option<&'a str>,
}

/// The documents of a run that people open, with what each is for.
const FOR_PEOPLE: [(&str, &str); 3] = [
    ("report.html", "Report"),
    ("findings.csv", "Findings for spreadsheets"),
    ("report.txt", "Report as text"),
];

impl Documents<'_> {
    /// Where people find what the run makes.
    pub(crate) fn links(store: &Store, manifest: &Manifest) -> Vec<Link> {
        let link = |(name, label): (&str, &str)| Link {
            label: label.to_owned(),
            target: store.location(&keys::report(FUNCTION, manifest.date, &manifest.run, name)),
        };
        let ledger = Link {
            label: "Every account with its outcome".to_owned(),
            target: store.location(&keys::manifest(FUNCTION, manifest.date, &manifest.run)),
        };
        FOR_PEOPLE.into_iter().map(link).chain([ledger]).collect()
    }

    /// Writes them; the same findings give the same bytes.
    ///
    /// # Errors
    /// When the findings cannot be read or the store cannot be written.
    pub(crate) async fn write(&self, findings: &Findings<'_>, exceptions: &mut Exceptions) -> Result<(), CallError> {
        let origin = Origin {
            run: Some(&self.manifest.run),
            as_of: self.summary.as_of,
            partition: self.partition,
            state: self.state,
        };
        self.page().await?;
        let keys = Keys::new(self.manifest, self.dataset_prefix);
        // Reads go on while a piece is written; with the same slots each could wait for the other.
        let writing = self.caller.apart();
        let mut streams = Streams::begin(self.store, &writing, &keys, &origin, self.summary)?;
        let written = findings
            .each(exceptions, async |account| {
                streams.account(&account.result).await?;
                let Some(region) = self.security_hub_region else {
                    return Ok(());
                };
                for batch in asff_batches(&account.result.findings, &origin, region) {
                    let key = self.key(&format!("security-hub/{}", batch.name()));
                    self.object(&key, "application/json", batch.bytes).await?;
                }
                Ok(())
            })
            .await;
        match written {
            Ok(_) => streams.finish(self.summary).await,
            Err(error) => {
                streams.abandon().await;
                Err(error)
            }
        }
    }

    async fn page(&self) -> Result<(), CallError> {
        // The page stands beside the others, so it links to them by name.
        let links = FOR_PEOPLE.into_iter().skip(1).map(|(name, label)| Link {
            label: label.to_owned(),
            target: name.to_owned(),
        });
        let page = Page {
            summary: self.summary,
            run: Some(&self.manifest.run),
            coverage: Some(self.coverage),
            changes: self.changes,
            links: &links.collect::<Vec<_>>(),
        };
        let mut bytes = Vec::new();
        write_html(&page, &mut bytes).map_err(|error| unwritable(&error))?;
        self.object(&self.key("report.html"), "text/html; charset=utf-8", bytes)
            .await
    }

    fn key(&self, name: &str) -> String {
        keys::report(FUNCTION, self.manifest.date, &self.manifest.run, name)
    }

    async fn object(&self, key: &str, media_type: &'static str, bytes: Vec<u8>) -> Result<(), CallError> {
        let object = Object::new(key, bytes.into(), media_type);
        self.store.settle(self.caller, &object, |_| true).await.map(drop)
    }
}
