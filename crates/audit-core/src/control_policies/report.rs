//! The report: every account, every policy, every node of the tree, and what follows from them.

use std::collections::BTreeMap;
use std::fmt;

use iam_policy::effective::Evaluator;
use jiff::Timestamp;

use super::account::{AccountReport, Level, Node};
use super::compiled::Compiled;
use super::ground::{Ground, account_node, organization_path};
use super::guardrail::Guardrails;
use super::judge::{Identity, Judge, anything};
use super::policy::{PolicyRow, rows};
use super::record::{Kind, Organization, OrganizationRecord};
use super::verdict::{Status, Verdict};
use crate::account::{AccountId, Partition};
use crate::ledger::Failure;

/// Everything that is to be told about the control policies of an organization.
pub struct Report<'a> {
    /// The instant that it is about.
    pub as_of: Timestamp,
    /// The organization; `None` when the account is in none, or it could not be read.
    pub organization: Option<&'a OrganizationRecord>,
    /// The guardrails that are judged.
    pub guardrails: &'a Guardrails,
    /// The kinds that restrict nobody, and why.
    pub exempt: BTreeMap<Kind, Exemption>,
    /// The accounts, by id.
    pub accounts: Vec<AccountReport<'a>>,
    /// The verdicts that accounts come to: for each set of accounts that are restricted alike one for each guardrail.
    pub verdicts: Vec<Vec<Verdict>>,
    /// The policies, by id.
    pub policies: Vec<PolicyRow<'a>>,
    /// The organization root and the units, from the top.
    pub nodes: Vec<NodeRow<'a>>,
    /// What is not known, each once.
    pub gaps: Vec<Gap>,
}

/// An account to report about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subject<'a> {
    /// The account.
    pub account: AccountId,
    /// Its name.
    pub name: &'a str,
    /// Its state, as AWS spelled it.
    pub state: &'a str,
}

/// The organization root or a unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeRow<'a> {
    /// From the organization root to the node itself.
    pub path: Vec<Node<'a>>,
    /// What is attached to it.
    pub levels: Vec<Level<'a>>,
    /// How many accounts stand directly in it, whatever their state.
    pub accounts: usize,
    /// How many units stand directly in it.
    pub units: usize,
}

/// Why a kind of policies does not restrict an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Exemption {
    /// They never restrict the management account.
    Management,
    /// The account is in no organization.
    NoOrganization,
    /// The organization has consolidated billing only.
    FeaturesOff,
    /// The kind is not enabled at the organization root.
    TypeOff,
}

impl Exemption {
    /// In words.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Management => "control policies do not restrict the management account",
            Self::NoOrganization => "the account is in no organization",
            Self::FeaturesOff => "the organization has consolidated billing only",
            Self::TypeOff => "the policy type is not enabled",
        }
    }
}

/// Something that is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// What.
    pub what: String,
    /// Why.
    pub why: GapReason,
}

/// Why something is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GapReason {
    /// Nobody has asked for it in the time allowed.
    NotReached,
    /// The call failed for good.
    Failed(Failure),
    /// It was read and not understood.
    NotUnderstood(String),
}

impl Gap {
    pub(super) fn new(what: String, why: GapReason) -> Self {
        Self { what, why }
    }
}

impl fmt::Display for Gap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.what)?;
        match &self.why {
            GapReason::NotReached => f.write_str("not reached in the time allowed"),
            GapReason::NotUnderstood(reason) => f.write_str(reason),
            GapReason::Failed(failure) => {
                let code = failure.code.as_deref().unwrap_or(failure.reason.code());
                write!(f, "{} answered {code}", failure.operation)
            }
        }
    }
}

