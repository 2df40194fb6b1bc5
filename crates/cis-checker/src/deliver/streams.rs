//! The documents that hold every finding, written account by account.

use audit_aws::caller::Caller;
use audit_aws::error::CallError;
use audit_aws::pipe::Pipe;
use audit_aws::store::{ObjectWriter, Store};
use audit_core::keys;
use audit_core::ledger::Manifest;
use audit_report::findings::{
    AccountResult, FindingsCsv, FindingsParquet, Naming, Origin, Palette, Summary, TextReport, write_lines, write_ocsf,
};

use super::evidence::unwritable;
use crate::FUNCTION;

/// The table beside the text names everything.
const NAMING: Naming = Naming::Some("findings.csv names them");

const LINES: &str = "application/x-ndjson";
const PARQUET: &str = "application/vnd.apache.parquet";

/// The keys of the documents.
pub(crate) struct Keys {
    text: String,
    csv: String,
    lines: String,
    ocsf: String,
    /// The dataset of the date, unless that of a later run stands there.
    dataset: Option<String>,
    notes: [(&'static str, String); 1],
}

impl Keys {
    /// Where the documents of a run go, and the dataset below its prefix.
    pub(crate) fn new(manifest: &Manifest, dataset_prefix: Option<&str>) -> Self {
        let key = |name: &str| keys::report(FUNCTION, manifest.date, &manifest.run, name);
        Self {
            text: key("report.txt"),
            csv: key("findings.csv"),
            lines: key("findings.jsonl"),
            ocsf: key("findings.ocsf.jsonl"),
            dataset: dataset_prefix.map(|prefix| keys::dataset(prefix, manifest.date, "findings")),
            notes: [("run", manifest.run.to_string())],
        }
    }
}

/// One object on its way: what its format writes goes through the pipe.
struct Channel<'a> {
    pipe: Pipe,
    object: ObjectWriter<'a>,
}

impl Channel<'_> {
    async fn flow(&mut self) -> Result<(), CallError> {
        self.object.write(&self.pipe.take()).await
    }

    async fn finish(mut self) -> Result<(), CallError> {
        self.flow().await?;
        match self.object.finish().await {
            Ok(()) => Ok(()),
            Err(error) => {
                self.object.abandon().await;
                Err(error)
            }
        }
    }
}

/// The documents that are being written.
pub(crate) struct Streams<'a> {
    origin: &'a Origin<'a>,
    text: (TextReport<Pipe>, Channel<'a>),
    csv: (FindingsCsv<Pipe>, Channel<'a>),
    lines: Channel<'a>,
    ocsf: Channel<'a>,
    dataset: Option<(FindingsParquet<Pipe>, Channel<'a>)>,
}

impl<'a> Streams<'a> {
    /// Begins the documents.
    ///
    /// # Errors
    /// When a format cannot be begun.
    pub(crate) fn begin(
        store: &'a Store,
        caller: &'a Caller,
        keys: &'a Keys,
        origin: &'a Origin<'a>,
        summary: &Summary,
    ) -> Result<Self, CallError> {
        let channel = |key: &'a str, media_type| Channel {
            pipe: Pipe::default(),
            object: store.writer(caller, key, media_type, &keys.notes),
        };
        let text = channel(&keys.text, "text/plain; charset=utf-8");
        let pipe = text.pipe.clone();
        let report = TextReport::new(summary.edition, summary.as_of, Palette::Plain, NAMING, pipe);
        let csv = channel(&keys.csv, "text/csv");
        let table = FindingsCsv::new(csv.pipe.clone());
        let dataset = keys.dataset.as_deref().map(|key| {
            let channel = channel(key, PARQUET);
            let table = FindingsParquet::new(channel.pipe.clone(), origin.run, summary.as_of);
            table.map(|table| (table, channel)).map_err(|error| unwritable(&error))
        });
        Ok(Self {
            origin,
            text: (report.map_err(|error| unwritable(&error))?, text),
            csv: (table.map_err(|error| unwritable(&error))?, csv),
            lines: channel(&keys.lines, LINES),
            ocsf: channel(&keys.ocsf, LINES),
            dataset: dataset.transpose()?,
        })
    }

    /// Adds the findings about an account.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub(crate) async fn account(&mut self, account: &AccountResult) -> Result<(), CallError> {
        self.format(account).map_err(|error| unwritable(&error))?;
        if let Some((table, channel)) = &mut self.dataset {
            for finding in account.all() {
                table.append(finding).map_err(|error| unwritable(&error))?;
            }
            channel.flow().await?;
        }
        self.text.1.flow().await?;
        self.csv.1.flow().await?;
        self.lines.flow().await?;
        self.ocsf.flow().await
    }

    fn format(&mut self, account: &AccountResult) -> std::io::Result<()> {
        self.text.0.account(account)?;
        self.csv.0.account(account)?;
        let source = Some(account.source.as_str()).filter(|source| !source.is_empty());
        write_lines(account.all(), self.origin, source, &mut self.lines.pipe)?;
        write_ocsf(&account.findings, self.origin, &mut self.ocsf.pipe)
    }

    /// Ends the documents and puts them under their keys; the dataset, which readers of SQL find by its date, last.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub(crate) async fn finish(self, summary: &Summary) -> Result<(), CallError> {
        let (report, text) = self.text;
        report.finish(summary).map_err(|error| unwritable(&error))?;
        let (table, csv) = self.csv;
        table.finish(summary).map_err(|error| unwritable(&error))?;
        for channel in [text, csv, self.lines, self.ocsf] {
            channel.finish().await?;
        }
        if let Some((table, channel)) = self.dataset {
            table.finish().map_err(|error| unwritable(&error))?;
            channel.finish().await?;
        }
        Ok(())
    }

    /// Gives all of them up.
    pub(crate) async fn abandon(self) {
        let dataset = self.dataset.map(|(_, channel)| channel);
        let channels = [self.text.1, self.csv.1, self.lines, self.ocsf]
            .into_iter()
            .chain(dataset);
        for channel in channels {
            channel.object.abandon().await;
        }
    }
}
