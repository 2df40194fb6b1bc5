//! The dialect of AWS Config's advanced queries, with counts as its only aggregate: what is not understood is refused.

mod parse;
mod token;

use std::cmp::Ordering;

use serde_json::{Map, Value, json};

use super::path;

/// What `SELECT *` stands for.
const SCALARS: [&str; 10] = [
    "accountId",
    "awsRegion",
    "arn",
    "availabilityZone",
    "configurationItemCaptureTime",
    "resourceCreationTime",
    "resourceId",
    "resourceName",
    "resourceType",
    "version",
];

/// The one aggregate, as it is selected and as its column is called.
const COUNT: &str = "COUNT(*)";

/// A query that was understood.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Query {
    select: Vec<String>,
    condition: Option<Condition>,
    /// Properties whose equal values are put together.
    group: Vec<String>,
    /// Properties, and whether from the greatest down.
    order: Vec<(String, bool)>,
}

#[derive(Debug, Clone, PartialEq)]
enum Condition {
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Not(Box<Condition>),
    Test(String, Test),
}

#[derive(Debug, Clone, PartialEq)]
enum Test {
    Compare(Comparison, Value),
    In(Vec<Value>),
    Between(Value, Value),
    /// Begins with, from the pattern without its percent sign.
    Like(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Query {
    /// Reads an expression, or tells what is wrong with it.
    pub(super) fn parse(expression: &str) -> Result<Self, String> {
        let length = expression.chars().count();
        if !(1..=4_096).contains(&length) {
            return Err("The expression must have 1 to 4096 characters".to_owned());
        }
        parse::query(&token::all(expression)?)
    }

    /// True if the query is for this item.
    pub(super) fn matches(&self, item: &Value) -> bool {
        self.condition.as_ref().is_none_or(|condition| condition.holds(item))
    }

    /// Names of the properties that are selected.
    pub(super) fn fields(&self) -> Vec<&str> {
        let names = self.select.iter().map(String::as_str);
        names
            .flat_map(|name| if name == "*" { SCALARS.to_vec() } else { vec![name] })
            .collect()
    }

    /// True if the query counts items instead of showing them.
    pub(super) fn is_aggregate(&self) -> bool {
        !self.group.is_empty() || self.select.iter().any(|name| name == COUNT)
    }

    /// False if the query is only for accounts of which this is none.
    pub(super) fn may_concern(&self, account: &str) -> bool {
        self.condition
            .as_ref()
            .is_none_or(|condition| condition.may_concern(account))
    }

    /// The results of a query that found these items.
    pub(super) fn results(&self, items: &[Value]) -> Vec<Value> {
        if !self.is_aggregate() {
            return items.iter().map(|item| self.project(item)).collect();
        }
        let mut groups: Vec<(Value, u64)> = Vec::new();
        for item in items {
            let group = self.project(item);
            match groups.iter_mut().find(|(known, _)| *known == group) {
                Some((_, count)) => *count += 1,
                None => groups.push((group, 1)),
            }
        }
        let counted = groups.into_iter().map(|(mut group, count)| {
            if let Some(members) = group
                .as_object_mut()
                .filter(|_| self.select.iter().any(|name| name == COUNT))
            {
                members.insert(COUNT.to_owned(), json!(count));
            }
            group
        });
        counted.collect()
    }

    /// The selected properties of an item, nested as in the item.
    fn project(&self, item: &Value) -> Value {
        let mut result = Value::Object(Map::new());
        for name in self.fields() {
            path::copy(item, name, &mut result);
        }
        result
    }

    /// Puts rows in the order that the query asks for.
    pub(super) fn sort(&self, rows: &mut [Value]) {
        if self.order.is_empty() {
            return;
        }
        rows.sort_by(|one, other| {
            let orders = self.order.iter().map(|(name, down)| {
                let values = (
                    path::values(one, name).first().copied(),
                    path::values(other, name).first().copied(),
                );
                let order = match values {
                    (Some(one), Some(other)) => compare(one, other).unwrap_or(Ordering::Equal),
                    (one, other) => one.is_some().cmp(&other.is_some()),
                };
                if *down { order.reverse() } else { order }
            });
            orders.fold(Ordering::Equal, Ordering::then)
        });
    }
}

impl Condition {
    fn may_concern(&self, account: &str) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.may_concern(account)),
            Self::Any(parts) => parts.iter().any(|part| part.may_concern(account)),
            Self::Test(name, Test::In(values)) if name == "accountId" => values.iter().any(|value| value == account),
            Self::Not(_) | Self::Test(..) => true,
        }
    }

    fn holds(&self, item: &Value) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.holds(item)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(item)),
            Self::Not(part) => !part.holds(item),
            Self::Test(name, test) => path::values(item, name).into_iter().any(|value| test.holds(value)),
        }
    }
}

impl Test {
    fn holds(&self, value: &Value) -> bool {
        let is = |other: &Value| compare(value, other) == Some(Ordering::Equal);
        match self {
            Self::In(values) => values.iter().any(is),
            Self::Between(low, high) => {
                compare(value, low).is_some_and(Ordering::is_ge) && compare(value, high).is_some_and(Ordering::is_le)
            }
            Self::Like(beginning) => value.as_str().is_some_and(|text| begins(text, beginning)),
            Self::Compare(comparison, other) => compare(value, other).is_some_and(|order| comparison.holds(order)),
        }
    }
}

impl Comparison {
    fn holds(self, order: Ordering) -> bool {
        match self {
            Self::Equal => order.is_eq(),
            Self::NotEqual => order.is_ne(),
            Self::Less => order.is_lt(),
            Self::LessOrEqual => order.is_le(),
            Self::Greater => order.is_gt(),
            Self::GreaterOrEqual => order.is_ge(),
        }
    }
}

/// The order of two values of the same type; none if they cannot be compared.
fn compare(one: &Value, other: &Value) -> Option<Ordering> {
    match (one, other) {
        (Value::String(one), Value::String(other)) => Some(one.cmp(other)),
        (Value::Number(one), Value::Number(other)) => one.as_f64()?.partial_cmp(&other.as_f64()?),
        (Value::Bool(one), Value::Bool(other)) => Some(one.cmp(other)),
        _ => None,
    }
}

/// An underscore stands for any one character.
fn begins(text: &str, beginning: &str) -> bool {
    let mut letters = text.chars();
    beginning
        .chars()
        .all(|wanted| letters.next().is_some_and(|letter| wanted == '_' || wanted == letter))
}

#[cfg(test)]
mod tests;
