//! Users and roles with every policy that applies to them, and the way it comes.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use iam_policy::effective::Known;
use iam_policy::{Policies, Value};
use jiff::Timestamp;

use super::Input;
use super::guardrail::Compiled;
use super::index::Index;
use crate::facts::{AttachedPolicy, GroupDetail, InlinePolicy, RoleDetail, Tag, UserDetail};

/// A user or a role.
#[derive(Clone, Copy, Debug)]
pub enum Who<'a> {
    /// An IAM user.
    User(&'a UserDetail),
    /// A role.
    Role(&'a RoleDetail),
}

impl<'a> Who<'a> {
    /// `user` or `role`.
    #[must_use]
    pub const fn kind(self) -> &'static str {
        match self {
            Self::User(_) => "user",
            Self::Role(_) => "role",
        }
    }

    /// Its ARN.
    #[must_use]
    pub fn arn(self) -> &'a str {
        match self {
            Self::User(user) => &user.arn,
            Self::Role(role) => &role.arn,
        }
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'a str {
        match self {
            Self::User(user) => &user.name,
            Self::Role(role) => &role.name,
        }
    }

    /// Its unique id, by which AWS Config knows it.
    #[must_use]
    pub fn id(self) -> &'a str {
        match self {
            Self::User(user) => &user.id,
            Self::Role(role) => &role.id,
        }
    }

    /// Its path.
    #[must_use]
    pub fn path(self) -> &'a str {
        match self {
            Self::User(user) => &user.path,
            Self::Role(role) => &role.path,
        }
    }

    /// When it was created, as far as the answer says.
    #[must_use]
    pub const fn created(self) -> Option<Timestamp> {
        match self {
            Self::User(user) => Some(user.created),
            Self::Role(role) => role.created,
        }
    }

    /// The ARN of its permissions boundary.
    #[must_use]
    pub fn boundary(self) -> Option<&'a str> {
        match self {
            Self::User(user) => user.boundary.as_deref(),
            Self::Role(role) => role.boundary.as_deref(),
        }
    }

    /// Its tags.
    #[must_use]
    pub fn tags(self) -> &'a [Tag] {
        match self {
            Self::User(user) => &user.tags,
            Self::Role(role) => &role.tags,
        }
    }

    /// Names of its groups.
    #[must_use]
    pub fn groups(self) -> &'a [String] {
        match self {
            Self::User(user) => &user.groups,
            Self::Role(_) => &[],
        }
    }

    /// The trust policy of a role.
    pub(super) fn trust(self) -> Option<&'a str> {
        match self {
            Self::User(_) => None,
            Self::Role(role) => role.trust.as_deref(),
        }
    }

    fn attached(self) -> &'a [AttachedPolicy] {
        match self {
            Self::User(user) => &user.attached,
            Self::Role(role) => &role.attached,
        }
    }

    fn inline(self) -> &'a [InlinePolicy] {
        match self {
            Self::User(user) => &user.inline,
            Self::Role(role) => &role.inline,
        }
    }

    fn is_service_linked(self) -> bool {
        matches!(self, Self::Role(role) if role.is_service_linked())
    }
}

/// The way in which a policy comes to a principal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// Attached to it.
    Attached,
    /// Embedded in it.
    Inline,
    /// Attached to one of its groups.
    GroupAttached,
    /// Embedded in one of its groups.
    GroupInline,
}

impl Source {
    /// The name that outputs use.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Attached => "attached",
            Self::Inline => "inline",
            Self::GroupAttached => "attached to group",
            Self::GroupInline => "inline in group",
        }
    }
}

/// A policy of a principal.
#[derive(Clone, Copy, Debug)]
pub struct Grant<'a> {
    /// The way.
    pub source: Source,
    /// Through which group.
    pub group: Option<&'a str>,
    /// Its place among [`Analysis::policies`](super::Analysis::policies).
    pub policy: usize,
}

/// A user or role with its policies.
#[derive(Debug)]
pub struct Principal<'a> {
    /// Which one.
    pub who: Who<'a>,
    /// Its identity policies, in the order in which they are told: its own, then those of its groups.
    pub grants: Vec<Grant<'a>>,
    /// The place of its boundary among the policies.
    pub boundary: Option<usize>,
    /// Why its bounds are not those of all its policies; nothing is certain of it then.
    pub incomplete: Vec<String>,
    pub(super) policies: Policies,
    /// The grants of `policies.identity`, one by one.
    pub(super) granted_by: Vec<usize>,
    /// What identifies it and what carries its permissions: its own ARN, its groups, its customer managed policies.
    pub(super) things: Vec<&'a str>,
    account: String,
    organization: Option<&'a str>,
    tag_keys: Vec<String>,
}

