//! Looking at every account: what is there, and so what has to be done.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use audit_aws::caller::Caller;
use audit_aws::error::CallError;
use audit_aws::session::{Hub, MemberRole, Session, Sts};
use audit_aws::settings::Scope;
use audit_aws::sweep::{Progress, Source, Sweep, Sweeper, persist};
use audit_aws::tally::Tally;
use audit_core::account::AccountId;
use audit_core::ledger::{AccountEntry, Failure, Outcome, Shortfall, Skip};
use audit_core::member_roles::{Found, Kind, Plan, Terms};
use audit_core::reason::Reason;
use aws_config::SdkConfig;

use super::iam::Iam;
use super::own_account;
use super::settings::Target;

/// What looking at accounts and changing their roles takes.
pub(super) struct Office<'a> {
    pub(super) sdk: &'a SdkConfig,
    pub(super) caller: &'a Caller,
    /// For what everything hangs on.
    pub(super) insistent: &'a Caller,
    pub(super) sts: &'a Sts,
    pub(super) hub: &'a Hub,
    pub(super) targets: &'a [Target],
    pub(super) terms: Terms<'a>,
    /// The administrative role, for sessions that look only.
    pub(super) looking: MemberRole,
    /// The same, for sessions that change.
    pub(super) changing: MemberRole,
    /// Whether functions assume the roles in their own account too.
    pub(super) hub_role: bool,
    pub(super) scope: &'a Scope,
}

/// Every account, and what has to be done in it.
pub(super) struct Survey {
    pub(super) accounts: Vec<Account>,
    /// What is wrong with the list as a whole.
    pub(super) shortfalls: Vec<Shortfall>,
    pub(super) listing_error: Option<CallError>,
}

/// A listed account.
pub(super) struct Account {
    pub(super) id: AccountId,
    pub(super) name: String,
    pub(super) state: String,
    pub(super) seen: Seen,
}

/// What became of looking at an account.
pub(super) enum Seen {
    /// It was looked at: its roles, those that it needs.
    Read(Vec<Standing>),
    /// It was left out on purpose.
    Skipped(Skip),
    /// It could not be looked at.
    Failed(CallError),
}

/// A role in an account, and what has to be done with it.
#[derive(Clone, Debug)]
pub(super) struct Standing {
    pub(super) kind: Kind,
    pub(super) name: String,
    pub(super) plan: Plan,
}

type Looked = Result<Vec<Standing>, CallError>;

impl Office<'_> {
    /// Looks at every account of the source.
    pub(super) async fn survey(&self, source: Source<'_>, progress: &(dyn Fn(Progress<'_>) + Sync)) -> Survey {
        let looked: Mutex<BTreeMap<AccountId, Looked>> = Mutex::default();
        let kept = &looked;
        let settle = |entry: AccountEntry| async move {
            let result = self.look(entry.account).await;
            // A read account stays what it was: what was read is kept beside it.
            let outcome = match &result {
                Ok(_) => Outcome::Left,
                Err(error) => Outcome::Failed(failure(error)),
            };
            let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
            kept.insert(entry.account, result);
            Ok(AccountEntry { outcome, ..entry })
        };
        let sweeper = Sweeper {
            insistent: self.insistent,
            scope: self.scope,
            done: BTreeSet::new(),
            listed: &|_| {},
            progress,
        };
        let sweep = sweeper.sweep(source, None, settle).await;
        let looked = looked.into_inner().unwrap_or_else(PoisonError::into_inner);
        Survey::of(sweep, looked, self.hub.account)
    }

    async fn look(&self, account: AccountId) -> Looked {
        if self.targets_of(account).next().is_none() {
            return Ok(Vec::new());
        }
        let attempt = async |tally: &mut Tally| match self.look_once(account, tally).await {
            // Somebody sits at the terminal: a role that is not there will not be in ten seconds.
            Err(error) if error.reason == Reason::AssumeRoleDenied => Ok(Err(error)),
            other => other.map(Ok),
        };
        persist(self.caller, account, || false, attempt).await.flatten()
    }

    async fn look_once(&self, account: AccountId, tally: &mut Tally) -> Looked {
        let iam = self.enter(account, &self.looking, tally).await?;
        let mut standings = Vec::new();
        for target in self.targets_of(account) {
            let found = iam.find(target, tally).await?;
            standings.push(Standing {
                kind: target.kind,
                name: target.name.clone(),
                plan: self.plan(target, &found, account),
            });
        }
        Ok(standings)
    }

    /// IAM of an account, with the session of a role or, in the account of the program, with its own credentials.
    pub(super) async fn enter(
        &self,
        account: AccountId,
        role: &MemberRole,
        tally: &mut Tally,
    ) -> Result<Iam<'_>, CallError> {
        let session = if account == self.hub.account {
            Session::Own
        } else {
            let partition = &self.hub.partition;
            self.sts.assume(self.caller, role, partition, account, tally).await?
        };
        Ok(Iam::new(self.sdk, self.caller, account, session))
    }

    /// The roles that an account needs: a function needs none in its own account.
    pub(super) fn targets_of(&self, account: AccountId) -> impl Iterator<Item = &Target> {
        let targets = self.targets.iter();
        targets.filter(move |target| self.hub_role || own_account(target) != Some(account))
    }

    pub(super) fn plan(&self, target: &Target, found: &Found, account: AccountId) -> Plan {
        match &target.wanted {
            Some(wanted) => {
                let desired = wanted.desired(&self.terms, &self.hub.partition, account.as_str());
                Plan::to(&desired, found)
            }
            None => Plan::away(target.kind, found),
        }
    }
}

