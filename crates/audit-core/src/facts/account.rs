//! What IAM, AWS Account Management and S3 say about an account as a whole.

use jiff::Timestamp;

/// A credential report: AWS's bytes, parsed only when they are judged, and when IAM generated them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedReport {
    /// The CSV, unchanged.
    pub bytes: Vec<u8>,
    /// `GeneratedTime` of the answer; a file that somebody saved does not say.
    pub generated: Option<Timestamp>,
}

/// The entries of `GetAccountSummary` that checks look at; absent where the answer does not hold the entry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AccountSummary {
    /// `AccountPasswordPresent`: the root user has a password.
    pub password_present: Option<u32>,
    /// `AccountMFAEnabled`: the root user has MFA.
    pub mfa_enabled: Option<u32>,
    /// `AccountAccessKeysPresent`: the root user has access keys.
    pub access_keys_present: Option<u32>,
}

/// The password policy for the IAM users of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PasswordPolicy {
    /// `NoSuchEntity`: nobody has set one, so IAM's default applies (8 characters, no reuse or expiry rule).
    NoneSet,
    /// The policy that somebody has set.
    Set(PasswordRules),
}

/// The members of `GetAccountPasswordPolicy`'s answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "the switches are AWS's, each independent of the others"
)]
pub struct PasswordRules {
    /// The least number of characters.
    pub minimum_length: Option<u32>,
    /// A symbol is required.
    pub symbol: bool,
    /// A digit is required.
    pub number: bool,
    /// An upper-case letter is required.
    pub uppercase: bool,
    /// A lower-case letter is required.
    pub lowercase: bool,
    /// How many earlier passwords may not come back; absent when any may.
    pub reuse_prevention: Option<u32>,
    /// `ExpirePasswords`: passwords expire at all.
    pub expires: bool,
    /// After how many days they expire; absent when they do not.
    pub max_age: Option<u32>,
}

/// A server certificate in IAM's store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerCertificate {
    /// Its ARN.
    pub arn: String,
    /// When it ends to be valid; absent when the answer does not say.
    pub expiration: Option<Timestamp>,
}

/// Who holds a managed policy as a permissions policy (not as a boundary), by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PolicyEntities {
    /// Roles.
    pub roles: Vec<String>,
    /// Users.
    pub users: Vec<String>,
    /// Groups.
    pub groups: Vec<String>,
}

/// The alternate contact of kind SECURITY; who it is never leaves the account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecurityContact {
    /// One is registered.
    Registered,
    /// `ResourceNotFoundException`: none is.
    NoneRegistered,
}

/// The four switches of S3's account-wide block of public access; all off when it was never configured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "the switches are AWS's, each independent of the others"
)]
pub struct PublicAccessBlock {
    /// `BlockPublicAcls`
    pub block_acls: bool,
    /// `IgnorePublicAcls`
    pub ignore_acls: bool,
    /// `BlockPublicPolicy`
    pub block_policies: bool,
    /// `RestrictPublicBuckets`
    pub restrict_buckets: bool,
}
