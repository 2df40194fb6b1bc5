//! The settings of the function, each declared once. What the rule demands is no setting of the function but a
//! parameter of the rule, since one function serves the rules of many accounts.

use audit_aws::settings::{BucketName, InvalidSetting, KeyArn, KeyPrefix, MemberAccess, ReportConduct, RoleName};
use audit_aws::store::BucketSettings;
use audit_core::config_rule::annotation;
use clap::{Args, Parser};

/// Judge the users of an account for a rule of AWS Config, and file the evidence
#[derive(Parser, Clone, Debug)]
#[command(name = "config-rule")]
pub struct Settings {
    /// Name of the role to assume in the account of a rule
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
    /// Where evidence goes.
    #[command(flatten)]
    pub evidence: Evidence,
    /// How credential reports are had.
    #[command(flatten)]
    pub reports: ReportConduct,
}

/// Where evidence goes.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Evidence")]
pub struct Evidence {
    /// Bucket that evidence is stored in
    #[arg(long, value_name = "BUCKET")]
    pub bucket: Option<BucketName>,

    /// KMS key that objects are encrypted with [default: the bucket's own]
    #[arg(long, value_name = "ARN")]
    pub kms_key_arn: Option<KeyArn>,

    /// Give each object to the bucket's owner by ACL, for a bucket of another account that still needs it
    #[arg(long)]
    pub object_acl: bool,

    /// Prefix of the privilege reports that evaluations point to
    #[arg(long, value_name = "PREFIX", default_value = "reports/config-rule/")]
    pub config_rule_prefix: KeyPrefix,
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
        let prefix = self.evidence.config_rule_prefix.as_str();
        if ["runs/", "outbox/", "state/"]
            .iter()
            .any(|reserved| prefix.starts_with(reserved))
        {
            let rule = "must not begin with `runs/`, `outbox/` or `state/`, which the ledger uses";
            return Err(InvalidSetting::new("config-rule-prefix", rule));
        }
        let bucket = self.evidence.bucket.as_ref().map_or(0, |bucket| bucket.as_str().len());
        let link = "l".repeat(bucket + prefix.len() + REST_OF_LINK + ROOM_FOR_WORDS);
        annotation("", &link).map(drop).map_err(|_| {
            let rule = "is so long that the link to the evidence does not fit the 256 characters of an annotation";
            InvalidSetting::new("config-rule-prefix", rule)
        })
    }

    /// The bucket and how it is written; `None` when no bucket is set.
    #[must_use]
    pub fn bucket_settings(&self) -> Option<BucketSettings> {
        Some(BucketSettings {
            name: self.evidence.bucket.clone()?,
            kms_key: self.evidence.kms_key_arn.clone(),
            owner_acl: self.evidence.object_acl,
        })
    }
}

#[cfg(test)]
mod tests;
