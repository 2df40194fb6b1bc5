//! The IAM users of an account.

use std::collections::HashSet;
use std::time::Duration;

use jiff::Timestamp;

use super::SAMPLE_ACCOUNT_NAME;
use super::access::{InlinePolicy, MfaDevice, MfaKind};
use super::account::Account;
use super::names::{
    FIRST_NAMES, GROUPS, LAST_NAMES, MACHINES, MANAGED_POLICIES, NASTY_PATHS, NASTY_USERS, PATHS, REGIONS, SERVICES,
    TEAMS,
};
use super::spec::WorldSpec;
use super::{grants, managed};
use crate::random::Random;
use crate::time::{earlier, later};

const DAY: u64 = 86_400;

/// An IAM user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// The name, unique in its account whatever the case.
    pub name: String,
    /// The path without the leading slash: empty or ending in a slash.
    pub path: String,
    /// When the user was created.
    pub created: Timestamp,
    /// The console password, if there is one.
    pub password: Option<Password>,
    /// When a password that is gone was last used; older reports keep telling it.
    pub former_use: Option<Timestamp>,
    /// The multi-factor devices assigned.
    pub mfa: Vec<MfaDevice>,
    /// Up to two access keys, by slot.
    pub keys: [Option<AccessKey>; 2],
    /// Up to two signing certificates, by slot.
    pub certificates: [Option<SigningCertificate>; 2],
    /// The groups that the user belongs to.
    pub groups: Vec<String>,
    /// ARNs of managed policies attached to the user itself.
    pub attached_policies: Vec<String>,
    /// Inline policies of the user itself.
    pub inline_policies: Vec<InlinePolicy>,
    /// The ARN of the permissions boundary.
    pub boundary: Option<String>,
    /// Tags: keys and values.
    pub tags: Vec<(String, String)>,
}

impl User {
    /// A user without anything.
    #[must_use]
    pub fn new(name: &str, created: Timestamp) -> Self {
        Self {
            name: name.to_owned(),
            path: String::new(),
            created,
            password: None,
            former_use: None,
            mfa: Vec::new(),
            keys: [None, None],
            certificates: [None, None],
            groups: Vec::new(),
            attached_policies: Vec::new(),
            inline_policies: Vec::new(),
            boundary: None,
            tags: Vec::new(),
        }
    }
}

/// A console password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Password {
    /// When it was last used; none: no use on record.
    pub last_used: Option<Timestamp>,
    /// When it was set.
    pub last_changed: Timestamp,
    /// When the password policy demands a new one.
    pub next_rotation: Option<Timestamp>,
}

/// An access key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessKey {
    /// The key can be used.
    pub active: bool,
    /// When it was made or last switched.
    pub last_rotated: Timestamp,
    /// When it was last used.
    pub last_used: Option<Timestamp>,
    /// In which Region; none for services without Regions.
    pub region: Option<String>,
    /// With which service.
    pub service: Option<String>,
}

/// A signing certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SigningCertificate {
    /// The certificate can be used.
    pub active: bool,
    /// When it was uploaded or last switched.
    pub last_rotated: Timestamp,
}

/// All users of an account, in the order of the credential report: by name, whatever the case.
pub(super) fn of(spec: &WorldSpec, account: &Account) -> Vec<User> {
    let mut random = Random::of(spec.seed, "users", account.number());
    if account.name == SAMPLE_ACCOUNT_NAME {
        return sample(spec, &mut random);
    }
    let number = match spec.users_per_account {
        Some(number) => number,
        None => random.index(15),
    };
    let mut taken = HashSet::with_capacity(number);
    let mut users: Vec<User> = (0..number)
        .map(|place| {
            let name = name(&mut random, place, &mut taken);
            user(spec, account, &mut random, name)
        })
        .collect();
    users.sort_by_cached_key(|user| user.name.to_lowercase());
    users
}

/// The three users of the account that people look at first.
fn sample(spec: &WorldSpec, random: &mut Random) -> Vec<User> {
    let person = |name: &str, age: u64| User {
        password: Some(Password {
            last_used: Some(days_before(spec.at, 2)),
            last_changed: days_before(spec.at, 30),
            next_rotation: None,
        }),
        ..User::new(name, days_before(spec.at, age))
    };
    let user1 = User {
        mfa: vec![MfaDevice::new(MfaKind::Virtual, "User1", days_before(spec.at, 399))],
        ..person("User1", 400)
    };
    let user2 = User {
        password: None,
        keys: [Some(key(spec, random, days_before(spec.at, 120))), None],
        ..person("User2", 300)
    };
    let user3 = User {
        groups: vec!["IAM-Auditor-Group".to_owned()],
        ..person("User3", 200)
    };
    vec![user1, user2, user3]
}

fn name(random: &mut Random, place: usize, taken: &mut HashSet<String>) -> String {
    let wished = match random.below(100) {
        0..4 => random.word(NASTY_USERS).to_owned(),
        4..30 => format!("svc-{}", random.word(MACHINES)),
        30..50 => random.word(FIRST_NAMES).to_owned(),
        _ => format!("{}.{}", random.word(FIRST_NAMES), random.word(LAST_NAMES)),
    };
    if taken.insert(wished.to_lowercase()) {
        return wished;
    }
    // A user's place is unique, and no word above ends in a dot and a number.
    let free = format!("{wished}.{place}");
    taken.insert(free.to_lowercase());
    free
}

