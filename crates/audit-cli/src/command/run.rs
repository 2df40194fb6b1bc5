//! `iam-census run`: one function from its event, as Lambda would run it.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use audit_core::event::RunRequest;
use config_rule::event::Event;
use serde::de::DeserializeOwned;

use crate::exit::Exit;
use crate::{aws, suite, summary};

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
    /// Judge every account by the IAM controls of the CIS AWS Foundations Benchmark
    CisChecker(Box<Checker>),
    /// Report what the users and roles of accounts could do: for rules of AWS Config, and for the whole organization
    ConfigRule(Box<Rule>),
    /// Take stock of the IAM users of all accounts from AWS Config
    UserInventory(Box<Inventory>),
    /// Report the control policies above every account, and what nobody can do because of them
    ScpReport(Box<Policies>),
    /// Find out when the root user of every account last signed in, how, and from where
    RootActivity(Box<RootUsers>),
}

#[derive(clap::Args, Debug)]
struct Collector {
    #[command(flatten)]
    from_to: FromTo,

    #[command(flatten)]
    settings: credential_collector::Settings,
}

#[derive(clap::Args, Debug)]
struct Checker {
    #[command(flatten)]
    from_to: FromTo,

    #[command(flatten)]
    settings: cis_checker::Settings,
}

#[derive(clap::Args, Debug)]
struct Rule {
    #[command(flatten)]
    from_to: FromTo,

    #[command(flatten)]
    settings: config_rule::Settings,
}

#[derive(clap::Args, Debug)]
struct Inventory {
    #[command(flatten)]
    from_to: FromTo,

    #[command(flatten)]
    settings: user_inventory::Settings,
}

#[derive(clap::Args, Debug)]
struct Policies {
    #[command(flatten)]
    from_to: FromTo,

    #[command(flatten)]
    settings: scp_report::Settings,
}

#[derive(clap::Args, Debug)]
struct RootUsers {
    #[command(flatten)]
    from_to: FromTo,

    #[command(flatten)]
    settings: root_activity::Settings,
}

/// The event, and where evidence goes.
#[derive(clap::Args, Debug)]
struct FromTo {
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
}

impl Args {
    pub(crate) fn run(self) -> anyhow::Result<Exit> {
        match self.function {
            Function::CredentialCollector(collector) => collector.run(),
            Function::CisChecker(checker) => checker.run(),
            Function::ConfigRule(rule) => rule.run(),
            Function::UserInventory(inventory) => inventory.run(),
            Function::ScpReport(policies) => policies.run(),
            Function::RootActivity(users) => users.run(),
        }
    }
}

impl Collector {
    fn run(self) -> anyhow::Result<Exit> {
        let request: RunRequest = event(&self.from_to.event)?;
        let out = self.from_to.out.as_deref().map(suite::folder).transpose()?;
        let finished = aws::block_on(async {
            let sdk = aws::configuration().await;
            suite::collect(&sdk, &self.settings, &request, out.as_ref()).await
        })?;
        summary::collection::print_json(&finished)?;
        Ok(summary::collection::exit(&finished))
    }
}

impl Checker {
    fn run(self) -> anyhow::Result<Exit> {
        let request: RunRequest = event(&self.from_to.event)?;
        let out = self.from_to.out.as_deref().map(suite::folder).transpose()?;
        let finished = aws::block_on(async {
            let sdk = aws::configuration().await;
            suite::judge(&sdk, &self.settings, &request, out.as_ref()).await
        })?;
        summary::findings::print_json(&finished)?;
        Ok(summary::findings::exit(&finished))
    }
}

impl Rule {
    fn run(self) -> anyhow::Result<Exit> {
        let event: Event = event(&self.from_to.event)?;
        let out = self.from_to.out.as_deref().map(suite::folder).transpose()?;
        let (settings, out) = (&self.settings, out.as_ref());
        match event {
            Event::Rule(event) => {
                let finished = aws::block_on(async {
                    let sdk = aws::configuration().await;
                    suite::answer(&sdk, settings, &event, out).await
                })?;
                summary::evaluations::print_json(&finished)?;
                Ok(summary::evaluations::exit(&finished))
            }
            Event::Sweep(request) => {
                let swept = aws::block_on(async {
                    let sdk = aws::configuration().await;
                    suite::sweep(&sdk, settings, &request, out).await
                })?;
                summary::privileges::print_json(&swept)?;
                Ok(summary::privileges::exit(&swept))
            }
        }
    }
}

impl Inventory {
    fn run(self) -> anyhow::Result<Exit> {
        let request: RunRequest = event(&self.from_to.event)?;
        let out = self.from_to.out.as_deref().map(suite::folder).transpose()?;
        let finished = aws::block_on(async {
            let sdk = aws::configuration().await;
            suite::take_stock(&sdk, &self.settings, &request, out.as_ref()).await
        })?;
        summary::inventory::print_json(&finished)?;
        Ok(summary::inventory::exit(&finished))
    }
}

impl Policies {
    fn run(self) -> anyhow::Result<Exit> {
        let request: RunRequest = event(&self.from_to.event)?;
        let out = self.from_to.out.as_deref().map(suite::folder).transpose()?;
        let finished = aws::block_on(async {
            let sdk = aws::configuration().await;
            suite::report(&sdk, &self.settings, &request, out.as_ref()).await
        })?;
        summary::guardrails::print_json(&finished)?;
        Ok(summary::guardrails::exit(&finished))
    }
}

impl RootUsers {
    fn run(self) -> anyhow::Result<Exit> {
        let request: RunRequest = event(&self.from_to.event)?;
        let out = self.from_to.out.as_deref().map(suite::folder).transpose()?;
        let finished = aws::block_on(async {
            let sdk = aws::configuration().await;
            suite::trace(&sdk, &self.settings, &request, out.as_ref()).await
        })?;
        summary::root_activity::print_json(&finished)?;
        Ok(summary::root_activity::exit(&finished))
    }
}

/// Reads an event of the kind that a function takes.
fn event<E: DeserializeOwned>(file: &Path) -> anyhow::Result<E> {
    let text = match file.to_str() {
        Some("-") => std::io::read_to_string(std::io::stdin())?,
        _ => std::fs::read_to_string(file).with_context(|| format!("cannot read `{}`", file.display()))?,
    };
    serde_json::from_str(&text).with_context(|| format!("`{}` is not an event of this function", file.display()))
}
