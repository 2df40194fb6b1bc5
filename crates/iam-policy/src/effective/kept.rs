//! What documents come to, kept for the principals that share them.

use std::collections::HashMap;
use std::sync::Arc;

use foldhash::fast::FixedState;

use super::Known;
use super::planes::{Planes, certainty};
use crate::document::Policy;
use crate::evaluate::Kind;
use crate::statement::Statement;

/// How many answers one document may have; one that has more depends too much on who asks.
const MOST: usize = 64;

/// Planes by the address of the document, which is kept alive beside them.
#[derive(Debug, Default)]
pub(super) struct Kept(HashMap<(usize, bool), Document, FixedState>);

#[derive(Debug)]
struct Document {
    /// Keeps the address from being used again.
    _policy: Arc<Policy>,
    is_conditional: bool,
    has_variables: bool,
    answers: Vec<(Place, Arc<Planes>)>,
}

/// For each statement whether its conditions hold, as far as the context is known; empty without conditions.
pub(super) type Place = Box<[Option<bool>]>;

impl Kept {
    /// Where the answer for this context is kept; `None` when a resource names a value of the context itself.
    pub(super) fn place(&mut self, policy: &Arc<Policy>, kind: Kind, known: &Known<'_>) -> Option<Place> {
        let document = self.0.entry(key(policy, kind)).or_insert_with(|| Document {
            _policy: Arc::clone(policy),
            is_conditional: policy.statements.iter().any(|one| !one.conditions.is_empty()),
            has_variables: policy
                .statements
                .iter()
                .any(|one| one.resource_variables().next().is_some()),
            answers: Vec::new(),
        });
        let names_known = || {
            let mut keys = policy.statements.iter().flat_map(Statement::resource_variables);
            keys.any(|key| known.has(key))
        };
        if document.has_variables && names_known() {
            return None;
        }
        if !document.is_conditional {
            return Some(Place::default());
        }
        Some(
            policy
                .statements
                .iter()
                .map(|one| certainty(one, kind, known))
                .collect(),
        )
    }

    pub(super) fn get(&self, policy: &Arc<Policy>, kind: Kind, place: &Place) -> Option<Arc<Planes>> {
        let document = self.0.get(&key(policy, kind))?;
        let answer = document.answers.iter().find(|(at, _)| at == place)?;
        Some(Arc::clone(&answer.1))
    }

    /// Keeps an answer, unless the document has too many already.
    pub(super) fn put(&mut self, policy: &Arc<Policy>, kind: Kind, place: Place, planes: &Arc<Planes>) -> bool {
        let Some(document) = self.0.get_mut(&key(policy, kind)) else {
            return false;
        };
        let has_room = document.answers.len() < MOST;
        if has_room {
            document.answers.push((place, Arc::clone(planes)));
        }
        has_room
    }
}

fn key(policy: &Arc<Policy>, kind: Kind) -> (usize, bool) {
    (Arc::as_ptr(policy).addr(), kind == Kind::ResourceControl)
}
