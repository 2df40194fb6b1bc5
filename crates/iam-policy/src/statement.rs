//! One statement of a policy, compiled ("Grammar of the IAM JSON policy language").

use crate::arn::ResourcePattern;
use crate::condition::Condition;
use crate::json::{Json, quoted};
use crate::pattern::Pattern;
use crate::principal::{Grantee, Principals, texts};
use crate::request::{Context, Request};

/// What a statement does where it applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Grants, or in a limiting policy leaves open.
    Allow,
    /// Denies, whatever else allows.
    Deny,
}

/// A statement.
#[derive(Clone, Debug)]
pub struct Statement {
    /// Its place among the statements of the document, from 0.
    pub index: usize,
    /// Its `Sid`.
    pub sid: Option<Box<str>>,
    /// Its `Effect`.
    pub effect: Effect,
    pub(crate) actions: Actions,
    pub(crate) resources: Option<Resources>,
    pub(crate) principals: Option<Principals>,
    pub(crate) conditions: Vec<Condition>,
}

/// `Action` or `NotAction`, in lower case.
#[derive(Clone, Debug)]
pub(crate) struct Actions {
    pub(crate) negated: bool,
    pub(crate) patterns: Vec<Pattern>,
}

/// `Resource` or `NotResource`.
#[derive(Clone, Debug)]
pub(crate) struct Resources {
    pub(crate) negated: bool,
    pub(crate) patterns: Vec<ResourcePattern>,
}

impl Actions {
    /// Whether the element covers an action, given in lower case.
    pub(crate) fn cover(&self, action: &str) -> bool {
        self.patterns.iter().any(|pattern| pattern.matches(action)) != self.negated
    }
}

impl Resources {
    fn cover(&self, resource: &str, context: &Context<'_>) -> bool {
        let listed = self.patterns.iter().any(|pattern| pattern.matches(resource, context));
        listed != self.negated
    }
}

impl Statement {
    /// Compiles a statement. Parts that can match nothing are told to `note`; the error says why the whole statement
    /// cannot be read.
    pub(crate) fn new(
        index: usize,
        element: &Json<'_>,
        variables: bool,
        note: &mut impl FnMut(String),
    ) -> Result<Self, String> {
        let Json::Object(entries) = element else {
            return Err(format!("the statement is {}, not an object", element.kind()));
        };
        let (mut sid, mut effect) = (None, None);
        let (mut actions, mut resources, mut principals) = (None, None, None);
        let mut conditions = Vec::new();
        for (name, value) in entries {
            match name.as_ref() {
                "Sid" => match value {
                    Json::String(text) => sid = Some(Box::from(text.as_ref())),
                    _ => return Err("`Sid` is not a string".to_owned()),
                },
                "Effect" => {
                    effect = Some(match value {
                        Json::String(text) if text == "Allow" => Effect::Allow,
                        Json::String(text) if text == "Deny" => Effect::Deny,
                        _ => return Err("`Effect` is neither `Allow` nor `Deny`".to_owned()),
                    });
                }
                "Action" | "NotAction" => {
                    let compiled = read_actions(name, value, note)?;
                    only_one(actions.replace(compiled).is_none(), "Action")?;
                }
                "Resource" | "NotResource" => {
                    let compiled = read_resources(name, value, variables, note)?;
                    only_one(resources.replace(compiled).is_none(), "Resource")?;
                }
                "Principal" | "NotPrincipal" => {
                    let compiled = Principals::new(value, name == "NotPrincipal", note)?;
                    only_one(principals.replace(compiled).is_none(), "Principal")?;
                }
                "Condition" => conditions = Condition::all(value, variables, note)?,
                _ => return Err(format!("unknown element {}", quoted(name))),
            }
        }
        Ok(Self {
            index,
            sid,
            effect: effect.ok_or("the statement has no `Effect`")?,
            actions: actions.ok_or("the statement has neither `Action` nor `NotAction`")?,
            resources,
            principals,
            conditions,
        })
    }