fn user(spec: &WorldSpec, account: &Account, random: &mut Random, name: String) -> User {
    let created = earlier(spec.at, Duration::from_secs(random.between(600, 2_500 * DAY)));
    let machine = name.starts_with("svc-");
    let console = !machine && random.chance(80);
    let former_use = (!console && random.chance(15)).then(|| between(random, created, spec.at));
    let first = (machine || random.chance(35)).then(|| key(spec, random, created));
    let second = random.chance(12).then(|| key(spec, random, created));
    User {
        path: path(random),
        password: console.then(|| password(spec, random, created)),
        former_use,
        mfa: if (console && random.chance(70)) || random.chance(2) {
            devices(spec, account, &name, created)
        } else {
            Vec::new()
        },
        keys: [first, second],
        certificates: certificates(spec, random, created),
        groups: some_of(random, GROUPS, 3),
        attached_policies: some_of(random, MANAGED_POLICIES, 1)
            .iter()
            .map(|policy| managed::arn(spec.partition.id(), policy))
            .collect(),
        inline_policies: if random.chance(8) {
            vec![grants::inline("inline")]
        } else {
            Vec::new()
        },
        boundary: None,
        tags: tags(spec, account, &name),
        name,
        created,
    }
}

/// What is drawn for one user comes from a stream of its own, so that the streams of old worlds go on as they did.
fn aside(spec: &WorldSpec, account: &Account, topic: &str, name: &str) -> Random {
    Random::of(spec.seed, &format!("{topic}/{name}"), account.number())
}

/// One device, sometimes two.
fn devices(spec: &WorldSpec, account: &Account, name: &str, created: Timestamp) -> Vec<MfaDevice> {
    let mut random = aside(spec, account, "devices", name);
    let enabled = between(&mut random, created, spec.at);
    let key = |random: &mut Random| format!("{name}-{}", random.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 26));
    match random.below(10) {
        0..6 => vec![MfaDevice::new(MfaKind::Virtual, name, enabled)],
        6..8 => vec![MfaDevice::new(MfaKind::SecurityKey, &key(&mut random), enabled)],
        8 => vec![MfaDevice::new(MfaKind::Hardware, &hardware(&mut random), enabled)],
        _ => vec![
            MfaDevice::new(MfaKind::Virtual, name, enabled),
            MfaDevice::new(MfaKind::SecurityKey, &key(&mut random), enabled),
        ],
    }
}

/// The serial number of a hardware token.
pub(super) fn hardware(random: &mut Random) -> String {
    format!("GAKT{}", random.text("0123456789", 8))
}

fn tags(spec: &WorldSpec, account: &Account, name: &str) -> Vec<(String, String)> {
    let mut random = aside(spec, account, "tags", name);
    let team = random
        .chance(30)
        .then(|| ("team".to_owned(), random.word(TEAMS).to_owned()));
    let empty = random.chance(5).then(|| ("=cost center".to_owned(), String::new()));
    team.into_iter().chain(empty).collect()
}

fn path(random: &mut Random) -> String {
    match random.below(100) {
        0..75 => String::new(),
        75..97 => random.word(PATHS).to_owned(),
        _ => random.word(NASTY_PATHS).to_owned(),
    }
}

fn password(spec: &WorldSpec, random: &mut Random, created: Timestamp) -> Password {
    let last_changed = between(random, created, spec.at);
    let last_used = match random.below(10) {
        0..2 => None,
        2..8 => Some(recent(spec, random, last_changed, 40)),
        _ => Some(between(random, created, spec.at)),
    };
    let expires = random.chance(10);
    Password {
        last_used,
        last_changed,
        next_rotation: expires.then(|| later(last_changed, Duration::from_hours(90 * 24))),
    }
}

pub(super) fn key(spec: &WorldSpec, random: &mut Random, created: Timestamp) -> AccessKey {
    let last_rotated = between(random, created, spec.at);
    let used = random.chance(75);
    let service = random.word(SERVICES);
    let region = (service != "s3").then(|| random.word(REGIONS).to_owned());
    AccessKey {
        active: random.chance(80),
        last_rotated,
        last_used: used.then(|| recent(spec, random, last_rotated, 200)),
        region: if used { region } else { None },
        service: used.then(|| service.to_owned()),
    }
}

fn certificates(spec: &WorldSpec, random: &mut Random, created: Timestamp) -> [Option<SigningCertificate>; 2] {
    let mut certificate = |active| {
        Some(SigningCertificate {
            active,
            last_rotated: between(random, created, spec.at),
        })
    };
    let (inactive, active) = (certificate(false), certificate(true));
    match random.below(100) {
        0..3 => [active, None],
        // The report puts an inactive certificate before an active one.
        3..5 => [inactive, active],
        5 => [inactive, None],
        _ => [None, None],
    }
}

fn some_of(random: &mut Random, words: &[&str], most: usize) -> Vec<String> {
    let mut chosen: Vec<String> = (0..random.index(most + 1))
        .map(|_| random.word(words).to_owned())
        .collect();
    chosen.sort();
    chosen.dedup();
    chosen
}

fn days_before(moment: Timestamp, days: u64) -> Timestamp {
    earlier(moment, Duration::from_secs(days * DAY))
}

/// A moment between two others, to the second.
pub(super) fn between(random: &mut Random, from: Timestamp, to: Timestamp) -> Timestamp {
    let span = to.as_second().saturating_sub(from.as_second());
    let offset = random.below(u64::try_from(span).unwrap_or(0).max(1));
    later(from, Duration::from_secs(offset))
}

/// A moment within the last days, but not before the given one.
fn recent(spec: &WorldSpec, random: &mut Random, not_before: Timestamp, days: u64) -> Timestamp {
    between(random, days_before(spec.at, days).max(not_before), spec.at)
}
