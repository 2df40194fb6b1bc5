//! One account: what it stands below, which policies stand there, and what they come to.

use std::collections::BTreeMap;

use super::record::{Kind, PolicyRecord};
use super::report::{Exemption, Gap};
use crate::account::AccountId;

/// An account with everything above it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountReport<'a> {
    /// The account.
    pub account: AccountId,
    /// Its name.
    pub name: &'a str,
    /// Its state, as AWS spelled it.
    pub state: &'a str,
    /// Whether it is the management account, which control policies do not restrict.
    pub is_management: bool,
    /// Which kinds of policies do not restrict it, and why.
    pub exempt: BTreeMap<Kind, Exemption>,
    /// From the organization root to the account itself; the account alone where the way up is not known.
    pub path: Vec<Node<'a>>,
    /// What is attached to each of them, for each kind in force.
    pub levels: Vec<Level<'a>>,
    /// The place of its verdicts in [`Report::verdicts`](super::Report::verdicts).
    pub verdicts: usize,
    /// What is not known about it.
    pub gaps: Vec<Gap>,
}

impl AccountReport<'_> {
    /// The names on its path, organization root first, with a slash between them.
    #[must_use]
    pub fn path_names(&self) -> String {
        let names: Vec<&str> = self.path.iter().map(|node| node.name).collect();
        names.join(" / ")
    }

    /// The ids on its path, organization root first, with a slash between them.
    #[must_use]
    pub fn path_ids(&self) -> String {
        let ids: Vec<&str> = self.path.iter().map(|node| node.id.as_str()).collect();
        ids.join("/")
    }

    /// The levels at which no service control policy allows anything, of an account that such policies restrict.
    pub fn blocked(&self) -> impl Iterator<Item = &Level<'_>> {
        let restricts = |level: &&Level<'_>| !self.exempt.contains_key(&level.kind);
        let blocks = |level: &&Level<'_>| level.strategy == Strategy::NoAllow;
        self.levels.iter().filter(restricts).filter(blocks)
    }
}

/// The organization root, a unit or an account.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Node<'a> {
    /// Its id.
    pub id: String,
    /// Its name; the id where nobody could read it.
    pub name: &'a str,
    /// What it is.
    pub kind: NodeKind,
}

/// What can have policies attached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NodeKind {
    /// The organization root.
    Root,
    /// An organizational unit.
    Unit,
    /// An account.
    Account,
}

impl NodeKind {
    /// The word of machine formats.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Root => "organization root",
            Self::Unit => "organizational unit",
            Self::Account => "account",
        }
    }
}

/// What is attached to one node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Level<'a> {
    /// The place of the node in the path.
    pub node: usize,
    /// The kind of policies.
    pub kind: Kind,
    /// What they are for, together.
    pub strategy: Strategy,
    /// The policies, by id.
    pub attached: Vec<Attached<'a>>,
    /// What is not known about the level.
    pub gaps: Vec<Gap>,
}

/// A policy at a level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attached<'a> {
    /// Its id.
    pub id: &'a str,
    /// What is known of it.
    pub policy: &'a PolicyRecord,
}

/// What the policies of one level are for ("Strategies for using SCPs" in the AWS Organizations User Guide).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Strategy {
    /// Everything is allowed, and nothing denied.
    Everything,
    /// Everything is allowed, but for what is denied.
    DenyList,
    /// Only what is listed is allowed.
    AllowList,
    /// Nothing is allowed, so that nothing is left to any account below.
    NoAllow,
    /// Something about the level could not be read.
    Unknown,
}

impl Strategy {
    /// The words of reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Everything => "everything allowed",
            Self::DenyList => "deny list",
            Self::AllowList => "allow list",
            Self::NoAllow => "nothing allowed",
            Self::Unknown => "unknown",
        }
    }
}
