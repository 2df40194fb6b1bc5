//! `iam-census check`: CIS checks on saved credential reports.

mod format;
mod glob;
mod sources;

use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, bail};
use audit_aws::settings::RegionName;
use audit_core::account::Partition;
use audit_core::benchmark::Edition;
use audit_core::check::{Judge, Parameters};
use audit_core::exception::Exceptions;
use audit_core::facts::AccountFacts;
use audit_report::findings::{Results, Unreadable};
use jiff::{Timestamp, Unit};

use super::checks::print;
use crate::exit::Exit;

use format::{Format, Options};

/// Check saved credential reports against the CIS AWS Foundations Benchmark; needs no AWS account
///
/// Controls that a credential report cannot answer are listed once as not looked at. They count as incomplete only
/// with --strict.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// Reports of one or many accounts: CSV files, answers of `aws iam get-credential-report`, folders of them, quoted
    /// patterns such as '**/*.csv', or -
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,

    /// Edition of the benchmark
    #[arg(long, value_name = "EDITION", default_value_t = Edition::LATEST)]
    edition: Edition,

    /// The instant that ages are counted to, such as 2026-11-20T12:00:00Z [default: now]
    #[arg(long, value_name = "TIME")]
    at: Option<Timestamp>,

    /// How the results are written
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,

    /// Region of Security Hub, for --format asff
    #[arg(long, value_name = "REGION")]
    region: Option<RegionName>,

    /// Accepted failures, in TOML or JSON
    #[arg(long, value_name = "FILE")]
    exceptions: Option<PathBuf>,

    /// A root user that was used in the last so many days fails
    #[arg(
        long,
        value_name = "DAYS",
        default_value_t = Parameters::default().root_use_days,
        value_parser = clap::value_parser!(u32).range(1..=3650),
    )]
    root_use_days: u32,

    /// Controls that were not looked at make the result incomplete
    #[arg(long)]
    strict: bool,

    /// Name every resource in the text, however many fail
    #[arg(long)]
    all: bool,
}

impl Args {
    pub(crate) fn run(self) -> anyhow::Result<Exit> {
        self.format.check(self.region.is_some())?;
        let mut exceptions = self.read_exceptions()?;
        let as_of = match self.at {
            Some(at) => at,
            None => Timestamp::now().round(Unit::Second)?,
        };
        let parameters = Parameters {
            root_use_days: self.root_use_days,
            ..Parameters::default()
        };
        let judge = Judge::new(self.edition, as_of, &parameters);
        let mut results = Results::new(self.edition, as_of);
        let mut partition = Partition::Aws;
        for source in sources::find(&self.files)? {
            let name = source.name();
            let facts = source.read().and_then(|report| Ok(AccountFacts::of_report(report)?));
            match facts {
                Err(error) => results.unreadable.push(Unreadable {
                    source: name,
                    reason: format!("{error:#}"),
                }),
                Ok(facts) => {
                    let mut findings = judge.account_findings(&facts);
                    for finding in &mut findings {
                        exceptions.cover(finding, as_of);
                    }
                    let generated = facts.credential_report.known().and_then(|report| report.generated);
                    results.add(facts.account, name, generated, findings);
                    partition = facts.partition;
                }
            }
        }
        if let ([], Some(first)) = (results.accounts.as_slice(), results.unreadable.first()) {
            bail!("{}: {}", first.source, first.reason);
        }
        results.unmet = exceptions.unmet().cloned().collect();
        let options = Options {
            all: self.all,
            partition: &partition,
            region: self.region.as_ref().map(RegionName::as_str),
        };
        print(|out| self.format.write(&results, &options, out))?;
        Ok(self.exit(&results))
    }

    fn read_exceptions(&self) -> anyhow::Result<Exceptions> {
        let Some(path) = &self.exceptions else {
            return Ok(Exceptions::default());
        };
        let text = fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
        Exceptions::parse(&text).with_context(|| format!("{} cannot be used", path.display()))
    }

    fn exit(&self, results: &Results) -> Exit {
        let counts = results.counts();
        let unseen = self.strict && results.needs_facts();
        if counts.unknown > 0 || !results.unreadable.is_empty() || unseen {
            Exit::Incomplete
        } else if counts.open > 0 {
            Exit::OpenFindings
        } else {
            Exit::Complete
        }
    }
}
