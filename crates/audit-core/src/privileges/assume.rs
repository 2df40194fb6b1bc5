//! Who may assume which role of the account, directly and by way of other roles.

use std::collections::HashMap;
use std::sync::Arc;

use iam_policy::effective::{OneAction, Possibility};
use iam_policy::request::Principal as Requester;
use iam_policy::{Effect, Grantee, Policy};

use super::power::Power;
use super::principal::{Principal, Who};
use super::readable::Readable;

/// The graph: a row of roles for each principal.
#[derive(Debug, Default)]
pub(super) struct Assume {
    /// For each principal the roles that it may assume, as places among the principals, and whether certainly.
    targets: Vec<Vec<(usize, bool)>>,
    /// The same the other way round.
    sources: HashMap<usize, Vec<(usize, bool)>>,
}

/// A role whose trust policy lets in principals of the account.
struct Door<'a> {
    role: usize,
    arn: &'a str,
    trust: Arc<Policy>,
    /// Nothing of its trust policy is left out.
    is_read: bool,
    /// It lets in whoever the account lets.
    is_wide: bool,
    /// ARNs that it names.
    named: Vec<String>,
}

impl Assume {
    pub(super) fn new(principals: &[Principal<'_>], powers: &[Power]) -> Self {
        let doors: Vec<Door<'_>> = principals
            .iter()
            .enumerate()
            .filter_map(|(at, one)| door(at, one))
            .collect();
        let wide: Vec<&Door<'_>> = doors.iter().filter(|door| door.is_wide).collect();
        let mut by_name: HashMap<&str, Vec<&Door<'_>>> = HashMap::new();
        for door in doors.iter().filter(|door| !door.is_wide) {
            for name in &door.named {
                by_name.entry(name.as_str()).or_default().push(door);
            }
        }
        let mut graph = Self::default();
        for (at, (principal, power)) in principals.iter().zip(powers).enumerate() {
            let named = by_name.get(principal.who.arn()).map(Vec::as_slice).unwrap_or_default();
            // A wide door that also names the principal needs no permission of its own.
            let wide = wide
                .iter()
                .filter(|door| power.may_call_assume_role || door.named.iter().any(|name| name == principal.who.arn()));
            let candidates: Vec<&&Door<'_>> = wide.chain(named).filter(|door| door.role != at).collect();
            let mut targets = Vec::new();
            if let (false, Ok(requester)) = (candidates.is_empty(), Requester::new(principal.who.arn())) {
                let known = principal.known();
                let action = OneAction::new(&principal.policies, &known, "sts:AssumeRole");
                for door in candidates {
                    let possibility = action.may_assume(&requester, door.arn, &door.trust);
                    if possibility != Possibility::Never {
                        let is_known = door.is_read && principal.incomplete.is_empty();
                        targets.push((door.role, possibility == Possibility::Always && is_known));
                    }
                }
            }
            targets.sort_unstable();
            targets.dedup_by_key(|target| target.0);
            for (role, certain) in &targets {
                graph.sources.entry(*role).or_default().push((at, *certain));
            }
            graph.targets.push(targets);
        }
        graph
    }

    pub(super) fn targets(&self, at: usize) -> &[(usize, bool)] {
        self.targets.get(at).map(Vec::as_slice).unwrap_or_default()
    }

    pub(super) fn sources(&self, role: usize) -> impl Iterator<Item = (usize, bool)> + '_ {
        self.sources.get(&role).into_iter().flatten().copied()
    }

    /// How many roles directly, and how many by way of others as well.
    pub(super) fn reach(&self, at: usize) -> (usize, usize) {
        let direct = self.targets(at).len();
        let mut seen = vec![false; self.targets.len()];
        if let Some(own) = seen.get_mut(at) {
            *own = true;
        }
        let mut open = vec![at];
        let mut count = 0;
        while let Some(next) = open.pop() {
            for (role, _) in self.targets(next) {
                let Some(seen) = seen.get_mut(*role).filter(|seen| !**seen) else {
                    continue;
                };
                *seen = true;
                count += 1;
                open.push(*role);
            }
        }
        (direct, count)
    }
}

fn door<'a>(at: usize, principal: &Principal<'a>) -> Option<Door<'a>> {
    let Who::Role(role) = principal.who else {
        return None;
    };
    let trust = Readable::read(role.trust.as_deref()?);
    let mut door = Door {
        role: at,
        arn: &role.arn,
        is_read: trust.problem().is_none(),
        trust: trust.granting,
        is_wide: false,
        named: Vec::new(),
    };
    let mut is_open = false;
    for statement in &door.trust.statements {
        if statement.effect == Effect::Deny || !statement.covers_action("sts:AssumeRole") {
            continue;
        }
        door.is_wide |= statement.spares_some();
        is_open |= statement.spares_some();
        for grantee in statement.grantees() {
            match grantee {
                Grantee::Everyone | Grantee::Account(_) => door.is_wide = true,
                Grantee::Arn(arn) => door.named.push(arn.to_string()),
                Grantee::Service(_) | Grantee::Federated(_) | Grantee::CanonicalUser(_) => continue,
            }
            is_open = true;
        }
    }
    is_open.then_some(door)
}
