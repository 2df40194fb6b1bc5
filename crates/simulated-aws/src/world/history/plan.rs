//! When and how the root user of an account came in: the truth from which its events are written.

use std::cmp::Reverse;
use std::time::Duration;

use jiff::Timestamp;

use super::actor::{address, agent, uuid};
use super::{EVENT_HISTORY, sign_in_regions};
use crate::random::Random;
use crate::time::{earlier, later};
use crate::world::root::{RootForm, RootUser};
use crate::world::{Account, Partition, WorldSpec, users};

const DAY: u64 = 86_400;

/// What the root user of an account has done; every list is newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RootHistory {
    /// Successful sign-ins to the console, however old. The newest is what the credential report tells.
    pub sign_ins: Vec<RootSignIn>,
    /// Attempts to sign in that failed.
    pub failures: Vec<RootSignIn>,
    /// Last uses of access keys, as the credential report tells them.
    pub key_uses: Vec<KeyUse>,
    /// Privileged tasks that the organization did with a session of the root user (`AssumeRoot`).
    pub tasks: Vec<RootTask>,
}

impl RootHistory {
    /// The newest sign-in that the event history still has at a moment.
    #[must_use]
    pub fn last_sign_in(&self, now: Timestamp) -> Option<&RootSignIn> {
        self.sign_ins.iter().find(|sign_in| sign_in.is_recent(now))
    }

    /// The number of failures that the event history still has at a moment.
    #[must_use]
    pub fn recent_failures(&self, now: Timestamp) -> usize {
        self.failures.iter().filter(|failure| failure.is_recent(now)).count()
    }
}

/// A sign-in of the root user, or an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RootSignIn {
    /// When.
    pub at: Timestamp,
    /// The Region that recorded it first.
    pub region: String,
    /// A second Region that has the same event.
    pub also_in: Option<String>,
    /// Whether a multi-factor device was used; none: the record does not say.
    pub mfa: Option<bool>,
    /// From where.
    pub source_address: String,
    /// With which program.
    pub user_agent: String,
    /// The id of the event.
    pub event_id: String,
}

impl RootSignIn {
    fn is_recent(&self, now: Timestamp) -> bool {
        (earlier(now, EVENT_HISTORY)..=now).contains(&self.at)
    }
}

/// A call that a root user's access key signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyUse {
    /// When.
    pub at: Timestamp,
    /// The key's slot, from 0.
    pub slot: usize,
    /// The service as the credential report names it.
    pub service: String,
    /// The Region; that of the partition for services without Regions.
    pub region: String,
}

/// A privileged task of the organization in a member account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RootTask {
    /// When the session began.
    pub at: Timestamp,
    /// The name of the task policy.
    pub task: &'static str,
    /// The access key of the session.
    pub access_key: String,
    /// The hub asked for the session; otherwise the management account did.
    pub by_hub: bool,
}

pub(super) fn of(spec: &WorldSpec, account: &Account, root: &RootUser) -> RootHistory {
    RootHistory {
        sign_ins: sign_ins(spec, account, root),
        failures: failures(spec, account, root),
        key_uses: key_uses(spec, root),
        tasks: tasks(spec, account),
    }
}

fn sign_ins(spec: &WorldSpec, account: &Account, root: &RootUser) -> Vec<RootSignIn> {
    let mut random = Random::of(spec.seed, "root-sign-ins", account.number());
    let mut sign_ins = Vec::new();
    let mut next = root.password_last_used();
    let number = random.between(1, 4);
    while let Some(at) = next.filter(|at| sign_ins.is_empty() || *at >= root.created) {
        let device = root.mfa.iter().any(|device| device.enabled <= at);
        let told = random.chance(92);
        let mut sign_in = entry(spec, &mut random, at, told.then_some(device));
        if spec.odd_events && sign_ins.is_empty() {
            sign_in.user_agent = super::odd::agent();
        }
        sign_ins.push(sign_in);
        let before = Duration::from_secs(random.between(600, 120 * DAY));
        next = (sign_ins.len() as u64 != number).then(|| earlier(at, before));
    }
    sign_ins
}

