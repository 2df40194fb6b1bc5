//! The settings of the search for root sign-ins, each declared once.

use std::time::Duration;

use audit_aws::settings::{
    BucketName, Conduct, Destination, InvalidSetting, MemberAccess, RegionName, RoleName, Scope, TableName,
    WorkgroupName,
};
use audit_aws::store::BucketSettings;
use audit_core::account::Partition;
use audit_core::root_activity::{By, MOST_DAYS, Question, sign_in_regions};
use clap::{Args, Parser};
use jiff::Timestamp;

/// Find out when the root user of every account last signed in, how, and from where
#[derive(Parser, Clone, Debug)]
#[command(name = "root-activity")]
pub struct Settings {
    /// Name of the role to assume in each account
    #[arg(
        long,
        value_name = "NAME",
        default_value = "root-activity",
        help_heading = "Member accounts"
    )]
    pub root_activity_role_name: RoleName,
    /// How member accounts are entered.
    #[command(flatten)]
    pub access: MemberAccess,
    /// Where and how far back is searched.
    #[command(flatten)]
    pub history: History,
    /// The trail that is asked for older sign-ins.
    #[command(flatten)]
    pub trail: Trail,
    /// Which changes are looked for.
    #[command(flatten)]
    pub changes: ChangeLog,
    /// The bucket that evidence goes to, and who is told.
    #[command(flatten)]
    pub destination: Destination,
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

/// Where and how far back is searched.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Event history")]
pub struct History {
    /// Regions whose event history is searched [default: those that record sign-ins of root users, which are us-east-1,
    /// us-east-2 and us-west-2, or all Regions in China or of GovCloud]
    #[arg(long, value_name = "REGION,…", value_delimiter = ',')]
    pub sign_in_regions: Vec<RegionName>,

    /// Search every Region that is enabled in the account instead
    #[arg(long)]
    pub all_regions: bool,

    /// How many days back is searched; CloudTrail keeps 90
    #[arg(long, value_name = "DAYS", default_value_t = MOST_DAYS, value_parser = clap::value_parser!(u16).range(1..=90))]
    pub look_back_days: u16,

    /// Pages of 50 events after which a search ends as incomplete; two pages take a second
    #[arg(long, value_name = "N", default_value_t = 400, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub max_pages: u32,

    /// Greatest age of a credential report that is joined, in hours
    #[arg(long, value_name = "HOURS", default_value_t = 24, value_parser = clap::value_parser!(u16).range(1..=720))]
    pub activity_report_age: u16,
}

/// The trail that is asked for older sign-ins.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Older events")]
pub struct Trail {
    /// Table over the log files of a trail, as `stacks/trail-history.yaml` makes it, to ask with Athena for sign-ins that
    /// are older than the event history; of the one account where `--single-account` is given
    #[arg(long, value_name = "DATABASE.TABLE")]
    pub trail_table: Option<TableName>,

    /// How many days back it is asked, anew in every run; Athena reads every log file of these days, and S3 and Athena
    /// charge for that
    #[arg(long, value_name = "DAYS", default_value_t = 365, value_parser = clap::value_parser!(u16).range(1..=3650))]
    pub trail_days: u16,

    /// Athena workgroup to ask in; where reports go into a folder, it has to say itself where rows are kept
    #[arg(long, value_name = "NAME", default_value = "primary")]
    pub athena_workgroup: WorkgroupName,
}

/// Which changes are looked for.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Changes")]
pub struct ChangeLog {
    /// Report too who created, changed or deleted what, when and from where
    #[arg(long)]
    pub with_changes: bool,

    /// Types of the resources
    #[arg(
        long,
        value_name = "TYPE,…",
        value_delimiter = ',',
        value_parser = resource_type,
        default_value = "AWS::IAM::User,AWS::IAM::AccessKey,AWS::IAM::Policy,AWS::EC2::Instance,AWS::EC2::SecurityGroup"
    )]
    pub change_resource_types: Vec<String>,

    /// Names of events instead of types, such as `CreateUser`
    #[arg(long, value_name = "EVENT,…", value_delimiter = ',', value_parser = event_name)]
    pub change_events: Vec<String>,

    /// Name or id of the one resource that is looked for instead
    #[arg(long, value_name = "NAME", value_parser = resource_name)]
    pub change_resource_name: Option<String>,

    /// How many days back is looked
    #[arg(long, value_name = "DAYS", default_value_t = 7, value_parser = clap::value_parser!(u16).range(1..=90))]
    pub change_days: u16,
}

