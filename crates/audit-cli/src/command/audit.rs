//! `iam-census audit`: the suite against real AWS, into a folder or a bucket.

mod settings;

use std::path::PathBuf;

use audit_core::event::RunRequest;
use jiff::Timestamp;

use crate::exit::Exit;
use crate::{aws, suite, summary};

pub(super) use settings::Settings;

/// Run the whole suite against AWS, into a folder or a bucket
///
/// Credentials and Region come from where the AWS CLI takes them. Without --single-account they must be those of the
/// management account or of a delegated administrator account, and the member roles must exist in the other accounts.
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

    /// The instant that names the runs [default: now]
    #[arg(long, value_name = "TIME")]
    at: Option<Timestamp>,

    #[command(flatten)]
    settings: Settings,
}

impl Args {
    pub(crate) fn run(self) -> anyhow::Result<Exit> {
        let (collector, checker) = (self.settings.collector(), self.settings.checker());
        let (privileges, inventory) = (self.settings.privileges(), self.settings.inventory());
        collector.validate()?;
        checker.validate()?;
        privileges.validate()?;
        inventory.validate()?;
        let users = self.settings.root_users();
        users.validate()?;
        let out = self.out.as_deref().map(suite::folder).transpose()?;
        // An account alone has no control policies of its own to report.
        let policies = self.settings.policies();
        let (collected, judged, swept, stock, reported, traced) = aws::block_on(async {
            let sdk = aws::configuration().await;
            let at = match self.at {
                Some(at) => at,
                None => audit_aws::clock::Clock::of(&sdk)?.now(),
            };
            let request = RunRequest::at(at);
            let collected = suite::collect(&sdk, &collector, &request, out.as_ref()).await?;
            let judged = suite::judge(&sdk, &checker, &request, out.as_ref()).await?;
            let swept = suite::sweep(&sdk, &privileges, &request, out.as_ref()).await?;
            // Without AWS Config the rest of the audit stands, and says that this is missing.
            let stock = suite::take_stock(&sdk, &inventory, &request, out.as_ref()).await;
            let reported = match &policies {
                Some(settings) => Some(suite::report(&sdk, settings, &request, out.as_ref()).await?),
                None => None,
            };
            let traced = suite::trace(&sdk, &users, &request, out.as_ref()).await?;
            Ok((collected, judged, swept, stock, reported, traced))
        })?;
        summary::collection::print(&collected, "organization")?;
        summary::findings::print(&judged)?;
        summary::privileges::print(&swept)?;
        let stocked = match &stock {
            Ok(stock) => {
                summary::inventory::print(stock)?;
                summary::inventory::exit(stock)
            }
            Err(error) => {
                summary::inventory::print_missing(error)?;
                Exit::Incomplete
            }
        };
        let audited = summary::collection::exit(&collected).and(summary::findings::exit(&judged));
        let exit = audited.and(summary::privileges::exit(&swept)).and(stocked);
        let guarded = if let Some(reported) = &reported {
            summary::guardrails::print(reported)?;
            summary::guardrails::exit(reported)
        } else {
            summary::guardrails::print_absence()?;
            Exit::Complete
        };
        summary::root_activity::print(&traced)?;
        Ok(exit.and(guarded).and(summary::root_activity::exit(&traced)))
    }
}
