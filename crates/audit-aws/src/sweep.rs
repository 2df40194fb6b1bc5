//! Going over the accounts of an organization: listing them and reading each of them, all at once and none waiting for
//! another.

mod attempts;
mod progress;
mod scope;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use audit_core::account::AccountId;
use audit_core::ledger::{AccountEntry, Failure, Listing, Manifest, Outcome, StoppedBy};
use audit_core::reason::Reason;
use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use jiff::Timestamp;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::caller::Caller;
use crate::error::CallError;
use crate::organization::{ListedAccount, Organization, Page};
use crate::session::Hub;
use crate::settings::Scope;

pub use attempts::{failure, persist};
pub use progress::Progress;
use scope::UnitScope;

/// How many accounts are under way at a time. Most of them wait for AWS and cost a few kilobytes each; the bound keeps
/// a list of 50,000 accounts from costing that all at once.
const UNDER_WAY: usize = 1_000;

/// The state of an account that the settings name and the organization does not list.
const NOT_LISTED: &str = "NOT_LISTED";

/// What going over the accounts takes.
pub struct Sweeper<'a> {
    /// For the list of accounts, which everything hangs on.
    pub insistent: &'a Caller,
    /// Which accounts are looked at.
    pub scope: &'a Scope,
    /// Accounts that an earlier part is done with.
    pub done: BTreeSet<AccountId>,
    /// Who wants to see each account as the organization lists it.
    pub listed: &'a (dyn Fn(&ListedAccount) + Sync),
    /// Who watches.
    pub progress: &'a (dyn Fn(Progress<'_>) + Sync),
}

/// Where the accounts come from.
pub enum Source<'a> {
    /// The organization's list, from its first page.
    Organization(&'a Organization),
    /// Accounts that are known already.
    Known(Vec<AccountEntry>),
}

/// What a sweep found out.
#[derive(Debug)]
pub struct Sweep {
    /// How the list was obtained; `None` when the accounts were known already.
    pub listing: Option<Listing>,
    /// Every account and what became of it.
    pub entries: BTreeMap<AccountId, AccountEntry>,
    /// What ended the listing, if a call did.
    pub listing_error: Option<CallError>,
    /// What makes it useless to go on for every account, if anything does.
    pub broken: Option<CallError>,
}

impl<'a> Source<'a> {
    /// Whom to look at: the whole list, unless an earlier part read it to its end and found nothing odd about it.
    #[must_use]
    pub fn of(known: Option<&Manifest>, organization: &'a Organization, hub: &Hub, single_account: bool) -> Self {
        match known {
            Some(manifest) if manifest.listing.complete && manifest.shortfalls.is_empty() => {
                // An account that the organization does not list is nobody's to enter.
                let listed = |entry: &&AccountEntry| !matches!(&entry.outcome, Outcome::Failed(failure) if failure.reason == Reason::NotListed);
                Self::Known(manifest.unfinished().filter(listed).cloned().collect())
            }
            _ if single_account => Self::Known(vec![AccountEntry {
                account: hub.account,
                name: String::new(),
                state: "UNKNOWN".to_owned(),
                outcome: Outcome::Left,
            }]),
            _ => Self::Organization(organization),
        }
    }
}

