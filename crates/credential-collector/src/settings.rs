//! The settings of the credential collector, each declared once.

use std::time::Duration;

use audit_aws::settings::{Alias, BucketName, InvalidSetting, KeyArn, KeyPrefix, MemberAccess, TopicArn};
use audit_aws::store::BucketSettings;
use audit_core::account::AccountId;
use audit_core::keys::Layout;
use clap::{Args, Parser, ValueEnum};

/// Collect the credential report of every account of the organization
#[derive(Parser, Clone, Debug)]
#[command(name = "credential-collector")]
pub struct Settings {
    /// How member accounts are entered.
    #[command(flatten)]
    pub access: MemberAccess,
    /// Where evidence goes.
    #[command(flatten)]
    pub evidence: Evidence,
    /// Which accounts are looked at.
    #[command(flatten)]
    pub scope: Scope,
    /// How the run behaves.
    #[command(flatten)]
    pub conduct: Conduct,
}

/// Where evidence goes.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Evidence")]
pub struct Evidence {
    /// Bucket that reports are stored in
    #[arg(long, value_name = "BUCKET")]
    pub bucket: Option<BucketName>,

    /// Bucket for everything but raw reports; required when the report prefix is `/`
    #[arg(long, value_name = "BUCKET")]
    pub second_bucket: Option<BucketName>,

    /// KMS key that objects are encrypted with [default: the bucket's own]
    #[arg(long, value_name = "ARN")]
    pub kms_key_arn: Option<KeyArn>,

    /// Give each object to the bucket's owner by ACL, for a bucket of another account that still needs it
    #[arg(long)]
    pub object_acl: bool,

    /// Prefix of raw reports; `/` for a bucket whose root a crawler reads
    #[arg(long, value_name = "PREFIX", default_value = "credential-reports/")]
    pub report_prefix: KeyPrefix,

    /// Layout of raw reports below the prefix
    #[arg(long, value_enum, default_value_t)]
    pub layout: LayoutSetting,

    /// Prefix of the typed dataset
    #[arg(long, value_name = "PREFIX", default_value = "credentials/")]
    pub dataset_prefix: KeyPrefix,

    /// SNS topic that is told when an account failed
    #[arg(long, value_name = "ARN")]
    pub topic: Option<TopicArn>,
}

/// The layouts under the names that settings use.
#[derive(ValueEnum, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LayoutSetting {
    /// `YYYY-MM-DD/<account>/credentialReport_<account>.csv`
    #[default]
    ByAccount,
    /// `YYYY-MM-DD/credentialReport_<account>.csv`
    Flat,
}

/// Which accounts are looked at.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Scope")]
pub struct Scope {
    /// Look at these accounts only
    #[arg(long, value_name = "ACCOUNT,…", value_delimiter = ',')]
    pub accounts: Vec<AccountId>,

    /// Leave these accounts out
    #[arg(long, value_name = "ACCOUNT,…", value_delimiter = ',')]
    pub exclude_accounts: Vec<AccountId>,

    /// Look at accounts below these organizational units (or the organization root) only
    #[arg(long, value_name = "OU,…", value_delimiter = ',')]
    pub organizational_units: Vec<UnitId>,

    /// Leave out accounts below these organizational units
    #[arg(long, value_name = "OU,…", value_delimiter = ',')]
    pub exclude_organizational_units: Vec<UnitId>,

    /// Leave out accounts in these states, beside those that cannot be entered anyway
    #[arg(long, value_name = "STATE,…", value_delimiter = ',')]
    pub exclude_states: Vec<String>,
}

/// How the run behaves.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Conduct")]
pub struct Conduct {
    /// Calls to AWS at a time
    #[arg(long, value_name = "N", default_value_t = 64, value_parser = clap::value_parser!(u16).range(1..=256))]
    pub concurrency: u16,

    /// Memory for answers in flight, in MiB
    #[arg(long, value_name = "MIB", default_value_t = 40, value_parser = clap::value_parser!(u16).range(8..=4096))]
    pub memory: u16,

    /// Greatest age of a report that is used as it is, in hours; IAM makes a new one every 4 hours at most
    #[arg(long, value_name = "HOURS", default_value_t = 4, value_parser = clap::value_parser!(u16).range(4..=720))]
    pub max_report_age: u16,

    /// How long one account may take to generate its report, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 300, value_parser = clap::value_parser!(u16).range(10..=3600))]
    pub report_timeout: u16,

    /// Greatest size of a report, in MiB
    #[arg(long, value_name = "MIB", default_value_t = 32, value_parser = clap::value_parser!(u16).range(1..=256))]
    pub max_report_size: u16,

