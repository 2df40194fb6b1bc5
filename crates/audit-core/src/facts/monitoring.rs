//! The chain from an API call of the root user to a person's inbox: trail, metric filter, alarm, subscription.

/// A trail of CloudTrail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trail {
    /// Its ARN.
    pub arn: String,
    /// It records all Regions.
    pub multi_region: bool,
    /// It is logging now.
    pub logging: bool,
    /// It records the whole organization.
    pub organization: bool,
    /// Which management events it records.
    pub management_events: EventSelection,
    /// The ARN of the CloudWatch Logs group that it writes to.
    pub log_group: Option<String>,
}

/// Which management events a trail records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventSelection {
    /// Reads and writes.
    All,
    /// Only some, or none.
    Partial,
}

/// A metric filter of CloudWatch Logs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MetricFilter {
    /// The ARN of the log group.
    pub log_group: String,
    /// The pattern.
    pub pattern: String,
    /// The metric that it feeds, as namespace and name.
    pub metric: (String, String),
    /// The metric is told apart by dimensions, with which alone its alarms can be looked up.
    pub has_dimensions: bool,
}

/// A CloudWatch alarm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alarm {
    /// The metric that it watches, as namespace and name.
    pub metric: (String, String),
    /// It does something when it goes off.
    pub actions_enabled: bool,
    /// ARNs of what it notifies.
    pub actions: Vec<String>,
}

/// A subscription of an SNS topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription {
    /// The ARN of the topic.
    pub topic: String,
    /// The subscriber has confirmed it.
    pub confirmed: bool,
}
