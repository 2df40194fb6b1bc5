//! How a simulator is set up.

use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::{Inner, Simulator, State};
use crate::faults::FaultPlan;
use crate::record::Recording;
use crate::s3::{Bucket, BucketSpec};
use crate::time::{Clock, VirtualTime};
use crate::world::World;

/// Settings of a [`Simulator`].
#[derive(Debug)]
pub struct SimulatorBuilder {
    world: World,
    clock: Option<Clock>,
    faults: FaultPlan,
    latency: Duration,
    pacing: bool,
    recording: Recording,
}

impl SimulatorBuilder {
    pub(super) fn new(world: World) -> Self {
        Self {
            world,
            clock: None,
            faults: FaultPlan::default(),
            latency: Duration::ZERO,
            pacing: false,
            recording: Recording::default(),
        }
    }

    /// The clock; virtual time from the world's moment unless given.
    #[must_use]
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = Some(clock);
        self
    }

    /// The fault plan; no faults unless given.
    #[must_use]
    pub fn faults(mut self, faults: FaultPlan) -> Self {
        self.faults = faults;
        self
    }

    /// Time that every call takes; none unless given.
    #[must_use]
    pub fn latency(mut self, latency: Duration) -> Self {
        self.latency = latency;
        self
    }

    /// Enforce the token buckets of AWS Organizations and of CloudTrail's event history; off unless given.
    #[must_use]
    pub fn pacing(mut self, pacing: bool) -> Self {
        self.pacing = pacing;
        self
    }

    /// What is kept of the calls; numbers unless given.
    #[must_use]
    pub fn recording(mut self, recording: Recording) -> Self {
        self.recording = recording;
        self
    }

    /// The simulator, with a versioned bucket `iam-census-evidence-ACCOUNT` and a topic `iam-census` in the hub.
    #[must_use]
    pub fn build(self) -> Simulator {
        let spec = self.world.spec();
        let clock = self.clock.unwrap_or_else(|| Clock::Virtual(VirtualTime::new(spec.at)));
        let start = clock.now();
        let hub = self.world.hub_account();
        let bucket = BucketSpec {
            name: format!("iam-census-evidence-{hub}"),
            owner: hub.to_owned(),
            versioned: true,
            ..BucketSpec::default()
        };
        let mut state = State {
            faults: Arc::new(self.faults),
            ..State::default()
        };
        state.topics.create(&self.world, hub, "iam-census");
        let region = spec.partition.region();
        state
            .buckets
            .insert(bucket.name.clone(), Bucket::new(bucket, region, start));
        Simulator(Arc::new(Inner {
            clock,
            start,
            latency: self.latency,
            pacing: self.pacing,
            recording: self.recording,
            requests: AtomicU64::new(0),
            state: Mutex::new(state),
            world: self.world,
        }))
    }
}
