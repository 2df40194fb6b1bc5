//! The settings of the inventory, each declared once.

use std::time::Duration;

use audit_aws::settings::{BucketName, Conduct, Destination, InvalidSetting, KeyPrefix, Scope};
use audit_aws::store::BucketSettings;
use audit_core::inventory::{Query, ResourceType};
use clap::{Args, Parser, ValueEnum};

/// Take stock of the IAM users of all accounts from AWS Config
#[derive(Parser, Clone, Debug)]
#[command(name = "user-inventory")]
pub struct Settings {
    /// What is asked, and whom.
    #[command(flatten)]
    pub asking: Asking,
    /// Look at the suite's own account only, through its own recorder and without AWS Organizations
    #[arg(long, help_heading = "Inventory")]
    pub single_account: bool,
    /// The bucket that evidence goes to, and who is told.
    #[command(flatten)]
    pub destination: Destination,
    /// How the inventory is laid out.
    #[command(flatten)]
    pub files: Files,
    /// Bucket of the collector's raw reports, where it keeps them in another one
    #[arg(long, value_name = "BUCKET", help_heading = "Evidence")]
    pub collector_bucket: Option<BucketName>,
    /// Which accounts are looked at.
    #[command(flatten)]
    pub scope: Scope,
    /// How the run behaves.
    #[command(flatten)]
    pub conduct: Conduct,
}

/// What is asked, and whom.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Inventory")]
pub struct Asking {
    /// Name of the aggregator of AWS Config in this account and Region [default: the organization's, if there is one]
    #[arg(long, value_name = "NAME", value_parser = aggregator)]
    pub aggregator: Option<String>,

    /// Types of the resources; credential reports are joined with `AWS::IAM::User`
    #[arg(long, value_name = "TYPE,…", value_delimiter = ',', default_value = "AWS::IAM::User")]
    pub resource_types: Vec<ResourceType>,

    /// Advanced query of one's own instead of types: `SELECT … WHERE …`, one resource a row
    #[arg(long, value_name = "QUERY")]
    pub inventory_query: Option<String>,

    /// Greatest age of a credential report that is joined, in hours
    #[arg(long, value_name = "HOURS", default_value_t = 24, value_parser = clap::value_parser!(u16).range(1..=720))]
    pub inventory_report_age: u16,

    /// Join no credential reports
    #[arg(long)]
    pub without_credentials: bool,
}

/// How the inventory is laid out.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Evidence")]
pub struct Files {
    /// Prefix of the dataset
    #[arg(long, value_name = "PREFIX", default_value = "inventory/")]
    pub inventory_prefix: KeyPrefix,

    /// Formats of the inventory
    #[arg(
        long,
        value_name = "FORMAT,…",
        value_enum,
        value_delimiter = ',',
        default_value = "csv,json-lines,parquet"
    )]
    pub inventory_formats: Vec<Format>,
}

/// A format of the inventory.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For spreadsheets, safe from formulas
    Csv,
    /// For programs
    JsonLines,
    /// For SQL: the dataset
    Parquet,
}

/// A name as AWS Config takes it (AWS Config API Reference, `ConfigurationAggregator`).
fn aggregator(text: &str) -> Result<String, &'static str> {
    let allowed = |letter: char| letter.is_ascii_alphanumeric() || "_-".contains(letter);
    if (1..=256).contains(&text.len()) && text.chars().all(allowed) {
        Ok(text.to_owned())
    } else {
        Err("1 to 256 characters of `A-Z a-z 0-9 _ -`")
    }
}

impl Settings {
    /// Checks the rules that concern more than one setting.
    ///
    /// # Errors
    /// The first setting that breaks a rule.
    pub fn validate(&self) -> Result<(), InvalidSetting> {
        self.query()?;
        if self.single_account && self.asking.aggregator.is_some() {
            let rule = "is of the organization, and so not asked with `--single-account`";
            return Err(InvalidSetting::new("aggregator", rule));
        }
        let prefix = self.files.inventory_prefix.as_str();
        let reserved = ["runs/", "outbox/", "reports/", "state/"];
        if prefix.is_empty() || reserved.iter().any(|reserved| prefix.starts_with(reserved)) {
            return Err(InvalidSetting::new(
                "inventory-prefix",
                "is a folder of its own, not the root of the bucket nor below `runs/`, `outbox/`, `reports/` or `state/`",
            ));
        }
        Ok(())
    }

    /// What AWS Config is asked.
    ///
    /// # Errors
    /// When the query is none of the inventory, or both it and types are given.
    pub fn query(&self) -> Result<Query, InvalidSetting> {
        let asking = &self.asking;
        let Some(text) = &asking.inventory_query else {
            let query = Query::of_types(&asking.resource_types);
            return query.map_err(|error| InvalidSetting::new("resource-types", error.to_string()));
        };
        if asking
            .resource_types
            .iter()
            .map(ResourceType::as_str)
            .ne([audit_core::inventory::USER])
        {
            let rule = "takes the place of `--resource-types`: give one of them";
            return Err(InvalidSetting::new("inventory-query", rule));
        }
        Query::parse(text).map_err(|error| InvalidSetting::new("inventory-query", error.to_string()))
    }

    /// The greatest age of a credential report that is joined.
    #[must_use]
    pub fn report_age(&self) -> Duration {
        Duration::from_secs(u64::from(self.asking.inventory_report_age) * 3600)
    }

    /// Whether a format is wanted.
    #[must_use]
    pub fn wants(&self, format: Format) -> bool {
        self.files.inventory_formats.contains(&format)
    }

    /// The bucket for everything that is written, and that of the collector's raw reports.
    #[must_use]
    pub fn buckets(&self) -> Option<(BucketSettings, BucketSettings)> {
        let records = self.destination.bucket_settings()?;
        let name = self.collector_bucket.clone().unwrap_or_else(|| records.name.clone());
        let reports = BucketSettings {
            name,
            ..records.clone()
        };
        Some((records, reports))
    }
}

#[cfg(test)]
mod tests;
