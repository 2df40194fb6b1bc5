//! A policy document: compared by what it means, and shown without the external id that it asks for.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde_json::{Map, Value, json};

/// The condition key whose value nobody is shown.
const SECRET: &str = "sts:ExternalId";
const MASK: &str = "****";
/// The version of the policy language that everything here is written in.
const VERSION: &str = "2012-10-17";

/// The elements of a statement.
const KNOWN: [&str; 9] = [
    "Sid",
    "Effect",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Principal",
    "NotPrincipal",
    "Condition",
];

/// A policy document, whoever wrote it.
#[derive(Clone)]
pub struct Document(Value);

/// What the one document allows and the other does not, for people: no external id is in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lines {
    /// What is taken away.
    pub removed: Vec<String>,
    /// What is added.
    pub added: Vec<String>,
}

/// The smallest part of a statement that says something by itself.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Atom {
    effect: String,
    /// In lower case, since IAM does not tell cases of actions apart.
    action: String,
    whom: String,
    on: String,
    condition: Condition,
}

/// Operator, key and values, sorted.
type Condition = Vec<(String, String, Vec<String>)>;

/// The parts of a document, each with its action as it is written.
type Atoms = BTreeMap<Atom, String>;

impl Document {
    /// A document of these statements.
    #[must_use]
    pub fn of(statements: &[Value]) -> Self {
        Self(json!({"Version": VERSION, "Statement": statements}))
    }

    /// Reads a document. What is no JSON becomes a document that equals no other.
    #[must_use]
    pub fn read(text: &str) -> Self {
        Self(serde_json::from_str(text).unwrap_or_default())
    }

    /// The text, external id included: for AWS and for nobody else.
    #[must_use]
    pub fn reveal(&self) -> String {
        self.0.to_string()
    }

    /// The document with a mask in place of the external id.
    #[must_use]
    pub fn masked(&self) -> Value {
        masked(&self.0)
    }

    /// Whether two documents allow and deny the same: the order of statements and lists, single values instead of lists,
    /// the case of actions and the names of statements make no difference (IAM User Guide, "IAM JSON policy elements").
    #[must_use]
    pub fn means_the_same(&self, other: &Self) -> bool {
        match (self.atoms(), other.atoms()) {
            (Some(ours), Some(theirs)) => ours.keys().eq(theirs.keys()),
            _ => false,
        }
    }

    /// What this document says, a line for each thing that it says differently.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        self.atoms().map_or_else(unreadable, grouped)
    }

    /// What changes when another document takes the place of this one.
    #[must_use]
    pub fn difference(&self, to: &Self) -> Lines {
        let (Some(from), Some(to)) = (self.atoms(), to.atoms()) else {
            return Lines {
                removed: self.lines(),
                added: to.lines(),
            };
        };
        let without = |all: &Atoms, others: &Atoms| -> Atoms {
            let own = all.iter().filter(|(atom, _)| !others.contains_key(*atom));
            own.map(|(atom, action)| (atom.clone(), action.clone())).collect()
        };
        let removed = grouped(without(&from, &to));
        let mut added = grouped(without(&to, &from));
        for line in &mut added {
            if removed.contains(line) {
                line.push_str(" (with another external id)");
            }
        }
        Lines { removed, added }
    }

    /// Whether a statement is held to a condition with this key.
    #[must_use]
    pub fn asks_for(&self, key: &str) -> bool {
        let is_held = |(_, named, _): &(String, String, Vec<String>)| named.eq_ignore_ascii_case(key);
        let atoms = self.atoms().unwrap_or_default();
        atoms.keys().any(|atom| atom.condition.iter().any(is_held))
    }

    /// The parts of the document; `None` where it is no policy.
    fn atoms(&self) -> Option<Atoms> {
        let document = self.0.as_object()?;
        let mut atoms = Atoms::new();
        for statement in match document.get("Statement")? {
            Value::Array(statements) => statements.iter().collect(),
            statement => vec![statement],
        } {
            take_apart(statement.as_object()?, &mut atoms)?;
        }
        let version = document.get("Version").and_then(Value::as_str).unwrap_or("2008-10-17");
        if version != VERSION {
            atoms.insert(
                Atom::bare(format!("version {version} of the policy language")),
                String::new(),
            );
        }
        Some(atoms)
    }
}

impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.masked())
    }
}

impl Atom {
    fn bare(effect: String) -> Self {
        Self {
            effect,
            action: String::new(),
            whom: String::new(),
            on: String::new(),
            condition: Condition::new(),
        }
    }

