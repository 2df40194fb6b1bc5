//! The inventory in numbers, counted while its rows are written.

use std::collections::BTreeMap;

use audit_core::account::AccountId;
use audit_core::inventory::{CredentialState, Row, USER};

/// How many users without AWS Config are named for each account; the rest are counted.
const NAMED: usize = 5;

/// What the rows come to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Rows by type.
    pub by_type: BTreeMap<String, u64>,
    /// Accounts with at least one row.
    pub accounts: u64,
    /// Users that AWS Config and a credential report know.
    pub both: u64,
    /// Users that AWS Config alone knows.
    pub config_alone: u64,
    /// Users that a credential report alone knows.
    pub report_alone: u64,
    /// Copies beside those that count.
    pub further_copies: u64,
    /// Users with a console password.
    pub passwords: u64,
    /// Of those, users without MFA.
    pub without_mfa: u64,
    /// Users with an active access key.
    pub with_keys: u64,
    /// Users of accounts without a report that could be used.
    pub without_report: u64,
    /// Accounts of which something stands out, in their order.
    pub odd: BTreeMap<AccountId, AccountSummary>,
    /// Why the organizational units of some accounts are not known.
    pub units_unknown: Option<String>,
    last: Option<AccountId>,
}

/// What stands out about an account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccountSummary {
    /// The first users that a credential report alone knows.
    pub report_alone: Vec<String>,
    /// How many there are.
    pub report_alone_count: u64,
}

impl Summary {
    /// Counts a row. Rows come account by account.
    pub fn add(&mut self, row: &Row<'_>) {
        if self.last.replace(row.account) != Some(row.account) {
            self.accounts += 1;
        }
        let kind = row.held.map_or(USER, |held| held.item.resource_type.as_str());
        match self.by_type.get_mut(kind) {
            Some(count) => *count += 1,
            None => drop(self.by_type.insert(kind.to_owned(), 1)),
        }
        self.further_copies += row.held.map_or(0, |held| held.copies.saturating_sub(1));
        if kind == USER {
            self.add_user(row);
        }
    }

    fn add_user(&mut self, row: &Row<'_>) {
        match (row.held, row.reported) {
            (Some(_), Some(_)) => self.both += 1,
            (Some(_), None) => self.config_alone += 1,
            (None, Some(user)) => {
                self.report_alone += 1;
                let odd = self.odd.entry(row.account).or_default();
                odd.report_alone_count += 1;
                if odd.report_alone.len() < NAMED {
                    odd.report_alone.push(user.user.clone().into_owned());
                }
            }
            (None, None) => {}
        }
        let unusable = matches!(row.state, CredentialState::NoReport | CredentialState::ReportUnreadable);
        self.without_report += u64::from(unusable);
        if let Some(user) = row.reported {
            let password = user.password_enabled.value() == Some(true);
            self.passwords += u64::from(password);
            self.without_mfa += u64::from(password && user.mfa_active.value() == Some(false));
            let active = user.access_keys.iter().any(|key| key.active.value() == Some(true));
            self.with_keys += u64::from(active);
        }
    }

    /// All rows.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.by_type.values().sum()
    }
}
