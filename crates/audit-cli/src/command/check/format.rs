//! The formats that results are written in.

use std::io::{self, IsTerminal as _, Write};

use anyhow::{Context as _, bail};
use audit_core::account::Partition;
use audit_report::findings::{
    FindingsParquet, Naming, Origin, Page, Palette, Results, asff_batches, write_csv, write_html, write_json,
    write_lines, write_ocsf, write_text,
};

/// How results are written.
#[derive(clap::ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// For a terminal
    Text,
    /// One document
    Json,
    /// One document a finding, one a line
    JsonLines,
    /// For a spreadsheet
    Csv,
    /// A page for a browser
    Html,
    /// A table for query engines
    Parquet,
    /// Compliance Findings of the Open Cybersecurity Schema Framework, one a line
    Ocsf,
    /// AWS Security Finding Format: a line for each call, of one account and up to 100 findings
    Asff,
}

/// What formats need beside the results.
pub(super) struct Options<'a> {
    /// Name every resource in the text.
    pub(super) all: bool,
    /// The partition of the accounts.
    pub(super) partition: &'a Partition,
    /// The Region of Security Hub.
    pub(super) region: Option<&'a str>,
}

impl Format {
    /// What is wrong with the arguments, before anything is read.
    pub(super) fn check(self, has_region: bool) -> anyhow::Result<()> {
        match (self == Self::Asff, has_region) {
            (true, false) => bail!("--format asff needs --region, the Region of Security Hub"),
            (false, true) => bail!("--region is the Region of Security Hub, for --format asff only"),
            _ => {}
        }
        if self == Self::Parquet && io::stdout().is_terminal() {
            bail!("--format parquet is not for terminals: send it to a file");
        }
        Ok(())
    }

    pub(super) fn write(self, results: &Results, options: &Options<'_>, out: &mut dyn Write) -> io::Result<()> {
        let origin = Origin {
            run: None,
            as_of: results.as_of,
            partition: options.partition,
            state: None,
        };
        match self {
            Self::Text => {
                let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
                let colored = io::stdout().is_terminal() && !plain;
                let palette = if colored { Palette::Colored } else { Palette::Plain };
                let naming = if options.all {
                    Naming::All
                } else {
                    Naming::Some("--all names them")
                };
                write_text(results, palette, naming, out)
            }
            Self::Json => write_json(results, out),
            Self::JsonLines => write_lines(results.findings(), &origin, None, out),
            Self::Csv => write_csv(results, out),
            Self::Html => {
                let page = Page {
                    summary: &results.summary(),
                    run: None,
                    coverage: None,
                    changes: None,
                    links: &[],
                };
                write_html(&page, out)
            }
            Self::Parquet => {
                let table = parquet(results).map_err(|error| io::Error::other(format!("{error:#}")))?;
                out.write_all(&table)
            }
            Self::Ocsf => write_ocsf(results.findings(), &origin, out),
            Self::Asff => {
                let region = options.region.unwrap_or_default();
                for batch in asff_batches(results.findings(), &origin, region) {
                    out.write_all(&batch.bytes)?;
                }
                Ok(())
            }
        }
    }
}

fn parquet(results: &Results) -> anyhow::Result<Vec<u8>> {
    let failed = "the table cannot be written";
    let mut table = FindingsParquet::new(Vec::new(), None, results.as_of).context(failed)?;
    for finding in results.findings() {
        table.append(finding).context(failed)?;
    }
    table.finish().context(failed)
}
