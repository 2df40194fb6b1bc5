//! The organization as it was read: its tree, its policies, and what is attached to what.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::account::AccountId;
use crate::ledger::Failure;

/// What came of asking AWS for something.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer<T> {
    /// Nobody has asked yet: time ran out, or something that has to be known first is not.
    #[default]
    NotReached,
    /// The call failed for good.
    Failed(Failure),
    /// The answer.
    Known(T),
}

impl<T> Answer<T> {
    /// The answer, if there is one.
    pub const fn known(&self) -> Option<&T> {
        match self {
            Self::Known(answer) => Some(answer),
            Self::NotReached | Self::Failed(_) => None,
        }
    }

    /// Whether somebody still has to ask, or to ask again.
    pub const fn is_open(&self) -> bool {
        !matches!(self, Self::Known(_))
    }
}

/// The kinds of policies that limit what accounts can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
pub enum Kind {
    /// Service control policy: limits the principals of an account.
    #[serde(rename = "SERVICE_CONTROL_POLICY")]
    Scp,
    /// Resource control policy: limits access to the resources of an account.
    #[serde(rename = "RESOURCE_CONTROL_POLICY")]
    Rcp,
}

impl Kind {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Scp, Self::Rcp];

    /// As people call it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Scp => "SCP",
            Self::Rcp => "RCP",
        }
    }

    /// As AWS Organizations calls it.
    #[must_use]
    pub const fn aws_name(self) -> &'static str {
        match self {
            Self::Scp => "SERVICE_CONTROL_POLICY",
            Self::Rcp => "RESOURCE_CONTROL_POLICY",
        }
    }

    /// The most characters that a policy may have (AWS Organizations User Guide, "Quotas and service limits").
    #[must_use]
    pub const fn most_characters(self) -> usize {
        match self {
            Self::Scp => 10_240,
            Self::Rcp => 5_120,
        }
    }
}

/// The organization as far as it was read; what is stored between the invocations of a run, and as evidence
/// (`schemas/control-policies-1.json`).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Organization {
    /// `iam-census/control-policies/1`.
    pub schema: String,
    /// What the organization says of itself; `None` inside when the account is in no organization.
    pub organization: Answer<Option<OrganizationRecord>>,
    /// The organization root.
    pub root: Answer<RootRecord>,
    /// Organizational units by id.
    pub units: BTreeMap<String, UnitRecord>,
    /// For the organization root and each unit whether the units below it were read.
    pub below: BTreeMap<String, Answer<()>>,
    /// For the organization root and each unit whether the accounts in it were read; empty where the list of accounts
    /// says where they are.
    pub inside: BTreeMap<String, Answer<()>>,
    /// What each account stands directly below: the organization root or a unit.
    pub parents: BTreeMap<AccountId, String>,
    /// The ids of all policies of a kind.
    pub lists: BTreeMap<Kind, Answer<BTreeSet<String>>>,
    /// Policies by id.
    pub policies: BTreeMap<String, PolicyRecord>,
    /// For each kind in which direction attachments are read.
    pub directions: BTreeMap<Kind, Direction>,
    /// What is attached, by policy or by target, as the direction says.
    pub attached: BTreeMap<Kind, BTreeMap<String, Answer<BTreeSet<String>>>>,
}

/// What the organization says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct OrganizationRecord {
    /// Its id.
    pub id: String,
    /// The management account.
    pub management: AccountId,
    /// Whether all features are enabled; without them there are no control policies.
    pub all_features: bool,
}

/// The organization root.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct RootRecord {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The state of each kind of control policy; a kind that is missing is not enabled.
    pub types: BTreeMap<Kind, TypeState>,
}

/// The state of a kind of policy at the organization root.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum TypeState {
    /// Its policies are in force.
    Enabled,
    /// None is in force.
    NotEnabled,
    /// It is about to change, or AWS said something that this release does not know.
    Changing,
}

/// An organizational unit.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct UnitRecord {
    /// Its name.
    pub name: String,
    /// The organization root or unit that it stands in.
    pub parent: String,
}

/// A control policy.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct PolicyRecord {
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: Kind,
    /// Made and kept by AWS.
    pub aws_managed: bool,
    /// Its document.
    pub document: Answer<String>,
}

