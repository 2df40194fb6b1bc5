//! Listing the accounts and reading each of them, all at once and none waiting for another.

mod account;
mod scope;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use audit_aws::account::{Iam, ReportWanted};
use audit_aws::budget::Budget;
use audit_aws::caller::Caller;
use audit_aws::error::CallError;
use audit_aws::organization::{ListedAccount, Organization, Page};
use audit_aws::session::{Hub, MemberRole, Sts};
use audit_core::account::AccountId;
use audit_core::ledger::{AccountEntry, Listing, Outcome, StoppedBy};
use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use jiff::Timestamp;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::deliver::report::ReportStore;
use crate::judge;
use crate::progress::Progress;
use crate::settings::Settings;

pub(crate) use scope::UnitScope;

/// What reading the accounts takes.
pub(crate) struct Gatherer<'a> {
    pub(crate) caller: &'a Caller,
    /// For the list of accounts, which everything hangs on.
    pub(crate) insistent: &'a Caller,
    pub(crate) sts: &'a Sts,
    pub(crate) iam: &'a Iam,
    pub(crate) hub: &'a Hub,
    pub(crate) role: &'a MemberRole,
    pub(crate) wanted: ReportWanted,
    pub(crate) budget: &'a Budget,
    pub(crate) store: ReportStore<'a>,
    pub(crate) settings: &'a Settings,
    /// Accounts that an earlier part collected.
    pub(crate) done: BTreeSet<AccountId>,
    pub(crate) progress: &'a (dyn Fn(Progress<'_>) + Sync),
}

/// Where the accounts come from.
pub(crate) enum Source<'a> {
    /// The organization's list, from its first page.
    Organization(&'a Organization),
    /// Accounts that are known already.
    Known(Vec<AccountEntry>),
}

/// What a sweep found out.
#[derive(Debug)]
pub(crate) struct Sweep {
    /// How the list was obtained; `None` when the accounts were known already.
    pub(crate) listing: Option<Listing>,
    /// Every account and what became of it.
    pub(crate) entries: BTreeMap<AccountId, AccountEntry>,
    /// What ended the listing, if a call did.
    pub(crate) listing_error: Option<CallError>,
    /// What makes the store unusable for every account, if anything does.
    pub(crate) store_error: Option<CallError>,
}

impl Gatherer<'_> {
    /// Reads every account of the source; whatever is not done by the deadline is left.
    pub(crate) async fn sweep(&self, source: Source<'_>, deadline: Option<Timestamp>) -> Sweep {
        let listed = matches!(source, Source::Organization(_));
        let state = Mutex::new(Sweep {
            listing: listed.then_some(Listing {
                complete: false,
                pages: 0,
                stopped_by: Some(StoppedBy::Deadline),
            }),
            entries: BTreeMap::new(),
            listing_error: None,
            store_error: None,
        });
        let (sender, receiver) = unbounded_channel();
        let both = futures_util::future::join(self.list(source, &state, sender), self.read(&state, receiver));
        self.caller.clock().before(deadline, both).await;
        state.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends on every account that is to be read, as soon as it is listed.
    async fn list(&self, source: Source<'_>, state: &Mutex<Sweep>, sender: UnboundedSender<AccountEntry>) {
        let organization = match source {
            Source::Organization(organization) => organization,
            Source::Known(entries) => {
                (self.progress)(Progress::Listed(entries.len()));
                for entry in entries {
                    self.expect(
                        state,
                        &sender,
                        AccountEntry {
                            outcome: Outcome::Left,
                            ..entry
                        },
                    );
                }
                (self.progress)(Progress::ListingEnded);
                return;
            }
        };
        let mut units = UnitScope::new(&self.settings.scope);
        let mut accounts = organization.accounts();
        let (stopped_by, error) = 'pages: loop {
            match accounts.next(self.insistent).await {
                Page::Accounts(page) => {
                    (self.progress)(Progress::Listed(page.len()));
                    for account in page {
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
        (self.progress)(Progress::ListingEnded);
    }

    fn sort(
        &self,
        state: &Mutex<Sweep>,
        sender: &UnboundedSender<AccountEntry>,
        account: ListedAccount,
        in_units: bool,
    ) {
        let skip = judge::skip(&account, &self.settings.scope, in_units);
        let entry = AccountEntry {
            account: account.id,
            name: account.name,
            state: account.state.unwrap_or_else(|| "UNKNOWN".to_owned()),
            outcome: skip.map_or(Outcome::Left, |reason| Outcome::Skipped { reason }),
        };
        self.expect(state, sender, entry);
    }

    /// Notes an account, and sends it on if it is to be read. An account that moves while pages are read shows twice.
    fn expect(&self, state: &Mutex<Sweep>, sender: &UnboundedSender<AccountEntry>, entry: AccountEntry) {
        let mut state = lock(state);
        if state.entries.contains_key(&entry.account) || self.done.contains(&entry.account) {
            return;
        }
        state.entries.insert(entry.account, entry.clone());
        if entry.outcome == Outcome::Left {
            // The receiver is gone only when the sweep is over.
            let _ = sender.send(entry);
        } else {
            (self.progress)(Progress::Settled(&entry));
        }
    }

    /// Reads the accounts as they come.
    async fn read(&self, state: &Mutex<Sweep>, mut receiver: UnboundedReceiver<AccountEntry>) {
        let mut reading = FuturesUnordered::new();
        let mut listing = true;
        while listing || !reading.is_empty() {
            tokio::select! {
                biased;
                Some(entry) = reading.next(), if !reading.is_empty() => {
                    let entry: AccountEntry = entry;
                    (self.progress)(Progress::Settled(&entry));
                    lock(state).entries.insert(entry.account, entry);
                    if let Some(error) = self.store.broken() {
                        lock(state).store_error = Some(error);
                        return;
                    }
                }
                entry = receiver.recv(), if listing => match entry {
                    Some(entry) => reading.push(self.settle(entry)),
                    None => listing = false,
                },
            }
        }
    }
}

fn lock(state: &Mutex<Sweep>) -> std::sync::MutexGuard<'_, Sweep> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}
