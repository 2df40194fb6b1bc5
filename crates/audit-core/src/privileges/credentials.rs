//! The credentials of users, from the credential report.

use jiff::Timestamp;

use super::Input;
use crate::credential_report::CredentialReport;

/// What one user can sign in with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CredentialRow {
    /// The user's name, `<root_account>` for the root user; the line for a row that cannot be read.
    pub user: String,
    /// Its ARN.
    pub arn: String,
    /// Whether it is among the users that the privileges were judged of.
    pub is_listed: bool,
    /// It has a console password.
    pub password: Option<bool>,
    /// When that was last used.
    pub password_last_used: Option<Timestamp>,
    /// An MFA device is assigned.
    pub mfa: Option<bool>,
    /// Which access keys are active.
    pub keys_active: [Option<bool>; 2],
    /// When they were made or changed.
    pub keys_rotated: [Option<Timestamp>; 2],
    /// When they were last used.
    pub keys_last_used: [Option<Timestamp>; 2],
    /// Why the row cannot be read.
    pub problem: Option<String>,
}

pub(super) fn rows(input: &Input<'_>) -> Vec<CredentialRow> {
    let Some(bytes) = input.credential_report else {
        return Vec::new();
    };
    let report = match CredentialReport::parse(bytes) {
        Ok(report) => report,
        Err(error) => return vec![unread("the credential report", error.to_string())],
    };
    let known: std::collections::HashSet<&str> = input.details.users.iter().map(|user| user.arn.as_str()).collect();
    let row = |row: Result<crate::credential_report::Credentials<'_>, crate::credential_report::RowError>| match row {
        Err(error) => unread("a row of the credential report", error.to_string()),
        Ok(row) => {
            let [first, second] = &row.access_keys;
            CredentialRow {
                user: row.user.to_string(),
                arn: row.arn.to_string(),
                is_listed: known.contains(row.arn.as_ref()),
                password: row.password_enabled.value(),
                password_last_used: row.password_last_used.at(),
                mfa: row.mfa_active.value(),
                keys_active: [first.active.value(), second.active.value()],
                keys_rotated: [first.last_rotated.at(), second.last_rotated.at()],
                keys_last_used: [first.last_used.at(), second.last_used.at()],
                problem: (row.account != input.account).then(|| format!("it is about account {}", row.account)),
            }
        }
    };
    report.rows().map(row).collect()
}

fn unread(what: &str, problem: String) -> CredentialRow {
    CredentialRow {
        user: what.to_owned(),
        arn: String::new(),
        is_listed: false,
        password: None,
        password_last_used: None,
        mfa: None,
        keys_active: [None; 2],
        keys_rotated: [None; 2],
        keys_last_used: [None; 2],
        problem: Some(problem),
    }
}
