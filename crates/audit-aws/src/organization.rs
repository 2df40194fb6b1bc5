//! The accounts of the organization, page by page, with an end that is proved and not assumed.

#[cfg(feature = "facts")]
mod above;
#[cfg(feature = "facts")]
mod analyzers;
#[cfg(feature = "facts")]
mod facts;
#[cfg(feature = "facts")]
mod path;
#[cfg(feature = "control-policies")]
mod policies;
mod units;

use std::collections::BTreeSet;
use std::time::Duration;

use audit_core::account::AccountId;
use audit_core::ledger::StoppedBy;
use audit_core::reason::Reason;
use aws_sdk_organizations::Client;
use aws_sdk_organizations::types;
use aws_types::SdkConfig;
use jiff::Timestamp;

use crate::caller::{Caller, configured};
use crate::error::{CallError, classify, malformed, required};
use crate::tally::Tally;
use crate::whole::Whole;

#[cfg(feature = "facts")]
pub use above::Above;
#[cfg(feature = "facts")]
pub use path::OnPath;
#[cfg(feature = "control-policies")]
pub use policies::PolicyReader;
pub use units::Units;

/// An account as AWS Organizations lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedAccount {
    /// The account.
    pub id: AccountId,
    /// Its name.
    pub name: String,
    /// Its state as AWS spelled it; `State` where AWS gives one, otherwise the older `Status`, otherwise `None`.
    pub state: Option<String>,
    /// The organization root and the organizational units above it, by id and from the top; `None` when AWS gave no
    /// paths.
    pub units: Option<Vec<String>>,
}

/// What the next page brought.
#[derive(Debug)]
pub enum Page {
    /// Some accounts, possibly none, and there may be more.
    Accounts(Vec<ListedAccount>),
    /// The list is at its end.
    End,
    /// The list cannot be read any further.
    Stopped(StoppedBy, Option<CallError>),
}

/// AWS's pace for `ListAccounts`: 8 calls a second after a burst of 12
/// (AWS Organizations User Guide, "Quotas and service limits").
const BURST: u32 = 12;
const INTERVAL: Duration = Duration::from_millis(126);

/// The calls to AWS Organizations.
#[derive(Clone, Debug)]
pub struct Organization {
    client: Client,
}

impl Organization {
    /// Ready to call.
    #[must_use]
    pub fn new(sdk: &SdkConfig) -> Self {
        Self {
            client: Client::new(&configured(sdk)),
        }
    }

    /// The accounts of the organization, from the first page.
    #[must_use]
    pub fn accounts(&self) -> Accounts {
        Accounts {
            client: self.client.clone(),
            token: None,
            seen: BTreeSet::new(),
            pages: 0,
            ended: false,
            repeated: false,
            full_at: None,
        }
    }

    /// The accounts below an organizational unit, at any depth: for partitions whose account list has no paths.
    ///
    /// # Errors
    /// When the unit does not exist, a call is denied, or a page token repeats.
    pub async fn accounts_below(&self, caller: &Caller, unit: &str) -> Result<BTreeSet<AccountId>, CallError> {
        const ACCOUNTS: &str = "organizations:ListAccountsForParent";
        const UNITS: &str = "organizations:ListOrganizationalUnitsForParent";
        let mut below = BTreeSet::new();
        let mut units = vec![unit.to_owned()];
        while let Some(parent) = units.pop() {
            let accounts = pages(caller, ACCOUNTS, |token| {
                let call = self.client.list_accounts_for_parent().parent_id(&parent);
                let call = call.set_next_token(token).customize();
                async move {
                    let answer = call.interceptor(Whole(&["Accounts"])).send().await;
                    let answer = answer.map_err(|error| classify(ACCOUNTS, &error))?;
                    Ok((answer.accounts.unwrap_or_default(), answer.next_token))
                }
            });
            for account in accounts.await? {
                let id = required(ACCOUNTS, account.id)?;
                below.insert(id.parse().map_err(|_| malformed(ACCOUNTS))?);
            }
            let children = pages(caller, UNITS, |token| {
                let call = self.client.list_organizational_units_for_parent().parent_id(&parent);
                let call = call.set_next_token(token).customize();
                async move {
                    let answer = call.interceptor(Whole(&["OrganizationalUnits"])).send().await;
                    let answer = answer.map_err(|error| classify(UNITS, &error))?;
                    Ok((answer.organizational_units.unwrap_or_default(), answer.next_token))
                }
            });
            for child in children.await? {
                units.push(required(UNITS, child.id)?);
            }
        }
        Ok(below)
    }
}

