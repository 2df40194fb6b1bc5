//! What a resource pattern and a resource type have in common.

use std::cell::Cell;
use std::collections::HashMap;

use foldhash::fast::FixedState;

use super::Known;
use crate::arn::COLONS;
use crate::catalogue::ResourceType;
use crate::pattern;
use crate::template::Template;

/// How a resource pattern and a resource type have resources in common.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Meeting {
    /// Not proven to leave out the resource with a name that no policy knows.
    pub(super) wide: bool,
    /// Proven to have one in common, whatever the context: one that is of no more specific type.
    pub(super) certain: bool,
}

/// Meetings by the text of the pattern and the type, because few patterns make many documents.
#[derive(Debug, Default)]
pub(super) struct Meetings(HashMap<Box<[u8]>, ByType, FixedState>);

type ByType = Vec<(&'static str, Meeting)>;

/// A name that stands for all those that no policy knows.
const UNKNOWN_NAME: &str = "\u{1}";

impl Meetings {
    pub(super) fn meet(&mut self, template: &Template, kind: &'static ResourceType, known: &Known<'_>) -> Meeting {
        match template {
            Template::Plain(pattern) => {
                let met = self.0.get(pattern.bytes());
                let met = met.and_then(|all| all.iter().find(|(arn, _)| std::ptr::eq(*arn, kind.arn)));
                if let Some((_, meeting)) = met {
                    return *meeting;
                }
                let meeting = meet(pattern.bytes(), kind, true);
                let all = self.0.entry(pattern.bytes().into()).or_default();
                all.push((kind.arn, meeting));
                meeting
            }
            Template::Variable(_) if template.variables().all(|key| known.has(key)) => template
                .fill(known.context())
                .map_or_else(Meeting::default, |filled| meet(filled.bytes(), kind, true)),
            Template::Variable(_) => meet(&template.with_any_values(), kind, false),
        }
    }
}

fn meet(bytes: &[u8], kind: &ResourceType, is_fixed: bool) -> Meeting {
    let Some(resource) = bytes.splitn(COLONS + 1, |byte| *byte == b':').nth(COLONS) else {
        // Not the form of an ARN, so nothing is proven.
        return Meeting {
            wide: true,
            certain: false,
        };
    };
    let unknown = kind.resource.replace('*', UNKNOWN_NAME);
    // Each colon of the pattern takes one of the resource, so what follows the fifth must match in the resource part.
    let wide = resource
        .split(|byte| *byte >= pattern::ONE_IN_SEGMENT)
        .all(|text| text.is_empty() || contains(unknown.as_bytes(), text));
    Meeting {
        wide,
        certain: is_fixed && has_example(bytes, resource, kind, unknown.as_bytes()),
    }
}

/// Whether one of a few texts is matched by both, and by no more specific type.
fn has_example(bytes: &[u8], resource: &[u8], kind: &ResourceType, unknown: &[u8]) -> bool {
    let wanted = literal(resource);
    let given = literal_text(kind.resource);
    if !wanted.starts_with(given) && !given.starts_with(wanted) {
        return false;
    }
    let mut whole = Vec::with_capacity(bytes.len() + unknown.len() + COLONS);
    let parts = bytes.split(|byte| *byte == b':');
    for (part, kind) in parts.zip(kind.arn.split(':')).take(COLONS) {
        if kind == "*" {
            let start = whole.len();
            whole.extend(example(part, None));
            if whole.len() == start {
                whole.push(b'x');
            }
        } else {
            whole.extend_from_slice(kind.as_bytes());
        }
        whole.push(b':');
    }
    let start = whole.len();
    let is_contested = Cell::new(false);
    let mut is_common = |end: &mut dyn Iterator<Item = u8>| {
        whole.truncate(start);
        whole.extend(end);
        if !pattern::matches(kind.pattern.bytes(), &whole) || !pattern::matches(bytes, &whole) {
            return false;
        }
        let has_rival = kind.has_rival(&whole);
        is_contested.set(is_contested.get() || has_rival);
        !has_rival
    };
    if is_common(&mut example(resource, None))
        || is_common(&mut example(resource, None).chain([b'x']))
        || is_common(&mut unknown.iter().copied())
    {
        return true;
    }
    // Leaving out the wildcards can have joined what makes the other type.
    let mut another = example(resource, Some(b'x'));
    is_contested.get() && is_common(&mut another)
}

fn literal(part: &[u8]) -> &[u8] {
    let is_literal = |byte: &u8| *byte < pattern::ONE_IN_SEGMENT;
    let length = part.iter().position(|byte| !is_literal(byte));
    part.get(..length.unwrap_or(part.len())).unwrap_or_default()
}

fn literal_text(part: &str) -> &[u8] {
    part.split('*').next().unwrap_or_default().as_bytes()
}

/// A text that the part of a pattern matches, with what stands for any run of characters.
fn example(part: &[u8], run: Option<u8>) -> impl Iterator<Item = u8> {
    part.iter().filter_map(move |byte| match *byte {
        pattern::ANY | pattern::ANY_IN_SEGMENT => run,
        pattern::ONE | pattern::ONE_IN_SEGMENT => Some(b'x'),
        literal => Some(literal),
    })
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window == part)
}
