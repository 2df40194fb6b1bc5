//! Facts that live in Regions: analyzers, instances, resource policies.

use std::collections::BTreeMap;

use super::Fact;

/// The same fact in each Region that is enabled for the account; the key is the Region's name.
pub type Regional<T> = BTreeMap<String, Fact<T>>;

/// An analyzer of IAM Access Analyzer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Analyzer {
    /// Its ARN.
    pub arn: String,
    /// What it analyzes.
    pub kind: AnalyzerKind,
    /// Whether it works.
    pub status: AnalyzerStatus,
}

/// What an analyzer analyzes, and for whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnalyzerKind {
    /// `ACCOUNT`: external access to the account's resources.
    AccountExternal,
    /// `ORGANIZATION`: external access to the organization's resources.
    OrganizationExternal,
    /// Unused or internal access, or a kind that the suite does not know.
    Other,
}

/// Whether an analyzer works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnalyzerStatus {
    /// `ACTIVE`
    Active,
    /// `CREATING`, `DISABLED`, `FAILED`, or a status that the suite does not know.
    NotActive,
}

/// An EC2 instance that is not terminated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instance {
    /// Its ARN.
    pub arn: String,
    /// Its Region.
    pub region: String,
    /// The ARN of its instance profile, if it has one.
    pub profile: Option<String>,
}

/// The policy of a resource, such as a bucket, queue, topic, function or key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResourcePolicy {
    /// The resource's ARN.
    pub arn: String,
    /// The resource's Region, `global` where it has none.
    pub region: String,
    /// The policy document, decoded.
    pub document: String,
}
