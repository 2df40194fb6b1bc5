//! The root user of an account, in every form that credential reports show.

use std::time::Duration;

use jiff::Timestamp;

use super::access::{MfaDevice, MfaKind};
use super::account::Account;
use super::spec::{Partition, WorldSpec};
use super::users::{self, AccessKey, SigningCertificate};
use crate::random::Random;
use crate::time::earlier;

/// The root user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RootUser {
    /// When the account was created.
    pub created: Timestamp,
    /// What the report tells of the password.
    pub form: RootForm,
    /// The multi-factor devices assigned.
    pub mfa: Vec<MfaDevice>,
    /// Up to two access keys.
    pub keys: [Option<AccessKey>; 2],
    /// Up to two signing certificates.
    pub certificates: [Option<SigningCertificate>; 2],
}

/// The forms of a root user's row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RootForm {
    /// Today's: a password with its dates.
    Password {
        /// The last use; none: `no_information`.
        last_used: Option<Timestamp>,
        /// When it was set.
        last_changed: Timestamp,
    },
    /// The older form: the password columns say `not_supported`.
    Legacy {
        /// The last use; none: `no_information`.
        last_used: Option<Timestamp>,
    },
    /// A member account under centralized root access, without any credential.
    NoCredentials,
    /// Password recovery was allowed: a new password, never used.
    Recovered {
        /// When it was set.
        last_changed: Timestamp,
    },
    /// GovCloud (US), where the root user has no console password.
    GovCloud,
}

pub(super) fn of(spec: &WorldSpec, account: &Account) -> RootUser {
    let mut random = Random::of(spec.seed, "root-user", account.number());
    let life = random.between(10 * 86_400, 3_600 * 86_400);
    let created = earlier(spec.at, Duration::from_secs(life));
    let form = form(spec, account, &mut random, created);
    let has_password = !matches!(form, RootForm::NoCredentials | RootForm::GovCloud);
    let keys = match random.below(100) {
        0..4 if has_password => [Some(users::key(spec, &mut random, created)), None],
        4 if has_password => {
            let mut key = || Some(users::key(spec, &mut random, created));
            [key(), key()]
        }
        _ => [None, None],
    };
    let certificate = SigningCertificate {
        active: true,
        last_rotated: created,
    };
    RootUser {
        created,
        form,
        mfa: if has_password && random.chance(80) {
            devices(spec, account, created)
        } else {
            Vec::new()
        },
        keys,
        certificates: [(has_password && random.chance(2)).then_some(certificate), None],
    }
}

impl RootUser {
    /// It can sign in to the console with a password.
    #[must_use]
    pub fn has_password(&self) -> bool {
        !matches!(self.form, RootForm::NoCredentials | RootForm::GovCloud)
    }

    /// When the password was last used, if that is on record.
    #[must_use]
    pub fn password_last_used(&self) -> Option<Timestamp> {
        match self.form {
            RootForm::Password { last_used, .. } | RootForm::Legacy { last_used } => last_used,
            RootForm::NoCredentials | RootForm::Recovered { .. } | RootForm::GovCloud => None,
        }
    }
}

fn devices(spec: &WorldSpec, account: &Account, created: Timestamp) -> Vec<MfaDevice> {
    let mut random = Random::of(spec.seed, "root-devices", account.number());
    let enabled = users::between(&mut random, created, spec.at);
    let app = |name| MfaDevice::new(MfaKind::Virtual, name, enabled);
    let key = MfaDevice::new(MfaKind::SecurityKey, "vault-SBDZJQ3KPTVYXC5MWLRE", enabled);
    match random.below(10) {
        // The name that was the only one until root users could have several devices.
        0..3 => vec![app("root-account-mfa-device")],
        3..5 => vec![app("phone of the finance lead")],
        5..7 => vec![MfaDevice::new(
            MfaKind::Hardware,
            &users::hardware(&mut random),
            enabled,
        )],
        7..9 => vec![key],
        _ => vec![key, app("spare")],
    }
}

fn form(spec: &WorldSpec, account: &Account, random: &mut Random, created: Timestamp) -> RootForm {
    if spec.partition == Partition::AwsUsGov {
        return RootForm::GovCloud;
    }
    let last_changed = users::between(random, created, spec.at);
    let used = users::between(random, last_changed, spec.at);
    let last_used = random.chance(70).then_some(used);
    match account.index() {
        0..=2 => RootForm::Password {
            last_used,
            last_changed,
        },
        // The first accounts after the named ones show every form once.
        3 => RootForm::NoCredentials,
        4 => RootForm::Legacy { last_used },
        5 => RootForm::Recovered { last_changed },
        10 => RootForm::GovCloud,
        _ => match random.below(100) {
            0..45 => RootForm::NoCredentials,
            45..85 => RootForm::Password {
                last_used,
                last_changed,
            },
            85..95 => RootForm::Legacy { last_used },
            95..99 => RootForm::Recovered { last_changed },
            _ => RootForm::GovCloud,
        },
    }
}
