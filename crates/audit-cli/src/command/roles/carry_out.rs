//! Doing what was planned, account by account.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use audit_aws::error::CallError;
use audit_aws::sweep::{Progress, Source, Sweeper};
use audit_aws::tally::Tally;
use audit_core::account::AccountId;
use audit_core::ledger::{AccountEntry, Outcome};
use audit_core::member_roles::{Action, Kind};

use super::survey::{Account, Office, Seen, Standing, Survey, failure};

/// What became of each role that something was to be done with.
#[derive(Default)]
pub(super) struct Done {
    roles: BTreeMap<(AccountId, Kind), Role>,
}

/// A role that something was to be done with.
pub(super) struct Role {
    pub(super) name: String,
    pub(super) action: &'static str,
    /// What kept it from being done.
    pub(super) undone: Option<Undone>,
}

/// What kept something from being done.
pub(super) enum Undone {
    /// A call failed. What was done before stays, and the next time goes on from there.
    Failed(CallError),
    /// The role is no longer as it was shown.
    Changed,
}

impl Done {
    /// Every role with its account.
    pub(super) fn roles(&self) -> impl Iterator<Item = (AccountId, &Role)> {
        self.roles.iter().map(|((account, _), role)| (*account, role))
    }

    /// What became of a role; `None` where nothing was to be done.
    pub(super) fn role(&self, account: AccountId, kind: Kind) -> Option<&Role> {
        self.roles.get(&(account, kind))
    }

    pub(super) fn has_failures(&self) -> bool {
        self.roles.values().any(|role| role.undone.is_some())
    }
}

impl Office<'_> {
    /// Does in every account what is planned there; one account's trouble is no other's.
    pub(super) async fn carry_out(&self, survey: &Survey, progress: &(dyn Fn(Progress<'_>) + Sync)) -> Done {
        let planned: BTreeMap<AccountId, Vec<&Standing>> = survey
            .accounts
            .iter()
            .filter_map(|account| work(account).map(|standings| (account.id, standings)))
            .collect();
        let entry = |account: &AccountId| AccountEntry {
            account: *account,
            name: String::new(),
            state: String::new(),
            outcome: Outcome::Left,
        };
        let source = Source::Known(planned.keys().map(entry).collect());
        let done: Mutex<Done> = Mutex::default();
        let (planned, kept) = (&planned, &done);
        let settle = |entry: AccountEntry| async move {
            let standings = planned.get(&entry.account).map(Vec::as_slice).unwrap_or_default();
            let results = self.change(entry.account, standings).await;
            let mut outcome = Outcome::Left;
            let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
            for (standing, undone) in standings.iter().zip(results) {
                if let Some(Undone::Failed(error)) = &undone {
                    outcome = Outcome::Failed(failure(error));
                }
                let role = Role {
                    name: standing.name.clone(),
                    action: standing.plan.action.slug(),
                    undone,
                };
                kept.roles.insert((entry.account, standing.kind), role);
            }
            Ok(AccountEntry { outcome, ..entry })
        };
        let sweeper = Sweeper {
            insistent: self.insistent,
            scope: self.scope,
            done: BTreeSet::new(),
            listed: &|_| {},
            progress,
        };
        sweeper.sweep(source, None, settle).await;
        done.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the roles of an account, and says for each what kept it from being changed.
    async fn change(&self, account: AccountId, standings: &[&Standing]) -> Vec<Option<Undone>> {
        let mut tally = Tally::default();
        let iam = match self.enter(account, &self.changing, &mut tally).await {
            Ok(iam) => iam,
            Err(error) => {
                let cause = tally.cause(error);
                let failed = standings.iter().map(|_| Some(Undone::Failed(cause.clone())));
                return failed.collect();
            }
        };
        let mut results = Vec::new();
        for standing in standings {
            let mut tally = Tally::default();
            let changed = self.change_role(&iam, account, standing, &mut tally).await;
            results.push(match changed {
                Ok(true) => None,
                Ok(false) => Some(Undone::Changed),
                Err(error) => Some(Undone::Failed(tally.cause(error))),
            });
        }
        results
    }

    /// Changes a role that is still as it was shown; whether it is.
    async fn change_role(
        &self,
        iam: &super::iam::Iam<'_>,
        account: AccountId,
        standing: &Standing,
        tally: &mut Tally,
    ) -> Result<bool, CallError> {
        let Some(target) = self.targets_of(account).find(|target| target.kind == standing.kind) else {
            return Ok(false);
        };
        let found = iam.find(target, tally).await?;
        if self.plan(target, &found, account) != standing.plan {
            return Ok(false);
        }
        let desired = target.wanted.as_ref();
        let desired = desired.map(|wanted| wanted.desired(&self.terms, &self.hub.partition, account.as_str()));
        match (&standing.plan.action, &desired) {
            (Action::Create, Some(desired)) => iam.create(target, desired, tally).await?,
            (Action::Mend(changes), Some(desired)) => iam.mend(desired, changes, tally).await?,
            (Action::Remove { policy }, _) => iam.remove(target, *policy, tally).await?,
            _ => return Ok(false),
        }
        Ok(true)
    }
}

/// What is to be done in an account, if anything is.
fn work(account: &Account) -> Option<Vec<&Standing>> {
    let Seen::Read(standings) = &account.seen else {
        return None;
    };
    let work: Vec<&Standing> = standings.iter().filter(|standing| standing.plan.is_work()).collect();
    (!work.is_empty()).then_some(work)
}