    /// Whether the action or actions that the statement is about include one, given as `service:action`.
    #[must_use]
    pub fn covers_action(&self, action: &str) -> bool {
        self.actions.cover(&action.to_ascii_lowercase())
    }

    /// Whom the statement names; empty for one without `Principal` and for `NotPrincipal`, which
    /// [`spares_some`](Self::spares_some) tells.
    #[must_use]
    pub fn grantees(&self) -> &[Grantee] {
        match self.principals.as_ref().map(Principals::entries) {
            Some((false, entries)) => entries,
            _ => &[],
        }
    }

    /// Whether the statement has `NotPrincipal`: it is about everyone but the principals that are listed.
    #[must_use]
    pub fn spares_some(&self) -> bool {
        self.principals.as_ref().is_some_and(|all| all.entries().0)
    }

    /// Whether a condition has to hold.
    #[must_use]
    pub fn is_conditional(&self) -> bool {
        !self.conditions.is_empty()
    }

    /// The keys of the policy variables in its resources, in lower case.
    pub(crate) fn resource_variables(&self) -> impl Iterator<Item = &str> {
        let patterns = self.resources.iter().flat_map(|all| &all.patterns);
        patterns.flat_map(|pattern| match pattern {
            ResourcePattern::Arn(template) => Some(template.variables()).into_iter().flatten(),
            ResourcePattern::Everything => None.into_iter().flatten(),
        })
    }

    /// Whether the statement covers the action and resource of a request in its context, principals left aside.
    pub(crate) fn covers(&self, request: &Request<'_>) -> bool {
        self.actions.cover(&request.action)
            && self
                .resources
                .as_ref()
                .is_none_or(|resources| resources.cover(request.resource, &request.context))
            && self
                .conditions
                .iter()
                .all(|condition| condition.holds(&request.context))
    }
}

fn only_one(is_first: bool, name: &str) -> Result<(), String> {
    is_first
        .then_some(())
        .ok_or_else(|| format!("the statement has both `{name}` and `Not{name}`"))
}

fn read_actions(name: &str, value: &Json<'_>, note: &mut impl FnMut(String)) -> Result<Actions, String> {
    let mut patterns = Vec::with_capacity(1);
    for entry in entries(name, value)? {
        let action = entry.map_err(|()| not_texts(name))?.trim();
        let service = action.split_once(':').map(|(service, _)| service);
        match service {
            _ if action == "*" || action == "*:*" => patterns.push(Pattern::ignoring_case("*")),
            Some(service) if !service.is_empty() && !service.contains(['*', '?']) => {
                patterns.push(Pattern::ignoring_case(action));
            }
            Some(_) => note(format!(
                "action {} has a wildcard in its service, which AWS refuses, and matches nothing",
                quoted(action)
            )),
            None => note(format!(
                "action {} is not of the form `service:Action` and matches nothing",
                quoted(action)
            )),
        }
    }
    Ok(Actions {
        negated: name == "NotAction",
        patterns,
    })
}

fn read_resources(
    name: &str,
    value: &Json<'_>,
    variables: bool,
    note: &mut impl FnMut(String),
) -> Result<Resources, String> {
    let mut patterns = Vec::with_capacity(1);
    for entry in entries(name, value)? {
        let entry = entry.map_err(|()| not_texts(name))?;
        match ResourcePattern::new(entry, variables) {
            Ok(pattern) => patterns.push(pattern),
            Err(reason) => note(format!("resource {} {reason}, and matches nothing", quoted(entry))),
        }
    }
    Ok(Resources {
        negated: name == "NotResource",
        patterns,
    })
}

fn entries<'j>(name: &str, value: &'j Json<'_>) -> Result<impl Iterator<Item = Result<&'j str, ()>>, String> {
    let mut entries = texts(value).peekable();
    match entries.peek() {
        Some(_) => Ok(entries),
        None => Err(not_texts(name)),
    }
}

fn not_texts(name: &str) -> String {
    format!("`{name}` is neither a string nor a list of strings")
}
