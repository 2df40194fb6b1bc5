//! The tree of organizational units.

use super::organization::Organization;
use super::spec::WorldSpec;
use crate::random::Random;

/// An organizational unit.
#[derive(Debug, Clone)]
pub struct OrganizationalUnit {
    /// The id, `ou-…`.
    pub id: String,
    /// The name; any text at all.
    pub name: String,
    /// The parent as an index into [`World::units`](super::World::units); none: the organization root.
    pub parent: Option<usize>,
    /// The path from the organization to this unit: `o-…/r-…/ou-…/`.
    pub path: String,
}

/// Name and parent of every unit; five levels deep, with the characters that break readers of paths.
const TREE: &[(&str, Option<usize>)] = &[
    ("Security", None),
    ("Infrastructure", None),
    ("Workloads", None),
    ("Sandbox", None),
    ("Suspended", None),
    ("prod=eu", Some(2)),
    ("Payments, Cards", Some(5)),
    ("core/ledger", Some(6)),
    ("🚀 launch", Some(7)),
    ("test", Some(2)),
    ("Networking", Some(1)),
    ("=SUM(A1:A9)", Some(3)),
    ("Empty", None),
];

const SECURITY: usize = 0;
const EMPTY: usize = 12;

pub(super) fn tree(spec: &WorldSpec, organization: &Organization) -> Vec<OrganizationalUnit> {
    let mut random = Random::of(spec.seed, "units", 0);
    let mut units: Vec<OrganizationalUnit> = Vec::new();
    for (name, parent) in TREE {
        let root = organization.root_id.trim_start_matches("r-");
        let id = format!("ou-{root}-{}", random.text("0123456789abcdefghijklmnopqrstuvwxyz", 8));
        let above = match parent.and_then(|parent| units.get(parent)) {
            Some(unit) => unit.path.clone(),
            None => format!("{}/{}/", organization.id, organization.root_id),
        };
        units.push(OrganizationalUnit {
            path: format!("{above}{id}/"),
            id,
            name: (*name).to_owned(),
            parent: *parent,
        });
    }
    units
}

/// The unit of the hub account.
pub(super) fn security(units: &[OrganizationalUnit]) -> Option<usize> {
    (!units.is_empty()).then_some(SECURITY)
}

/// A unit for an ordinary account: any but the empty one, or the organization root.
pub(super) fn any(units: &[OrganizationalUnit], random: &mut Random) -> Option<usize> {
    let chosen = random.index(units.len() + 1);
    (chosen < units.len() && chosen != EMPTY).then_some(chosen)
}
