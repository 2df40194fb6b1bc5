//! Actions that one request does to several resources at once.

use super::extent::Extent;
use super::planes::certainty;
use super::{Known, layers};
use crate::catalogue::{ActionId, Catalogue};
use crate::decision::{Layer, Policies};
use crate::evaluate::Kind;
use crate::statement::Effect;

/// Whether an action that is in `lower_some` of the policies is allowed in every context on a resource of each type
/// that it takes.
///
/// The catalogue does not tell types that a request needs together from alternatives, and a request for an action such
/// as `ec2:RunInstances` needs several: only one of each of them makes it sure that a request is allowed. That the
/// action is in `lower_some` leaves a single layer that allows less than every resource, and no denial.
pub(crate) fn allows_each_type(policies: &Policies, known: &Known<'_>, id: ActionId) -> bool {
    let catalogue = Catalogue::get();
    let Some(action) = catalogue.action(id) else {
        return false;
    };
    let types = catalogue.resource_types(action);
    if types.len() <= 1 {
        return true;
    }
    let key = catalogue.key(id);
    layers(policies).all(|(layer, policies)| {
        match layer {
            // These do not allow; an absent one does not limit.
            Layer::ResourceControl(_) | Layer::Resource => return true,
            Layer::Boundary | Layer::Session if policies.is_empty() => return true,
            _ => {}
        }
        let mut missing = types.to_vec();
        for statement in policies.iter().flat_map(|policy| &policy.statements) {
            if statement.effect == Effect::Allow
                && statement.actions.cover(key)
                && certainty(statement, Kind::Attached, known) == Some(true)
            {
                let extent = Extent::new(statement, Kind::Attached, known, catalogue);
                missing.retain(|number| !extent.has_one_of(action.service, *number));
            }
            if missing.is_empty() {
                return true;
            }
        }
        false
    })
}
