//! A policy document, read from its JSON text.
//!
//! The grammar is that of "Grammar of the IAM JSON policy language". Reading is tolerant statement by statement,
//! because an audit must say what it could not read, and strict where tolerance would be a guess: a key that
//! stands twice in one object makes the whole document ambiguous.

use crate::json::{Json, quoted};
use crate::statement::Statement;

/// A compiled policy document.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    /// The statements that could be read, in the order of the document.
    pub statements: Vec<Statement>,
    /// What could not be read, and what was read but can match nothing.
    pub not_evaluated: Vec<NotEvaluated>,
}

/// A part of a policy that took no part in the evaluation, or only with what is left of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotEvaluated {
    /// The place of the statement in the document, from 0; `None` when it is the whole document.
    pub statement: Option<usize>,
    /// Why, as a lowercase fragment.
    pub reason: String,
}

/// Why a document as a whole cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// The text is not JSON, or is nested too deeply.
    #[error("the policy is not JSON: {0}")]
    Json(String),
    /// An object has a key twice.
    #[error("the policy is ambiguous: the key {0} stands twice in one object")]
    RepeatedKey(String),
    /// The JSON value is no policy.
    #[error("{0}")]
    Shape(String),
}

impl Policy {
    /// Reads a document.
    ///
    /// # Errors
    /// [`PolicyError`] when nothing of the document can be trusted. A single statement that cannot be read is no
    /// error: it stands in [`not_evaluated`](Self::not_evaluated).
    pub fn parse(text: &str) -> Result<Self, PolicyError> {
        let tree: Json<'_> = serde_json::from_str(text).map_err(|error| PolicyError::Json(error.to_string()))?;
        if let Some(key) = tree.repeated_key() {
            return Err(PolicyError::RepeatedKey(quoted(key)));
        }
        Self::from_tree(&tree)
    }

    /// Reads a document; one that cannot be read becomes a policy without statements that says so. As an identity
    /// policy it grants nothing, as a boundary, session policy or SCP it leaves nothing open.
    #[must_use]
    pub fn read(text: &str) -> Self {
        Self::parse(text).unwrap_or_else(|error| Self {
            statements: Vec::new(),
            not_evaluated: vec![NotEvaluated {
                statement: None,
                reason: error.to_string(),
            }],
        })
    }

    fn from_tree(tree: &Json<'_>) -> Result<Self, PolicyError> {
        let shape = |reason: String| Err(PolicyError::Shape(reason));
        let Json::Object(entries) = tree else {
            return shape(format!("the policy is {}, not an object", tree.kind()));
        };
        let mut variables = false;
        let mut statements = None;
        for (name, value) in entries {
            match (name.as_ref(), value) {
                ("Version", Json::String(text)) if text == "2012-10-17" => variables = true,
                ("Version", Json::String(text)) if text == "2008-10-17" => {}
                ("Version", _) => {
                    return shape("`Version` is neither `2012-10-17` nor `2008-10-17`".to_owned());
                }
                ("Id", Json::String(_)) => {}
                ("Id", _) => return shape("`Id` is not a string".to_owned()),
                ("Statement", value) => statements = Some(value),
                _ => return shape(format!("unknown element {}", quoted(name))),
            }
        }
        let statements = match statements {
            Some(Json::Array(statements)) => statements.as_slice(),
            Some(statement @ Json::Object(_)) => std::slice::from_ref(statement),
            Some(other) => {
                return shape(format!("`Statement` is {}, neither an object nor a list", other.kind()));
            }
            None => return shape("the policy has no `Statement`".to_owned()),
        };
        let mut policy = Self::default();
        for (index, element) in statements.iter().enumerate() {
            let mut note = |reason| {
                policy.not_evaluated.push(NotEvaluated {
                    statement: Some(index),
                    reason,
                });
            };
            match Statement::new(index, element, variables, &mut note) {
                Ok(statement) => policy.statements.push(statement),
                Err(reason) => note(reason),
            }
        }
        Ok(policy)
    }
}

#[cfg(test)]
mod tests;