/// A type as CloudTrail has it (AWS CloudTrail User Guide, "Supported resource types").
fn resource_type(text: &str) -> Result<String, &'static str> {
    let parts: Vec<&str> = text.split("::").collect();
    let is_word = |part: &&str| !part.is_empty() && part.chars().all(|letter| letter.is_ascii_alphanumeric());
    if parts.len() == 3 && parts.iter().all(is_word) {
        Ok(text.to_owned())
    } else {
        Err("a type is three words of letters and digits, such as `AWS::IAM::User`")
    }
}

fn event_name(text: &str) -> Result<String, &'static str> {
    if (1..=128).contains(&text.len())
        && text
            .chars()
            .all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
    {
        Ok(text.to_owned())
    } else {
        Err("1 to 128 letters and digits, such as `CreateUser`")
    }
}

fn resource_name(text: &str) -> Result<String, &'static str> {
    if (1..=2000).contains(&text.len()) && !text.chars().any(char::is_control) {
        Ok(text.to_owned())
    } else {
        Err("1 to 2000 characters, none of them a control character")
    }
}

impl Settings {
    /// Checks the rules that concern more than one setting.
    ///
    /// # Errors
    /// The first setting that breaks a rule.
    pub fn validate(&self) -> Result<(), InvalidSetting> {
        self.access.validate()?;
        let changes = &self.changes;
        if !changes.change_events.is_empty() && changes.change_resource_name.is_some() {
            let rule = "takes the place of `--change-events`: give one of them";
            return Err(InvalidSetting::new("change-resource-name", rule));
        }
        if !changes.with_changes && (!changes.change_events.is_empty() || changes.change_resource_name.is_some()) {
            let field = if changes.change_events.is_empty() {
                "change-resource-name"
            } else {
                "change-events"
            };
            return Err(InvalidSetting::new(field, "needs `--with-changes`"));
        }
        Ok(())
    }

    /// The Regions that record sign-ins of root users in a partition, unless others are given.
    ///
    /// # Errors
    /// When none are given, and this release does not know them.
    pub fn sign_in_regions(&self, partition: &Partition) -> Result<Vec<String>, InvalidSetting> {
        let given = self.history.sign_in_regions.iter().map(RegionName::as_str);
        let mut regions: Vec<String> = given.map(str::to_owned).collect();
        if regions.is_empty() {
            let known = sign_in_regions(partition).ok_or_else(|| {
                InvalidSetting::new(
                    "sign_in_regions",
                    format!("is required in the partition `{}`", partition.as_str()),
                )
            })?;
            regions.extend(known.iter().map(|&region| region.to_owned()));
        }
        regions.sort();
        regions.dedup();
        Ok(regions)
    }

    /// What is asked of the trail, if it is asked, of these Regions.
    #[must_use]
    pub fn trail_question(&self, as_of: Timestamp, regions: &[String]) -> Option<Question> {
        let table = self.trail.trail_table.as_ref()?;
        Some(Question::new(table.as_str(), regions, as_of, self.trail.trail_days))
    }

    /// By what changes are looked for, each a search of its own; nothing when they are not.
    #[must_use]
    pub fn change_searches(&self) -> Vec<By> {
        let changes = &self.changes;
        if !changes.with_changes {
            return Vec::new();
        }
        if let Some(name) = &changes.change_resource_name {
            return vec![By::ResourceName(name.clone())];
        }
        if changes.change_events.is_empty() {
            changes
                .change_resource_types
                .iter()
                .cloned()
                .map(By::ResourceType)
                .collect()
        } else {
            changes.change_events.iter().cloned().map(By::EventName).collect()
        }
    }

    /// The greatest age of a credential report that is joined.
    #[must_use]
    pub fn report_age(&self) -> Duration {
        Duration::from_secs(u64::from(self.history.activity_report_age) * 3600)
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