impl Principal<'_> {
    /// What every request of it has in its context ("AWS global condition context keys").
    pub(super) fn known(&self) -> Known<'_> {
        let mut known = Known::default();
        let who = self.who;
        let mut say = |key, value: &'_ str| {
            // Keys differ, so none repeats; a repeated tag key would be AWS's error, and the first holds.
            let _ = known.insert(key, Value::One(value.to_owned().into()));
        };
        say("aws:principalarn", who.arn());
        say("aws:principalaccount", &self.account);
        say("aws:principalisawsservice", "false");
        if let Some(organization) = self.organization {
            say("aws:principalorgid", organization);
        }
        match who {
            Who::User(user) => {
                say("aws:username", &user.name);
                say("aws:userid", &user.id);
                say("aws:principaltype", "User");
            }
            Who::Role(_) => say("aws:principaltype", "AssumedRole"),
        }
        if matches!(who, Who::User(_)) {
            for (key, tag) in self.tag_keys.iter().zip(who.tags()) {
                say(key, &tag.value);
            }
            known.insert_absent("aws:federatedprovider");
        } else {
            known.insert_absent("aws:username");
        }
        known.insert_absent("aws:principalservicename");
        known
    }

    /// Whether something limits it: a boundary or control policies.
    pub(super) fn is_limited(&self) -> bool {
        let policies = &self.policies;
        policies.boundary.is_some() || !policies.scps.is_empty() || !policies.rcps.is_empty()
    }

    /// Its policies without what limits them.
    pub(super) fn unlimited(&self) -> Policies {
        Policies {
            identity: self.policies.identity.clone(),
            ..Policies::default()
        }
    }
}

/// All users and then all roles.
pub(super) fn all<'a>(
    input: &Input<'a>,
    index: &mut Index<'a>,
    scps: &Compiled<'_>,
    rcps: &Compiled<'_>,
) -> Vec<Principal<'a>> {
    let details = input.details;
    let groups: HashMap<&str, Group<'a>> = details
        .groups
        .iter()
        .map(|group| (group.name.as_str(), Group::new(group, index)))
        .collect();
    let users = details.users.iter().map(Who::User);
    let roles = details.roles.iter().map(Who::Role);
    users
        .chain(roles)
        .map(|who| one(who, input, index, &groups, scps, rcps))
        .collect()
}

struct Group<'a> {
    detail: &'a GroupDetail,
    grants: Vec<Grant<'a>>,
}

impl<'a> Group<'a> {
    fn new(detail: &'a GroupDetail, index: &mut Index<'a>) -> Self {
        let group = Some(detail.name.as_str());
        let mut grants = Vec::new();
        for policy in &detail.attached {
            let policy = index.attached(policy);
            grants.push(Grant {
                source: Source::GroupAttached,
                group,
                policy,
            });
        }
        for policy in &detail.inline {
            let policy = index.inline(policy, &detail.arn);
            grants.push(Grant {
                source: Source::GroupInline,
                group,
                policy,
            });
        }
        Self { detail, grants }
    }
}

fn one<'a>(
    who: Who<'a>,
    input: &Input<'a>,
    index: &mut Index<'a>,
    groups: &HashMap<&str, Group<'a>>,
    scps: &Compiled<'_>,
    rcps: &Compiled<'_>,
) -> Principal<'a> {
    let mut incomplete = Vec::new();
    let mut things = vec![who.arn()];
    let mut grants = Vec::new();
    for policy in who.attached() {
        let policy = index.attached(policy);
        grants.push(Grant {
            source: Source::Attached,
            group: None,
            policy,
        });
    }
    for policy in who.inline() {
        let policy = index.inline(policy, who.arn());
        grants.push(Grant {
            source: Source::Inline,
            group: None,
            policy,
        });
    }
    for name in who.groups() {
        match groups.get(name.as_str()) {
            Some(group) => {
                things.push(&group.detail.arn);
                grants.extend(&group.grants);
            }
            None => incomplete.push(format!("the group {name} is not in the answer")),
        }
    }
    let mut policies = Policies::default();
    let mut granted_by = Vec::new();
    for (at, grant) in grants.iter().enumerate() {
        let Some(entry) = index.entry_mut(grant.policy) else {
            continue;
        };
        match who {
            Who::User(_) => entry.users += 1,
            Who::Role(_) => entry.roles += 1,
        }
        match &entry.readable {
            Some(readable) => {
                policies.identity.push(Arc::clone(&readable.granting));
                granted_by.push(at);
            }
            None => incomplete.push(format!("the document of {} is not there", entry.label())),
        }
        incomplete.extend(entry.unread());
        if entry.kind == super::PolicyKind::CustomerManaged {
            things.push(entry.arn);
        }
    }
    let boundary = who.boundary().map(|arn| index.boundary(arn));
    if let Some(entry) = boundary.and_then(|at| index.entry_mut(at)) {
        entry.limits += 1;
        if entry.policy.is_none() {
            incomplete.push(format!("the document of its boundary {} is not there", entry.label()));
        }
        incomplete.extend(entry.unread());
        policies.boundary = entry.readable.as_ref().map(|one| Arc::clone(&one.limiting));
    }
    if !who.is_service_linked() {
        policies.scps = scps.limits();
        policies.rcps = rcps.limits();
        incomplete.extend(scps.unread("SCP").chain(rcps.unread("RCP")));
    }
    let mut told = HashSet::new();
    incomplete.retain(|reason| told.insert(reason.clone()));
    Principal {
        who,
        grants,
        boundary,
        incomplete,
        policies,
        granted_by,
        things,
        account: input.account.to_string(),
        organization: input.organization.id.as_deref(),
        tag_keys: who
            .tags()
            .iter()
            .map(|tag| format!("aws:principaltag/{}", tag.key.to_ascii_lowercase()))
            .collect(),
    }
}
