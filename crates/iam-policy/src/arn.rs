//! Resource patterns of a policy against the resource of a request.
//!
//! Rules: "IAM JSON policy elements: Resource". An ARN has six parts between colons; wildcards stay inside their part,
//! except a `*` that ends its part, which can run past colons; the resource part may hold colons of its own.
//! An ARN with fewer parts is completed with `*`.

use crate::pattern::ANY;
use crate::request::Context;
use crate::template::{Style, Template};

/// How many colons stand before the resource part of an ARN.
pub(crate) const COLONS: usize = 5;

/// One entry of `Resource` or `NotResource`.
#[derive(Clone, Debug)]
pub(crate) enum ResourcePattern {
    /// A single `*`: every resource, and the only entry that an action without resources is matched by.
    Everything,
    Arn(Template),
}

impl ResourcePattern {
    /// Compiles an entry. The error says why nothing can match it.
    pub(crate) fn new(text: &str, variables: bool) -> Result<Self, &'static str> {
        if text == "*" {
            return Ok(Self::Everything);
        }
        if !text.starts_with("arn:") && !text.contains(['*', '?']) {
            return Err("is neither an ARN nor `*`");
        }
        let before_variables = match text.find("${") {
            Some(at) if variables => text.get(..at).unwrap_or(text),
            _ => text,
        };
        let colons = before_variables
            .bytes()
            .filter(|byte| *byte == b':')
            .take(COLONS)
            .fold(0, |colons, _| colons + 1);
        if colons == COLONS || !text.starts_with("arn:") {
            return Ok(Self::Arn(Template::new(text, Style::Resource, variables)));
        }
        if before_variables.len() < text.len() {
            return Err("has a policy variable before the fifth colon of the ARN");
        }
        let completed = format!("{text}{}", ":*".repeat(COLONS - colons));
        Ok(Self::Arn(Template::new(&completed, Style::Resource, variables)))
    }

    /// Whether the entry matches; an entry whose variable has no value matches nothing.
    pub(crate) fn matches(&self, resource: &str, context: &Context<'_>) -> bool {
        match self {
            Self::Everything => true,
            Self::Arn(_) if resource == "*" => false,
            Self::Arn(Template::Plain(pattern)) => pattern.matches(resource),
            Self::Arn(template) => template.fill(context).is_some_and(|filled| filled.matches(resource)),
        }
    }
}

/// Whether the ARN operators match: the six parts one by one, wildcards inside a part
/// ("IAM JSON policy elements: Condition operators", ARN condition operators).
pub(crate) fn arn_matches(pattern: &[u8], value: &str) -> bool {
    if pattern == [ANY] {
        return true;
    }
    let mut wanted = pattern.splitn(COLONS + 1, |byte| *byte == b':');
    let mut parts = value.splitn(COLONS + 1, ':');
    let mut seen = 0;
    loop {
        match (wanted.next(), parts.next()) {
            (Some(wanted), Some(part)) => {
                seen += 1;
                if !crate::pattern::matches(wanted, part.as_bytes()) {
                    return false;
                }
            }
            (None, None) => return seen == COLONS + 1,
            _ => return false,
        }
    }
}