fn failures(spec: &WorldSpec, account: &Account, root: &RootUser) -> Vec<RootSignIn> {
    let mut random = Random::of(spec.seed, "root-failures", account.number());
    if root.form == RootForm::GovCloud {
        return Vec::new();
    }
    let from = earlier(spec.at, Duration::from_secs(200 * DAY));
    let burst = users::between(&mut random, from, spec.at);
    let (number, guessing) = match random.below(100) {
        0..60 => (0, false),
        60..90 => (random.between(1, 3), false),
        90..97 => (random.between(4, 8), false),
        _ => (random.between(40, 70), true),
    };
    let attacker = address(&mut random);
    let mut failures: Vec<RootSignIn> = (0..number)
        .map(|_| {
            let at = if guessing {
                later(burst, Duration::from_secs(random.below(3_600))).min(spec.at)
            } else {
                users::between(&mut random, from, spec.at)
            };
            let told = random.chance(85);
            let mut failure = entry(spec, &mut random, at, told.then_some(false));
            if guessing {
                attacker.clone_into(&mut failure.source_address);
            }
            failure
        })
        .collect();
    if spec.odd_events {
        let at = earlier(spec.at, Duration::from_secs(random.between(600, 20 * DAY)));
        failures.push(RootSignIn {
            source_address: "fe80::1ff:fe23:4567:890a%eth2".to_owned(),
            user_agent: super::odd::agent(),
            ..entry(spec, &mut random, at, None)
        });
    }
    failures.sort_by_key(|one| Reverse(one.at));
    failures
}

fn entry(spec: &WorldSpec, random: &mut Random, at: Timestamp, mfa: Option<bool>) -> RootSignIn {
    let regions = sign_in_regions(spec.partition);
    let region = random.word(regions);
    let others: Vec<&str> = regions.iter().copied().filter(|other| *other != region).collect();
    let second = random.word(&others);
    RootSignIn {
        at,
        region: region.to_owned(),
        also_in: (random.chance(12) && !second.is_empty()).then(|| second.to_owned()),
        mfa,
        source_address: address(random),
        user_agent: agent(random),
        event_id: uuid(random),
    }
}

fn key_uses(spec: &WorldSpec, root: &RootUser) -> Vec<KeyUse> {
    let keys = root.keys.iter().enumerate();
    let calls = keys.filter_map(|(slot, key)| {
        let key = key.as_ref()?;
        let home = spec.partition.region();
        Some(KeyUse {
            at: key.last_used?,
            slot,
            service: key.service.clone()?,
            region: key.region.as_deref().unwrap_or(home).to_owned(),
        })
    });
    let mut calls: Vec<KeyUse> = calls.collect();
    calls.sort_by_key(|one| Reverse(one.at));
    calls
}

/// Tasks are only done in members that work, and by the accounts that may ask for sessions.
pub(super) fn tasks(spec: &WorldSpec, account: &Account) -> Vec<RootTask> {
    const TASKS: &[&str] = &[
        "IAMAuditRootUserCredentials",
        "IAMDeleteRootUserCredentials",
        "S3UnlockBucketPolicy",
    ];
    let mut random = Random::of(spec.seed, "root-tasks", account.number());
    if account.index() < 2 || !account.state.is_functional() || spec.partition != Partition::Aws {
        return Vec::new();
    }
    let number = if random.chance(15) { random.between(1, 3) } else { 0 };
    let from = earlier(spec.at, Duration::from_secs(120 * DAY));
    let mut tasks: Vec<RootTask> = (0..number)
        .map(|_| RootTask {
            at: users::between(&mut random, from, spec.at),
            task: TASKS.get(random.index(TASKS.len())).copied().unwrap_or_default(),
            access_key: format!("ASIA{}", random.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16)),
            by_hub: random.chance(70),
        })
        .collect();
    tasks.sort_by_key(|one| Reverse(one.at));
    tasks
}
