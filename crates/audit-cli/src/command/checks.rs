//! `iam-census checks`: the check catalogue.

use std::io::{BufWriter, ErrorKind, Write};

use anyhow::Context as _;
use audit_core::benchmark::Edition;
use audit_report::catalogue;

use crate::exit::Exit;

/// List the checks and their CIS controls; needs no AWS account
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// Only the checks of this edition of the CIS AWS Foundations Benchmark, such as 7.0.0
    #[arg(long, value_name = "EDITION")]
    edition: Option<Edition>,

    /// A table, or an array of checks with their controls in every edition
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(clap::ValueEnum, Clone, Copy, Debug)]
enum Format {
    Text,
    Json,
}

impl Args {
    pub(crate) fn run(self) -> anyhow::Result<Exit> {
        print(|out| match self.format {
            Format::Text => catalogue::write_text(self.edition, out),
            Format::Json => catalogue::write_json(self.edition, out),
        })?;
        Ok(Exit::Complete)
    }
}

/// Writes results to standard output; a reader that has seen enough is no error.
pub(super) fn print(write: impl FnOnce(&mut dyn Write) -> std::io::Result<()>) -> anyhow::Result<()> {
    let mut out = BufWriter::with_capacity(1 << 16, std::io::stdout().lock());
    match write(&mut out).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error).context("standard output cannot be written"),
        Ok(()) | Err(_) => Ok(()),
    }
}