    /// Share of failed accounts above which the run ends as an error, in percent
    #[arg(long, value_name = "PERCENT", default_value_t = 10, value_parser = clap::value_parser!(u8).range(0..=100))]
    pub max_failed_percent: u8,

    /// How much shorter than that of the last complete run the list of accounts may be, in percent
    #[arg(long, value_name = "PERCENT", default_value_t = 5, value_parser = clap::value_parser!(u8).range(0..=100))]
    pub max_list_shrink: u8,
}

/// The id of an organizational unit or of an organization root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitId(String);

impl UnitId {
    /// The id.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::str::FromStr for UnitId {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let rest = text.strip_prefix("ou-").or_else(|| text.strip_prefix("r-"));
        let plain = |rest: &str| {
            rest.bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        };
        match rest {
            Some(rest) if rest.len() >= 4 && plain(rest) => Ok(Self(text.to_owned())),
            _ => Err("an organizational unit looks like `ou-ab12-c3d4e5f6`, the organization root like `r-ab12`"),
        }
    }
}

/// The variables of published collectors that mean one of these settings, inside Lambda only.
pub const ALIASES: &[Alias] = &[
    Alias {
        variable: "BUCKETNAME",
        flag: "bucket",
        meaning: |value| value,
    },
    Alias {
        variable: "BUCKET_ARN",
        flag: "bucket",
        meaning: |arn| arn.rsplit(':').next().unwrap_or(arn),
    },
    Alias {
        variable: "ROLENAME",
        flag: "member-role-name",
        meaning: |value| value,
    },
    Alias {
        variable: "ASSUME_ROLE_NAME",
        flag: "member-role-name",
        meaning: |value| value,
    },
];

impl Settings {
    /// Checks the rules that concern more than one setting.
    ///
    /// # Errors
    /// The first setting that breaks a rule.
    pub fn validate(&self) -> Result<(), InvalidSetting> {
        self.access.validate()?;
        let evidence = &self.evidence;
        if evidence.report_prefix.as_str().is_empty() && evidence.bucket.is_some() {
            match &evidence.second_bucket {
                None => {
                    let rule = "is required when `--report-prefix` is `/`, so that a crawler of the first bucket's root sees raw reports only";
                    return Err(InvalidSetting::new("second-bucket", rule));
                }
                Some(second) if Some(second) == evidence.bucket.as_ref() => {
                    return Err(InvalidSetting::new(
                        "second-bucket",
                        "must be another bucket than `--bucket`",
                    ));
                }
                Some(_) => {}
            }
        }
        let reserved = ["runs/", "outbox/"];
        for (field, prefix) in [
            ("report-prefix", &evidence.report_prefix),
            ("dataset-prefix", &evidence.dataset_prefix),
        ] {
            if reserved.iter().any(|reserved| prefix.as_str().starts_with(reserved)) {
                return Err(InvalidSetting::new(
                    field,
                    "must not begin with `runs/` or `outbox/`, which the ledger uses",
                ));
            }
        }
        if evidence.report_prefix == evidence.dataset_prefix {
            return Err(InvalidSetting::new(
                "dataset-prefix",
                "must differ from `--report-prefix`",
            ));
        }
        Ok(())
    }

    /// The layout of raw reports.
    #[must_use]
    pub fn layout(&self) -> Layout {
        match self.evidence.layout {
            LayoutSetting::ByAccount => Layout::ByAccount,
            LayoutSetting::Flat => Layout::Flat,
        }
    }

    /// The bucket for raw reports and the one for everything else, if a bucket is set.
    #[must_use]
    pub fn buckets(&self) -> Option<(BucketSettings, BucketSettings)> {
        let evidence = &self.evidence;
        let settings = |name: &BucketName| BucketSettings {
            name: name.clone(),
            kms_key: evidence.kms_key_arn.clone(),
            owner_acl: evidence.object_acl,
        };
        let bucket = evidence.bucket.as_ref()?;
        Some((
            settings(bucket),
            settings(evidence.second_bucket.as_ref().unwrap_or(bucket)),
        ))
    }

    /// How long one account may take to generate its report.
    #[must_use]
    pub fn report_timeout(&self) -> Duration {
        Duration::from_secs(self.conduct.report_timeout.into())
    }

    /// The greatest age of a report that is used as it is.
    #[must_use]
    pub fn max_report_age(&self) -> Duration {
        Duration::from_secs(u64::from(self.conduct.max_report_age) * 3600)
    }
}

#[cfg(test)]
mod tests;