/// All pages of a list, with a repeated token as an error.
async fn pages<T, F>(
    caller: &Caller,
    operation: &'static str,
    page: impl Fn(Option<String>) -> F,
) -> Result<Vec<T>, CallError>
where
    F: Future<Output = Result<(Vec<T>, Option<String>), CallError>>,
{
    let (mut all, mut token, mut seen) = (Vec::new(), None, BTreeSet::new());
    loop {
        let (items, next) = caller.call(0, &mut Tally::default(), || page(token.clone())).await?;
        all.extend(items);
        let Some(next) = next else { return Ok(all) };
        if !seen.insert(next.clone()) {
            return Err(CallError::new(operation, Reason::MalformedAnswer));
        }
        token = Some(next);
    }
}

/// A walk through the list of accounts.
///
/// The SDK's own paginator ends silently, as if the list were complete, when a token repeats; this one says so.
#[derive(Debug)]
pub struct Accounts {
    client: Client,
    token: Option<String>,
    seen: BTreeSet<String>,
    pages: u64,
    ended: bool,
    /// Whether the last page gave a token that an earlier one gave.
    repeated: bool,
    /// When the allowance of calls will be full again.
    full_at: Option<Timestamp>,
}

impl Accounts {
    /// How many pages were read so far.
    #[must_use]
    pub fn pages(&self) -> u64 {
        self.pages
    }

    /// The next page, at the pace that AWS allows.
    pub async fn next(&mut self, caller: &Caller) -> Page {
        const OPERATION: &str = "organizations:ListAccounts";
        if self.ended {
            return Page::End;
        }
        if self.repeated {
            self.ended = true;
            return Page::Stopped(StoppedBy::RepeatedToken, None);
        }
        self.keep_pace(caller).await;
        let (client, token) = (&self.client, &self.token);
        let ask = || async {
            let call = client.list_accounts().max_results(20).set_next_token(token.clone());
            let answer = call.customize().interceptor(Whole(&["Accounts"])).send().await;
            let answer = answer.map_err(|error| classify(OPERATION, &error))?;
            let accounts: Option<Vec<_>> = answer.accounts().iter().map(listed).collect();
            // An account without a readable id would be an account lost.
            let accounts = accounts.ok_or_else(|| CallError::new(OPERATION, Reason::MalformedAnswer))?;
            Ok((accounts, answer.next_token))
        };
        let (accounts, next_token) = match caller.call(self.pages, &mut Tally::default(), ask).await {
            Ok(answer) => answer,
            Err(error) => {
                self.ended = true;
                return Page::Stopped(StoppedBy::CallFailed, Some(error));
            }
        };
        self.pages += 1;
        match next_token {
            None => self.ended = true,
            Some(token) => {
                self.repeated = !self.seen.insert(token.clone());
                self.token = Some(token);
            }
        }
        Page::Accounts(accounts)
    }

    async fn keep_pace(&mut self, caller: &Caller) {
        let now = caller.clock().now();
        let full_at = self.full_at.map_or(now, |instant| instant.max(now));
        let ready = full_at.checked_sub(INTERVAL * (BURST - 1)).unwrap_or(now);
        caller.clock().sleep_until(ready).await;
        self.full_at = full_at.checked_add(INTERVAL).ok();
    }
}

fn listed(account: &types::Account) -> Option<ListedAccount> {
    let id: AccountId = account.id()?.parse().ok()?;
    let status = account.status().map(|status| status.as_str().to_owned());
    let state = account.state().map(|state| state.as_str().to_owned()).or(status);
    let paths = account.paths();
    let units = paths
        .iter()
        .flat_map(|path| path.split('/'))
        .filter(|id| id.starts_with("ou-") || id.starts_with("r-"));
    Some(ListedAccount {
        id,
        name: account.name().unwrap_or_default().to_owned(),
        state,
        units: (!paths.is_empty()).then(|| units.map(str::to_owned).collect()),
    })
}