impl Sweeper<'_> {
    /// Reads every account of the source; whatever is not done by the deadline is left.
    ///
    /// `settle` says what becomes of an account; its error is one that ends the sweep, such as a store that takes
    /// nothing at all.
    pub async fn sweep<F, W>(&self, source: Source<'_>, deadline: Option<Timestamp>, settle: F) -> Sweep
    where
        F: Fn(AccountEntry) -> W,
        W: Future<Output = Result<AccountEntry, CallError>>,
    {
        let listed = matches!(source, Source::Organization(_));
        let state = Mutex::new(Sweep {
            listing: listed.then_some(Listing {
                complete: false,
                pages: 0,
                stopped_by: Some(StoppedBy::Deadline),
            }),
            entries: BTreeMap::new(),
            listing_error: None,
            broken: None,
        });
        let (sender, receiver) = unbounded_channel();
        let both = futures_util::future::join(self.list(source, &state, sender), self.read(&state, receiver, &settle));
        self.insistent.clock().before(deadline, both).await;
        state.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends on every account that is to be read, as soon as it is listed.
    async fn list(&self, source: Source<'_>, state: &Mutex<Sweep>, sender: UnboundedSender<AccountId>) {
        let organization = match source {
            Source::Organization(organization) => organization,
            Source::Known(entries) => {
                (self.progress)(Progress::Listed(entries.len()));
                for entry in entries {
                    let outcome = Outcome::Left;
                    self.expect(state, &sender, AccountEntry { outcome, ..entry });
                }
                (self.progress)(Progress::ListingEnded);
                return;
            }
        };
        let mut units = UnitScope::new(self.scope);
        let mut accounts = organization.accounts();
        let (stopped_by, error) = 'pages: loop {
            match accounts.next(self.insistent).await {
                Page::Accounts(page) => {
                    if let Some(listing) = &mut lock(state).listing {
                        listing.pages = accounts.pages();
                    }
                    (self.progress)(Progress::Listed(page.len()));
                    for account in page {
                        (self.listed)(&account);
                        match units.contains(self.insistent, organization, &account).await {
                            Ok(in_units) => self.sort(state, &sender, account, in_units),
                            // Whether the settings leave the account in cannot be told, so nobody knows who is missing.
                            Err(error) => break 'pages (Some(StoppedBy::CallFailed), Some(error)),
                        }
                    }
                }
                Page::End => break (None, None),
                Page::Stopped(stopped_by, error) => break (Some(stopped_by), error),
            }
        };
        let mut state = lock(state);
        state.listing = Some(Listing {
            complete: stopped_by.is_none(),
            pages: accounts.pages(),
            stopped_by,
        });
        state.listing_error = error;
        if stopped_by.is_none() {
            self.miss(&mut state);
        }
        (self.progress)(Progress::ListingEnded);
    }

    /// Accounts for those that the settings ask for by id and the whole list does not hold.
    fn miss(&self, state: &mut Sweep) {
        for account in &self.scope.accounts {
            if !state.entries.contains_key(account) && !self.done.contains(account) {
                let entry = AccountEntry {
                    account: *account,
                    name: String::new(),
                    state: NOT_LISTED.to_owned(),
                    outcome: Outcome::Failed(Failure {
                        reason: Reason::NotListed,
                        operation: "organizations:ListAccounts".to_owned(),
                        code: None,
                    }),
                };
                (self.progress)(Progress::Settled(&entry));
                state.entries.insert(*account, entry);
            }
        }
    }

    fn sort(&self, state: &Mutex<Sweep>, sender: &UnboundedSender<AccountId>, account: ListedAccount, in_units: bool) {
        let skip = scope::skip(&account, self.scope, in_units);
        let entry = AccountEntry {
            account: account.id,
            name: account.name,
            state: account.state.unwrap_or_else(|| "UNKNOWN".to_owned()),
            outcome: skip.map_or(Outcome::Left, |reason| Outcome::Skipped { reason }),
        };
        self.expect(state, sender, entry);
    }

    /// Notes an account, and sends it on if it is to be read. An account that moves while pages are read shows twice.
    fn expect(&self, state: &Mutex<Sweep>, sender: &UnboundedSender<AccountId>, entry: AccountEntry) {
        let mut state = lock(state);
        if state.entries.contains_key(&entry.account) || self.done.contains(&entry.account) {
            return;
        }
        if entry.outcome == Outcome::Left {
            // The receiver is gone only when the sweep is over.
            let _ = sender.send(entry.account);
        } else {
            (self.progress)(Progress::Settled(&entry));
        }
        state.entries.insert(entry.account, entry);
    }

    /// Reads the accounts as they come.
    async fn read<F, W>(&self, state: &Mutex<Sweep>, mut receiver: UnboundedReceiver<AccountId>, settle: &F)
    where
        F: Fn(AccountEntry) -> W,
        W: Future<Output = Result<AccountEntry, CallError>>,
    {
        let mut reading = FuturesUnordered::new();
        let mut listing = true;
        while listing || !reading.is_empty() {
            tokio::select! {
                biased;
                Some(settled) = reading.next(), if !reading.is_empty() => {
                    let entry: AccountEntry = match settled {
                        Ok(entry) => entry,
                        Err(error) => {
                            lock(state).broken = Some(error);
                            return;
                        }
                    };
                    (self.progress)(Progress::Settled(&entry));
                    lock(state).entries.insert(entry.account, entry);
                }
                account = receiver.recv(), if listing && reading.len() < UNDER_WAY => match account {
                    Some(account) => {
                        let entry = lock(state).entries.get(&account).cloned();
                        reading.extend(entry.map(settle));
                    }
                    None => listing = false,
                },
            }
        }
    }
}

fn lock(state: &Mutex<Sweep>) -> std::sync::MutexGuard<'_, Sweep> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}
