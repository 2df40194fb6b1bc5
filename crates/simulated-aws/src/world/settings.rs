//! What an account sets for itself as a whole: password rules, certificates, contacts, Regions, public access.

use std::time::Duration;

use jiff::Timestamp;

use super::account::Account;
use super::spec::{Partition, WorldSpec};
use crate::random::Random;
use crate::time::{earlier, later};

/// The rules for passwords of IAM users.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "the switches are AWS's")]
pub struct PasswordPolicy {
    /// The least number of characters, 6 to 128.
    pub minimum_length: u32,
    /// A symbol is required.
    pub symbols: bool,
    /// A digit is required.
    pub numbers: bool,
    /// An upper-case letter is required.
    pub uppercase: bool,
    /// A lower-case letter is required.
    pub lowercase: bool,
    /// Users may change their own passwords.
    pub users_may_change: bool,
    /// After how many days passwords expire, 1 to 1,095; none: never.
    pub max_age: Option<u32>,
    /// How many earlier passwords may not come back, 1 to 24; none: any may.
    pub reuse_prevention: Option<u32>,
    /// An expired password cannot be changed by its user.
    pub hard_expiry: Option<bool>,
}

impl PasswordPolicy {
    /// Rules that every edition of the CIS benchmark accepts.
    pub const STRICT: Self = Self {
        minimum_length: 14,
        symbols: true,
        numbers: true,
        uppercase: true,
        lowercase: true,
        users_may_change: true,
        max_age: Some(90),
        reuse_prevention: Some(24),
        hard_expiry: Some(false),
    };
}

/// A server certificate in IAM's store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerCertificate {
    /// The name.
    pub name: String,
    /// The path without the leading slash: empty or ending in a slash.
    pub path: String,
    /// When it was uploaded.
    pub uploaded: Timestamp,
    /// When it ends to be valid.
    pub expires: Timestamp,
}

/// An alternate contact of the account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlternateContact {
    /// What for.
    pub kind: ContactKind,
    /// The person's name.
    pub name: String,
    /// The e-mail address.
    pub email: String,
}

/// What an alternate contact is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContactKind {
    /// Invoices.
    Billing,
    /// Availability.
    Operations,
    /// Security.
    Security,
}

impl ContactKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Billing, Self::Operations, Self::Security];

    /// The value of the field `AlternateContactType`.
    #[must_use]
    pub fn value(self) -> &'static str {
        match self {
            Self::Billing => "BILLING",
            Self::Operations => "OPERATIONS",
            Self::Security => "SECURITY",
        }
    }
}

/// The four switches of S3's account-wide block of public access.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "the switches are AWS's")]
pub struct PublicAccessBlock {
    /// `BlockPublicAcls`
    pub block_acls: bool,
    /// `IgnorePublicAcls`
    pub ignore_acls: bool,
    /// `BlockPublicPolicy`
    pub block_policies: bool,
    /// `RestrictPublicBuckets`
    pub restrict_buckets: bool,
}

impl PublicAccessBlock {
    /// All switches on.
    pub const ALL: Self = Self {
        block_acls: true,
        ignore_acls: true,
        block_policies: true,
        restrict_buckets: true,
    };
}

/// A Region and whether the account can use it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegionOption {
    /// The Region's name.
    pub name: String,
    /// Its state.
    pub status: RegionStatus,
}

/// Whether an account can use a Region.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RegionStatus {
    /// Always.
    EnabledByDefault,
    /// Somebody has switched it on.
    Enabled,
    /// It is being switched on.
    Enabling,
    /// It is off.
    Disabled,
    /// It is being switched off.
    Disabling,
}

impl RegionStatus {
    /// The value of the field `RegionOptStatus`.
    #[must_use]
    pub fn value(self) -> &'static str {
        match self {
            Self::EnabledByDefault => "ENABLED_BY_DEFAULT",
            Self::Enabled => "ENABLED",
            Self::Enabling => "ENABLING",
            Self::Disabled => "DISABLED",
            Self::Disabling => "DISABLING",
        }
    }

    /// True if resources can live there.
    #[must_use]
    pub fn is_usable(self) -> bool {
        matches!(self, Self::EnabledByDefault | Self::Enabled | Self::Disabling)
    }
}

