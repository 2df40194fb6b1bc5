//! `iam-census run`: one function from its event, as Lambda would run it.

use std::path::PathBuf;

use anyhow::Context as _;
use audit_core::event::RunRequest;
use credential_collector::Settings;

use crate::exit::Exit;
use crate::{aws, summary};

/// Run one function from its event, as Lambda would
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    #[command(subcommand)]
    function: Function,
}

#[derive(clap::Subcommand, Debug)]
enum Function {
    /// Collect the credential report of every account
    CredentialCollector(Box<Collector>),
}

#[derive(clap::Args, Debug)]
struct Collector {
    /// File with the event, or `-` for standard input
    #[arg(long, value_name = "FILE")]
    event: PathBuf,

    /// Folder that everything is written into, instead of a bucket
    #[arg(
        long,
        value_name = "DIR",
        conflicts_with = "bucket",
        required_unless_present = "bucket"
    )]
    out: Option<PathBuf>,

    #[command(flatten)]
    settings: Settings,
}

impl Args {
    pub(crate) fn run(self) -> anyhow::Result<Exit> {
        let Function::CredentialCollector(collector) = self.function;
        let Collector { event, out, settings } = *collector;
        let text = match event.as_os_str().to_str() {
            Some("-") => std::io::read_to_string(std::io::stdin())?,
            _ => std::fs::read_to_string(&event).with_context(|| format!("cannot read `{}`", event.display()))?,
        };
        let request: RunRequest = serde_json::from_str(&text)
            .with_context(|| format!("`{}` is not an event of this function", event.display()))?;
        let finished = aws::block_on(async {
            let sdk = aws::configuration().await;
            aws::collect(&sdk, &settings, &request, out).await
        })?;
        summary::print_json(&finished)?;
        Ok(summary::exit(&finished))
    }
}
