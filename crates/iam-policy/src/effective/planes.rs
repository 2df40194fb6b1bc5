//! One document over the whole catalogue.

use super::extent::Extent;
use super::meeting::Meetings;
use super::{Known, Reach};
use crate::action_set::{ActionSet, Sparse};
use crate::catalogue::{ActionId, Catalogue};
use crate::document::Policy;
use crate::evaluate::Kind;
use crate::statement::{Effect, Statement};

/// What a document allows and denies.
#[derive(Debug)]
pub(super) struct Planes {
    pub(super) allow: Plane,
    pub(super) deny: Plane,
}

/// For which actions one of the statements meetings how far.
#[derive(Debug)]
pub(super) struct Plane {
    /// Every resource, whatever the context.
    pub(super) all: Sparse,
    /// One resource at least, whatever the context.
    pub(super) part: Sparse,
    /// Possibly every resource.
    pub(super) wide: Sparse,
    /// Possibly some resource.
    pub(super) any: Sparse,
}

#[derive(Default)]
struct Dense {
    all: ActionSet,
    part: ActionSet,
    wide: ActionSet,
    any: ActionSet,
}

impl Planes {
    pub(super) fn new(
        policy: &Policy,
        kind: Kind,
        known: &Known<'_>,
        catalogue: &'static Catalogue,
        meetings: &mut Meetings,
    ) -> Self {
        let (mut allow, mut deny) = (Dense::default(), Dense::default());
        for statement in &policy.statements {
            let Some(certainty) = certainty(statement, kind, known) else {
                continue;
            };
            let mut covered = ActionSet::default();
            for pattern in &statement.actions.patterns {
                catalogue.expand(pattern, &mut covered);
            }
            if statement.actions.negated {
                let listed = std::mem::replace(&mut covered, catalogue.all());
                covered.remove(&listed);
            }
            let plane = match statement.effect {
                Effect::Allow => &mut allow,
                Effect::Deny => &mut deny,
            };
            let mut extent = Extent::new(statement, kind, known, catalogue);
            if extent.is_everything() {
                plane.put_all(&covered, certainty);
                continue;
            }
            for id in covered.iter() {
                if let Some(reach) = extent.reach(id, meetings) {
                    plane.put(id, reach, certainty);
                }
            }
        }
        Self {
            allow: allow.finish(),
            deny: deny.finish(),
        }
    }
}

impl Dense {
    fn put_all(&mut self, actions: &ActionSet, certainty: bool) {
        self.any.add(actions);
        self.wide.add(actions);
        if certainty {
            self.all.add(actions);
            self.part.add(actions);
        }
    }

    fn put(&mut self, id: ActionId, reach: Reach, certainty: bool) {
        self.any.insert(id);
        if reach.wide {
            self.wide.insert(id);
        }
        if certainty && reach.all {
            self.all.insert(id);
        }
        if certainty && reach.part {
            self.part.insert(id);
        }
    }

    fn finish(self) -> Plane {
        Plane {
            all: self.all.sparse(),
            part: self.part.sparse(),
            wide: self.wide.sparse(),
            any: self.any.sparse(),
        }
    }
}

/// How far a statement meetings for an action, `None` where it cannot apply.
pub(super) fn reach(
    statement: &Statement,
    kind: Kind,
    known: &Known<'_>,
    catalogue: &'static Catalogue,
    meetings: &mut Meetings,
    id: ActionId,
) -> Option<Reach> {
    let always = certainty(statement, kind, known)?;
    if !statement.actions.cover(catalogue.key(id)) {
        return None;
    }
    let reach = Extent::new(statement, kind, known, catalogue).reach(id, meetings)?;
    Some(Reach {
        always,
        part: reach.part && always,
        ..reach
    })
}

/// Whether the statement's conditions hold in every context, `None` when they hold in none.
pub(super) fn certainty(statement: &Statement, kind: Kind, known: &Known<'_>) -> Option<bool> {
    if kind.misplaced(statement).is_some() {
        return None;
    }
    let names_all = statement
        .principals
        .as_ref()
        .is_none_or(crate::principal::Principals::are_everyone);
    Some(conditions_hold(statement, known)? && names_all)
}

/// The same for the conditions alone, whoever is named.
pub(super) fn conditions_hold(statement: &Statement, known: &Known<'_>) -> Option<bool> {
    let mut always = true;
    for condition in &statement.conditions {
        match condition.is_certain(known) {
            Some(true) => {}
            Some(false) => return None,
            None => always = false,
        }
    }
    Some(always)
}
