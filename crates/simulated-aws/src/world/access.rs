//! Groups, roles, policies and multi-factor devices of an account.

use jiff::Timestamp;

/// A policy that is embedded in a user, group or role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InlinePolicy {
    /// The name, unique in its user, group or role.
    pub name: String,
    /// The document, JSON.
    pub document: String,
}

/// A group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// The name.
    pub name: String,
    /// The path without the leading slash: empty or ending in a slash.
    pub path: String,
    /// When it was created.
    pub created: Timestamp,
    /// ARNs of managed policies attached to it.
    pub attached: Vec<String>,
    /// Policies embedded in it.
    pub inline: Vec<InlinePolicy>,
}

/// A role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Role {
    /// The name.
    pub name: String,
    /// The path without the leading slash: empty or ending in a slash.
    pub path: String,
    /// When it was created.
    pub created: Timestamp,
    /// The trust policy, JSON.
    pub trust: String,
    /// ARNs of managed policies attached to it.
    pub attached: Vec<String>,
    /// Policies embedded in it.
    pub inline: Vec<InlinePolicy>,
    /// The ARN of the permissions boundary.
    pub boundary: Option<String>,
    /// Names of the instance profiles that carry it.
    pub instance_profiles: Vec<String>,
    /// When and in which Region it was last used.
    pub last_used: Option<(Timestamp, String)>,
    /// Tags: keys and values.
    pub tags: Vec<(String, String)>,
}

impl Role {
    /// A role that trusts a principal, given as the JSON value of `Principal`, and may do nothing yet.
    #[must_use]
    pub fn new(name: &str, principal: &str, created: Timestamp) -> Self {
        Self {
            name: name.to_owned(),
            path: String::new(),
            created,
            trust: format!(
                r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{principal},"Action":"sts:AssumeRole"}}]}}"#
            ),
            attached: Vec::new(),
            inline: Vec::new(),
            boundary: None,
            instance_profiles: Vec::new(),
            last_used: None,
            tags: Vec::new(),
        }
    }
}

/// A customer managed policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomerPolicy {
    /// The name.
    pub name: String,
    /// The path without the leading slash: empty or ending in a slash.
    pub path: String,
    /// When it was created.
    pub created: Timestamp,
    /// Documents by version, oldest first; the first is `v1`, the last is in force.
    pub versions: Vec<String>,
}

impl CustomerPolicy {
    /// Its ARN in an account.
    #[must_use]
    pub fn arn(&self, partition: &str, account: &str) -> String {
        format!("arn:{partition}:iam::{account}:policy/{}{}", self.path, self.name)
    }
}

/// A multi-factor device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MfaDevice {
    /// What it is.
    pub kind: MfaKind,
    /// The name of a virtual device or security key; the serial number of a hardware token.
    pub name: String,
    /// When it was enabled.
    pub enabled: Timestamp,
}

/// The kinds of multi-factor devices, as far as their serial numbers tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MfaKind {
    /// An authenticator app: `arn:…:mfa/NAME`.
    Virtual,
    /// A FIDO security key or a passkey: `arn:…:u2f/…`.
    SecurityKey,
    /// A hardware token, whose serial number is no ARN.
    Hardware,
}

impl MfaDevice {
    /// A device that was enabled at a moment.
    #[must_use]
    pub fn new(kind: MfaKind, name: &str, enabled: Timestamp) -> Self {
        Self {
            kind,
            name: name.to_owned(),
            enabled,
        }
    }

    /// Its serial number; `owner` is `user/NAME`, or `root`.
    #[must_use]
    pub fn serial(&self, partition: &str, account: &str, owner: &str) -> String {
        match self.kind {
            MfaKind::Virtual => format!("arn:{partition}:iam::{account}:mfa/{}", self.name),
            MfaKind::SecurityKey => format!("arn:{partition}:iam::{account}:u2f/{owner}/{}", self.name),
            MfaKind::Hardware => self.name.clone(),
        }
    }
}
