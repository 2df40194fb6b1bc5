//! Judging the guardrails for an account, once for all accounts that are restricted alike.

use std::collections::HashMap;
use std::sync::Arc;

use iam_policy::effective::{Effective, Evaluator, Known, Touch, control_signature};
use iam_policy::request::Value;
use iam_policy::{ActionId, ActionSet, Catalogue, Effect, Layer, Policies, Policy};

use super::guardrail::{Guardrail, Guardrails, Who};
use super::record::Kind;
use super::verdict::{Because, EXPLAINED, How, Status, Verdict};
use crate::account::{AccountId, Partition};

/// Actions that are named where a guardrail holds for some of its actions only.
const NAMED: usize = 10;

/// The policies above an account as the engine takes them.
#[derive(Default)]
pub(super) struct Chain<'c> {
    pub(super) policies: Policies,
    /// The ids of the service control policies of each level; the engine's lists may have more behind them.
    pub(super) scps: Vec<Vec<&'c str>>,
    /// The ids of the resource control policies of each level.
    pub(super) rcps: Vec<Vec<&'c str>>,
    /// Something of it is not known; what is missing may allow anything, and deny anything.
    pub(super) is_open: bool,
}

/// What every request of an account's principals has in its context.
pub(super) struct Identity {
    account: String,
    root_user: String,
    organization: Option<String>,
    path: Option<String>,
}

/// Judges accounts, and keeps what accounts come to that are restricted alike.
pub(super) struct Judge<'a> {
    evaluator: Evaluator,
    guardrails: &'a Guardrails,
    alike: HashMap<(Vec<usize>, Vec<usize>, bool), usize>,
    verdicts: Vec<Vec<Verdict>>,
}

impl Identity {
    /// `path` names the organization, its root and the units above the account, each with a slash behind it.
    pub(super) fn new(
        account: AccountId,
        partition: &Partition,
        organization: Option<&str>,
        path: Option<String>,
    ) -> Self {
        Self {
            account: account.to_string(),
            root_user: format!("arn:{partition}:iam::{account}:root"),
            organization: organization.map(str::to_owned),
            path,
        }
    }

    fn known(&self, who: Who) -> Known<'_> {
        let mut known = Known::default();
        let one = |text: &'static str| Value::One(text.into());
        let mut keys = vec![
            ("aws:PrincipalAccount", Value::One(self.account.as_str().into())),
            ("aws:PrincipalIsAWSService", one("false")),
        ];
        if let Some(organization) = &self.organization {
            keys.push(("aws:PrincipalOrgID", Value::One(organization.as_str().into())));
        }
        if let Some(path) = &self.path {
            keys.push(("aws:PrincipalOrgPaths", Value::Many(vec![path.as_str().into()])));
        }
        if who == Who::RootUser {
            keys.push(("aws:PrincipalArn", Value::One(self.root_user.as_str().into())));
            keys.push(("aws:PrincipalType", one("Account")));
            keys.push(("aws:userid", Value::One(self.account.as_str().into())));
            known.insert_absent("aws:username");
        }
        for (key, value) in keys {
            // The keys differ.
            let _ = known.insert(key, value);
        }
        known
    }
}

impl<'a> Judge<'a> {
    pub(super) fn new(evaluator: Evaluator, guardrails: &'a Guardrails) -> Self {
        Self {
            evaluator,
            guardrails,
            alike: HashMap::new(),
            verdicts: Vec::new(),
        }
    }

    /// The place of an account's verdicts, one for each guardrail.
    pub(super) fn judge(&mut self, chain: &Chain<'_>, identity: &Identity) -> usize {
        let (anybody, root_user) = (identity.known(Who::Anybody), identity.known(Who::RootUser));
        let signature = |known| control_signature(&chain.policies, known);
        let key = signature(&anybody).zip(signature(&root_user));
        let key = key.map(|(anybody, root_user)| (anybody, root_user, chain.is_open));
        if let Some(place) = key.as_ref().and_then(|key| self.alike.get(key)) {
            return *place;
        }
        let of_anybody = self.evaluator.ceiling(&chain.policies, &anybody);
        let of_root_user = self.evaluator.ceiling(&chain.policies, &root_user);
        let guardrails = self.guardrails;
        let verdicts = guardrails.iter().map(|guardrail| match guardrail.who {
            Who::Anybody => self.verdict(guardrail, chain, &anybody, &of_anybody),
            Who::RootUser => self.verdict(guardrail, chain, &root_user, &of_root_user),
        });
        let verdicts = verdicts.collect();
        let place = self.verdicts.len();
        self.verdicts.push(verdicts);
        self.alike.extend(key.map(|key| (key, place)));
        place
    }

    pub(super) fn into_verdicts(self) -> Vec<Vec<Verdict>> {
        self.verdicts
    }

