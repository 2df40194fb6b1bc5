//! The settings of the function, each declared once. What the rule demands is no setting of the function but a
//! parameter of the rule, since one function serves the rules of many accounts.

use audit_aws::account::Wanted;
use audit_aws::settings::{
    BucketName, Conduct, Destination, InvalidSetting, KeyPrefix, MemberAccess, ReportConduct, RoleName, Scope,
};
use audit_aws::store::BucketSettings;
use audit_core::config_rule::annotation;
use audit_core::facts::FactName;
use clap::{Args, Parser, ValueEnum};

/// Report what the users and roles of accounts could do: for rules of AWS Config, and for the whole organization
#[derive(Parser, Clone, Debug)]
#[command(name = "config-rule")]
pub struct Settings {
    /// Name of the role to assume in each account
    #[arg(
        long,
        value_name = "NAME",
        default_value = "config-rule",
        help_heading = "Member accounts"
    )]
    pub config_rule_role_name: RoleName,
    /// How member accounts are entered.
    #[command(flatten)]
    pub access: MemberAccess,
    /// The bucket that evidence goes to, and who is told of a sweep that lacks something.
    #[command(flatten)]
    pub destination: Destination,
    /// What is looked at and how it is laid out.
    #[command(flatten)]
    pub privileges: Privileges,
    /// What the collector stored.
    #[command(flatten)]
    pub collected: Collected,
    /// How credential reports are had.
    #[command(flatten)]
    pub reports: ReportConduct,
    /// Which accounts a sweep looks at.
    #[command(flatten)]
    pub scope: Scope,
    /// How a sweep behaves.
    #[command(flatten)]
    pub conduct: Conduct,
}

/// What privilege reports tell, and where they go.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Privilege reports")]
pub struct Privileges {
    /// Prefix of the privilege reports that people open and that evaluations point to
    #[arg(long, value_name = "PREFIX", default_value = "reports/config-rule/")]
    pub config_rule_prefix: KeyPrefix,

    /// Prefix of the dataset of privileges
    #[arg(long, value_name = "PREFIX", default_value = "privileges/")]
    pub privileges_prefix: KeyPrefix,

    /// What a sweep writes about each account: `jsonl`, which the dataset is made of and is always written, `xlsx`, `csv`
    #[arg(
        long,
        value_name = "FORMAT,…",
        value_enum,
        value_delimiter = ',',
        default_value = "xlsx"
    )]
    pub privilege_formats: Vec<Format>,

    /// Ask when each user and role last used each service, which costs two calls for each
    #[arg(long)]
    pub with_last_accessed: bool,

    /// Look at the policies of buckets, keys, queues, topics, secrets and functions that AWS Config records in each Region
    #[arg(long)]
    pub with_resource_policies: bool,
}

/// What the collector stored of the same accounts.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Credential reports")]
pub struct Collected {
    /// Bucket of the collector's raw reports, where it keeps them in another one
    #[arg(long, value_name = "BUCKET")]
    pub collector_bucket: Option<BucketName>,

    /// Have IAM answer for every credential report, even where the collector has stored today's
    #[arg(long)]
    pub fetch_reports: bool,
}

/// A format of the report about an account.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// An Excel workbook
    Xlsx,
    /// A folder with a file for each sheet
    Csv,
    /// One object a line
    Jsonl,
}

/// How closely an account is looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Looks {
    /// When each user and role last used each service.
    pub last_accessed: bool,
    /// The policies of resources.
    pub resource_policies: bool,
}

impl Looks {
    /// As closely as can be.
    pub const EVERYTHING: Self = Self {
        last_accessed: true,
        resource_policies: true,
    };

    /// The facts that are gathered.
    #[must_use]
    pub fn wanted(self) -> Wanted {
        let resources = self.resource_policies.then_some(FactName::ResourcePolicies);
        let always = [FactName::AuthorizationDetails, FactName::CredentialReport];
        Wanted::of(always.into_iter().chain(resources))
    }
}

/// What a link to evidence has beside prefix and bucket: date, account, run, ending and a version id of S3.
const REST_OF_LINK: usize = "s3:///2026-11-20/111122223333/020000Z-0123abcd.xlsx?versionId=".len() + 32;

/// The shortest room for the words of a verdict that still says something.
const ROOM_FOR_WORDS: usize = 40;

impl Settings {
    /// Checks the rules that concern more than one setting.
    ///
    /// # Errors
    /// The first setting that breaks a rule.
    pub fn validate(&self) -> Result<(), InvalidSetting> {
        self.access.validate()?;
        let prefix = self.privileges.config_rule_prefix.as_str();
        if ["runs/", "outbox/", "state/"]
            .iter()
            .any(|reserved| prefix.starts_with(reserved))
        {
            let rule = "must not begin with `runs/`, `outbox/` or `state/`, which the ledger uses";
            return Err(InvalidSetting::new("config-rule-prefix", rule));
        }
        let dataset = self.privileges.privileges_prefix.as_str();
        let reserved = ["runs/", "outbox/", "reports/", "state/"];
        if dataset.is_empty() || reserved.iter().any(|reserved| dataset.starts_with(reserved)) {
            return Err(InvalidSetting::new(
                "privileges-prefix",
                "is a folder of its own, not the root of the bucket nor below `runs/`, `outbox/`, `reports/` or `state/`",
            ));
        }
        let bucket = self
            .destination
            .bucket
            .as_ref()
            .map_or(0, |bucket| bucket.as_str().len());
        let link = "l".repeat(bucket + prefix.len() + REST_OF_LINK + ROOM_FOR_WORDS);
        annotation("", &link).map(drop).map_err(|_| {
            let rule = "is so long that the link to the evidence does not fit the 256 characters of an annotation";
            InvalidSetting::new("config-rule-prefix", rule)
        })
    }

    /// How closely accounts are looked at.
    #[must_use]
    pub const fn looks(&self) -> Looks {
        Looks {
            last_accessed: self.privileges.with_last_accessed,
            resource_policies: self.privileges.with_resource_policies,
        }
    }

    /// The bucket for everything that is written, and that of the collector's raw reports; `None` when no bucket is set.
    #[must_use]
    pub fn buckets(&self) -> Option<(BucketSettings, BucketSettings)> {
        let records = self.destination.bucket_settings()?;
        let reports = BucketSettings {
            name: match &self.collected.collector_bucket {
                Some(name) => name.clone(),
                None => records.name.clone(),
            },
            ..records.clone()
        };
        Some((records, reports))
    }
}

#[cfg(test)]
mod tests;