    /// Everything but the action, in words.
    fn around(&self) -> (String, String) {
        let mut after = String::new();
        for (word, text) in [("on", &self.on), ("to", &self.whom)] {
            if !text.is_empty() {
                after.extend([" ", word, " ", text.as_str()]);
            }
        }
        for (position, (operator, key, values)) in self.condition.iter().enumerate() {
            let word = if position == 0 { "if" } else { "and" };
            let values = if key.eq_ignore_ascii_case(SECRET) {
                MASK.to_owned()
            } else {
                values.join(" or ")
            };
            after.extend([" ", word, " ", operator, " ", key, " ", &values]);
        }
        (self.effect.clone(), after)
    }
}

/// Parts that differ in their actions only, on one line.
fn grouped(atoms: Atoms) -> Vec<String> {
    let mut groups: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
    for (atom, action) in atoms {
        groups.entry(atom.around()).or_default().push(action);
    }
    let line = |((effect, after), actions): ((String, String), Vec<String>)| {
        let line = format!("{effect} {}{after}", actions.join(", "));
        line.trim_end().to_owned()
    };
    groups.into_iter().map(line).collect()
}

fn unreadable() -> Vec<String> {
    vec!["a document that is no policy".to_owned()]
}

/// Adds the parts of a statement.
fn take_apart(statement: &Map<String, Value>, atoms: &mut Atoms) -> Option<()> {
    let mut effect = statement.get("Effect")?.as_str()?.to_ascii_lowercase();
    // An element that nobody knows still makes a difference.
    for (name, value) in statement.iter().filter(|(name, _)| !KNOWN.contains(&name.as_str())) {
        effect = format!("{effect} ({name} {value})");
    }
    let actions = either(statement, "Action", values)?;
    let resources = either(statement, "Resource", values)?;
    let principals = either(statement, "Principal", principals)?;
    let condition = conditions(statement.get("Condition"))?;
    for action in &actions {
        for on in &resources {
            for whom in &principals {
                let atom = Atom {
                    effect: effect.clone(),
                    action: action.to_ascii_lowercase(),
                    whom: whom.clone(),
                    on: on.clone(),
                    condition: condition.clone(),
                };
                atoms.insert(atom, action.clone());
            }
        }
    }
    Some(())
}

/// The values of an element one by one, or those of its negation as a whole; one empty value where there is neither.
fn either(
    statement: &Map<String, Value>,
    element: &str,
    read: impl Fn(&Value) -> Option<BTreeSet<String>>,
) -> Option<BTreeSet<String>> {
    if let Some(value) = statement.get(element) {
        return read(value);
    }
    let Some(value) = statement.get(&format!("Not{element}")) else {
        return Some(BTreeSet::from([String::new()]));
    };
    let all: Vec<String> = read(value)?.into_iter().collect();
    Some(BTreeSet::from([format!("all but {}", all.join(", "))]))
}

fn values(value: &Value) -> Option<BTreeSet<String>> {
    match value {
        Value::Array(items) => items.iter().map(text).collect(),
        value => Some(BTreeSet::from([text(value)?])),
    }
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(_) | Value::Number(_) => Some(value.to_string()),
        _ => None,
    }
}

fn principals(value: &Value) -> Option<BTreeSet<String>> {
    let Value::Object(kinds) = value else {
        return Some(BTreeSet::from([text(value)?]));
    };
    let mut all = BTreeSet::new();
    for (kind, value) in kinds {
        all.extend(values(value)?.into_iter().map(|whom| match kind.as_str() {
            "AWS" => whom,
            kind => format!("{kind} {whom}"),
        }));
    }
    Some(all)
}

fn conditions(value: Option<&Value>) -> Option<Condition> {
    let Some(value) = value else {
        return Some(Condition::new());
    };
    let mut all = Condition::new();
    for (operator, keys) in value.as_object()? {
        for (key, value) in keys.as_object()? {
            let values = values(value)?.into_iter().collect();
            all.push((operator.clone(), key.clone(), values));
        }
    }
    all.sort();
    Some(all)
}

fn masked(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().map(masked).collect(),
        Value::Object(members) => {
            let members = members.iter().map(|(name, member)| {
                let hidden = name.eq_ignore_ascii_case(SECRET);
                let member = if hidden { json!(MASK) } else { masked(member) };
                (name.clone(), member)
            });
            Value::Object(members.collect())
        }
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests;
