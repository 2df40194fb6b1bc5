//! Which accounts stand below the organizational units that the settings name.

use std::collections::BTreeSet;

use audit_aws::caller::Caller;
use audit_aws::error::CallError;
use audit_aws::organization::{ListedAccount, Organization};
use audit_core::account::AccountId;

use crate::settings::{Scope, UnitId};

/// The organizational units that are looked at and those that are left out.
pub(crate) struct UnitScope<'a> {
    include: &'a [UnitId],
    exclude: &'a [UnitId],
    /// The accounts below each, read only where AWS lists accounts without their paths.
    below: Option<(BTreeSet<AccountId>, BTreeSet<AccountId>)>,
}

impl<'a> UnitScope<'a> {
    pub(crate) fn new(scope: &'a Scope) -> Self {
        Self {
            include: &scope.organizational_units,
            exclude: &scope.exclude_organizational_units,
            below: None,
        }
    }

    /// Whether the settings' units leave the account in.
    pub(crate) async fn contains(
        &mut self,
        caller: &Caller,
        organization: &Organization,
        account: &ListedAccount,
    ) -> Result<bool, CallError> {
        if self.include.is_empty() && self.exclude.is_empty() {
            return Ok(true);
        }
        if let Some(above) = &account.units {
            let any = |units: &[UnitId]| units.iter().any(|unit| above.contains(unit.as_str()));
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