    fn verdict(&mut self, guardrail: &Guardrail, chain: &Chain<'_>, known: &Known<'_>, left: &Effective) -> Verdict {
        let wanted = &guardrail.expanded;
        let mut possible = wanted.clone();
        possible.keep(&left.upper_some);
        let mut prevented = wanted.clone();
        prevented.remove(&possible);
        let mut free = possible.clone();
        free.keep(&left.lower_all);
        let mut depending = possible.clone();
        depending.remove(&free);
        let actions = wanted.count();
        let status = if possible.is_empty() {
            Status::Prevented
        } else if chain.is_open {
            Status::Unknown
        } else if free.count() == actions {
            Status::NotPrevented
        } else {
            Status::Depends
        };
        let mut because = Vec::new();
        let mut explain = |actions: &ActionSet, decide: fn(&Chain<'_>, &[Touch<'_>]) -> Vec<Because>| {
            for id in actions.iter().take(EXPLAINED) {
                let touches = self.evaluator.explain(&chain.policies, known, id);
                for reason in decide(chain, &touches) {
                    count(&mut because, reason);
                }
            }
        };
        explain(&prevented, preventing);
        explain(&depending, restricting);
        because.sort();
        let name = |id: ActionId| Catalogue::get().name(id);
        Verdict {
            status,
            actions,
            prevented: prevented.count(),
            free: if chain.is_open { 0 } else { free.count() },
            open: if status == Status::Prevented {
                Vec::new()
            } else {
                possible.iter().take(NAMED).map(name).collect()
            },
            because,
        }
    }
}

/// Adds a reason, or counts it once more.
fn count(because: &mut Vec<Because>, reason: Because) {
    let same = |other: &&mut Because| {
        Because {
            actions: 0,
            ..(**other).clone()
        } == Because {
            actions: 0,
            ..reason.clone()
        }
    };
    match because.iter_mut().find(same) {
        Some(other) => other.actions += 1,
        None => because.push(reason),
    }
}

/// The statements that deny an action for good, or the first level that does not allow it.
fn preventing(chain: &Chain<'_>, touches: &[Touch<'_>]) -> Vec<Because> {
    let denies = touches
        .iter()
        .filter(|touch| touch.statement.effect == Effect::Deny && touch.reach.always && touch.reach.all);
    let denies: Vec<Because> = denies.filter_map(|touch| told(chain, touch, How::Denies)).collect();
    if !denies.is_empty() {
        return denies;
    }
    let levels = 0..chain.policies.scps.len();
    let allows = |level: usize| {
        touches.iter().any(|touch| {
            touch.statement.effect == Effect::Allow && touch.statement.layer == Layer::ServiceControl(level)
        })
    };
    let silent = levels.into_iter().find(|level| !allows(*level));
    let silent = silent.map(|level| Because {
        how: How::DoesNotAllow,
        kind: Kind::Scp,
        level,
        policy: None,
        statement: None,
        sid: None,
        actions: 1,
    });
    silent.into_iter().collect()
}

/// The statements that keep an action from some, or leave it to some only.
fn restricting(chain: &Chain<'_>, touches: &[Touch<'_>]) -> Vec<Because> {
    let fully = |layer: Layer| {
        touches.iter().any(|touch| {
            touch.statement.effect == Effect::Allow
                && touch.statement.layer == layer
                && touch.reach.always
                && touch.reach.all
        })
    };
    let mut because = Vec::new();
    for touch in touches {
        let how = match (touch.statement.effect, touch.reach.always) {
            (Effect::Deny, false) => How::DeniesUnderConditions,
            (Effect::Deny, true) => How::DeniesOnSomeResources,
            (Effect::Allow, _) if kind(touch) == Kind::Rcp || fully(touch.statement.layer) => continue,
            (Effect::Allow, false) => How::AllowsUnderConditions,
            (Effect::Allow, true) => How::AllowsOnSomeResources,
        };
        because.extend(told(chain, touch, how));
    }
    because
}

fn kind(touch: &Touch<'_>) -> Kind {
    match touch.statement.layer {
        Layer::ResourceControl(_) => Kind::Rcp,
        _ => Kind::Scp,
    }
}

fn told(chain: &Chain<'_>, touch: &Touch<'_>, how: How) -> Option<Because> {
    let kind = kind(touch);
    let level = touch.statement.layer.level()?;
    let ids = match kind {
        Kind::Scp => &chain.scps,
        Kind::Rcp => &chain.rcps,
    };
    // What stands in for something unread has no id, and nothing to tell.
    let id = ids.get(level)?.get(touch.statement.policy)?;
    Some(Because {
        how,
        kind,
        level,
        policy: Some((*id).to_owned()),
        statement: Some(touch.statement.statement),
        sid: touch.statement.sid.map(str::to_owned),
        actions: 1,
    })
}

/// What stands in for something that could not be read: it may allow everything.
pub(super) fn anything() -> Arc<Policy> {
    Arc::new(Policy::read(
        r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#,
    ))
}
