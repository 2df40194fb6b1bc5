//! Which accounts the settings leave in: by id, by state, by the organizational units above them.

use std::collections::BTreeSet;

use audit_core::account::AccountId;
use audit_core::ledger::Skip;

use crate::caller::Caller;
use crate::error::CallError;
use crate::organization::{ListedAccount, Organization};
use crate::settings::{Scope, UnitId};

/// The organizational units that are looked at and those that are left out.
pub(super) struct UnitScope<'a> {
    include: &'a [UnitId],
    exclude: &'a [UnitId],
    /// The accounts below each, read only where AWS lists accounts without their paths.
    below: Option<(BTreeSet<AccountId>, BTreeSet<AccountId>)>,
}

impl<'a> UnitScope<'a> {
    pub(super) fn new(scope: &'a Scope) -> Self {
        Self {
            include: &scope.organizational_units,
            exclude: &scope.exclude_organizational_units,
            below: None,
        }
    }

    /// Whether the settings' units leave the account in.
    pub(super) async fn contains(
        &mut self,
        caller: &Caller,
        organization: &Organization,
        account: &ListedAccount,
    ) -> Result<bool, CallError> {
        if self.include.is_empty() && self.exclude.is_empty() {
            return Ok(true);
        }
        if let Some(above) = &account.units {
            let any = |units: &[UnitId]| units.iter().any(|unit| above.iter().any(|id| id == unit.as_str()));
            return Ok((self.include.is_empty() || any(self.include)) && !any(self.exclude));
        }
        let (included, excluded) = if let Some(below) = &self.below {
            below
        } else {
            let included = accounts_below(caller, organization, self.include).await?;
            let excluded = accounts_below(caller, organization, self.exclude).await?;
            self.below.insert((included, excluded))
        };
        Ok((self.include.is_empty() || included.contains(&account.id)) && !excluded.contains(&account.id))
    }
}

async fn accounts_below(
    caller: &Caller,
    organization: &Organization,
    units: &[UnitId],
) -> Result<BTreeSet<AccountId>, CallError> {
    let mut below = BTreeSet::new();
    for unit in units {
        below.append(&mut organization.accounts_below(caller, unit.as_str()).await?);
    }
    Ok(below)
}

/// Why an account is not looked at, if it is not.
///
/// An account that is closing still works and is looked at. A state that is not known is looked at too: trying shows
/// more than leaving out (AWS Organizations User Guide, "Account states").
pub(super) fn skip(account: &ListedAccount, scope: &Scope, in_units: bool) -> Option<Skip> {
    match account.state.as_deref() {
        Some("SUSPENDED") => return Some(Skip::Suspended),
        Some("CLOSED") => return Some(Skip::Closed),
        Some("PENDING_ACTIVATION") => return Some(Skip::PendingActivation),
        _ => {}
    }
    let state = account.state.as_deref().unwrap_or("UNKNOWN");
    let wanted = scope.accounts.is_empty() || scope.accounts.contains(&account.id);
    let excluded = scope.exclude_accounts.contains(&account.id)
        || scope
            .exclude_states
            .iter()
            .any(|excluded| excluded.eq_ignore_ascii_case(state));
    (!wanted || excluded || !in_units).then_some(Skip::Excluded)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(state: Option<&str>) -> ListedAccount {
        let id = "111122223333".parse().unwrap();
        ListedAccount {
            id,
            name: String::new(),
            state: state.map(str::to_owned),
            units: None,
        }
    }

    #[test]
    fn only_what_cannot_be_entered_or_is_excluded_is_skipped() {
        let one: AccountId = "111122223333".parse().unwrap();
        let two: AccountId = "444455556666".parse().unwrap();
        let all = Scope::default();
        let this = Scope {
            accounts: vec![one],
            ..Scope::default()
        };
        let that = Scope {
            accounts: vec![two],
            ..Scope::default()
        };
        let without = Scope {
            exclude_accounts: vec![one],
            ..Scope::default()
        };
        let closing = Scope {
            exclude_states: vec!["pending_closure".into()],
            ..Scope::default()
        };
        for (state, scope, in_units, expected) in [
            (Some("ACTIVE"), &all, true, None),
            (Some("PENDING_CLOSURE"), &all, true, None),
            (Some("FROZEN"), &all, true, None),
            (None, &all, true, None),
            (Some("SUSPENDED"), &all, true, Some(Skip::Suspended)),
            (Some("CLOSED"), &this, true, Some(Skip::Closed)),
            (Some("PENDING_ACTIVATION"), &all, true, Some(Skip::PendingActivation)),
            (Some("ACTIVE"), &this, true, None),
            (Some("ACTIVE"), &that, true, Some(Skip::Excluded)),
            (Some("ACTIVE"), &without, true, Some(Skip::Excluded)),
            (Some("PENDING_CLOSURE"), &closing, true, Some(Skip::Excluded)),
            (Some("ACTIVE"), &all, false, Some(Skip::Excluded)),
        ] {
            assert_eq!(
                skip(&account(state), scope, in_units),
                expected,
                "{state:?} {scope:?} {in_units}"
            );
        }
    }
}
