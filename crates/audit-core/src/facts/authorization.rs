//! Users, groups, roles and policies, as `GetAccountAuthorizationDetails` tells them.

use jiff::Timestamp;

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
}

/// A managed policy where it is attached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttachedPolicy {
    /// Its ARN.
    pub arn: String,
    /// Its name.
    pub name: String,
}

/// An IAM user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserDetail {
    /// Its ARN.
    pub arn: String,
    /// When it was created; together with the ARN it says which user of that name this is.
    pub created: Timestamp,
    /// Managed policies attached to the user itself.
    pub attached: Vec<AttachedPolicy>,
    /// Names of the policies that are embedded in the user.
    pub inline: Vec<String>,
    /// Names of the groups that it belongs to.
    pub groups: Vec<String>,
}

/// A group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupDetail {
    /// Its ARN.
    pub arn: String,
    /// Managed policies attached to it.
    pub attached: Vec<AttachedPolicy>,
}

/// A role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleDetail {
    /// Its ARN.
    pub arn: String,
    /// Managed policies attached to it.
    pub attached: Vec<AttachedPolicy>,
}

/// A managed policy and the document that is in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManagedPolicy {
    /// Its ARN.
    pub arn: String,
    /// How many users, groups and roles it is attached to; use as a permissions boundary does not count.
    pub attachments: u32,
    /// The default version's document, decoded; absent when the answer does not hold it.
    pub document: Option<String>,
}
