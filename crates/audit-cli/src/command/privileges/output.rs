//! Where the report goes, and how.

use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use audit_core::privileges::Analysis;
use audit_report::privileges::{Dataset, Sheet, write_csv, write_json_lines, write_text, write_workbook};
use iam_policy::effective::Evaluator;

use super::super::checks::print;

/// What a dataset that no run of the suite wrote says for its run.
const RUN: &str = "privileges";

#[derive(clap::ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// A table for people
    Text,
    /// An Excel workbook
    Xlsx,
    /// A folder with a file for each sheet
    Csv,
    /// One object a line
    Jsonl,
    /// The dataset for SQL: one row for each service of each principal
    Parquet,
}

/// A format and a place that fit.
pub(super) struct Target {
    format: Format,
    out: Option<PathBuf>,
}

impl Target {
    pub(super) fn new(format: Option<Format>, out: Option<&Path>) -> anyhow::Result<Self> {
        let ending = out.and_then(Path::extension).and_then(|ending| ending.to_str());
        let format = match (format, ending) {
            (Some(format), _) => format,
            (None, Some("xlsx")) => Format::Xlsx,
            (None, Some("jsonl")) => Format::Jsonl,
            (None, Some("parquet")) => Format::Parquet,
            (None, Some("txt")) => Format::Text,
            (None, None) if out.is_none() => Format::Text,
            (None, _) => bail!("--out does not say the format: add --format"),
        };
        if out.is_none() && matches!(format, Format::Xlsx | Format::Csv | Format::Parquet) {
            bail!("this format cannot go to standard output: add --out with a path");
        }
        Ok(Self {
            format,
            out: out.map(Path::to_owned),
        })
    }

    pub(super) fn write(&self, analysis: &Analysis<'_>, evaluator: &mut Evaluator) -> anyhow::Result<()> {
        let Some(path) = &self.out else {
            return print(|out| match self.format {
                Format::Jsonl => write_json_lines(analysis, evaluator, out),
                _ => write_text(analysis, evaluator, out),
            });
        };
        self.store(path, analysis, evaluator)
            .with_context(|| format!("{} cannot be written", path.display()))
    }

    fn store(&self, path: &Path, analysis: &Analysis<'_>, evaluator: &mut Evaluator) -> anyhow::Result<()> {
        if self.format == Format::Csv {
            fs::create_dir_all(path)?;
            let open = |sheet: Sheet| File::create(path.join(format!("{}.csv", sheet.slug())));
            write_csv(analysis, evaluator, |sheet| open(sheet).map(BufWriter::new))?;
            return Ok(());
        }
        let mut out = BufWriter::new(File::create(path)?);
        match self.format {
            Format::Xlsx => write_workbook(analysis, evaluator, &mut out)?,
            Format::Jsonl => write_json_lines(analysis, evaluator, &mut out)?,
            Format::Parquet => {
                let mut lines = Vec::new();
                write_json_lines(analysis, evaluator, &mut lines)?;
                let mut dataset = Dataset::new(&mut out)?;
                dataset.append(RUN, &lines)?;
                dataset.finish()?;
            }
            Format::Text | Format::Csv => write_text(analysis, evaluator, &mut out)?,
        }
        out.flush()?;
        Ok(())
    }
}
