//! The catalogue: every check of the suite, in the order of the benchmark.

mod account;
mod analyzers;
mod document;
mod keys;
mod markdown;
mod monitoring;
mod organization;
mod password_policy;
mod permissions;
mod resources;
mod root;
pub(crate) mod row;
mod users;

pub use markdown::markdown;

use crate::benchmark::{Control, Edition};
use crate::check::Check;

/// Every check. Reports list findings in this order.
pub static CATALOGUE: [Check; 36] = [
    account::CONTACT_DETAILS,
    account::SECURITY_CONTACT,
    account::SECURITY_QUESTIONS,
    root::ACCESS_KEY_ABSENT,
    root::MFA_ENABLED,
    root::HARDWARE_MFA_ENABLED,
    root::NOT_USED_RECENTLY,
    password_policy::UPPERCASE,
    password_policy::LOWERCASE,
    password_policy::SYMBOL,
    password_policy::NUMBER,
    password_policy::MIN_LENGTH,
    password_policy::REUSE,
    password_policy::MAX_AGE,
    users::CONSOLE_MFA,
    users::NO_INITIAL_ACCESS_KEY,
    users::CREDENTIALS_UNUSED,
    keys::SINGLE_ACTIVE_KEY,
    keys::KEY_ROTATION,
    permissions::VIA_GROUPS,
    permissions::NO_FULL_ADMIN,
    permissions::SUPPORT_ROLE,
    resources::INSTANCE_ROLES,
    resources::SERVER_CERTIFICATES,
    account::S3_BLOCK_PUBLIC_ACCESS,
    analyzers::EXTERNAL_ACCESS,
    permissions::MANAGED_CENTRALLY,
    permissions::CLOUDSHELL,
    monitoring::ROOT_USAGE,
    organization::CENTRALIZED_ROOT,
    organization::GUARDRAILS,
    organization::MANAGEMENT_ACCOUNT,
    organization::OU_STRUCTURE,
    organization::POLICY_DELEGATION,
    organization::SERVICE_DELEGATION,
    resources::WILDCARD_PRINCIPAL,
];

/// The check with a slug.
#[must_use]
pub fn find(slug: &str) -> Option<&'static Check> {
    CATALOGUE.iter().find(|check| check.slug == slug)
}

/// The checks that an edition has, with its controls, in the order of their numbers.
#[must_use]
pub fn of_edition(edition: Edition) -> Vec<(&'static Check, Control)> {
    let mut checks: Vec<_> = CATALOGUE
        .iter()
        .filter_map(|check| Some((check, check.control(edition)?)))
        .collect();
    checks.sort_by_key(|(_, control)| control.id);
    checks
}
