//! The accounts of the organization.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::SAMPLE_ACCOUNT_NAME;
use super::names::{HOSTILE_ACCOUNTS, STAGES, TEAMS};
use super::spec::WorldSpec;
use super::trouble::Trouble;
use super::units::{self, OrganizationalUnit};
use crate::random::Random;
use crate::time::earlier;

/// One account of the organization.
#[derive(Debug, Clone)]
pub struct Account {
    /// The 12-digit id.
    pub id: String,
    /// The name; any text at all.
    pub name: String,
    /// The e-mail address of the root user.
    pub email: String,
    /// Where the account is in its life.
    pub state: AccountState,
    /// What is wrong with it for good.
    pub trouble: Option<Trouble>,
    /// The account's unit as an index into [`World::units`](super::World::units); none: directly under the
    /// organization root.
    pub unit: Option<usize>,
    /// How it joined.
    pub joined_method: JoinedMethod,
    /// When it joined.
    pub joined: Timestamp,
    index: usize,
    special: bool,
}

impl Account {
    /// The account's place in the list, from 0.
    #[must_use]
    pub fn index(&self) -> usize {
        self.index
    }

    pub(super) fn number(&self) -> u64 {
        self.index as u64
    }

    /// True unless it is the management, hub or sample account, which are never broken and always active.
    pub(super) fn is_ordinary(&self) -> bool {
        !self.special
    }

    /// The account that a misrouted session ends in: the next one of the list.
    pub(crate) fn misrouted_to<'a>(&self, accounts: &'a [Account]) -> Option<&'a Account> {
        accounts.get((self.index + 1) % accounts.len().max(1))
    }
}

/// The state of an account (`State` in Organizations; AWS, "Account states").
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AccountState {
    /// In use.
    Active,
    /// Restricted by AWS.
    Suspended,
    /// Asked to be closed; still works.
    PendingClosure,
    /// Closed; listed for 90 days.
    Closed,
    /// Not activated yet.
    PendingActivation,
}

impl AccountState {
    /// Every state.
    pub const ALL: [Self; 5] = [
        Self::Active,
        Self::Suspended,
        Self::PendingClosure,
        Self::Closed,
        Self::PendingActivation,
    ];

    /// The value of the field `State`.
    #[must_use]
    pub fn state(self) -> &'static str {
        match self {
            Self::Active => "ACTIVE",
            Self::Suspended => "SUSPENDED",
            Self::PendingClosure => "PENDING_CLOSURE",
            Self::Closed => "CLOSED",
            Self::PendingActivation => "PENDING_ACTIVATION",
        }
    }

    /// The value of the old field `Status`, which has no word for a pending activation.
    #[must_use]
    pub fn status(self) -> Option<&'static str> {
        match self {
            Self::Active => Some("ACTIVE"),
            Self::Suspended | Self::Closed => Some("SUSPENDED"),
            Self::PendingClosure => Some("PENDING_CLOSURE"),
            Self::PendingActivation => None,
        }
    }

    /// True if roles in the account can be assumed.
    #[must_use]
    pub fn is_functional(self) -> bool {
        matches!(self, Self::Active | Self::PendingClosure)
    }
}

/// How an account joined the organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JoinedMethod {
    /// It was invited.
    Invited,
    /// It was created in the organization.
    Created,
}

impl JoinedMethod {
    /// The value of the field `JoinedMethod`.
    #[must_use]
    pub fn value(self) -> &'static str {
        match self {
            Self::Invited => "INVITED",
            Self::Created => "CREATED",
        }
    }
}

pub(super) fn all(spec: &WorldSpec, units: &[OrganizationalUnit]) -> Vec<Account> {
    (0..spec.accounts).map(|index| one(spec, units, index)).collect()
}

/// The id of the account at a place of the list. Distinct for distinct places; every sixteenth begins with a zero.
pub(super) fn id(spec: &WorldSpec, index: usize) -> String {
    const REST: u64 = 100_000_000_000;
    let mut random = Random::of(spec.seed, "account-ids", 0);
    // A factor that is coprime to ten walks through all remainders without meeting one twice.
    let factor = random.below(REST / 10) * 10 + 7;
    let rest = (u128::from(factor) * (index as u128 + 1) + u128::from(random.below(REST))) % u128::from(REST);
    let first = match index % 16 {
        3 => 0,
        _ => Random::of(spec.seed, "account-digit", index as u64).between(1, 9),
    };
    format!("{first}{rest:011}")
}

fn one(spec: &WorldSpec, units: &[OrganizationalUnit], index: usize) -> Account {
    let mut random = Random::of(spec.seed, "account", index as u64);
    let id = id(spec, index);
    let joined = earlier(spec.at, Duration::from_secs(random.between(3_600, 3_000 * 86_400)));
    let (name, unit, special) = match index {
        0 => ("Management".to_owned(), None, true),
        1 => ("Audit".to_owned(), units::security(units), true),
        2 => (SAMPLE_ACCOUNT_NAME.to_owned(), units::any(units, &mut random), true),
        _ => (name(&mut random, index), units::any(units, &mut random), false),
    };
    let joined_method = match index {
        0 => JoinedMethod::Invited,
        _ if random.chance(15) => JoinedMethod::Invited,
        _ => JoinedMethod::Created,
    };
    let state = if special || spec.all_active {
        AccountState::Active
    } else {
        state(&mut random, index)
    };
    Account {
        email: format!("aws+{id}@example.com"),
        id,
        name,
        state,
        trouble: None,
        unit,
        joined_method,
        joined,
        index,
        special,
    }
}

fn state(random: &mut Random, index: usize) -> AccountState {
    // The first dozen accounts show every state once; after that about one in sixteen is not active.
    match index {
        6 => AccountState::Suspended,
        7 => AccountState::Closed,
        8 => AccountState::PendingClosure,
        9 => AccountState::PendingActivation,
        10..=24 => AccountState::Active,
        _ => match random.below(100) {
            0..2 => AccountState::Suspended,
            2..4 => AccountState::Closed,
            4 => AccountState::PendingClosure,
            5 => AccountState::PendingActivation,
            _ => AccountState::Active,
        },
    }
}

fn name(random: &mut Random, index: usize) -> String {
    match HOSTILE_ACCOUNTS.get(index.wrapping_sub(11)) {
        Some(hostile) => (*hostile).to_owned(),
        None if random.chance(2) => random.word(HOSTILE_ACCOUNTS).to_owned(),
        None => format!("{} {}", random.word(TEAMS), random.word(STAGES)),
    }
}
