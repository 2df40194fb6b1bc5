//! The tree of organizational units by name, so that people can read where an account belongs.

use std::collections::BTreeMap;
use std::time::Duration;

use audit_core::account::AccountId;

use super::{Organization, pages};
use crate::caller::Caller;
use crate::error::{CallError, classify, malformed, required};
use crate::whole::Whole;

const ROOTS: &str = "organizations:ListRoots";
const UNITS: &str = "organizations:ListOrganizationalUnitsForParent";
const ACCOUNTS: &str = "organizations:ListAccountsForParent";

/// The pause before each call: with a short one on the way, AWS's five a second
/// (AWS Organizations User Guide, "Quotas and service limits").
const PAUSE: Duration = Duration::from_millis(160);

/// The organization root and the organizational units, by id.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Units {
    names: BTreeMap<String, String>,
    parents: BTreeMap<String, String>,
    accounts: BTreeMap<AccountId, String>,
}

impl Units {
    /// The names above an account, from the organization root on, with slashes between. `above` are their ids, where
    /// the list of accounts gave them; otherwise the account must have been looked for in the tree.
    #[must_use]
    pub fn path(&self, account: AccountId, above: Option<&[String]>) -> Option<String> {
        let above = match above {
            Some(above) => above.to_vec(),
            None => self.above(account)?,
        };
        let names: Option<Vec<&str>> = above.iter().map(|id| self.names.get(id).map(String::as_str)).collect();
        names.filter(|names| !names.is_empty()).map(|names| names.join("/"))
    }

    fn above(&self, account: AccountId) -> Option<Vec<String>> {
        let mut unit = self.accounts.get(&account)?;
        let mut above = vec![unit.clone()];
        while let Some(parent) = self.parents.get(unit).filter(|parent| !above.contains(parent)) {
            above.insert(0, parent.clone());
            unit = parent;
        }
        Some(above)
    }
}

impl Organization {
    /// The names of all units, and if `with_accounts` says so which account is in which: for lists of accounts without
    /// paths.
    ///
    /// # Errors
    /// When a call fails for good or a page token repeats.
    pub async fn units(&self, caller: &Caller, with_accounts: bool) -> Result<Units, CallError> {
        let roots = pages(caller, ROOTS, |token| {
            let call = self.client.list_roots().set_next_token(token).customize();
            async move {
                let answer = call
                    .interceptor(Whole(&["Roots"]))
                    .send()
                    .await
                    .map_err(|error| classify(ROOTS, &error))?;
                Ok((answer.roots.unwrap_or_default(), answer.next_token))
            }
        });
        let mut units = Units::default();
        let mut level = Vec::new();
        for root in roots.await? {
            let id = required(ROOTS, root.id)?;
            units.names.insert(id.clone(), root.name.unwrap_or_else(|| id.clone()));
            level.push(id);
        }
        while !level.is_empty() {
            for parent in std::mem::take(&mut level) {
                let Below {
                    parent,
                    children,
                    accounts,
                } = self.below(caller, parent, with_accounts).await?;
                for (id, name) in children {
                    if units.names.insert(id.clone(), name).is_none() {
                        units.parents.insert(id.clone(), parent.clone());
                        level.push(id);
                    }
                }
                units
                    .accounts
                    .extend(accounts.into_iter().map(|account| (account, parent.clone())));
            }
        }
        Ok(units)
    }

    async fn below(&self, caller: &Caller, parent: String, with_accounts: bool) -> Result<Below, CallError> {
        let of = parent.as_str();
        let children = pages(caller, UNITS, |token| {
            let call = self.client.list_organizational_units_for_parent();
            let call = call.parent_id(of).set_next_token(token).customize();
            async move {
                caller.clock().sleep(PAUSE).await;
                let answer = call.interceptor(Whole(&["OrganizationalUnits"])).send().await;
                let answer = answer.map_err(|error| classify(UNITS, &error))?;
                Ok((answer.organizational_units.unwrap_or_default(), answer.next_token))
            }
        });
        let children = children.await?.into_iter().map(|unit| {
            let id = required(UNITS, unit.id)?;
            Ok((id.clone(), unit.name.unwrap_or(id)))
        });
        let children = children.collect::<Result<_, CallError>>()?;
        if !with_accounts {
            return Ok(Below {
                parent,
                children,
                accounts: Vec::new(),
            });
        }
        let accounts = pages(caller, ACCOUNTS, |token| {
            let call = self.client.list_accounts_for_parent();
            let call = call.parent_id(of).set_next_token(token).customize();
            async move {
                caller.clock().sleep(PAUSE).await;
                let answer = call.interceptor(Whole(&["Accounts"])).send().await;
                let answer = answer.map_err(|error| classify(ACCOUNTS, &error))?;
                Ok((answer.accounts.unwrap_or_default(), answer.next_token))
            }
        });
        let accounts = accounts.await?.into_iter().map(|account| {
            let id = required(ACCOUNTS, account.id)?;
            id.parse().map_err(|_| malformed(ACCOUNTS))
        });
        let accounts = accounts.collect::<Result<_, CallError>>()?;
        Ok(Below {
            parent,
            children,
            accounts,
        })
    }
}

/// What stands directly below a unit.
struct Below {
    parent: String,
    children: Vec<(String, String)>,
    accounts: Vec<AccountId>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_read_from_the_top() {
        let text = |pairs: &[(&str, &str)]| -> BTreeMap<String, String> {
            pairs
                .iter()
                .map(|(one, other)| ((*one).to_owned(), (*other).to_owned()))
                .collect()
        };
        let account: AccountId = "111122223333".parse().unwrap();
        let units = Units {
            names: text(&[("r-1", "Root"), ("ou-1", "Workloads"), ("ou-2", "Prod")]),
            parents: text(&[("ou-1", "r-1"), ("ou-2", "ou-1")]),
            accounts: BTreeMap::from([(account, "ou-2".to_owned())]),
        };
        let path = |above: &[&str]| {
            let above: Vec<String> = above.iter().map(|id| (*id).to_owned()).collect();
            units.path(account, Some(&above))
        };
        assert_eq!(path(&["r-1", "ou-1"]).as_deref(), Some("Root/Workloads"));
        assert_eq!(path(&["r-1", "ou-9"]), None, "a unit that nobody knows");
        assert_eq!(path(&[]), None);
        assert_eq!(units.path(account, None).as_deref(), Some("Root/Workloads/Prod"));
        let other: AccountId = "444455556666".parse().unwrap();
        assert_eq!(units.path(other, None), None);
    }
}
