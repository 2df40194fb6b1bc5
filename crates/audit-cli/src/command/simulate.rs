//! `iam-census simulate`: the simulated organization for any AWS SDK or the AWS CLI.

use std::io::Write as _;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context as _;
use jiff::Timestamp;
use simulated_aws::{CallCounts, Clock, FaultPlan, Outcome, Simulator, WORLD_EPOCH, World, WorldSpec};
use tokio::net::TcpListener;

use crate::aws;
use crate::exit::Exit;

/// Serve a simulated organization to any AWS SDK or the AWS CLI, until interrupted
///
/// Point a client at it with `AWS_ENDPOINT_URL`, any credentials and `AWS_REGION=us-east-1`. Any access key acts as the
/// suite's own account; a twelve-digit access key id acts as that account. Interrupted, it prints how many calls of each
/// operation it answered, and with what.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// Address to listen on; port 0 chooses a free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:4580")]
    listen: SocketAddr,

    /// Number of accounts of the organization
    #[arg(long, value_name = "N", default_value_t = 40, value_parser = clap::value_parser!(u32).range(1..=50_000))]
    accounts: u32,

    /// Chooses the organization: the same seed gives the same one
    #[arg(long, default_value_t = 7)]
    seed: u64,

    /// The instant that all dates of the organization are relative to
    #[arg(long, value_name = "TIME", default_value_t = WORLD_EPOCH)]
    at: Timestamp,

    /// Number of IAM users in every account [default: varied]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(0..=5_000))]
    users: Option<u16>,

    /// Time that every call takes, in milliseconds
    #[arg(long, value_name = "MS", default_value_t = 0)]
    latency: u64,

    /// Enforce the call rates of AWS Organizations and of the event history of CloudTrail
    #[arg(long)]
    pacing: bool,

    /// File with a plan of faults, as JSON
    #[arg(long, value_name = "FILE")]
    faults: Option<PathBuf>,

    /// No account is suspended, broken or without a report: for measuring
    #[arg(long)]
    healthy: bool,
}

impl Args {
    pub(crate) fn run(self) -> anyhow::Result<Exit> {
        let mut spec = WorldSpec {
            accounts: usize::try_from(self.accounts)?,
            seed: self.seed,
            at: self.at,
            users_per_account: self.users.map(usize::from),
            ..WorldSpec::default()
        };
        if self.healthy {
            spec.all_active = true;
            spec.troubles = simulated_aws::Troubles::None;
            spec.reports = simulated_aws::ReportStart::Ready;
            spec.empty_pages = false;
        }
        let faults = match &self.faults {
            None => FaultPlan::default(),
            Some(path) => {
                let text =
                    std::fs::read_to_string(path).with_context(|| format!("cannot read `{}`", path.display()))?;
                FaultPlan::from_json(&text).with_context(|| format!("`{}` is no plan of faults", path.display()))?
            }
        };
        let simulator = Simulator::builder(World::new(spec)?)
            .clock(Clock::Wall)
            .faults(faults)
            .latency(Duration::from_millis(self.latency))
            .pacing(self.pacing)
            .build();
        aws::block_on(serve(&simulator, self.listen))?;
        tell_calls(&simulator.call_counts())?;
        Ok(Exit::Complete)
    }
}

async fn serve(simulator: &Simulator, address: SocketAddr) -> anyhow::Result<()> {
    let listener = TcpListener::bind(address)
        .await
        .with_context(|| format!("cannot listen on `{address}`"))?;
    let mut out = std::io::stdout().lock();
    writeln!(
        out,
        "http://{}  {} accounts, hub {}, bucket {}, topic {}",
        listener.local_addr()?,
        simulator.world().accounts().len(),
        simulator.world().hub_account(),
        simulator.evidence_bucket(),
        simulator.topic_arn(),
    )?;
    out.flush()?;
    drop(out);
    tokio::select! {
        never = simulator.serve(listener) => match never? {},
        _ = tokio::signal::ctrl_c() => Ok(()),
    }
}

/// One line an operation and outcome: number, service, operation, outcome.
fn tell_calls(counts: &CallCounts) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    for ((operation, outcome), count) in counts {
        let outcome = match outcome {
            Outcome::Ok => "answered".to_owned(),
            Outcome::Refused(code) => format!("refused with {code}"),
            Outcome::Fault(kind) => format!("hit by the fault {kind:?}"),
            Outcome::Trouble => "connection broken".to_owned(),
        };
        let service = operation.service().name();
        writeln!(out, "{count:>9}  {service}:{}  {outcome}", operation.name())?;
    }
    out.flush()?;
    Ok(())
}
