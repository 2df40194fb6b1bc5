//! Gathers the chain that tells somebody when the root user is used: trails, metric filters, alarms, subscriptions.

use audit_core::account::AccountId;
use audit_core::facts::{Alarm, Fact, FactName, MetricFilter, Subscription, Trail};

use super::gather::asked;
use super::{Gatherer, Wanted};
use crate::errand::Errand;
use crate::error::CallError;

/// The links of the chain.
pub(super) struct RootUsage {
    pub(super) trails: Fact<Vec<Trail>>,
    pub(super) metric_filters: Fact<Vec<MetricFilter>>,
    pub(super) alarms: Fact<Vec<Alarm>>,
    pub(super) subscriptions: Fact<Vec<Subscription>>,
}

impl Gatherer {
    /// The chain from the trails to those who are told; each link is read from what the one before it says.
    pub(super) async fn root_usage(&self, errand: &Errand<'_>, wanted: &Wanted) -> RootUsage {
        let trails = asked(wanted, FactName::Trails, self.trails.trails(errand)).await;
        let metric_filters = follow(wanted, FactName::MetricFilters, &trails, async |trails| {
            self.filters_of(errand, trails).await
        });
        let metric_filters = metric_filters.await;
        let alarms = follow(wanted, FactName::Alarms, &metric_filters, async |filters| {
            self.alarms_of(errand, filters).await
        });
        let alarms = alarms.await;
        let subscriptions = follow(wanted, FactName::Subscriptions, &alarms, async |alarms| {
            self.subscriptions_of(errand, alarms).await
        });
        let subscriptions = subscriptions.await;
        RootUsage {
            trails,
            metric_filters,
            alarms,
            subscriptions,
        }
    }

    /// The filters on the log groups of the account's own trails: those of an organization's are in another account.
    async fn filters_of(&self, errand: &Errand<'_>, trails: &[Trail]) -> Result<Vec<MetricFilter>, CallError> {
        let groups = trails.iter().filter_map(|trail| trail.log_group.as_deref());
        let mut groups: Vec<&str> = groups
            .filter(|group| AccountId::from_arn(group) == Ok(errand.account))
            .collect();
        groups.sort_unstable();
        groups.dedup();
        let mut filters = Vec::new();
        for group in groups {
            filters.extend(self.logs.metric_filters(errand, group).await?);
        }
        Ok(filters)
    }

    /// The alarms on metrics of filters that mention the root user: no check looks at others, and there can be many.
    async fn alarms_of(&self, errand: &Errand<'_>, filters: &[MetricFilter]) -> Result<Vec<Alarm>, CallError> {
        let filters = filters.iter().filter(|filter| filter.pattern.contains("Root"));
        let region = |group: &str| group.split(':').nth(3).unwrap_or_default().to_owned();
        let mut metrics: Vec<_> = filters
            .map(|filter| (region(&filter.log_group), &filter.metric))
            .collect();
        metrics.sort();
        metrics.dedup();
        let mut alarms = Vec::new();
        for (region, metric) in metrics {
            alarms.extend(self.alarms.alarms(errand, &region, metric).await?);
        }
        Ok(alarms)
    }

    async fn subscriptions_of(&self, errand: &Errand<'_>, alarms: &[Alarm]) -> Result<Vec<Subscription>, CallError> {
        let actions = alarms
            .iter()
            .filter(|alarm| alarm.actions_enabled)
            .flat_map(|alarm| &alarm.actions);
        let mut topics: Vec<&str> = actions
            .map(String::as_str)
            .filter(|action| action.split(':').nth(2) == Some("sns"))
            .collect();
        topics.sort_unstable();
        topics.dedup();
        let mut subscriptions = Vec::new();
        for topic in topics {
            subscriptions.extend(self.subscriptions.of_topic(errand, topic).await?);
        }
        Ok(subscriptions)
    }
}

/// A fact that is read from another: unknown for the same reason where that one is.
async fn follow<S, T>(
    wanted: &Wanted,
    name: FactName,
    source: &Fact<Vec<S>>,
    read: impl AsyncFnOnce(&[S]) -> Result<T, CallError>,
) -> Fact<T> {
    match source {
        Fact::Known(source) => asked(wanted, name, read(source)).await,
        Fact::Unavailable(reason) if wanted.has(name) => Fact::Unavailable(reason.clone()),
        Fact::Unavailable(_) | Fact::NotRequested => Fact::NotRequested,
    }
}
