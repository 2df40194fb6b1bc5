//! What a resource pattern and a resource type have in common.

use std::borrow::Cow;
use std::cell::{Cell, LazyCell};
use std::collections::HashMap;
use std::sync::Arc;

use foldhash::fast::FixedState;

use super::Known;
use crate::arn::COLONS;
use crate::catalogue::{ResourceType, Service};
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

/// Meetings by the text of the pattern and the service, because few patterns make many documents.
#[derive(Debug, Default)]
pub(super) struct Meetings(HashMap<Box<[u8]>, Vec<(usize, ByType)>, FixedState>);

/// What a pattern has in common with each resource type of a service; `None` where the ARNs of the type are of another
/// service than the one that the pattern names.
pub(super) type ByType = Arc<[Option<Meeting>]>;

impl Meetings {
    /// The meetings of a pattern with the types of a service, which is at the place `number` of the catalogue; `None`
    /// where no type can be of the service that the pattern names.
    pub(super) fn meet(
        &mut self,
        pattern: &Named<'_>,
        (number, service): (usize, &Service),
        known: &Known<'_>,
    ) -> Option<ByType> {
        let kinds = &service.resource_types;
        if !kinds.iter().any(|kind| pattern.may_name(kind)) {
            return None;
        }
        let meet_all = || {
            let text = Text::new(pattern.template, known);
            let meet = |kind| pattern.may_name(kind).then(|| Meeting::new(text.as_ref(), kind));
            kinds.iter().map(meet).collect::<ByType>()
        };
        let Template::Plain(plain) = pattern.template else {
            return Some(meet_all());
        };
        let kept = self.0.get(plain.bytes());
        if let Some((_, met)) = kept.and_then(|all| all.iter().find(|(at, _)| *at == number)) {
            return Some(Arc::clone(met));
        }
        let met = meet_all();
        let all = self.0.entry(plain.bytes().into()).or_default();
        all.push((number, Arc::clone(&met)));
        Some(met)
    }
}

/// A resource pattern with the service that every ARN which it matches belongs to, where it says so.
pub(super) struct Named<'s> {
    template: &'s Template,
    pub(super) service: Option<&'s [u8]>,
}

impl<'s> Named<'s> {
    pub(super) fn new(template: &'s Template) -> Self {
        Self {
            template,
            service: named_service(template),
        }
    }

    /// What the pattern has in common with one type; `None` as in [`ByType`].
    pub(super) fn meet(&self, kind: &ResourceType, known: &Known<'_>) -> Option<Meeting> {
        let meet = || Meeting::new(Text::new(self.template, known).as_ref(), kind);
        self.may_name(kind).then(meet)
    }

    fn may_name(&self, kind: &ResourceType) -> bool {
        kind.is_of_any_service() || self.service.is_none_or(|service| service == kind.service.as_bytes())
    }
}

fn named_service(template: &Template) -> Option<&[u8]> {
    let mut parts = template.start().split(|byte| *byte == b':');
    let (partition, service) = (parts.nth(1)?, parts.next()?);
    let is_complete = parts.next().is_some();
    let is_wild = |part: &[u8]| part.iter().any(|byte| *byte >= pattern::ONE_IN_SEGMENT);
    (is_complete && !is_wild(partition) && !is_wild(service)).then_some(service)
}

/// The bytes of a pattern.
struct Text<'t> {
    bytes: Cow<'t, [u8]>,
    /// They do not depend on what is not known.
    is_fixed: bool,
}

impl<'t> Text<'t> {
    /// `None` for a pattern with a variable that is known to have no value.
    fn new(template: &'t Template, known: &Known<'_>) -> Option<Self> {
        let (bytes, is_fixed) = match template {
            Template::Plain(pattern) => (Cow::Borrowed(pattern.bytes()), true),
            Template::Variable(_) if template.variables().all(|key| known.has(key)) => {
                let filled = template.fill(known.context())?;
                (Cow::Owned(filled.bytes().to_vec()), true)
            }
            Template::Variable(_) => (Cow::Owned(template.with_any_values()), false),
        };
        Some(Self { bytes, is_fixed })
    }
}

impl Meeting {
    fn new(text: Option<&Text<'_>>, kind: &ResourceType) -> Self {
        let Some(Text { bytes, is_fixed }) = text else {
            return Self::default();
        };
        let Some(resource) = bytes.splitn(COLONS + 1, |byte| *byte == b':').nth(COLONS) else {
            // Not the form of an ARN, so nothing is proven.
            return Self {
                wide: true,
                certain: false,
            };
        };
        // Each colon of the pattern takes one of the resource, so what follows the fifth must match in the resource
        // part.
        let wide = resource
            .split(|byte| *byte >= pattern::ONE_IN_SEGMENT)
            .all(|text| text.is_empty() || contains(&kind.unknown, text));
        Self {
            wide,
            certain: *is_fixed && has_example(bytes, resource, kind),
        }
    }
}

/// Whether one of a few texts is matched by both, and by no more specific type.
fn has_example(bytes: &[u8], resource: &[u8], kind: &ResourceType) -> bool {
    let wanted = literal(resource);
    let given = literal_text(kind.resource);
    if !wanted.starts_with(given) && !given.starts_with(wanted) {
        return false;
    }
    let start = LazyCell::new(|| head(bytes, kind));
    let (mut end, mut whole) = (Vec::new(), Vec::new());
    let is_contested = Cell::new(false);
    let mut is_common = |text: &mut dyn Iterator<Item = u8>| {
        end.clear();
        end.extend(text);
        // Without a colon in the resource part, each part of either pattern takes the same part of the ARN.
        let is_aligned = !end.contains(&b':');
        if is_aligned && !(pattern::matches(kind.resource_pattern(), &end) && pattern::matches(resource, &end)) {
            return false;
        }
        whole.clear();
        whole.extend_from_slice(&start);
        whole.extend_from_slice(&end);
        if !pattern::matches(kind.pattern.bytes(), &whole) || !pattern::matches(bytes, &whole) {
            return false;
        }
        let has_rival = kind.has_rival(&whole);
        is_contested.set(is_contested.get() || has_rival);
        !has_rival
    };
    if is_common(&mut example(resource, None))
        || is_common(&mut example(resource, None).chain([b'x']))
        || is_common(&mut kind.unknown.iter().copied())
    {
        return true;
    }
    // Leaving out the wildcards can have joined what makes the other type.
    let mut another = example(resource, Some(b'x'));
    is_contested.get() && is_common(&mut another)
}

/// What can stand before the resource part in an ARN that both match.
fn head(bytes: &[u8], kind: &ResourceType) -> Vec<u8> {
    let mut head = Vec::with_capacity(bytes.len() + kind.arn.len());
    let parts = bytes.split(|byte| *byte == b':');
    for (part, kind) in parts.zip(kind.arn.split(':')).take(COLONS) {
        if kind == "*" {
            let start = head.len();
            head.extend(example(part, None));
            if head.len() == start {
                head.push(b'x');
            }
        } else {
            head.extend_from_slice(kind.as_bytes());
        }
        head.push(b':');
    }
    head
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
