//! What is read: the accounts, and everything that the organization tells about its control policies.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use audit_aws::caller::Caller;
use audit_aws::errand::Errand;
use audit_aws::error::CallError;
use audit_aws::organization::{ListedAccount, Organization, PolicyReader};
use audit_aws::run::collected;
use audit_aws::session::{Hub, Session};
use audit_aws::store::{Found, Object, Store};
use audit_aws::sweep::{Progress, Source, Sweep, Sweeper};
use audit_core::account::AccountId;
use audit_core::control_policies;
use audit_core::ledger::{AccountEntry, Manifest, Outcome};
use jiff::Timestamp;

use crate::settings::Settings;

/// What an invocation works with.
pub(crate) struct Gatherer<'a> {
    pub(crate) settings: &'a Settings,
    pub(crate) caller: &'a Caller,
    pub(crate) hub: &'a Hub,
    pub(crate) organization: &'a Organization,
    pub(crate) progress: &'a (dyn Fn(Progress<'_>) + Sync),
}

/// The accounts of a run, each once, and where those stand of which the list said so.
pub(crate) struct Accounts {
    pub(crate) sweep: Sweep,
    pub(crate) entries: BTreeMap<AccountId, AccountEntry>,
    pub(crate) parents: BTreeMap<AccountId, String>,
}

impl Gatherer<'_> {
    /// Lists the accounts, unless an earlier invocation of the run has.
    ///
    /// None is entered: what becomes of an account is known once the organization is read.
    pub(crate) async fn accounts(&self, known: Option<&Manifest>, until: Option<Timestamp>) -> Accounts {
        let parents: Mutex<BTreeMap<AccountId, String>> = Mutex::default();
        let listed = |account: &ListedAccount| {
            if let Some(parent) = account.units.as_ref().and_then(|units| units.last()) {
                let mut parents = parents.lock().unwrap_or_else(PoisonError::into_inner);
                parents.insert(account.id, parent.clone());
            }
        };
        let progress = |step: Progress<'_>| match step {
            // Nothing is settled yet.
            Progress::Settled(entry) if entry.outcome == Outcome::Left => {}
            step => (self.progress)(step),
        };
        let sweeper = Sweeper {
            insistent: self.caller,
            scope: &self.settings.scope,
            done: collected(known),
            progress: &progress,
            listed: &listed,
        };
        let source = Source::of(known, self.organization, self.hub, false);
        let sweep = sweeper.sweep(source, until, |entry| async { Ok(entry) }).await;
        let mut entries: BTreeMap<AccountId, AccountEntry> = BTreeMap::new();
        for entry in known.into_iter().flat_map(|manifest| &manifest.accounts) {
            entries.insert(entry.account, entry.clone());
        }
        entries.extend(sweep.entries.iter().map(|(account, entry)| (*account, entry.clone())));
        Accounts {
            sweep,
            entries,
            parents: parents.into_inner().unwrap_or_else(PoisonError::into_inner),
        }
    }

    /// Reads what is not known of the organization; whatever is not read by the deadline is not reached.
    pub(crate) async fn organization(
        &self,
        known: control_policies::Organization,
        accounts: &Accounts,
        until: Option<Timestamp>,
    ) -> control_policies::Organization {
        let errand = Errand {
            caller: self.caller,
            session: &Session::Own,
            account: self.hub.account,
            partition: &self.hub.partition,
        };
        let is_known = |account: &AccountId| known.parents.contains_key(account);
        // Where accounts stand is asked for in the tree only where the list of accounts does not say so.
        let places = !known.inside.is_empty() || !accounts.entries.keys().all(is_known);
        let reader = PolicyReader::new(self.organization, errand, known);
        self.caller.clock().before(until, reader.read(places)).await;
        reader.into_known()
    }
}

/// What was read of the organization, kept for later invocations of the run and as evidence.
pub(crate) struct Kept<'a> {
    pub(crate) store: &'a Store,
    pub(crate) caller: &'a Caller,
    pub(crate) key: &'a str,
}

impl Kept<'_> {
    /// What an earlier invocation of the run read; nothing when it cannot be used, since everything can be read again.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub(crate) async fn load(&self) -> Result<control_policies::Organization, CallError> {
        let Found::Whole(_, bytes) = self.store.read(self.caller, self.key, None).await? else {
            return Ok(control_policies::Organization::default());
        };
        let read = control_policies::Organization::parse(&bytes);
        Ok(read.unwrap_or_else(|error| {
            tracing::warn!(key = self.key, error = %error, "what was read of the organization is read again");
            control_policies::Organization::default()
        }))
    }

    /// Keeps what was read.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub(crate) async fn save(&self, organization: &control_policies::Organization) -> Result<(), CallError> {
        let object = Object::new(self.key, organization.to_bytes().into(), "application/json");
        self.store.settle(self.caller, &object, |_| true).await.map(drop)
    }
}
