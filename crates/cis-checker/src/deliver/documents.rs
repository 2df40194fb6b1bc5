//! The documents that are made of the findings: for people, for spreadsheets, for other programs, and for SQL.

use std::io;

use audit_aws::caller::Caller;
use audit_aws::error::CallError;
use audit_aws::store::{Object, Store};
use audit_core::account::Partition;
use audit_core::keys;
use audit_core::ledger::Manifest;
use audit_core::state::{Changes, State};
use audit_report::findings::{
    Coverage, FindingsParquet, Link, Origin, Page, Palette, asff_batches, write_csv, write_html, write_lines,
    write_ocsf, write_text,
};

use super::evidence::unwritable;
use super::findings::Whole;
use crate::FUNCTION;

/// What the documents are made of.
pub(crate) struct Documents<'a> {
    pub(crate) store: &'a Store,
    pub(crate) caller: &'a Caller,
    pub(crate) manifest: &'a Manifest,
    pub(crate) whole: &'a Whole,
    pub(crate) partition: &'a Partition,
    /// What this run leaves, which knows since when findings fail.
    pub(crate) state: Option<&'a State>,
    pub(crate) changes: Option<&'a Changes>,
    pub(crate) coverage: &'a Coverage,
    /// The Region of Security Hub, if files for it are wanted.
    pub(crate) security_hub_region: Option<&'a str>,
    pub(crate) dataset_prefix: &'a str,
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

    /// Writes those of the run; the same findings give the same bytes.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub(crate) async fn write(&self) -> Result<(), CallError> {
        let results = &self.whole.results;
        let (run, as_of) = (&self.manifest.run, results.as_of);
        let origin = Origin {
            run: Some(run),
            as_of,
            partition: self.partition,
            state: self.state,
        };
        // The page stands beside the others, so it links to them by name.
        let links = FOR_PEOPLE.into_iter().skip(1).map(|(name, label)| Link {
            label: label.to_owned(),
            target: name.to_owned(),
        });
        let page = Page {
            results,
            run: Some(run),
            coverage: Some(self.coverage),
            changes: self.changes,
            links: &links.collect::<Vec<_>>(),
        };
        self.document("report.html", "text/html; charset=utf-8", |out| write_html(&page, out))
            .await?;
        self.document("report.txt", "text/plain; charset=utf-8", |out| {
            write_text(results, Palette::Plain, false, out)
        })
        .await?;
        self.document("findings.csv", "text/csv", |out| write_csv(results, out))
            .await?;
        self.document("findings.jsonl", "application/x-ndjson", |out| {
            write_lines(self.whole.all(), &origin, None, out)
        })
        .await?;
        self.document("findings.ocsf.jsonl", "application/x-ndjson", |out| {
            write_ocsf(results.findings(), &origin, out)
        })
        .await?;
        if let Some(region) = self.security_hub_region {
            for batch in asff_batches(results.findings(), &origin, region) {
                let name = format!("security-hub/{}", batch.name());
                self.object(&self.key(&name), "application/json", batch.bytes).await?;
            }
        }
        Ok(())
    }

    /// Writes the dataset of the date.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub(crate) async fn write_dataset(&self) -> Result<(), CallError> {
        let key = keys::dataset(self.dataset_prefix, self.manifest.date, "findings");
        self.object(&key, "application/vnd.apache.parquet", self.parquet()?)
            .await
    }

    fn parquet(&self) -> Result<Vec<u8>, CallError> {
        let run = Some(&self.manifest.run);
        let table = FindingsParquet::new(Vec::new(), run, self.whole.results.as_of);
        let mut table = table.map_err(|error| unwritable(&error))?;
        for finding in self.whole.all() {
            table.append(finding).map_err(|error| unwritable(&error))?;
        }
        table.finish().map_err(|error| unwritable(&error))
    }

    fn key(&self, name: &str) -> String {
        keys::report(FUNCTION, self.manifest.date, &self.manifest.run, name)
    }

    async fn document(
        &self,
        name: &str,
        media_type: &'static str,
        write: impl FnOnce(&mut Vec<u8>) -> io::Result<()>,
    ) -> Result<(), CallError> {
        let mut bytes = Vec::new();
        write(&mut bytes).map_err(|error| unwritable(&error))?;
        self.object(&self.key(name), media_type, bytes).await
    }

    async fn object(&self, key: &str, media_type: &'static str, bytes: Vec<u8>) -> Result<(), CallError> {
        let object = Object::new(key, bytes.into(), media_type);
        self.store.settle(self.caller, &object, |_| true).await.map(drop)
    }
}
