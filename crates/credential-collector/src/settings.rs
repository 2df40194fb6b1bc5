//! The settings of the credential collector, each declared once.

use audit_aws::settings::{
    Alias, BucketName, Conduct, Destination, InvalidSetting, KeyPrefix, MemberAccess, ReportConduct, RoleName, Scope,
};
use audit_aws::store::BucketSettings;
use audit_core::keys::Layout;
use clap::{Args, Parser, ValueEnum};

/// Collect the credential report of every account of the organization
#[derive(Parser, Clone, Debug)]
#[command(name = "credential-collector")]
pub struct Settings {
    /// Name of the role to assume in each account
    #[arg(
        long,
        value_name = "NAME",
        default_value = "credential-report",
        help_heading = "Member accounts"
    )]
    pub member_role_name: RoleName,
    /// How member accounts are entered.
    #[command(flatten)]
    pub access: MemberAccess,
    /// The bucket that evidence goes to, and who is told.
    #[command(flatten)]
    pub destination: Destination,
    /// How evidence is laid out.
    #[command(flatten)]
    pub evidence: Evidence,
    /// How reports are had.
    #[command(flatten)]
    pub reports: ReportConduct,
    /// Which accounts are looked at.
    #[command(flatten)]
    pub scope: Scope,
    /// How the run behaves.
    #[command(flatten)]
    pub conduct: Conduct,
}

/// How evidence is laid out.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Evidence")]
pub struct Evidence {
    /// Bucket for everything but raw reports; required when the report prefix is `/`
    #[arg(long, value_name = "BUCKET")]
    pub second_bucket: Option<BucketName>,

    /// Prefix of raw reports; `/` for a bucket whose root a crawler reads
    #[arg(long, value_name = "PREFIX", default_value = "credential-reports/")]
    pub report_prefix: KeyPrefix,

    /// Layout of raw reports below the prefix
    #[arg(long, value_enum, default_value_t)]
    pub layout: LayoutSetting,

    /// Prefix of the typed dataset
    #[arg(long, value_name = "PREFIX", default_value = "credentials/")]
    pub dataset_prefix: KeyPrefix,
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
        let (destination, evidence) = (&self.destination, &self.evidence);
        if evidence.report_prefix.as_str().is_empty() && destination.bucket.is_some() {
            match &evidence.second_bucket {
                None => {
                    let rule = "is required when `--report-prefix` is `/`, so that a crawler of the first bucket's root sees raw reports only";
                    return Err(InvalidSetting::new("second-bucket", rule));
                }
                Some(second) if Some(second) == destination.bucket.as_ref() => {
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

    /// The bucket for everything that is written but raw reports, and that of the raw reports, if a bucket is set.
    #[must_use]
    pub fn buckets(&self) -> Option<(BucketSettings, BucketSettings)> {
        let first = self.destination.bucket_settings()?;
        let second = BucketSettings {
            name: self
                .evidence
                .second_bucket
                .clone()
                .unwrap_or_else(|| first.name.clone()),
            ..first.clone()
        };
        Some((second, first))
    }
}

#[cfg(test)]
mod tests;
