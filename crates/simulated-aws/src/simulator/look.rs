//! What a test may see of the state, and change in it.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use super::Simulator;
use crate::faults::FaultPlan;
use crate::record::{CallCounts, RecordedCall};
use crate::s3::{Bucket, BucketSpec, StoredObject};
use crate::sns::PublishedMessage;
use crate::world::Account;

impl Simulator {
    /// The name of the bucket that exists from the start.
    #[must_use]
    pub fn evidence_bucket(&self) -> String {
        format!("iam-census-evidence-{}", self.world().hub_account())
    }

    /// The ARN of the topic that exists from the start.
    #[must_use]
    pub fn topic_arn(&self) -> String {
        let spec = self.world().spec();
        let (partition, region) = (spec.partition.id(), spec.partition.region());
        format!("arn:{partition}:sns:{region}:{}:iam-census", self.world().hub_account())
    }

    /// Every version of every object of a bucket, by key and oldest first; empty if there is no such bucket.
    #[must_use]
    pub fn objects(&self, bucket: &str) -> Vec<StoredObject> {
        let state = self.state();
        let versions = state
            .buckets
            .get(bucket)
            .map(|bucket| bucket.objects.values().flatten().cloned());
        versions.map(Iterator::collect).unwrap_or_default()
    }

    /// The newest version of an object.
    #[must_use]
    pub fn object(&self, bucket: &str, key: &str) -> Option<StoredObject> {
        self.state().buckets.get(bucket)?.newest(key).cloned()
    }

    /// Makes a bucket, replacing one of the same name.
    pub fn create_bucket(&self, mut spec: BucketSpec) {
        let world = self.world();
        if spec.owner.is_empty() {
            world.hub_account().clone_into(&mut spec.owner);
        }
        let region = world.spec().partition.region();
        let bucket = Bucket::new(spec, region, self.0.clock.now());
        self.state().buckets.insert(bucket.name.clone(), bucket);
    }

    /// Removes a bucket with all it holds.
    pub fn remove_bucket(&self, bucket: &str) {
        self.state().buckets.remove(bucket);
    }

    /// Replaces the body of the newest version behind everybody's back: tampering. False if there is no such object.
    pub fn tamper(&self, bucket: &str, key: &str, body: impl Into<Bytes>) -> bool {
        let mut state = self.state();
        let newest = state
            .buckets
            .get_mut(bucket)
            .and_then(|bucket| bucket.objects.get_mut(key)?.last_mut());
        newest.map(|object| object.body = body.into()).is_some()
    }

    /// Everything that was published, in order.
    #[must_use]
    pub fn published(&self) -> Vec<PublishedMessage> {
        self.state().topics.published().to_vec()
    }

    /// How long the queries of Athena take that are started from now on.
    pub fn set_query_time(&self, takes: Duration) {
        self.state().queries.take(takes);
    }

    /// The next so many queries of Athena that are started fail.
    pub fn kill_queries(&self, next: usize) {
        self.state().queries.kill(next);
    }

    /// From now on Athena finds no log files of the trail where the table looks for them.
    pub fn lose_trail(&self) {
        self.state().queries.lose_files();
    }

    /// How many queries of Athena were begun.
    #[must_use]
    pub fn queries(&self) -> usize {
        self.state().queries.count()
    }

    /// Forgets an account's credential report, so that the next call finds none.
    pub fn forget_report(&self, account: &Account) {
        self.state().reports.forget(account);
    }

    /// From now on the hub's own principal may do what this policy allows and nothing else, the actions of AWS KMS that
    /// Amazon S3 charges included. Unless told, it may do everything.
    pub fn enforce_hub(&self, policy: &str) {
        self.state().guard.enforce_hub(policy);
    }

    /// From now on a role, by its name without path, may do what this policy allows and nothing else, in every account.
    pub fn enforce_role(&self, name: &str, policy: &str) {
        self.state().guard.enforce_role(name, policy);
    }

    /// Replaces the fault plan from now on; the count of attempts goes on.
    pub fn set_faults(&self, faults: FaultPlan) {
        self.state().faults = Arc::new(faults);
    }

    /// Every call so far, if the simulator records calls.
    #[must_use]
    pub fn calls(&self) -> Vec<RecordedCall> {
        self.state().record.calls.clone()
    }

    /// Numbers of calls so far by operation and outcome, unless the simulator records nothing.
    #[must_use]
    pub fn call_counts(&self) -> CallCounts {
        self.state().record.counts.clone()
    }
}
