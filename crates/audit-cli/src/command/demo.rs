//! `iam-census demo`: the suite against a simulated organization, into a folder.

use std::path::PathBuf;

use audit_core::event::RunRequest;
use clap::Parser as _;
use jiff::Timestamp;
use simulated_aws::{Clock, Simulator, VirtualTime, WORLD_EPOCH, World, WorldSpec};

use crate::exit::Exit;
use crate::{suite, summary};

/// Everything that privilege reports can tell, and all their formats.
const PRIVILEGES: [&str; 4] = [
    "config-rule",
    "--privilege-formats=xlsx,csv",
    "--with-last-accessed",
    "--with-resource-policies",
];

/// What root users did, for as long as the trail tells of it, and who changed what.
const ROOT_ACTIVITY: [&str; 5] = [
    root_activity::FUNCTION,
    "--with-changes",
    "--trail-table=iam_census_trail.trail_events",
    "--trail-days=730",
    "--athena-workgroup=audit",
];

/// Show the whole suite against a simulated organization; needs no AWS account
///
/// The organization follows from --seed and --accounts, has accounts in every state and some broken ones, and is
/// reached through the same HTTP that AWS would be. Waiting happens in virtual time, so it takes seconds.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// Number of accounts of the organization
    #[arg(long, value_name = "N", default_value_t = 40, value_parser = clap::value_parser!(u32).range(1..=50_000))]
    accounts: u32,

    /// Chooses the organization: the same seed gives the same one
    #[arg(long, default_value_t = 7)]
    seed: u64,

    /// The instant of the showing, which all dates of the organization are relative to
    #[arg(long, value_name = "TIME", default_value_t = WORLD_EPOCH)]
    at: Timestamp,

    /// Folder that everything is written into
    #[arg(long, value_name = "DIR", default_value = "iam-census-demo")]
    out: PathBuf,
}

impl Args {
    pub(crate) fn run(self) -> anyhow::Result<Exit> {
        let accounts = usize::try_from(self.accounts)?;
        let world = World::new(WorldSpec {
            accounts,
            seed: self.seed,
            at: self.at,
            ..WorldSpec::default()
        })?;
        let time = VirtualTime::new(self.at);
        let simulator = Simulator::builder(world).clock(Clock::Virtual(time.clone())).build();
        let folder = suite::folder(&self.out)?;
        let sdk = simulator.sdk_config();
        let request = RunRequest::at(self.at);
        let collector = credential_collector::Settings::try_parse_from(["credential-collector"])?;
        let collected = time.run(suite::collect(&sdk, &collector, &request, Some(&folder)))??;
        let checker = cis_checker::Settings::try_parse_from(["cis-checker"])?;
        let judged = time.run(suite::judge(&sdk, &checker, &request, Some(&folder)))??;
        let privileges = config_rule::Settings::try_parse_from(PRIVILEGES)?;
        let swept = time.run(suite::sweep(&sdk, &privileges, &request, Some(&folder)))??;
        let inventory = user_inventory::Settings::try_parse_from([user_inventory::FUNCTION])?;
        let stock = time.run(suite::take_stock(&sdk, &inventory, &request, Some(&folder)))??;
        let policies = scp_report::Settings::try_parse_from([scp_report::FUNCTION])?;
        let reported = time.run(suite::report(&sdk, &policies, &request, Some(&folder)))??;
        let users = root_activity::Settings::try_parse_from(ROOT_ACTIVITY)?;
        let traced = time.run(suite::trace(&sdk, &users, &request, Some(&folder)))??;
        summary::collection::print(&collected, "simulated organization")?;
        summary::findings::print(&judged)?;
        summary::privileges::print(&swept)?;
        summary::inventory::print(&stock)?;
        summary::guardrails::print(&reported)?;
        summary::root_activity::print(&traced)?;
        Ok(Exit::Complete)
    }
}
