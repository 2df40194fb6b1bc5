//! Trails, and the chain from them to somebody's inbox: metric filter, alarm, subscription.

use super::account::Account;
use super::spec::WorldSpec;
use crate::random::Random;

/// The pattern of the CIS benchmark that counts what the root user does.
pub const ROOT_USAGE_PATTERN: &str =
    r#"{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != "AwsServiceEvent" }"#;

/// A trail of CloudTrail.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "the switches are AWS's")]
pub struct Trail {
    /// The name.
    pub name: String,
    /// The Region that it was made in.
    pub home_region: String,
    /// It records all Regions.
    pub multi_region: bool,
    /// It records the whole organization; every member sees it, under the ARN of the account that it belongs to.
    pub organization: bool,
    /// It is logging.
    pub logging: bool,
    /// It records events of global services.
    pub global_events: bool,
    /// Which events it records.
    pub selectors: TrailSelectors,
    /// The name of the CloudWatch Logs group that it writes to, in its account and home Region.
    pub log_group: Option<String>,
}

impl Trail {
    /// A trail of all Regions that logs all management events to a log group.
    #[must_use]
    pub fn of_all_regions(name: &str, home_region: &str, log_group: &str) -> Self {
        Self {
            name: name.to_owned(),
            home_region: home_region.to_owned(),
            multi_region: true,
            organization: false,
            logging: true,
            global_events: true,
            selectors: TrailSelectors::Basic(vec![BasicSelector::ALL]),
            log_group: Some(log_group.to_owned()),
        }
    }
}

/// Which events a trail records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TrailSelectors {
    /// Event selectors; an empty list is answered as it is.
    Basic(Vec<BasicSelector>),
    /// Advanced event selectors, each a list of field and values that it must equal.
    Advanced(Vec<Vec<(String, Vec<String>)>>),
}

/// An event selector.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BasicSelector {
    /// `All`, `ReadOnly` or `WriteOnly`.
    pub read_write: &'static str,
    /// Management events are among them.
    pub management: bool,
    /// Services whose management events are left out, such as `kms.amazonaws.com`.
    pub excluded: Vec<String>,
}

impl BasicSelector {
    /// All management events.
    pub const ALL: Self = Self {
        read_write: "All",
        management: true,
        excluded: Vec::new(),
    };
}

/// A metric filter of CloudWatch Logs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MetricFilter {
    /// The name.
    pub name: String,
    /// The Region of the log group.
    pub region: String,
    /// The name of the log group.
    pub log_group: String,
    /// The pattern.
    pub pattern: String,
    /// Namespace and name of the metric that it feeds.
    pub metric: (String, String),
}

/// An alarm of CloudWatch on a metric.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alarm {
    /// The name.
    pub name: String,
    /// The Region.
    pub region: String,
    /// Namespace and name of the metric that it watches.
    pub metric: (String, String),
    /// It does something when it goes off.
    pub actions_enabled: bool,
    /// ARNs of what it notifies.
    pub actions: Vec<String>,
}

/// A subscription of an SNS topic of the account; a topic exists as soon as it has one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscription {
    /// The ARN of the topic.
    pub topic: String,
    /// `email`, `sqs`, `lambda` and so on.
    pub protocol: String,
    /// Where the messages go.
    pub endpoint: String,
    /// The subscriber has confirmed it; otherwise its ARN reads `PendingConfirmation`.
    pub confirmed: bool,
}

/// Everything of an account between a trail and an inbox.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Monitoring {
    /// Trails that belong to the account.
    pub trails: Vec<Trail>,
    /// Metric filters.
    pub metric_filters: Vec<MetricFilter>,
    /// Alarms.
    pub alarms: Vec<Alarm>,
    /// Subscriptions.
    pub subscriptions: Vec<Subscription>,
    /// ARNs of topics without subscriptions.
    pub topics: Vec<String>,
}

impl Monitoring {
    /// The whole chain in one Region: a trail of all Regions, a filter for the root user's events, an alarm, and a
    /// confirmed subscription by e-mail.
    #[must_use]
    pub fn of_root_usage(partition: &str, account: &str, region: &str) -> Self {
        let topic = format!("arn:{partition}:sns:{region}:{account}:security-alarms");
        let metric = ("CloudTrailMetrics".to_owned(), "RootUsage".to_owned());
        Self {
            trails: vec![Trail::of_all_regions("management-events", region, "cloudtrail/logs")],
            metric_filters: vec![MetricFilter {
                name: "root-usage".to_owned(),
                region: region.to_owned(),
                log_group: "cloudtrail/logs".to_owned(),
                pattern: ROOT_USAGE_PATTERN.to_owned(),
                metric: metric.clone(),
            }],
            alarms: vec![Alarm {
                name: "root-usage".to_owned(),
                region: region.to_owned(),
                metric,
                actions_enabled: true,
                actions: vec![topic.clone()],
            }],
            subscriptions: vec![Subscription {
                topic,
                protocol: "email".to_owned(),
                endpoint: "security@example.com".to_owned(),
                confirmed: true,
            }],
            topics: Vec::new(),
        }
    }
}

/// Some accounts have the whole chain, some a broken one, most only the organization's trail.
pub(super) fn of(spec: &WorldSpec, account: &Account) -> Monitoring {
    let mut random = Random::of(spec.seed, "monitoring", account.number());
    let region = spec.partition.region();
    let mut whole = Monitoring::of_root_usage(spec.partition.id(), &account.id, region);
    if account.index() == 0 {
        if let Some(trail) = whole.trails.first_mut() {
            "organization".clone_into(&mut trail.name);
            trail.organization = spec.accounts > 1;
        }
        return whole;
    }
    let link = random.below(100);
    match link {
        0..15 => {}
        15..20 => whole.subscriptions.iter_mut().for_each(|one| one.confirmed = false),
        20..25 => whole.alarms.iter_mut().for_each(|alarm| alarm.actions_enabled = false),
        25..30 => whole.metric_filters.clear(),
        30..35 => whole.trails.iter_mut().for_each(|trail| trail.logging = false),
        35..40 => whole.trails.iter_mut().for_each(|trail| {
            let field = |name: &str, value: &str| (name.to_owned(), vec![value.to_owned()]);
            let management = field("eventCategory", "Management");
            trail.selectors = TrailSelectors::Advanced(vec![vec![management, field("readOnly", "false")]]);
        }),
        40..45 => whole.trails.iter_mut().for_each(|trail| trail.multi_region = false),
        _ => return Monitoring::default(),
    }
    whole
}
