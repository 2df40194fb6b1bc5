//! The kinds of rules: which record a check looks at, and what it answers.

use std::fmt;

use super::{Because, Context, Verdict};
use crate::account::{AccountId, Partition};
use crate::credential_report::Credentials;
use crate::facts::{AccountFacts, AccountSummary, Fact, FactName, OrganizationFacts, RootSession, VirtualMfaDevice};
use crate::finding::Resource;

/// How a check is judged: a total function from one typed record to its verdict.
///
/// A rule neither loops over records nor names itself; whoever runs it does, so that no record is forgotten.
#[derive(Debug)]
pub enum Rule {
    /// A person judges, in every edition.
    Manual(Scope),
    /// The root user, from whatever is known about it.
    Root(fn(&RootUser<'_>, &Context<'_>) -> Verdict),
    /// One IAM user's row of the credential report.
    User(UserRule),
    /// One slot for an access key of one IAM user.
    AccessKey(KeyRule),
    /// The account as a whole, or other resources of it.
    Account(fn(&AccountFacts, &Context<'_>) -> Answer),
    /// The organization as a whole, or its members.
    Organization(fn(&OrganizationFacts, &Context<'_>) -> Answer),
}

/// Judges one IAM user.
pub type UserRule = fn(&Credentials<'_>, &Context<'_>) -> Verdict;

/// Judges one slot for an access key of one IAM user.
pub type KeyRule = fn(&Credentials<'_>, Slot, &Context<'_>) -> Verdict;

/// What a manual check is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Each account.
    Account,
    /// The organization.
    Organization,
}

/// A verdict for each resource that the rule found, or why nothing can be said about the whole.
pub type Answer = Result<Vec<Judged>, Because>;

/// A verdict and what it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// The Region, for what lives in one.
    pub region: Option<String>,
    /// The resource.
    pub resource: Resource<'static>,
    /// The verdict.
    pub verdict: Verdict,
}

impl Judged {
    /// About the account as a whole.
    #[must_use]
    pub const fn account(verdict: Verdict) -> Self {
        Self {
            region: None,
            resource: Resource::Account,
            verdict,
        }
    }

    /// About the organization as a whole.
    #[must_use]
    pub const fn organization(verdict: Verdict) -> Self {
        Self {
            region: None,
            resource: Resource::Organization,
            verdict,
        }
    }

    /// About a resource with an ARN.
    #[must_use]
    pub fn arn(arn: &str, verdict: Verdict) -> Self {
        Self {
            region: None,
            resource: Resource::Arn(arn.to_owned().into()),
            verdict,
        }
    }
}

/// The record of a fact, or the reason why there is none, for rules that cannot do without.
pub(crate) fn need<T>(fact: &Fact<T>, name: FactName) -> Result<&T, Because> {
    match fact {
        Fact::Known(record) => Ok(record),
        Fact::Unavailable(unavailable) => Err(unavailable.clone().into()),
        Fact::NotRequested => Err(Because::NotRequested(name)),
    }
}

/// Everything that tells about the root user of one account.
#[derive(Debug)]
pub struct RootUser<'a> {
    /// The account.
    pub account: AccountId,
    /// The partition.
    pub partition: &'a Partition,
    /// Its row of the credential report.
    pub row: Fact<Credentials<'a>>,
    /// The account summary.
    pub summary: &'a Fact<AccountSummary>,
    /// Virtual MFA devices of the account.
    pub virtual_mfa_devices: &'a Fact<Vec<VirtualMfaDevice>>,
    /// The root audit session.
    pub session: &'a Fact<RootSession>,
}

/// One of the two places that the credential report has for a user's access keys.
///
/// The slots say nothing about age: key 1 can be the newer one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Slot {
    /// `access_key_1`
    First,
    /// `access_key_2`
    Second,
}

impl Slot {
    /// Both slots.
    pub const BOTH: [Self; 2] = [Self::First, Self::Second];

    /// The key in this slot.
    #[must_use]
    pub const fn key<'c, 'a>(self, credentials: &'c Credentials<'a>) -> &'c crate::credential_report::AccessKey<'a> {
        let [first, second] = &credentials.access_keys;
        match self {
            Self::First => first,
            Self::Second => second,
        }
    }
}

impl fmt::Display for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::First => "1",
            Self::Second => "2",
        })
    }
}
