//! What CloudTrail has recorded in an account: sign-ins, what the root user did, and changes of resources.
//!
//! Everything here is drawn from streams of its own, so that worlds of old seeds stay as they were.

mod actor;
mod changes;
mod draft;
mod odd;
mod people;
mod plan;
mod root;

use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;

pub(crate) use actor::uuid;
pub use plan::{KeyUse, RootHistory, RootSignIn, RootTask};

use super::{Account, Partition, World, WorldSpec, resources, users};
use crate::time::earlier;

/// How far back the event history of CloudTrail reaches (AWS CloudTrail User Guide, "Working with CloudTrail event
/// history").
pub const EVENT_HISTORY: Duration = Duration::from_hours(90 * 24);

/// An event of CloudTrail (AWS CloudTrail User Guide, "CloudTrail record contents").
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrailEvent {
    /// The id; events of two Regions with one id are the same event.
    pub id: String,
    /// When it happened.
    pub at: Timestamp,
    /// The Regions whose event history has it: that of the record, seldom a second one.
    pub regions: Vec<String>,
    /// The name, such as `ConsoleLogin`.
    pub name: String,
    /// The service, such as `signin.amazonaws.com`.
    pub source: String,
    /// By which name the event history finds who did it.
    pub username: Option<String>,
    /// The access key that signed the call.
    pub access_key: Option<String>,
    /// It changed nothing.
    pub read_only: bool,
    /// Type and name of the resources that it was about.
    pub resources: Vec<(String, String)>,
    /// The record itself.
    pub record: Value,
    /// What the event history gives in place of the record, where that is damaged.
    pub damaged: Option<String>,
}

impl TrailEvent {
    /// The member `CloudTrailEvent` of a looked-up event.
    #[must_use]
    pub fn text(&self) -> String {
        self.damaged.clone().unwrap_or_else(|| self.record.to_string())
    }
}

impl World {
    /// Every event of an account, however old, newest first: what follows from the account's contents, and what a test
    /// has added to [`AccountContents::events`](super::AccountContents::events).
    #[must_use]
    pub fn trail_events(&self, account: &Account) -> Vec<TrailEvent> {
        let edited = self.edited(account);
        let (users, instances) = match &edited {
            Some(contents) => (contents.users.clone(), contents.instances.clone()),
            None => (
                users::of(&self.spec, account),
                resources::instances(&self.spec, account),
            ),
        };
        let place = Place::of(self, account);
        let mut events = root::events(&place, &self.root_history(account));
        events.extend(root::of_asked_sessions(&place));
        events.extend(people::events(&place, &users));
        events.extend(changes::events(&place, &users, &instances));
        if self.spec.odd_events {
            events.extend(odd::events(&place));
        }
        events.extend(edited.iter().flat_map(|contents| &contents.events).cloned());
        events.sort_by(|one, other| other.at.cmp(&one.at).then_with(|| one.id.cmp(&other.id)));
        events
    }

    /// What the root user of an account has truly done, for tests to compare with.
    #[must_use]
    pub fn root_history(&self, account: &Account) -> RootHistory {
        plan::of(&self.spec, account, &self.root_user(account))
    }
}

/// The account whose events are written.
struct Place<'a> {
    world: &'a World,
    spec: &'a WorldSpec,
    account: &'a Account,
}

impl<'a> Place<'a> {
    fn of(world: &'a World, account: &'a Account) -> Self {
        Self {
            world,
            spec: &world.spec,
            account,
        }
    }

    fn arn(&self, service: &str, resource: &str) -> String {
        format!(
            "arn:{}:{service}::{}:{resource}",
            self.spec.partition.id(),
            self.account.id
        )
    }

    fn days_ago(&self, days: u64) -> Timestamp {
        earlier(self.spec.at, Duration::from_hours(days * 24))
    }

    /// The Region that IAM and other global services record in.
    fn home(&self) -> &'static str {
        self.spec.partition.region()
    }
}

/// The Regions that record sign-ins to the console (AWS CloudTrail User Guide, "AWS Management Console sign-in events").
fn sign_in_regions(partition: Partition) -> &'static [&'static str] {
    match partition {
        Partition::Aws => &["us-east-1", "us-east-2", "us-west-2"],
        Partition::AwsCn => &["cn-north-1"],
        Partition::AwsUsGov => &["us-gov-west-1"],
    }
}
