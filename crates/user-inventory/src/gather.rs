//! What is read: the list of accounts, how the aggregator gets on with each, and what it shows of them.

mod target;

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use audit_aws::budget::Budget;
use audit_aws::caller::Caller;
use audit_aws::config::Config;
use audit_aws::error::CallError;
use audit_aws::organization::{Organization, Units};
use audit_aws::sweep::{Progress, Source, Sweep, Sweeper, failure, persist};
use audit_aws::tally::Tally;
use audit_core::account::AccountId;
use audit_core::inventory::{Answer, Query, Results, Sources};
use audit_core::ledger::{AccountEntry, Failure, Outcome, StoredReport};
use audit_core::reason::Reason;
use futures_util::{StreamExt as _, stream};
use jiff::Timestamp;

pub(crate) use target::Target;

use crate::deliver::evidence::EvidenceStore;
use crate::judge::{self, Beside, Witnesses};

/// So many queries run at a time. AWS publishes no rate for them.
const QUERIES_AT_A_TIME: usize = 8;

/// What asking takes.
pub(crate) struct Inquiry<'a> {
    pub(crate) caller: &'a Caller,
    pub(crate) organization: &'a Organization,
    pub(crate) config: &'a Config,
    pub(crate) target: &'a Target<'a>,
    pub(crate) query: &'a Query,
    pub(crate) as_of: Timestamp,
    pub(crate) budget: &'a Budget,
    /// How many bytes of results are held at most.
    pub(crate) memory: usize,
    pub(crate) store: EvidenceStore<'a>,
    /// The organizational units above each account, as the list of accounts gave them.
    pub(crate) above: &'a Mutex<BTreeMap<AccountId, Option<Vec<String>>>>,
    pub(crate) progress: &'a (dyn Fn(Progress<'_>) + Sync),
}

/// What is known of the organization before the first query.
struct Known {
    sources: Sources,
    /// Who records, where that was asked already.
    witnesses: Option<Witnesses>,
    /// The names of the organizational units above each account.
    paths: BTreeMap<AccountId, Option<String>>,
    /// Why they are not known, as a reason code.
    units_unknown: Option<String>,
}

/// The results about some accounts, stored if they say anything about any of them.
struct Stored {
    results: Results,
    witnesses: Witnesses,
    report: Option<StoredReport>,
}

