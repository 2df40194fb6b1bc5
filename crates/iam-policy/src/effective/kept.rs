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
type Place = Box<[Option<bool>]>;

impl Kept {
    /// What a document comes to in this context, and whether that is kept; it is not when a resource names a value of
    /// the context itself, and when the document has too many answers already.
    pub(super) fn get_or(
        &mut self,
        policy: &Arc<Policy>,
        kind: Kind,
        known: &Known<'_>,
        compute: impl FnOnce() -> Planes,
    ) -> (Arc<Planes>, bool) {
        let key = (Arc::as_ptr(policy).addr(), kind == Kind::ResourceControl);
        let document = self.0.entry(key).or_insert_with(|| Document {
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
            return (Arc::new(compute()), false);
        }
        let asked: &[Statement] = if document.is_conditional {
            &policy.statements
        } else {
            &[]
        };
        let place: Place = asked.iter().map(|one| certainty(one, kind, known)).collect();
        if let Some((_, planes)) = document.answers.iter().find(|(at, _)| *at == place) {
            return (Arc::clone(planes), true);
        }
        let planes = Arc::new(compute());
        let has_room = document.answers.len() < MOST;
        if has_room {
            document.answers.push((place, Arc::clone(&planes)));
        }
        (planes, has_room)
    }
}