pub(super) fn password_policy(spec: &WorldSpec, account: &Account) -> Option<PasswordPolicy> {
    let mut random = Random::of(spec.seed, "password-policy", account.number());
    match random.below(100) {
        0..35 => Some(PasswordPolicy::STRICT),
        35..70 => None,
        _ => Some(PasswordPolicy {
            minimum_length: u32::try_from(random.between(8, 16)).unwrap_or(8),
            symbols: random.chance(60),
            numbers: random.chance(80),
            uppercase: random.chance(70),
            lowercase: random.chance(80),
            users_may_change: random.chance(90),
            max_age: random.chance(50).then_some(180),
            reuse_prevention: random.chance(50).then_some(5),
            hard_expiry: None,
        }),
    }
}

pub(super) fn server_certificates(spec: &WorldSpec, account: &Account) -> Vec<ServerCertificate> {
    let mut random = Random::of(spec.seed, "server-certificates", account.number());
    let number = if random.chance(20) { random.between(1, 3) } else { 0 };
    let one = |place| {
        let life = Duration::from_hours(random.between(1, 300) * 24);
        let expires = if random.chance(40) {
            earlier(spec.at, life)
        } else {
            later(spec.at, life)
        };
        ServerCertificate {
            name: format!("www-{place}.example.com"),
            path: "cloudfront/".to_owned(),
            uploaded: earlier(expires, Duration::from_hours(398 * 24)),
            expires,
        }
    };
    (1..=number).map(one).collect()
}

pub(super) fn contacts(spec: &WorldSpec, account: &Account) -> Vec<AlternateContact> {
    let mut random = Random::of(spec.seed, "contacts", account.number());
    let kinds = ContactKind::ALL.into_iter().zip([40, 40, 60]);
    let registered = kinds.filter(|(_, percent)| random.chance(*percent));
    let contact = |(kind, _): (ContactKind, u64)| AlternateContact {
        kind,
        name: "Security Desk".to_owned(),
        email: format!("{}@example.com", kind.value().to_lowercase()),
    };
    registered.map(contact).collect()
}

pub(super) fn public_access_block(spec: &WorldSpec, account: &Account) -> Option<PublicAccessBlock> {
    let mut random = Random::of(spec.seed, "public-access-block", account.number());
    match random.below(10) {
        0..5 => Some(PublicAccessBlock::ALL),
        5..8 => None,
        _ => Some(PublicAccessBlock {
            restrict_buckets: false,
            ..PublicAccessBlock::ALL
        }),
    }
}

pub(super) fn regions(spec: &WorldSpec, account: &Account) -> Vec<RegionOption> {
    const COMMERCIAL: &[&str] = &[
        "us-east-1",
        "us-east-2",
        "us-west-2",
        "eu-central-1",
        "eu-west-1",
        "ap-southeast-1",
    ];
    let (default, optional): (&[&str], &[&str]) = match spec.partition {
        Partition::Aws => (COMMERCIAL, &["af-south-1", "eu-central-2", "me-central-1"]),
        Partition::AwsCn => (&["cn-north-1", "cn-northwest-1"], &[]),
        Partition::AwsUsGov => (&["us-gov-east-1", "us-gov-west-1"], &[]),
    };
    let mut random = Random::of(spec.seed, "regions", account.number());
    let option = |name: &&str, status| RegionOption {
        name: (*name).to_owned(),
        status,
    };
    let mut regions: Vec<RegionOption> = default
        .iter()
        .map(|name| option(name, RegionStatus::EnabledByDefault))
        .collect();
    for name in optional {
        let status = match random.below(20) {
            0..3 => RegionStatus::Enabled,
            3 => RegionStatus::Enabling,
            4 => RegionStatus::Disabling,
            _ => RegionStatus::Disabled,
        };
        regions.push(option(name, status));
    }
    regions.sort_by(|one, other| one.name.cmp(&other.name));
    regions
}
