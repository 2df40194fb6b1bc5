//! What a resource pattern and a resource type have in common.

use std::collections::HashMap;

use foldhash::fast::FixedState;

use super::Known;
use crate::arn::COLONS;
use crate::pattern::{self, Pattern};
use crate::template::Template;

/// How a resource pattern and a resource type have resources in common.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Meeting {
    /// Not proven to leave out the resource with a name that no policy knows.
    pub(super) wide: bool,
    /// Proven to have one in common, whatever the context.
    pub(super) certain: bool,
}

/// Meetings by the text of the pattern and the type, because few patterns make many documents.
#[derive(Debug, Default)]
pub(super) struct Meetings(HashMap<Box<[u8]>, ByType, FixedState>);

type ByType = Vec<(&'static str, Meeting)>;

/// A name that stands for all those that no policy knows.
const UNKNOWN_NAME: &str = "\u{1}";

impl Meetings {
    pub(super) fn meet(&mut self, template: &Template, arn: &'static str, known: &Known<'_>) -> Meeting {
        match template {
            Template::Plain(pattern) => {
                let met = self.0.get(pattern.bytes());
                let met = met.and_then(|all| all.iter().find(|(other, _)| *other == arn));
                if let Some((_, meeting)) = met {
                    return *meeting;
                }
                let meeting = meet(pattern.bytes(), arn, true);
                let all = self.0.entry(pattern.bytes().into()).or_default();
                all.push((arn, meeting));
                meeting
            }
            Template::Variable(_) if template.variables().all(|key| known.has(key)) => template
                .fill(known.context())
                .map_or_else(Meeting::default, |filled| meet(filled.bytes(), arn, true)),
            Template::Variable(_) => meet(&template.with_any_values(), arn, false),
        }
    }
}

fn meet(bytes: &[u8], arn: &str, is_fixed: bool) -> Meeting {
    let parts: Vec<&[u8]> = bytes.splitn(COLONS + 1, |byte| *byte == b':').collect();
    let kinds: Vec<&str> = arn.splitn(COLONS + 1, ':').collect();
    let ([.., resource], [.., kind]) = (parts.as_slice(), kinds.as_slice()) else {
        return Meeting::default();
    };
    if parts.len() != kinds.len() {
        // Not the form of an ARN, so nothing is proven.
        return Meeting {
            wide: true,
            certain: false,
        };
    }
    let unknown = kind.replace('*', UNKNOWN_NAME);
    // Each colon of the pattern takes one of the resource, so what follows the fifth must match in the resource part.
    let wide = resource
        .split(|byte| *byte >= pattern::ONE_IN_SEGMENT)
        .all(|text| text.is_empty() || contains(unknown.as_bytes(), text));
    let is_common = |end: Vec<u8>| {
        let mut whole = Vec::with_capacity(bytes.len() + end.len());
        for (part, kind) in parts.iter().zip(&kinds).take(COLONS) {
            let text = example(part);
            match (*kind, text.is_empty()) {
                ("*", true) => whole.push(b'x'),
                ("*", false) => whole.extend(text),
                (literal, _) => whole.extend_from_slice(literal.as_bytes()),
            }
            whole.push(b':');
        }
        whole.extend(end);
        let whole = std::str::from_utf8(&whole);
        whole.is_ok_and(|text| pattern::matches(bytes, text.as_bytes()) && Pattern::glob(arn).matches(text))
    };
    let certain = is_fixed
        && (is_common(example(resource))
            || is_common(unknown.into_bytes())
            || is_common([example(resource), vec![b'x']].concat()));
    Meeting { wide, certain }
}

/// A text that the part of a pattern matches.
fn example(part: &[u8]) -> Vec<u8> {
    part.iter()
        .filter(|byte| !matches!(**byte, pattern::ANY | pattern::ANY_IN_SEGMENT))
        .map(|byte| match *byte {
            pattern::ONE | pattern::ONE_IN_SEGMENT => b'x',
            literal => literal,
        })
        .collect()
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window == part)
}
