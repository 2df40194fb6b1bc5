//! What follows for one guardrail: whether anybody in an account can get past it.

use super::record::Kind;

/// Whether the control policies above an account keep everybody in it from the actions of a guardrail.
///
/// Service-linked roles are never kept from anything, nor is AWS acting on its own behalf.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// Nobody can do any of the actions: on no resource of the account, in no context. Of the resources of others only
    /// service control policies say anything.
    Prevented,
    /// Some of the actions, on some resources or in some contexts, are not prevented.
    Depends,
    /// No control policy keeps anybody from any of the actions.
    NotPrevented,
    /// What could not be read leaves it open.
    Unknown,
}

impl Status {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Prevented, Self::Depends, Self::NotPrevented, Self::Unknown];

    /// The word of machine formats.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Prevented => "PREVENTED",
            Self::Depends => "DEPENDS",
            Self::NotPrevented => "NOT_PREVENTED",
            Self::Unknown => "UNKNOWN",
        }
    }
}

/// What follows for one guardrail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// What follows.
    pub status: Status,
    /// How many actions the guardrail is about.
    pub actions: usize,
    /// How many of them nobody can do.
    pub prevented: usize,
    /// How many of them nothing restricts.
    pub free: usize,
    /// Names of actions that are not prevented, the first few.
    pub open: Vec<String>,
    /// What decides, or what it depends on.
    pub because: Vec<Because>,
}

/// A statement, or a level, that decides.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Because {
    /// What it does.
    pub how: How,
    /// The kind of policy.
    pub kind: Kind,
    /// The place in the account's path, from 0, the organization root.
    pub level: usize,
    /// The id of the policy; `None` where it is the level as a whole that allows nothing.
    pub policy: Option<String>,
    /// The place of the statement in the document, from 0.
    pub statement: Option<usize>,
    /// The `Sid` of the statement.
    pub sid: Option<String>,
    /// For how many of the guardrail's actions; of each sort at most the first 32 are looked at.
    pub actions: usize,
}

/// Of so many actions of a sort the deciding statements are told; a guardrail about everything has 22,000.
pub(super) const EXPLAINED: usize = 32;

/// What a statement or level does to an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum How {
    /// It denies the action to everybody, on every resource; a resource control policy on every resource of the account.
    Denies,
    /// No policy of the level allows the action.
    DoesNotAllow,
    /// It denies the action under conditions.
    DeniesUnderConditions,
    /// It denies the action on some resources.
    DeniesOnSomeResources,
    /// It allows the action under conditions only.
    AllowsUnderConditions,
    /// It allows the action on some resources only.
    AllowsOnSomeResources,
}

impl How {
    /// The words of reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Denies => "denies",
            Self::DoesNotAllow => "does not allow",
            Self::DeniesUnderConditions => "denies under conditions",
            Self::DeniesOnSomeResources => "denies on some resources",
            Self::AllowsUnderConditions => "allows under conditions only",
            Self::AllowsOnSomeResources => "allows on some resources only",
        }
    }
}
