//! Properties of items by dotted path; a path through a list means every element of it.

use serde_json::{Map, Value};

/// All values at a path, a list's elements each for itself.
pub(super) fn values<'a>(item: &'a Value, path: &str) -> Vec<&'a Value> {
    let mut found = vec![item];
    for name in path.split('.') {
        found = found
            .into_iter()
            .flat_map(elements)
            .filter_map(|value| value.get(name))
            .collect();
    }
    found.into_iter().flat_map(elements).collect()
}

fn elements(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(items) => items.iter().collect(),
        other => vec![other],
    }
}

/// Puts what an item has at a path into the same place of a result.
pub(super) fn copy(from: &Value, path: &str, into: &mut Value) {
    let (name, rest) = path
        .split_once('.')
        .map_or((path, None), |(name, rest)| (name, Some(rest)));
    let Some(value) = from.get(name) else {
        return;
    };
    if !into.is_object() {
        *into = Value::Object(Map::new());
    }
    let Some(members) = into.as_object_mut() else {
        return;
    };
    let Some(rest) = rest else {
        members.insert(name.to_owned(), value.clone());
        return;
    };
    match value {
        Value::Array(items) => {
            let place = members
                .entry(name)
                .or_insert_with(|| Value::Array(vec![Value::Null; items.len()]));
            for (item, target) in items.iter().zip(place.as_array_mut().into_iter().flatten()) {
                copy(item, rest, target);
            }
        }
        Value::Object(_) => copy(
            value,
            rest,
            members.entry(name).or_insert_with(|| Value::Object(Map::new())),
        ),
        _ => {}
    }
}
