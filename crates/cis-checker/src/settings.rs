//! The settings of the CIS checker, each declared once.

use audit_aws::account::Wanted;
use audit_aws::settings::{
    BucketName, Conduct, Destination, InvalidSetting, KeyPrefix, MemberAccess, ObjectKey, RegionName, ReportConduct,
    RoleName, Scope,
};
use audit_aws::store::BucketSettings;
use audit_core::benchmark::Edition;
use audit_core::check::Parameters;
use audit_core::checks;
use audit_core::facts::FactName;
use audit_core::state::Notify;
use audit_report::findings::Detail;
use clap::{Args, Parser, ValueEnum};

/// Judge every account by the IAM controls of the CIS AWS Foundations Benchmark
#[derive(Parser, Clone, Debug)]
#[command(name = "cis-checker")]
pub struct Settings {
    /// Name of the role to assume in each account
    #[arg(
        long,
        value_name = "NAME",
        default_value = "IAM-Auditor-role",
        help_heading = "Member accounts"
    )]
    pub auditor_role_name: RoleName,
    /// How member accounts are entered.
    #[command(flatten)]
    pub access: MemberAccess,
    /// By what accounts are judged.
    #[command(flatten)]
    pub judging: Judging,
    /// The bucket that evidence goes to, and who is told.
    #[command(flatten)]
    pub destination: Destination,
    /// How evidence is laid out.
    #[command(flatten)]
    pub evidence: Filing,
    /// When and how people are told.
    #[command(flatten)]
    pub messages: Messages,
    /// How credential reports are had.
    #[command(flatten)]
    pub reports: ReportConduct,
    /// Which accounts are looked at.
    #[command(flatten)]
    pub scope: Scope,
    /// How the run behaves.
    #[command(flatten)]
    pub conduct: Conduct,
}

/// By what accounts are judged.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Judgement")]
pub struct Judging {
    /// Edition of the CIS AWS Foundations Benchmark
    #[arg(long, value_name = "EDITION", default_value_t = Edition::LATEST)]
    pub edition: Edition,

    /// A root user that was used in the last so many days fails
    #[arg(long, value_name = "DAYS", default_value_t = 90, value_parser = clap::value_parser!(u32).range(1..=3650))]
    pub root_use_days: u32,

    /// Judge MFA of root users without a password by the letter of the editions up to 4.0.1
    #[arg(long)]
    pub strict_root_mfa: bool,

    /// Names or ids of the control policies that every member must be under [default: any of your own will do]
    #[arg(long, value_name = "POLICY,…", value_delimiter = ',')]
    pub required_guardrails: Vec<String>,

    /// Facts that are not asked for, such as those that cost a call in each Region: `analyzers`, `instances`,
    /// `resource-policies`; the controls that need them are then told as not looked at
    #[arg(long, value_name = "FACT,…", value_delimiter = ',')]
    pub without_facts: Vec<FactName>,

    /// Key of the file of accepted failures in the bucket, in TOML or JSON
    #[arg(long, value_name = "KEY")]
    pub exceptions_key: Option<ObjectKey>,
}

/// How evidence is laid out.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Evidence")]
pub struct Filing {
    /// Prefix of the dataset of findings
    #[arg(long, value_name = "PREFIX", default_value = "findings/")]
    pub findings_prefix: KeyPrefix,

    /// Bucket of the collector's raw reports, where it keeps them in another one
    #[arg(long, value_name = "BUCKET")]
    pub collector_bucket: Option<BucketName>,

    /// Have IAM answer for every credential report, even where the collector has stored today's
    #[arg(long)]
    pub fetch_reports: bool,

    /// Region of Security Hub, for files that `aws securityhub batch-import-findings` takes [default: no such files]
    #[arg(long, value_name = "REGION")]
    pub security_hub_region: Option<RegionName>,
}

/// When and how people are told.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Messages")]
pub struct Messages {
    /// When a message is sent: `on-change`, `always` or `never`
    #[arg(long, value_name = "WHEN", default_value_t)]
    pub notify: Notify,

    /// How much a message tells: `names` or `counts`. Mail is clear text
    #[arg(long, value_name = "DETAIL", default_value_t)]
    pub detail: Detail,

    /// What a message is written for
    #[arg(long, value_enum, default_value_t)]
    pub message_format: MessageFormat,
}

/// What a message is written for.
#[derive(ValueEnum, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MessageFormat {
    /// People
    #[default]
    Text,
    /// Programs
    Json,
}

impl Settings {
    /// Checks the rules that concern more than one setting.
    ///
    /// # Errors
    /// The first setting that breaks a rule.
    pub fn validate(&self) -> Result<(), InvalidSetting> {
        self.access.validate()?;
        let prefix = self.evidence.findings_prefix.as_str();
        let reserved = ["runs/", "outbox/", "reports/", "state/"];
        if prefix.is_empty() || reserved.iter().any(|reserved| prefix.starts_with(reserved)) {
            return Err(InvalidSetting::new(
                "findings-prefix",
                "is a folder of its own, not the root of the bucket nor below `runs/`, `outbox/`, `reports/` or `state/`",
            ));
        }
        Ok(())
    }

    /// What the benchmark leaves to those who apply it.
    #[must_use]
    pub fn parameters(&self) -> Parameters {
        Parameters {
            root_use_days: self.judging.root_use_days,
            strict_root_mfa: self.judging.strict_root_mfa,
            required_guardrails: self.judging.required_guardrails.clone(),
        }
    }

    /// The facts that the edition's checks look at, but for those that are switched off.
    #[must_use]
    pub fn wanted(&self) -> Wanted {
        let checks = checks::of_edition(self.judging.edition).into_iter();
        let facts = checks.flat_map(|(check, _)| check.uses.iter().copied());
        let single = self.access.single_account;
        // Alone, an account has no organization, and its root user is looked at with its own permissions.
        let needs_organization = |fact: FactName| {
            fact.is_of_organization() || matches!(fact, FactName::OrganizationAnalyzers | FactName::RootSession)
        };
        Wanted::of(facts.filter(|fact| !single || !needs_organization(*fact))).without(&self.judging.without_facts)
    }

    /// The bucket for everything that is written, and that of the collector's raw reports.
    #[must_use]
    pub fn buckets(&self) -> Option<(BucketSettings, BucketSettings)> {
        let records = self.destination.bucket_settings()?;
        let reports = match &self.evidence.collector_bucket {
            None => records.clone(),
            Some(name) => BucketSettings {
                name: name.clone(),
                ..records.clone()
            },
        };
        Some((records, reports))
    }
}

#[cfg(test)]
mod tests;