impl Inquiry<'_> {
    /// Reads the accounts of a source; those that are not done until then are left.
    pub(crate) async fn gather(&self, sweeper: &Sweeper<'_>, source: Source<'_>, until: Option<Timestamp>) -> Sweep {
        let clock = self.caller.clock();
        let kept = match &source {
            Source::Known(_) => self.store.paths(self.caller).await,
            Source::Organization(_) => None,
        };
        // Nobody steps into an account: that it is listed is all there is to an account by itself.
        let listing = sweeper.sweep(source, until, async |entry| Ok(entry));
        let units = async {
            // An earlier part has read them already.
            match kept {
                Some(_) => None,
                None => {
                    clock
                        .before(until, self.target.units(self.organization, self.caller, false))
                        .await
                }
            }
        };
        let (mut sweep, sources, units) = futures_util::join!(
            listing,
            clock.before(until, self.target.sources(self.config, self.caller)),
            units,
        );
        let left: Vec<AccountEntry> = sweep
            .entries
            .values()
            .filter(|entry| entry.outcome == Outcome::Left)
            .cloned()
            .collect();
        let settled = match sources {
            None => Ok(Vec::new()),
            Some(Err(error)) => Ok(self.all_failed(&left, &error)),
            Some(Ok((sources, witnesses))) => {
                let (paths, units_unknown) = match kept {
                    Some(kept) => kept,
                    None => self.paths(&left, units, until).await,
                };
                let known = Known {
                    sources,
                    witnesses,
                    paths,
                    units_unknown,
                };
                self.ask(&left, &known, until).await
            }
        };
        match settled {
            Ok(entries) => sweep
                .entries
                .extend(entries.into_iter().map(|entry| (entry.account, entry))),
            Err(error) => sweep.broken = Some(error),
        }
        sweep
    }

    /// Asks about all accounts, some at a time.
    async fn ask(
        &self,
        left: &[AccountEntry],
        known: &Known,
        until: Option<Timestamp>,
    ) -> Result<Vec<AccountEntry>, CallError> {
        let done = Mutex::new(Vec::new());
        let asked = stream::iter(left.chunks(self.query.at_a_time()))
            .map(|some| self.settle(some, known))
            .buffer_unordered(QUERIES_AT_A_TIME)
            .map(|settled| settled.map(|mut entries| lock(&done).append(&mut entries)));
        let all = async {
            let mut asked = std::pin::pin!(asked);
            while let Some(settled) = asked.next().await {
                settled?;
            }
            Ok(())
        };
        if let Some(Err(error)) = self.caller.clock().before(until, all).await {
            return Err(error);
        }
        Ok(done.into_inner().unwrap_or_else(PoisonError::into_inner))
    }

    /// What becomes of some accounts; what goes wrong with the query about them is theirs alone.
    ///
    /// # Errors
    /// When the store takes nothing at all.
    async fn settle(&self, some: &[AccountEntry], known: &Known) -> Result<Vec<AccountEntry>, CallError> {
        let Some(first) = some.first().map(|entry| entry.account) else {
            return Ok(Vec::new());
        };
        let accounts: Vec<AccountId> = some.iter().map(|entry| entry.account).collect();
        let give_up = || self.store.evidence.broken().is_some();
        let attempt = async |tally: &mut Tally| self.attempt(&accounts, known, tally).await;
        let result = persist(self.caller, first, give_up, attempt).await;
        if let Some(error) = self.store.evidence.broken() {
            return Err(error);
        }
        let stored = match result {
            Ok(stored) => stored,
            // Together they have more to say than there is room for.
            Err(error) if error.reason == Reason::ReportTooLarge && some.len() > 1 => {
                let (first, rest) = some.split_at(some.len() / 2);
                let mut settled = Box::pin(self.settle(first, known)).await?;
                settled.append(&mut Box::pin(self.settle(rest, known)).await?);
                return Ok(settled);
            }
            Err(error) => return Ok(self.all_failed(some, &error)),
        };
        let beside = Beside {
            query: self.query,
            sources: &known.sources,
            witnesses: &stored.witnesses,
            as_of: self.as_of,
        };
        let settled = some.iter().map(|entry| {
            let outcome = judge::outcome(entry.account, &stored.results, &beside, stored.report.as_ref());
            self.settled(entry, outcome)
        });
        Ok(settled.collect())
    }

    async fn attempt(&self, accounts: &[AccountId], known: &Known, tally: &mut Tally) -> Result<Stored, CallError> {
        let _room = self.budget.room().await;
        let expression = self.target.expression(self.query, accounts);
        let most = match accounts {
            [_] => self.memory,
            _ => self.memory / QUERIES_AT_A_TIME,
        };
        let texts = match self.target.select(self.config, self.caller, &expression, most).await {
            Err(error) if error.reason == Reason::ReportTooLarge => {
                // So that not as many such answers are read at the same time.
                self.budget.learn(most);
                return Err(error);
            }
            texts => texts?,
        };
        self.budget.learn(texts.iter().map(String::len).sum());
        let path = |account: &AccountId| (*account, known.paths.get(account).cloned().flatten());
        let paths = accounts.iter().map(path).collect();
        let answer = Answer::new(expression, paths, known.units_unknown.clone(), texts);
        let results = answer.results(self.query);
        let silent = judge::silent(accounts, &results, self.query);
        let witnesses = self.witnesses(accounts, &silent, known).await?;
        let beside = Beside {
            query: self.query,
            sources: &known.sources,
            witnesses: &witnesses,
            as_of: self.as_of,
        };
        let is_shown = |account: &AccountId| judge::is_shown(*account, &results, &beside);
        // An answer that says nothing about anybody is no evidence, and whoever asks again would only add to it.
        let report = if accounts.iter().any(is_shown) {
            Some(self.store.store(self.caller, &answer, tally).await?)
        } else {
            None
        };
        Ok(Stored {
            results,
            witnesses,
            report,
        })
    }

    /// Who records in the accounts. Where a silent one shows no recorder, what else there is is counted.
    async fn witnesses(
        &self,
        accounts: &[AccountId],
        silent: &[AccountId],
        known: &Known,
    ) -> Result<Witnesses, CallError> {
        let (Target::Aggregator { name, .. }, None) = (self.target, &known.witnesses) else {
            return Ok(known.witnesses.clone().unwrap_or_default());
        };
        let errand = self.target.errand(self.caller);
        let ask = async |expression: String| {
            self.config
                .select_aggregate(&errand, name, &expression, self.memory)
                .await
        };
        let mut witnesses = match ask(Query::recorders(accounts)).await {
            Ok(texts) => Witnesses::of_recorders(&texts),
            // Where AWS Config does not know of recorders, none is shown.
            Err(error) if error.reason == Reason::Misconfigured => Witnesses::default(),
            Err(error) => return Err(error),
        };
        let unknown = |account: &&AccountId| !witnesses.recorders.contains_key(*account);
        let unknown: Vec<AccountId> = silent.iter().filter(unknown).copied().collect();
        if !unknown.is_empty() {
            let texts = ask(self.query.counting(&unknown)).await?;
            let malformed = || CallError::new("config:SelectAggregateResourceConfig", Reason::MalformedAnswer);
            witnesses.counted = judge::counted(&texts).ok_or_else(malformed)?;
        }
        Ok(witnesses)
    }

    /// The names of the units above each account, kept for later parts; without them, why.
    async fn paths(
        &self,
        left: &[AccountEntry],
        units: Option<Result<Units, CallError>>,
        until: Option<Timestamp>,
    ) -> (BTreeMap<AccountId, Option<String>>, Option<String>) {
        let units = match units {
            // Without paths in the list, accounts have to be looked for in the tree.
            Some(Ok(_)) if self.lacks_paths(left) => {
                let walk = self.target.units(self.organization, self.caller, true);
                self.caller.clock().before(until, walk).await
            }
            other => other,
        };
        let units = match units {
            None => return (BTreeMap::new(), Some(Reason::NoAnswer.code().to_owned())),
            Some(Err(error)) => return (BTreeMap::new(), Some(error.reason.code().to_owned())),
            Some(Ok(units)) => units,
        };
        let paths = {
            let above = lock(self.above);
            let path = |entry: &AccountEntry| {
                let above = above.get(&entry.account).and_then(Option::as_deref);
                (entry.account, units.path(entry.account, above))
            };
            left.iter().map(path).collect()
        };
        self.store.keep_paths(self.caller, &paths).await;
        (paths, None)
    }

    fn lacks_paths(&self, left: &[AccountEntry]) -> bool {
        let above = lock(self.above);
        let lacks = |entry: &AccountEntry| above.get(&entry.account).is_none_or(Option::is_none);
        left.iter().any(lacks)
    }

    fn all_failed(&self, some: &[AccountEntry], error: &CallError) -> Vec<AccountEntry> {
        let failed = some.iter().map(|entry| {
            let failure: Failure = failure(entry.account, error.clone());
            self.settled(entry, Outcome::Failed(failure))
        });
        failed.collect()
    }

    fn settled(&self, entry: &AccountEntry, outcome: Outcome) -> AccountEntry {
        let entry = AccountEntry {
            outcome,
            ..entry.clone()
        };
        (self.progress)(Progress::Settled(&entry));
        entry
    }
}

fn lock<T>(state: &Mutex<T>) -> MutexGuard<'_, T> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}
