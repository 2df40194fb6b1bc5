//! Every policy document of the account, read once.

use std::collections::HashMap;
use std::sync::Arc;

use iam_policy::Policy;
use jiff::Timestamp;

use super::readable::Readable;
use crate::digest::Sha256;
use crate::facts::{AttachedPolicy, AuthorizationDetails, InlinePolicy, is_of_aws};

/// Who maintains a policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PolicyKind {
    /// AWS.
    AwsManaged,
    /// The account, as a policy of its own.
    CustomerManaged,
    /// The account, inside a user, group or role.
    Inline,
}

impl PolicyKind {
    /// The name that outputs use.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::AwsManaged => "AWS managed",
            Self::CustomerManaged => "customer managed",
            Self::Inline => "inline",
        }
    }
}

/// A policy.
#[derive(Clone, Debug)]
pub struct PolicyEntry<'a> {
    /// Who maintains it.
    pub kind: PolicyKind,
    /// Its name.
    pub name: &'a str,
    /// Its ARN; of an inline policy the ARN of the user, group or role that holds it.
    pub arn: &'a str,
    /// The id of the version in force.
    pub version: Option<&'a str>,
    /// When it was last changed.
    pub updated: Option<Timestamp>,
    /// Its document; absent when the answer does not hold it.
    pub document: Option<&'a str>,
    /// The document, compiled; absent with it.
    pub policy: Option<Arc<Policy>>,
    /// The same with what of it may be relied on.
    pub(super) readable: Option<Readable>,
    /// How many users it applies to, directly or through groups.
    pub users: usize,
    /// How many roles it is attached to.
    pub roles: usize,
    /// How many users and roles it limits as their boundary.
    pub limits: usize,
}

impl PolicyEntry<'_> {
    /// Why the bounds of those to whom it applies are not those of all its statements, if so.
    pub(super) fn unread(&self) -> Option<String> {
        let reason = self.readable.as_ref()?.problem()?;
        Some(format!("{}: {reason}", self.label()))
    }

    /// The SHA-256 of the document's text.
    #[must_use]
    pub fn sha256(&self) -> Option<String> {
        self.document.map(|text| Sha256::of(text.as_bytes()).to_string())
    }

    /// How it is called in a sentence.
    #[must_use]
    pub fn label(&self) -> String {
        match self.kind {
            PolicyKind::Inline => {
                let holder = self.arn.splitn(6, ':').nth(5).unwrap_or(self.arn);
                format!("{} (inline in {holder})", self.name)
            }
            PolicyKind::AwsManaged | PolicyKind::CustomerManaged => self.name.to_owned(),
        }
    }
}

/// All policies by ARN.
#[derive(Debug, Default)]
pub(super) struct Index<'a> {
    entries: Vec<PolicyEntry<'a>>,
    managed: HashMap<&'a str, usize>,
    /// Equal documents are compiled once.
    compiled: HashMap<&'a str, Readable>,
}

impl<'a> Index<'a> {
    pub(super) fn new(details: &'a AuthorizationDetails) -> Self {
        let mut index = Self::default();
        for policy in &details.policies {
            let at = index.add(
                managed_kind(&policy.arn),
                &policy.name,
                &policy.arn,
                policy.document.as_deref(),
            );
            if let Some(entry) = index.entries.get_mut(at) {
                entry.version = policy.version.as_deref();
                entry.updated = policy.updated;
            }
            index.managed.insert(&policy.arn, at);
        }
        index
    }

    /// The place of an attached policy, with a new entry without document if the answer does not hold it.
    pub(super) fn attached(&mut self, policy: &'a AttachedPolicy) -> usize {
        self.managed(&policy.arn, &policy.name)
    }

    /// The place of a boundary.
    pub(super) fn boundary(&mut self, arn: &'a str) -> usize {
        self.managed(arn, arn.rsplit('/').next().unwrap_or(arn))
    }

    pub(super) fn inline(&mut self, policy: &'a InlinePolicy, holder: &'a str) -> usize {
        self.add(PolicyKind::Inline, &policy.name, holder, policy.document.as_deref())
    }

    pub(super) fn entries(&self) -> &[PolicyEntry<'a>] {
        &self.entries
    }

    pub(super) fn entry(&self, at: usize) -> Option<&PolicyEntry<'a>> {
        self.entries.get(at)
    }

    pub(super) fn entry_mut(&mut self, at: usize) -> Option<&mut PolicyEntry<'a>> {
        self.entries.get_mut(at)
    }

    fn managed(&mut self, arn: &'a str, name: &'a str) -> usize {
        if let Some(at) = self.managed.get(arn) {
            return *at;
        }
        let at = self.add(managed_kind(arn), name, arn, None);
        self.managed.insert(arn, at);
        at
    }

    fn add(&mut self, kind: PolicyKind, name: &'a str, arn: &'a str, document: Option<&'a str>) -> usize {
        let readable = document.map(|text| &*self.compiled.entry(text).or_insert_with(|| Readable::read(text)));
        self.entries.push(PolicyEntry {
            kind,
            name,
            arn,
            version: None,
            updated: None,
            document,
            policy: readable.map(|one| Arc::clone(&one.policy)),
            readable: readable.cloned(),
            users: 0,
            roles: 0,
            limits: 0,
        });
        self.entries.len() - 1
    }
}

fn managed_kind(arn: &str) -> PolicyKind {
    if is_of_aws(arn) {
        PolicyKind::AwsManaged
    } else {
        PolicyKind::CustomerManaged
    }
}
