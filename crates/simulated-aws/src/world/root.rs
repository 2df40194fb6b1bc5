//! The root user of an account, in every form that credential reports show.

use std::time::Duration;

use jiff::Timestamp;

use super::account::Account;
use super::spec::{Partition, WorldSpec};
use super::users::{self, AccessKey, SigningCertificate};
use crate::random::Random;
use crate::time::earlier;

/// The root user.
#[derive(Debug, Clone)]
pub struct RootUser {
    /// When the account was created.
    pub created: Timestamp,
    /// What the report tells of the password.
    pub form: RootForm,
    /// A multi-factor device is assigned.
    pub mfa: bool,
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
        mfa: has_password && random.chance(80),
        keys,
        certificates: [(has_password && random.chance(2)).then_some(certificate), None],
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
