//! The settings that every function has: where evidence goes, which accounts are looked at, how a run behaves.

use std::time::Duration;

use audit_core::account::AccountId;
use clap::Args;

use super::{BucketName, KeyArn, TopicArn, UnitId};

/// The bucket that evidence goes to, and who is told.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Evidence")]
pub struct Destination {
    /// Bucket that evidence is stored in
    #[arg(long, value_name = "BUCKET")]
    pub bucket: Option<BucketName>,

    /// KMS key that objects are encrypted with [default: the bucket's own]
    #[arg(long, value_name = "ARN")]
    pub kms_key_arn: Option<KeyArn>,

    /// Give each object to the bucket's owner by ACL, for a bucket of another account that still needs it
    #[arg(long)]
    pub object_acl: bool,

    /// SNS topic that is told when something is wrong
    #[arg(long, value_name = "ARN")]
    pub topic: Option<TopicArn>,
}

#[cfg(feature = "store")]
impl Destination {
    /// The bucket and how it is written; `None` when no bucket is set.
    #[must_use]
    pub fn bucket_settings(&self) -> Option<crate::store::BucketSettings> {
        Some(crate::store::BucketSettings {
            name: self.bucket.clone()?,
            kms_key: self.kms_key_arn.clone(),
            owner_acl: self.object_acl,
        })
    }
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

/// How a run behaves.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Conduct")]
pub struct Conduct {
    /// Calls to AWS at a time
    #[arg(long, value_name = "N", default_value_t = 64, value_parser = clap::value_parser!(u16).range(1..=256))]
    pub concurrency: u16,

    /// Memory for answers in flight, in MiB
    #[arg(long, value_name = "MIB", default_value_t = 40, value_parser = clap::value_parser!(u16).range(8..=4096))]
    pub memory: u16,

    /// Share of failed accounts above which the run ends as an error, in percent
    #[arg(long, value_name = "PERCENT", default_value_t = 10, value_parser = clap::value_parser!(u8).range(0..=100))]
    pub max_failed_percent: u8,

    /// How much shorter than that of the last complete run the list of accounts may be, in percent
    #[arg(long, value_name = "PERCENT", default_value_t = 5, value_parser = clap::value_parser!(u8).range(0..=100))]
    pub max_list_shrink: u8,
}

/// How old a credential report may be, and how long it may take.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Credential reports")]
pub struct ReportConduct {
    /// Greatest age of a report that is used as it is, in hours; IAM makes a new one every 4 hours at most
    #[arg(long, value_name = "HOURS", default_value_t = 4, value_parser = clap::value_parser!(u16).range(4..=720))]
    pub max_report_age: u16,

    /// How long one account may take to generate its report, in seconds; its session ends after 900
    #[arg(long, value_name = "SECONDS", default_value_t = 300, value_parser = clap::value_parser!(u16).range(10..=600))]
    pub report_timeout: u16,

    /// Greatest size of a report, in MiB
    #[arg(long, value_name = "MIB", default_value_t = 32, value_parser = clap::value_parser!(u16).range(1..=256))]
    pub max_report_size: u16,
}

impl ReportConduct {
    /// How long one account may take to generate its report.
    #[must_use]
    pub fn timeout(&self) -> Duration {
        Duration::from_secs(self.report_timeout.into())
    }

    /// The greatest age of a report that is used as it is.
    #[must_use]
    pub fn max_age(&self) -> Duration {
        Duration::from_secs(u64::from(self.max_report_age) * 3600)
    }

    /// The greatest size of a report in bytes.
    #[must_use]
    pub fn max_bytes(&self) -> usize {
        usize::from(self.max_report_size) * 1024 * 1024
    }
}
