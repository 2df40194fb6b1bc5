//! One document over the whole catalogue.

use std::collections::HashMap;
use std::ops::Range;

use foldhash::fast::FixedState;

use super::extent::Extent;
use super::meeting::Meetings;
use super::{Known, Reach};
use crate::action_set::{ActionSet, Sparse};
use crate::catalogue::{ActionId, Catalogue};
use crate::document::Policy;
use crate::evaluate::Kind;
use crate::pattern::Pattern;
use crate::statement::{Effect, Statement};

/// What the documents of an evaluator share while they are worked out.
#[derive(Debug, Default)]
pub(super) struct Shared {
    pub(super) meetings: Meetings,
    expansions: Expansions,
    // Of these only the memory is kept from one document to the next.
    covered: ActionSet,
    allow: Dense,
    deny: Dense,
}

/// The actions that a pattern matches, by its text.
#[derive(Debug, Default)]
struct Expansions(HashMap<Box<[u8]>, Sparse, FixedState>);

impl Expansions {
    fn expand(&mut self, pattern: &Pattern, catalogue: &Catalogue, into: &mut ActionSet) {
        if let Some(actions) = self.0.get(pattern.bytes()) {
            into.add_sparse(actions);
            return;
        }
        let mut actions = ActionSet::default();
        catalogue.expand(pattern, &mut actions);
        into.add(&actions);
        self.0.insert(pattern.bytes().into(), actions.take_sparse());
    }
}

/// What a document allows and denies.
#[derive(Debug)]
pub(super) struct Planes {
    pub(super) allow: Plane,
    pub(super) deny: Plane,
}

/// For which actions one of the statements reaches how far.
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

#[derive(Debug, Default)]
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
        shared: &mut Shared,
    ) -> Self {
        let Shared {
            meetings,
            expansions,
            covered,
            allow,
            deny,
        } = shared;
        for statement in &policy.statements {
            let Some(certainty) = certainty(statement, kind, known) else {
                continue;
            };
            covered.clear();
            for pattern in &statement.actions.patterns {
                expansions.expand(pattern, catalogue, covered);
            }
            if statement.actions.negated {
                covered.complement(catalogue.actions.len());
            }
            let plane = match statement.effect {
                Effect::Allow => &mut *allow,
                Effect::Deny => &mut *deny,
            };
            let mut extent = Extent::new(statement, kind, known, catalogue);
            if extent.is_everything() {
                plane.put_all(covered, certainty);
            } else {
                plane.put_reached(covered, certainty, &mut extent, meetings);
            }
        }
        Self {
            allow: allow.take(),
            deny: deny.take(),
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

    /// Puts actions service by service, as far as a statement reaches.
    fn put_reached(&mut self, actions: &ActionSet, certainty: bool, extent: &mut Extent<'_>, meetings: &mut Meetings) {
        let catalogue = Catalogue::get();
        let mut next = actions.iter().next();
        while let Some((number, service)) = next.and_then(|id| catalogue.service(id)) {
            let Range { start, end } = service.actions;
            if extent.enter(number, meetings) {
                for id in actions.iter_from(start).take_while(|id| id.index() < end) {
                    if let Some(reach) = extent.reach(id, meetings) {
                        self.put(id, reach, certainty);
                    }
                }
            }
            next = actions.iter_from(end).next();
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

    /// What has been put, which leaves this one empty.
    fn take(&mut self) -> Plane {
        Plane {
            all: self.all.take_sparse(),
            part: self.part.take_sparse(),
            wide: self.wide.take_sparse(),
            any: self.any.take_sparse(),
        }
    }
}

/// How far a statement reaches for an action, `None` where it cannot apply.
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