/// In which direction attachments are read: whichever needs fewer calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Each policy is asked what it is attached to.
    ByPolicy,
    /// Each organization root, unit and account is asked what is attached to it.
    ByTarget,
}

impl Direction {
    /// The direction that needs fewer calls.
    ///
    /// A policy costs a call at least, and one more for every further twenty targets; a kind's own `FullAWSAccess` is
    /// attached to nearly every target. A target costs one call, since it has far fewer than twenty policies of a kind.
    #[must_use]
    pub const fn cheaper(policies: usize, targets: usize) -> Self {
        if policies + targets.div_ceil(20) <= targets {
            Self::ByPolicy
        } else {
            Self::ByTarget
        }
    }
}

impl Default for Organization {
    fn default() -> Self {
        Self {
            schema: Self::SCHEMA.to_owned(),
            organization: Answer::NotReached,
            root: Answer::NotReached,
            units: BTreeMap::new(),
            below: BTreeMap::new(),
            inside: BTreeMap::new(),
            parents: BTreeMap::new(),
            lists: BTreeMap::new(),
            policies: BTreeMap::new(),
            directions: BTreeMap::new(),
            attached: BTreeMap::new(),
        }
    }
}

/// Why bytes are not an organization that this release reads.
#[derive(Debug, thiserror::Error)]
pub enum InvalidOrganization {
    /// Another document, or another major version of it.
    #[error("the schema is `{0}`, expected `{expected}`", expected = Organization::SCHEMA)]
    Schema(String),
    /// Not JSON, or a field of another type.
    #[error("cannot read the organization: {0}")]
    Json(#[from] serde_json::Error),
}

impl Organization {
    /// The name and major version of the document.
    pub const SCHEMA: &'static str = "iam-census/control-policies/1";

    /// Reads what an earlier invocation stored.
    ///
    /// # Errors
    /// When the bytes are not a document of this major version.
    pub fn parse(bytes: &[u8]) -> Result<Self, InvalidOrganization> {
        let read: Self = serde_json::from_slice(bytes)?;
        if read.schema == Self::SCHEMA {
            Ok(read)
        } else {
            Err(InvalidOrganization::Schema(read.schema))
        }
    }

    /// The bytes of the document: the same organization gives the same bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = serde_json::to_vec(self).unwrap_or_default();
        bytes.push(b'\n');
        bytes
    }

    /// How many answers there are: what grows while something is read.
    #[must_use]
    pub fn answers(&self) -> usize {
        let known = |open: bool| usize::from(!open);
        let attached = self.attached.values().flat_map(BTreeMap::values);
        known(self.organization.is_open())
            + known(self.root.is_open())
            + self.below.values().filter(|answer| !answer.is_open()).count()
            + self.inside.values().filter(|answer| !answer.is_open()).count()
            + self.lists.values().filter(|answer| !answer.is_open()).count()
            + self
                .policies
                .values()
                .filter(|policy| !policy.document.is_open())
                .count()
            + attached.filter(|answer| !answer.is_open()).count()
    }

    /// Whether there is anything that nobody has asked for yet, so that more time would help.
    #[must_use]
    pub fn is_unfinished(&self) -> bool {
        let waits = |answer: &Answer<()>| matches!(answer, Answer::NotReached);
        matches!(self.organization, Answer::NotReached)
            || (matches!(&self.organization, Answer::Known(Some(record)) if record.all_features)
                && (matches!(self.root, Answer::NotReached)
                    || self.below.values().any(waits)
                    || self.inside.values().any(waits)
                    || self.lists.values().any(|list| matches!(list, Answer::NotReached))
                    || (self.root.known().is_some() && self.lists.len() < Kind::ALL.len())
                    || self
                        .policies
                        .values()
                        .any(|policy| matches!(policy.document, Answer::NotReached))
                    || self
                        .attached
                        .values()
                        .flat_map(BTreeMap::values)
                        .any(|answer| matches!(answer, Answer::NotReached))))
    }

    /// What stands below the organization root and units, and the accounts: everything that a policy can be attached to.
    pub fn targets(&self) -> impl Iterator<Item = String> {
        let root = self.root.known().map(|root| root.id.clone());
        let units = self.units.keys().cloned();
        let accounts = self.parents.keys().map(AccountId::to_string);
        root.into_iter().chain(units).chain(accounts)
    }
}
