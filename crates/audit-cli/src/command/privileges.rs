//! `iam-census privileges`: what the users and roles of an account could do, from saved answers.

mod output;

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use audit_aws::settings::OrganizationId;
use audit_core::account::AccountId;
use audit_core::facts::AuthorizationDetails;
use audit_core::privileges::{Analysis, Guardrails, Input, LastAccessed, Organization, read_resource_policies};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use iam_policy::effective::Evaluator;
use jiff::{Timestamp, Unit};

use crate::exit::Exit;
use output::Format;

/// Report what the users and roles of an account could do; needs no AWS account
///
/// FILE is the saved answer of `aws iam get-account-authorization-details`, all pages of it. Every policy of a user or
/// role is looked at together: its own, those of its groups, its permissions boundary, and the SCPs and RCPs if they are
/// given. For each there are two answers: what is allowed whatever the context of a request, and what is possible in
/// some context.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  aws iam get-account-authorization-details > details.json
  iam-census privileges details.json
  iam-census privileges details.json --format xlsx --out privileges.xlsx
  iam-census privileges details.json --scps scps.json --format jsonl | jq 'select(.sheet == \"privilege_escalation\")'

Files:
  --scps, --rcps   [[policy, …], …]: one list for each level, organization root first, account last. A level may be
                   {\"name\", \"policies\"}, and a policy {\"name\", \"document\"}. For the management account give none.
  --resource-policies   [{\"arn\", \"region\", \"document\"}, …]
  --last-accessed       {ARN: answer of `aws iam get-service-last-accessed-details`, …}

Exit codes: 0 nobody becomes an administrator who is none; 1 somebody does, or somebody outside may come in; \
2 wrong usage or could not be done; 3 something of the account could not be read.")]
pub(crate) struct Args {
    /// Saved answer of `aws iam get-account-authorization-details`, or - for standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// Service control policies on the path to the account
    #[arg(long, value_name = "FILE")]
    scps: Option<PathBuf>,

    /// Resource control policies on the path to the account
    #[arg(long, value_name = "FILE")]
    rcps: Option<PathBuf>,

    /// Credential report of the account: CSV, or the answer of `aws iam get-credential-report`
    #[arg(long, value_name = "FILE")]
    credential_report: Option<PathBuf>,

    /// Policies of buckets, keys, queues and other resources
    #[arg(long, value_name = "FILE")]
    resource_policies: Option<PathBuf>,

    /// When services were last used, by principal
    #[arg(long, value_name = "FILE")]
    last_accessed: Option<PathBuf>,

    /// Id of the organization, `o-…`: who belongs to it is no outsider
    #[arg(long, value_name = "ID")]
    organization_id: Option<OrganizationId>,

    /// Accounts of the organization, separated by commas
    #[arg(long, value_name = "ACCOUNTS", value_delimiter = ',')]
    organization_accounts: Vec<AccountId>,

    /// The instant that the report is about, such as 2026-11-20T12:00:00Z [default: now]
    #[arg(long, value_name = "TIME")]
    at: Option<Timestamp>,

    /// How the report is written [default: by the ending of --out, else text]
    #[arg(long, value_enum)]
    format: Option<Format>,

    /// Where the report is written; for CSV a folder [default: standard output, for text and JSON Lines]
    #[arg(long, value_name = "PATH")]
    out: Option<PathBuf>,
}

impl Args {
    pub(crate) fn run(self) -> anyhow::Result<Exit> {
        let target = output::Target::new(self.format, self.out.as_deref())?;
        let details = AuthorizationDetails::read(&text(&self.file)?)
            .with_context(|| format!("{} cannot be used", self.file.display()))?;
        let (account, partition) = details
            .account()
            .with_context(|| format!("{} cannot be used", self.file.display()))?;
        let scps = guardrails(self.scps.as_deref())?;
        let rcps = guardrails(self.rcps.as_deref())?;
        let report = self.credential_report.as_deref().map(credential_report).transpose()?;
        let last_accessed = read(self.last_accessed.as_deref(), LastAccessed::read)?;
        let resource_policies = read(self.resource_policies.as_deref(), read_resource_policies)?;
        let as_of = match self.at {
            Some(at) => at,
            None => Timestamp::now().round(Unit::Second)?,
        };
        let organization = Organization {
            id: self.organization_id.as_ref().map(|id| id.as_str().to_owned()),
            accounts: self.organization_accounts.iter().copied().collect(),
        };
        let input = Input {
            account,
            partition,
            as_of,
            details: &details,
            organization: &organization,
            scps: &scps,
            rcps: &rcps,
            credential_report: report.as_deref(),
            last_accessed: last_accessed.as_ref(),
            resource_policies: resource_policies.as_deref(),
            gaps: &[],
        };
        let mut evaluator = Evaluator::new();
        let analysis = Analysis::new(input, &mut evaluator);
        target.write(&analysis, &mut evaluator)?;
        Ok(exit(&analysis))
    }
}

fn exit(analysis: &Analysis<'_>) -> Exit {
    if analysis.not_evaluated().iter().any(|gap| gap.code != "NOT_GIVEN") {
        return Exit::Incomplete;
    }
    let climbs = analysis.principals().any(|(_, power)| power.tier.is_escalation());
    let mut exposures = analysis.trusts().iter().chain(analysis.exposures());
    if climbs || exposures.any(|one| one.kind.is_outside() && !one.is_limited && one.conditions.is_empty()) {
        Exit::OpenFindings
    } else {
        Exit::Complete
    }
}

fn text(path: &Path) -> anyhow::Result<String> {
    if path.as_os_str() == "-" {
        return std::io::read_to_string(std::io::stdin().lock()).context("standard input cannot be read");
    }
    std::fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))
}

fn read<T, E>(path: Option<&Path>, parse: impl FnOnce(&str) -> Result<T, E>) -> anyhow::Result<Option<T>>
where
    E: std::error::Error + Send + Sync + 'static,
{
    let Some(path) = path else {
        return Ok(None);
    };
    let parsed = parse(&text(path)?).with_context(|| format!("{} cannot be used", path.display()))?;
    Ok(Some(parsed))
}

fn guardrails(path: Option<&Path>) -> anyhow::Result<Guardrails> {
    Ok(read(path, Guardrails::read)?.unwrap_or(Guardrails::NotGiven))
}

/// The CSV itself, or the answer that holds it in base64.
fn credential_report(path: &Path) -> anyhow::Result<Vec<u8>> {
    let text = text(path)?;
    if !text.trim_start().starts_with('{') {
        return Ok(text.into_bytes());
    }
    let answer: serde_json::Value = serde_json::from_str(&text).context("the credential report is no JSON")?;
    let content = answer.get("Content").and_then(serde_json::Value::as_str);
    let Some(content) = content else {
        bail!(
            "{} has no `Content`: it is no answer of get-credential-report",
            path.display()
        );
    };
    STANDARD
        .decode(content)
        .with_context(|| format!("`Content` of {} is not base64", path.display()))
}
