//! What the root user's own session in a member account tells (`sts:AssumeRoot` with the audit task policy).

use jiff::Timestamp;

/// The root user's credentials, seen without a role in the member account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RootSession {
    /// `GetLoginProfile` found one: the root user has a password.
    pub password: bool,
    /// When the password was last used, where `GetUser` says so.
    pub password_last_used: Option<Timestamp>,
    /// The root user's access keys, active or not.
    pub access_keys: Vec<RootAccessKey>,
    /// Serial numbers of its MFA devices: `arn:…:mfa/…` is a virtual one.
    pub mfa_serials: Vec<String>,
}

/// An access key of the root user; its id is not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RootAccessKey {
    /// It can be used.
    pub active: bool,
    /// When it was last used, if ever.
    pub last_used: Option<Timestamp>,
}
