//! What the documents of one layer, and then all layers, come to.

use super::Effective;
use super::planes::Planes;
use crate::action_set::ActionSet;
use crate::catalogue::Catalogue;

/// Bounds of what is allowed and denied so far.
#[derive(Clone, Debug)]
pub(super) struct Sum {
    /// Allowed on every resource, whatever the context.
    allow_all: ActionSet,
    /// Allowed on one resource at least, whatever the context.
    allow_part: ActionSet,
    /// Possibly allowed on every resource.
    allow_wide: ActionSet,
    /// Possibly allowed.
    allow_any: ActionSet,
    /// Denied on every resource, whatever the context.
    deny_all: ActionSet,
    /// Denied on one resource at least, whatever the context.
    deny_part: ActionSet,
    /// Possibly denied.
    deny_any: ActionSet,
}

impl Sum {
    /// Nothing yet.
    pub(super) fn new(catalogue: &Catalogue) -> Self {
        let empty = || ActionSet::with_room(catalogue.actions.len());
        Self {
            allow_all: empty(),
            allow_part: empty(),
            allow_wide: empty(),
            allow_any: empty(),
            deny_all: empty(),
            deny_part: empty(),
            deny_any: empty(),
        }
    }

    /// No limit at all.
    pub(super) fn unlimited(catalogue: &Catalogue) -> Self {
        let mut sum = Self::new(catalogue);
        for allow in [
            &mut sum.allow_all,
            &mut sum.allow_part,
            &mut sum.allow_wide,
            &mut sum.allow_any,
        ] {
            allow.insert_range(0..catalogue.actions.len());
        }
        sum
    }

    /// Adds a document of the same layer: one that allows is enough.
    pub(super) fn unite(&mut self, planes: &Planes) {
        self.allow_all.add_sparse(&planes.allow.all);
        self.allow_part.add_sparse(&planes.allow.part);
        self.allow_wide.add_sparse(&planes.allow.wide);
        self.allow_any.add_sparse(&planes.allow.any);
        self.deny_all.add_sparse(&planes.deny.all);
        self.deny_part.add_sparse(&planes.deny.part);
        self.deny_any.add_sparse(&planes.deny.any);
    }

    /// Adds a layer: each must allow. Where both allow on a part only, the parts may have nothing in common.
    pub(super) fn limit(&mut self, other: &Self) {
        self.allow_part
            .keep_and_add_common(&other.allow_all, &other.allow_part, &self.allow_all);
        self.allow_all.keep(&other.allow_all);
        self.allow_wide.keep(&other.allow_wide);
        self.allow_any.keep(&other.allow_any);
        self.deny(other);
    }

    /// Adds the denials of a layer that need not allow.
    pub(super) fn deny(&mut self, other: &Self) {
        self.deny_all.add(&other.deny_all);
        self.deny_part.add(&other.deny_part);
        self.deny_any.add(&other.deny_any);
    }

    pub(super) fn conclude(mut self, needs_resource_policy: &ActionSet) -> Effective {
        for lower in [&mut self.allow_all, &mut self.allow_part] {
            lower.remove(&self.deny_any);
            lower.remove(needs_resource_policy);
        }
        self.allow_wide.remove(&self.deny_all);
        self.allow_wide.remove(&self.deny_part);
        self.allow_any.remove(&self.deny_all);
        Effective {
            lower_all: self.allow_all,
            lower_some: self.allow_part,
            upper_all: self.allow_wide,
            upper_some: self.allow_any,
            denied: self.deny_all,
        }
    }
}
