//! How an aggregator of AWS Config gets on with an account: from where it takes, and how that went last.

use serde::{Deserialize, Serialize};

use super::account::Account;
use super::organization::Organization;
use super::spec::{Partition, Troubles, WorldSpec};
use crate::random::Random;

/// What an aggregator has of an account.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Aggregation {
    /// The Regions that it takes from; none: it does not show the account.
    pub sources: Vec<AggregatedSource>,
    /// Results that come with those of the account as they stand here, whatever is selected.
    pub odd_results: Vec<String>,
}

/// A Region of an account that an aggregator takes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AggregatedSource {
    /// The Region.
    pub region: String,
    /// How taking went last.
    pub status: SourceStatus,
    /// The recorder of the Region records IAM too, so that every identity shows once more.
    pub records_identities: bool,
}

/// How an aggregator's last taking from a Region went (AWS Config API Reference, `AggregatedSourceStatus`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum SourceStatus {
    /// What it has is the newest.
    Succeeded,
    /// It failed; what it has may be old, or nothing.
    Failed,
    /// What it has is not the newest.
    Outdated,
}

impl SourceStatus {
    /// The word of the API.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Succeeded => "SUCCEEDED",
            Self::Failed => "FAILED",
            Self::Outdated => "OUTDATED",
        }
    }
}

impl Aggregation {
    /// Sound sources in these Regions, of which the first records IAM.
    #[must_use]
    pub fn sound(regions: &[&str]) -> Self {
        let source = |(place, region): (usize, &&str)| AggregatedSource {
            region: (*region).to_owned(),
            status: SourceStatus::Succeeded,
            records_identities: place == 0,
        };
        Self {
            sources: regions.iter().enumerate().map(source).collect(),
            odd_results: Vec::new(),
        }
    }
}

/// Most accounts are taken from in two Regions; where both record IAM, every identity shows twice. Some sources have
/// failed or are stale, and some accounts are not shown at all.
pub(super) fn of(spec: &WorldSpec, organization: &Organization, account: &Account) -> Aggregation {
    let mut random = Random::of(spec.seed, "aggregation", account.number());
    let home = spec.partition.region();
    let mut aggregation = Aggregation::sound(&[home, "eu-west-1"]);
    if spec.partition != Partition::Aws {
        aggregation.sources.truncate(1);
    }
    let (hidden, twice, trouble) = (random.chance(5), random.chance(50), random.chance(8));
    let status = if random.chance(50) {
        SourceStatus::Failed
    } else {
        SourceStatus::Outdated
    };
    if let Some(source) = aggregation.sources.get_mut(1) {
        source.records_identities = twice;
    }
    if account.id == organization.hub_account || spec.troubles == Troubles::None {
        return aggregation;
    }
    if trouble && let Some(source) = aggregation.sources.first_mut() {
        source.status = status;
    }
    if hidden {
        aggregation.sources.clear();
    }
    aggregation
}
