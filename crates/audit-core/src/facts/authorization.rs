//! Users, groups, roles and policies, as `GetAccountAuthorizationDetails` tells them.

mod entity;
mod read;

use jiff::Timestamp;

pub use read::DetailsError;

/// The whole answer, all pages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuthorizationDetails {
    /// IAM users.
    pub users: Vec<UserDetail>,
    /// Groups.
    pub groups: Vec<GroupDetail>,
    /// Roles.
    pub roles: Vec<RoleDetail>,
    /// Managed policies: the account's own, and those of AWS that are in use.
    pub policies: Vec<ManagedPolicy>,
    /// What of the answer could not be read; the rest holds without it.
    pub unread: Vec<Unread>,
}

/// A part of the answer that could not be read, or that is missing from it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unread {
    /// What it is, by ARN where it has one.
    pub subject: String,
    /// Why, as a lowercase fragment.
    pub reason: String,
}

/// A managed policy where it is attached.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AttachedPolicy {
    /// Its ARN.
    pub arn: String,
    /// Its name.
    pub name: String,
}

/// A policy that is embedded in a user, group or role.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InlinePolicy {
    /// Its name.
    pub name: String,
    /// Its document, decoded; absent when it could not be decoded, which [`AuthorizationDetails::unread`] explains.
    pub document: Option<String>,
}

/// A tag of a user or role.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tag {
    /// Its key.
    pub key: String,
    /// Its value.
    pub value: String,
}

/// An IAM user.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UserDetail {
    /// Its ARN.
    pub arn: String,
    /// Its name.
    pub name: String,
    /// Its unique id, `AIDA…`.
    pub id: String,
    /// Its path.
    pub path: String,
    /// When it was created; together with the ARN it says which user of that name this is.
    pub created: Timestamp,
    /// Its tags.
    pub tags: Vec<Tag>,
    /// The ARN of its permissions boundary.
    pub boundary: Option<String>,
    /// Managed policies attached to the user itself.
    pub attached: Vec<AttachedPolicy>,
    /// Policies that are embedded in the user.
    pub inline: Vec<InlinePolicy>,
    /// Names of the groups that it belongs to.
    pub groups: Vec<String>,
}

/// A group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GroupDetail {
    /// Its ARN.
    pub arn: String,
    /// Its name.
    pub name: String,
    /// Its unique id, `AGPA…`.
    pub id: String,
    /// Its path.
    pub path: String,
    /// When it was created.
    pub created: Option<Timestamp>,
    /// Managed policies attached to it.
    pub attached: Vec<AttachedPolicy>,
    /// Policies that are embedded in it.
    pub inline: Vec<InlinePolicy>,
}

/// A role.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RoleDetail {
    /// Its ARN.
    pub arn: String,
    /// Its name.
    pub name: String,
    /// Its unique id, `AROA…`.
    pub id: String,
    /// Its path.
    pub path: String,
    /// When it was created.
    pub created: Option<Timestamp>,
    /// Its tags.
    pub tags: Vec<Tag>,
    /// Its trust policy, decoded; absent when it could not be decoded.
    pub trust: Option<String>,
    /// When it was last used; absent also when AWS has no record of it.
    pub last_used: Option<Timestamp>,
    /// The Region of that use.
    pub last_used_region: Option<String>,
    /// The ARN of its permissions boundary.
    pub boundary: Option<String>,
    /// ARNs of the instance profiles that hold it.
    pub instance_profiles: Vec<String>,
    /// Managed policies attached to it.
    pub attached: Vec<AttachedPolicy>,
    /// Policies that are embedded in it.
    pub inline: Vec<InlinePolicy>,
}

impl RoleDetail {
    /// Whether an AWS service made it for itself: nobody can change it, and control policies do not restrict it
    /// ("Service-linked roles" in the IAM User Guide).
    #[must_use]
    pub fn is_service_linked(&self) -> bool {
        self.arn
            .split_once(":role/")
            .is_some_and(|(_, path)| path.starts_with("aws-service-role/"))
    }
}

/// A managed policy and the document that is in force.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ManagedPolicy {
    /// Its ARN.
    pub arn: String,
    /// Its name.
    pub name: String,
    /// Its unique id, `ANPA…`.
    pub id: String,
    /// How many users, groups and roles it is attached to; use as a permissions boundary does not count.
    pub attachments: u32,
    /// How many users and roles have it as their permissions boundary.
    pub boundaries: u32,
    /// When it was last changed.
    pub updated: Option<Timestamp>,
    /// The default version's id, such as `v3`.
    pub version: Option<String>,
    /// How many versions it has.
    pub versions: u32,
    /// The default version's document, decoded; absent when the answer does not hold it.
    pub document: Option<String>,
}

impl ManagedPolicy {
    /// Whether AWS maintains it.
    #[must_use]
    pub fn is_of_aws(&self) -> bool {
        is_of_aws(&self.arn)
    }
}

/// Whether the ARN is that of a policy which AWS maintains.
#[must_use]
pub fn is_of_aws(arn: &str) -> bool {
    arn.split(':').nth(4) == Some("aws")
}
