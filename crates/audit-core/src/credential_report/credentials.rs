//! One row of the report: what one user can sign in with.

use std::borrow::Cow;

use super::{Flag, Moment, Text};
use crate::account::AccountId;

/// One row: the credentials of one IAM user, or of the root user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credentials<'a> {
    /// Line of the report on which the row begins; the header is line 1.
    pub line: u64,
    /// `user`: the user's name, or `<root_account>`.
    pub user: Cow<'a, str>,
    /// `arn`: the user's ARN, or that of the root user.
    pub arn: Cow<'a, str>,
    /// The account that the ARN names.
    pub account: AccountId,
    /// `user_creation_time`; of the root user: when the account was made.
    pub user_created: Moment,
    /// `password_enabled`: whether there is a console password.
    pub password_enabled: Flag,
    /// `password_last_used`; may be older than a password that has been deleted since.
    pub password_last_used: Moment,
    /// `password_last_changed`
    pub password_last_changed: Moment,
    /// `password_next_rotation`: a time only where the password policy lets passwords expire.
    pub password_next_rotation: Moment,
    /// `mfa_active`: whether any MFA device is assigned.
    pub mfa_active: Flag,
    /// The two slots for access keys, in the report's order, which is not the order of age.
    pub access_keys: [AccessKey<'a>; 2],
    /// The two slots for X.509 signing certificates.
    pub certificates: [Certificate; 2],
    /// `additional_credentials_info`: free text about further credentials; `None` without that column.
    pub additional_credentials_info: Option<Cow<'a, str>>,
    /// Columns that are not known, by name, unchanged, in the report's order.
    pub other: Vec<(Cow<'a, str>, Cow<'a, str>)>,
    /// Line of an earlier row with the same name but for case, which IAM does not allow; both rows are kept.
    pub repeats: Option<u64>,
    pub(super) is_root: bool,
}

impl Credentials<'_> {
    /// Whether this is the row of the root user: by its name and its ARN, which agree in every row that is read.
    #[must_use]
    pub const fn is_root(&self) -> bool {
        self.is_root
    }

    /// The same, independent of the report's bytes.
    #[must_use]
    pub fn into_owned(self) -> Credentials<'static> {
        let own = |text: Cow<'_, str>| Cow::Owned(text.into_owned());
        Credentials {
            user: own(self.user),
            arn: own(self.arn),
            access_keys: self.access_keys.map(AccessKey::into_owned),
            additional_credentials_info: self.additional_credentials_info.map(own),
            other: self
                .other
                .into_iter()
                .map(|(name, value)| (own(name), own(value)))
                .collect(),
            line: self.line,
            account: self.account,
            user_created: self.user_created,
            password_enabled: self.password_enabled,
            password_last_used: self.password_last_used,
            password_last_changed: self.password_last_changed,
            password_next_rotation: self.password_next_rotation,
            mfa_active: self.mfa_active,
            certificates: self.certificates,
            repeats: self.repeats,
            is_root: self.is_root,
        }
    }
}

/// One slot for an access key. The report does not give the key's id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessKey<'a> {
    /// `access_key_N_active`: false both for an inactive key and for an empty slot; the dates tell which.
    pub active: Flag,
    /// `access_key_N_last_rotated`: when the key was made or its status last changed.
    pub last_rotated: Moment,
    /// `access_key_N_last_used_date`
    pub last_used: Moment,
    /// `access_key_N_last_used_region`; `N/A` also for services without Regions.
    pub last_used_region: Text<'a>,
    /// `access_key_N_last_used_service`
    pub last_used_service: Text<'a>,
}

impl AccessKey<'_> {
    /// The same, independent of the report's bytes.
    #[must_use]
    pub fn into_owned(self) -> AccessKey<'static> {
        AccessKey {
            active: self.active,
            last_rotated: self.last_rotated,
            last_used: self.last_used,
            last_used_region: self.last_used_region.into_owned(),
            last_used_service: self.last_used_service.into_owned(),
        }
    }
}

/// One slot for an X.509 signing certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// `cert_N_active`
    pub active: Flag,
    /// `cert_N_last_rotated`
    pub last_rotated: Moment,
}