impl<'a> Report<'a> {
    /// Judges every account.
    #[must_use]
    pub fn new(
        as_of: Timestamp,
        partition: &Partition,
        organization: &'a Organization,
        guardrails: &'a Guardrails,
        subjects: &[Subject<'a>],
    ) -> Self {
        let mut evaluator = Evaluator::new();
        let compiled = Compiled::new(organization, &mut evaluator);
        let record = organization.organization.known().and_then(Option::as_ref);
        let ground = Ground::new(organization, &compiled);
        let mut judge = Judge::new(evaluator, guardrails);
        let anything = anything();
        let mut accounts: Vec<AccountReport<'a>> = Vec::with_capacity(subjects.len());
        for subject in subjects {
            let is_management = record.is_some_and(|record| record.management == subject.account);
            let mut exempt = ground.exempt.clone();
            if is_management {
                exempt.extend(Kind::ALL.map(|kind| (kind, Exemption::Management)));
            }
            let (path, mut gaps) = match ground.path(subject) {
                Ok(path) => (path, Vec::new()),
                Err(gap) => (vec![account_node(subject)], vec![gap]),
            };
            let way_known = gaps.is_empty();
            let levels = if way_known { ground.levels(&path) } else { Vec::new() };
            if exempt.len() < Kind::ALL.len() {
                gaps.extend(ground.gaps.iter().cloned());
                gaps.extend(
                    levels
                        .iter()
                        .filter(|level| !exempt.contains_key(&level.kind))
                        .flat_map(|level| level.gaps.clone()),
                );
            } else {
                gaps.clear();
            }
            let chain = ground.chain(&levels, &exempt, way_known, &anything);
            let above = way_known.then(|| organization_path(record, &path)).flatten();
            let identity = Identity::new(
                subject.account,
                partition,
                record.map(|record| record.id.as_str()),
                above,
            );
            accounts.push(AccountReport {
                account: subject.account,
                name: subject.name,
                state: subject.state,
                is_management,
                verdicts: judge.judge(&chain, &identity),
                exempt,
                path,
                levels,
                gaps: once(gaps),
            });
        }
        accounts.sort_by_key(|account| account.account);
        let policies = rows(organization, &compiled);
        let nodes = ground.nodes();
        let gaps = accounts.iter().flat_map(|account| account.gaps.iter().cloned());
        let gaps = gaps.chain(ground.gaps.iter().cloned());
        let gaps = gaps.chain(
            nodes
                .iter()
                .flat_map(|node| node.levels.iter().flat_map(|level| level.gaps.clone())),
        );
        let gaps = gaps.chain(policies.iter().flat_map(|policy| policy.gaps.clone()));
        let gaps = once(gaps.chain(ground.unread()));
        Self {
            as_of,
            organization: record,
            guardrails,
            exempt: ground.exempt,
            gaps,
            accounts,
            verdicts: judge.into_verdicts(),
            policies,
            nodes,
        }
    }

    /// The verdicts of an account, one for each guardrail.
    #[must_use]
    pub fn verdicts_of(&self, account: &AccountReport<'_>) -> &[Verdict] {
        self.verdicts.get(account.verdicts).map_or(&[], Vec::as_slice)
    }

    /// A policy by its id.
    #[must_use]
    pub fn policy(&self, id: &str) -> Option<&PolicyRow<'a>> {
        let place = self.policies.binary_search_by_key(&id, |row| row.id).ok()?;
        self.policies.get(place)
    }

    /// How many accounts come to each status, for the guardrail at a place.
    #[must_use]
    pub fn tally(&self, guardrail: usize) -> BTreeMap<Status, usize> {
        let mut tally: BTreeMap<Status, usize> = Status::ALL.map(|status| (status, 0)).into();
        for account in &self.accounts {
            if let Some(verdict) = self.verdicts_of(account).get(guardrail) {
                *tally.entry(verdict.status).or_default() += 1;
            }
        }
        tally
    }
}

fn once(gaps: impl IntoIterator<Item = Gap>) -> Vec<Gap> {
    let mut seen = std::collections::HashSet::new();
    let gaps = gaps.into_iter().filter(|gap| seen.insert(gap.to_string()));
    let mut gaps: Vec<Gap> = gaps.collect();
    gaps.sort_by_key(ToString::to_string);
    gaps
}
