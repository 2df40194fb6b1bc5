//! One resource, several copies: an aggregator shows an identity once for each Region that records it.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use super::Item;

/// A resource, and how many copies of it there were.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// The copy that was captured last.
    pub item: Item,
    /// How many copies there were, itself included.
    pub copies: u64,
}

/// The resources of these items, each by its newest copy, in the order of type, name and id.
///
/// Identities are told apart by account and unique id, wherever they were recorded; a name may have belonged to another
/// before. The ids of other resources may be the same in two Regions, so that the Region is part of what they are.
#[must_use]
pub fn newest(items: impl IntoIterator<Item = Item>) -> Vec<Held> {
    let mut known: BTreeMap<_, Held> = BTreeMap::new();
    for item in items {
        let global = item.resource_type.starts_with("AWS::IAM::");
        let region = item.region.clone().filter(|_| !global);
        let key = (item.account, item.resource_type.clone(), item.id.clone(), region);
        match known.entry(key) {
            Entry::Vacant(place) => drop(place.insert(Held { item, copies: 1 })),
            Entry::Occupied(place) => {
                let held = place.into_mut();
                held.copies += 1;
                // Of copies of the same moment the first Region by name, so that the order of answers does not matter.
                let newer = item.captured > held.item.captured
                    || (item.captured == held.item.captured && item.region < held.item.region);
                if newer {
                    held.item = item;
                }
            }
        }
    }
    let mut held: Vec<Held> = known.into_values().collect();
    held.sort_by(|one, other| order(&one.item).cmp(&order(&other.item)));
    held
}

fn order(item: &Item) -> (&str, &str, Option<&str>, &str, Option<&str>) {
    let (account, kind, id) = (item.account.as_str(), item.resource_type.as_str(), item.id.as_str());
    (account, kind, item.name.as_deref(), id, item.region.as_deref())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn item(kind: &str, id: &str, region: &str, captured: &str) -> Item {
        let text = json!({
            "accountId": "111122223333", "resourceType": kind, "resourceId": id, "awsRegion": region,
            "resourceName": "alice", "configurationItemCaptureTime": captured,
        });
        Item::read(&text.to_string()).unwrap()
    }

    #[test]
    fn the_newest_copy_counts_whatever_the_order() {
        const USER: &str = "AWS::IAM::User";
        let old = item(USER, "AIDA1", "eu-west-1", "2026-11-18T00:00:00Z");
        let new = item(USER, "AIDA1", "global", "2026-11-19T00:00:00Z");
        let same = item(USER, "AIDA1", "ap-south-1", "2026-11-19T00:00:00Z");
        let reused = item(USER, "AIDA2", "global", "2026-11-01T00:00:00Z");
        let expected = [(same.clone(), 3), (reused.clone(), 1)];
        for order in [
            [&old, &new, &same, &reused],
            [&same, &reused, &new, &old],
            [&new, &old, &reused, &same],
        ] {
            let held = newest(order.into_iter().cloned());
            let held: Vec<_> = held.into_iter().map(|held| (held.item, held.copies)).collect();
            assert_eq!(held, expected);
        }
    }

    #[test]
    fn resources_that_live_in_regions_are_not_copies_of_each_other() {
        let here = item("AWS::Lambda::Function", "report", "eu-west-1", "2026-11-18T00:00:00Z");
        let there = item("AWS::Lambda::Function", "report", "us-east-1", "2026-11-18T00:00:00Z");
        assert_eq!(newest([there, here]).len(), 2);
        assert_eq!(newest([]), []);
    }
}
