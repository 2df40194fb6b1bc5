//! The `Condition` element.
//!
//! Rules: "IAM JSON policy elements: Condition operators", "Conditions with multiple context keys or values" and
//! "Single-valued vs. multivalued context keys". Operators and keys are joined by AND, values by OR, and the values
//! of a negated operator by NOR.

mod operand;
mod operator;

use crate::effective::Known;
use crate::json::{Json, quoted};
use crate::request::{Context, Value};

use operand::Operands;
use operator::{Operator, Qualifier};

/// One operator with one key.
#[derive(Clone, Debug)]
pub(crate) struct Condition {
    qualifier: Option<Qualifier>,
    operator: Operator,
    if_exists: bool,
    /// In lower case.
    key: Box<str>,
    operands: Operands,
}

impl Condition {
    /// Compiles the element into its conditions, all of which must hold. Values that nothing can match are told to
    /// `note`; the error says why the whole statement cannot be read.
    pub(crate) fn all(element: &Json<'_>, variables: bool, note: &mut impl FnMut(String)) -> Result<Vec<Self>, String> {
        let Json::Object(operators) = element else {
            return Err(format!("the condition is {}, not an object", element.kind()));
        };
        let mut all = Vec::new();
        for (name, keys) in operators {
            let (qualifier, operator, if_exists) = operator::parse(name)?;
            let Json::Object(keys) = keys else {
                return Err(format!("condition operator {} has no object of keys", quoted(name)));
            };
            for (key, values) in keys {
                let values = scalars(values).ok_or_else(|| {
                    format!(
                        "condition key {} has a value that is no text, number or boolean",
                        quoted(key)
                    )
                })?;
                all.push(Self {
                    qualifier,
                    operator,
                    if_exists,
                    key: key.to_ascii_lowercase().into_boxed_str(),
                    operands: Operands::new(operator, &values, variables, note),
                });
            }
        }
        Ok(all)
    }

    /// Whether the condition holds in every context or in none, `None` when neither is known.
    pub(crate) fn is_certain(&self, known: &Known<'_>) -> Option<bool> {
        let is_known = known.has(&self.key) && self.operands.variables().all(|key| known.has(key));
        is_known.then(|| self.holds(known.context()))
    }

    /// Whether the condition holds in a context.
    pub(crate) fn holds(&self, context: &Context<'_>) -> bool {
        let value = context.get(&self.key);
        if let Operands::Null(wanted) = &self.operands {
            let absent = match value {
                None => true,
                Some(Value::One(_)) => false,
                Some(Value::Many(values)) => values.is_empty(),
            };
            return wanted.contains(&absent);
        }
        let negated = self.operator.is_negated();
        let accepts = |one: &str| self.operands.match_any(one, context) != negated;
        match (self.qualifier, value) {
            (Some(qualifier), None) => qualifier == Qualifier::ForAllValues,
            (None, None) => self.if_exists || negated,
            // The guide: with a set operator an empty string is an empty set.
            (Some(qualifier), Some(Value::One(one))) if one.is_empty() => qualifier == Qualifier::ForAllValues,
            (_, Some(Value::One(one))) => accepts(one),
            (Some(Qualifier::ForAllValues), Some(Value::Many(many))) => many.iter().all(|one| accepts(one)),
            (Some(Qualifier::ForAnyValue), Some(Value::Many(many))) => many.iter().any(|one| accepts(one)),
            // A multivalued key needs a set operator; without one nothing matches, not even a negated operator.
            (None, Some(Value::Many(_))) => false,
        }
    }
}

/// One scalar, or an array of them, as text.
fn scalars<'j>(values: &'j Json<'_>) -> Option<Vec<&'j str>> {
    let scalar = |value: &'j Json<'_>| match value {
        Json::String(text) => Some(text.as_ref()),
        Json::Number(text) => Some(text.as_str()),
        Json::Bool(value) => Some(if *value { "true" } else { "false" }),
        _ => None,
    };
    match values {
        Json::Array(values) => values.iter().map(scalar).collect(),
        value => scalar(value).map(|value| vec![value]),
    }
}
