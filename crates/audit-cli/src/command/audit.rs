//! `iam-census audit`: the suite against real AWS, into a folder or a bucket.

use std::path::PathBuf;

use audit_core::event::RunRequest;
use credential_collector::Settings;
use jiff::Timestamp;

use crate::exit::Exit;
use crate::{aws, summary};

/// Run the whole suite against AWS, into a folder or a bucket
///
/// Credentials and Region come from where the AWS CLI takes them. Without --single-account they must be those of the
/// management account or of a delegated administrator account, and the member role must exist in the other accounts.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// Folder that everything is written into, instead of a bucket
    #[arg(
        long,
        value_name = "DIR",
        conflicts_with = "bucket",
        required_unless_present = "bucket"
    )]
    out: Option<PathBuf>,

    /// The instant that names the run [default: now]
    #[arg(long, value_name = "TIME")]
    at: Option<Timestamp>,

    #[command(flatten)]
    settings: Settings,
}

impl Args {
    pub(crate) fn run(self) -> anyhow::Result<Exit> {
        let finished = aws::block_on(async {
            let sdk = aws::configuration().await;
            let at = match self.at {
                Some(at) => at,
                None => audit_aws::clock::Clock::of(&sdk)?.now(),
            };
            aws::collect(&sdk, &self.settings, &RunRequest::at(at), self.out).await
        })?;
        summary::print(&finished, "organization")?;
        Ok(summary::exit(&finished))
    }
}