impl Survey {
    fn of(sweep: Sweep, mut looked: BTreeMap<AccountId, Looked>, hub: AccountId) -> Self {
        let mut shortfalls = Vec::new();
        if sweep.listing.is_some_and(|listing| !listing.complete) {
            shortfalls.push(Shortfall::ListingIncomplete);
        }
        let skipped = |entry: &AccountEntry| matches!(entry.outcome, Outcome::Skipped { .. });
        if sweep.entries.values().all(skipped) {
            shortfalls.push(Shortfall::NoAccounts);
        } else if !sweep.entries.contains_key(&hub) {
            shortfalls.push(Shortfall::HubMissing);
        }
        let accounts = sweep.entries.into_values().map(|entry| Account {
            id: entry.account,
            seen: match (looked.remove(&entry.account), entry.outcome) {
                (Some(Ok(standings)), _) => Seen::Read(standings),
                (Some(Err(error)), _) => Seen::Failed(error),
                (None, Outcome::Skipped { reason }) => Seen::Skipped(reason),
                (None, Outcome::Failed(failure)) => {
                    Seen::Failed(CallError::new("organizations:ListAccounts", failure.reason))
                }
                (None, _) => Seen::Failed(CallError::new("sts:AssumeRole", Reason::NoAnswer)),
            },
            name: entry.name,
            state: entry.state,
        });
        Self {
            accounts: accounts.collect(),
            shortfalls,
            listing_error: sweep.listing_error,
        }
    }

    /// Each role that was looked at, with its account.
    pub(super) fn standings(&self) -> impl Iterator<Item = (&Account, &Standing)> {
        self.accounts.iter().flat_map(|account| {
            let standings = match &account.seen {
                Seen::Read(standings) => standings.as_slice(),
                Seen::Skipped(_) | Seen::Failed(_) => &[],
            };
            standings.iter().map(move |standing| (account, standing))
        })
    }

    /// Whether all accounts are listed, and those that are not left out were read.
    pub(super) fn is_complete(&self) -> bool {
        let failed = |account: &Account| matches!(account.seen, Seen::Failed(_));
        self.shortfalls.is_empty() && !self.accounts.iter().any(failed)
    }

    pub(super) fn has_work(&self) -> bool {
        self.standings().any(|(_, standing)| standing.plan.is_work())
    }

    pub(super) fn has_conflicts(&self) -> bool {
        self.standings().any(|(_, standing)| standing.plan.is_conflict())
    }
}

/// A failed call as entries of accounts have it.
pub(super) fn failure(error: &CallError) -> Failure {
    Failure {
        reason: error.reason,
        operation: error.operation.to_owned(),
        code: error.code.clone(),
    }
}
