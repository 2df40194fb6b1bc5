//! Reads control policies and resource policies from files that people save.

use serde_json::Value;

use super::guardrail::{Guardrail, Guardrails, Level};
use crate::facts::ResourcePolicy;

/// Why control policies cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GuardrailsError {
    /// The text is not JSON.
    #[error("it is not JSON: {0}")]
    Json(String),
    /// It is not a list of levels.
    #[error("it is not a list of levels, organization root first, account last, each a list of policies")]
    Shape,
    /// A policy has no document.
    #[error(
        "policy {1} of level {0} has no document: give the document itself, or an object with `name` and `document`"
    )]
    Document(usize, usize),
}

/// Why resource policies cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ResourcePoliciesError {
    /// The text is not JSON.
    #[error("it is not JSON: {0}")]
    Json(String),
    /// It is not a list of resources.
    #[error("it is not a list of objects with `arn` and `document`: entry {0}")]
    Shape(usize),
}

impl Guardrails {
    /// Reads levels: a JSON array, organization root first, account last. A level is an array of policies, or an
    /// object with `name` and `policies`; a policy is its document, or an object with `name` (or `Name`) and
    /// `document` (or `Content`), as an object or as text.
    ///
    /// # Errors
    /// [`GuardrailsError`] says what is not as expected.
    pub fn read(text: &str) -> Result<Self, GuardrailsError> {
        let value: Value = serde_json::from_str(text).map_err(|error| GuardrailsError::Json(error.to_string()))?;
        let levels = value.as_array().ok_or(GuardrailsError::Shape)?;
        let count = levels.len();
        let levels = levels.iter().enumerate().map(|(at, value)| level(at, count, value));
        Ok(Self::Levels(levels.collect::<Result<_, _>>()?))
    }
}

fn level(at: usize, count: usize, value: &Value) -> Result<Level, GuardrailsError> {
    let named = match (at, at + 1 == count) {
        (0, _) => "organization root".to_owned(),
        (_, true) => "account".to_owned(),
        (at, false) => format!("organizational unit {at}"),
    };
    let (name, policies) = match value {
        Value::Array(policies) => (None, policies),
        Value::Object(level) => {
            let policies = level.get("policies").and_then(Value::as_array);
            (
                level.get("name").and_then(Value::as_str),
                policies.ok_or(GuardrailsError::Shape)?,
            )
        }
        _ => return Err(GuardrailsError::Shape),
    };
    let policies = policies.iter().enumerate();
    let policies =
        policies.map(|(place, value)| policy(place, value).ok_or(GuardrailsError::Document(at + 1, place + 1)));
    Ok(Level {
        name: name.map_or(named, str::to_owned),
        policies: policies.collect::<Result<_, _>>()?,
    })
}

fn policy(at: usize, value: &Value) -> Option<Guardrail> {
    let member = |names: [&str; 2]| names.iter().find_map(|name| value.get(*name));
    if value.get("Statement").is_some() {
        return Some(Guardrail {
            name: format!("policy {}", at + 1),
            document: value.to_string(),
        });
    }
    let name = member(["name", "Name"]).and_then(Value::as_str);
    Some(Guardrail {
        name: name.map_or_else(|| format!("policy {}", at + 1), str::to_owned),
        document: document(member(["document", "Content"])?)?,
    })
}

fn document(value: &Value) -> Option<String> {
    match value {
        Value::Object(_) => Some(value.to_string()),
        Value::String(text) => Some(text.clone()),
        _ => None,
    }
}

/// Reads resource policies: a JSON array of objects with `arn`, `document` (an object or its text) and, where the
/// resource has one, `region`.
///
/// # Errors
/// [`ResourcePoliciesError`] says what is not as expected.
pub fn read_resource_policies(text: &str) -> Result<Vec<ResourcePolicy>, ResourcePoliciesError> {
    let value: Value = serde_json::from_str(text).map_err(|error| ResourcePoliciesError::Json(error.to_string()))?;
    let entries = value
        .as_array()
        .ok_or(ResourcePoliciesError::Shape(0))?
        .iter()
        .enumerate();
    let one = |(at, entry): (usize, &Value)| {
        let text = |name| entry.get(name).and_then(Value::as_str);
        let policy = || {
            Some(ResourcePolicy {
                arn: text("arn")?.to_owned(),
                region: text("region").unwrap_or("global").to_owned(),
                document: document(entry.get("document")?)?,
            })
        };
        policy().ok_or(ResourcePoliciesError::Shape(at + 1))
    };
    entries.map(one).collect()
}
