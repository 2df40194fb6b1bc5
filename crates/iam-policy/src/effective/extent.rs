//! The resource element of a statement against the resource types of the catalogue.

use super::meeting::Meetings;
use super::{Known, Reach};
use crate::arn::ResourcePattern;
use crate::catalogue::{ActionId, Catalogue, ResourceType};
use crate::decision::service::supports_resource_control;
use crate::evaluate::Kind;
use crate::pattern;
use crate::statement::{Resources, Statement};
use crate::template::Template;

/// The resource element of a statement, conditions left aside.
pub(super) struct Extent<'s> {
    /// `None` for a statement without the element, which is about every resource.
    resources: Option<&'s Resources>,
    /// The patterns that are not `*`, with the service that they name.
    patterns: Vec<(&'s Template, Option<&'s [u8]>)>,
    kind: Kind,
    known: &'s Known<'s>,
    catalogue: &'static Catalogue,
    lists_everything: bool,
    /// The service of the last action.
    service: Option<usize>,
    /// What the element has in common with the resource types of that service.
    types: Vec<Reach>,
    is_exempt: bool,
}

impl<'s> Extent<'s> {
    pub(super) fn new(
        statement: &'s Statement,
        kind: Kind,
        known: &'s Known<'s>,
        catalogue: &'static Catalogue,
    ) -> Self {
        let resources = statement.resources.as_ref();
        let patterns = resources.iter().flat_map(|all| &all.patterns);
        let is_everything = |pattern: &_| matches!(pattern, ResourcePattern::Everything);
        Self {
            resources,
            patterns: patterns
                .filter_map(|pattern| match pattern {
                    ResourcePattern::Everything => None,
                    ResourcePattern::Arn(template) => Some((template, named_service(template))),
                })
                .collect(),
            kind,
            known,
            catalogue,
            lists_everything: resources.is_none_or(|all| all.patterns.iter().any(is_everything)),
            service: None,
            types: Vec::new(),
            is_exempt: false,
        }
    }

    fn is_negated(&self) -> bool {
        self.resources.is_some_and(|resources| resources.negated)
    }

    /// Whether the statement meetings every resource of every action.
    pub(super) fn is_everything(&self) -> bool {
        self.lists_everything && !self.is_negated() && self.kind != Kind::ResourceControl
    }

    pub(super) fn reach(&mut self, id: ActionId, meetings: &mut Meetings) -> Option<Reach> {
        let action = self.catalogue.action(id)?;
        if self.service != Some(action.service) {
            self.enter(action.service, meetings);
        }
        if self.is_exempt || (self.kind == Kind::ResourceControl && self.catalogue.key(id) == "kms:retiregrant") {
            return None;
        }
        let numbers = self.catalogue.resource_types(action);
        match (self.lists_everything, self.is_negated()) {
            (true, true) => return None,
            (true, false) => return Some(EVERYTHING),
            (false, is_negated) if numbers.is_empty() => {
                return is_negated.then_some(EVERYTHING);
            }
            (false, _) => {}
        }
        let mut reach = None;
        for number in numbers {
            let one = self.types.get(usize::from(*number)).copied()?;
            if one.always {
                let sum = reach.get_or_insert(Reach::default());
                sum.wide |= one.wide;
                sum.part |= one.part;
            }
        }
        reach
    }

    /// Whether the element surely has a resource of a type of a service, whatever the context.
    pub(super) fn has_one_of(&self, service: usize, number: u8, meetings: &mut Meetings) -> bool {
        if self.lists_everything {
            return !self.is_negated();
        }
        let service = self.catalogue.services.get(service);
        let common = service.and_then(|service| {
            let kind = service.resource_types.get(usize::from(number))?;
            Some(self.common(kind, service.prefix, meetings))
        });
        common.is_some_and(|common| common.part)
    }

    /// Prepares for the actions of a service.
    fn enter(&mut self, number: usize, meetings: &mut Meetings) {
        self.service = Some(number);
        self.types.clear();
        let Some(service) = self.catalogue.services.get(number) else {
            return;
        };
        self.is_exempt = self.kind == Kind::ResourceControl && !supports_resource_control(service.prefix);
        if self.lists_everything || self.is_exempt {
            return;
        }
        for kind in &service.resource_types {
            let reach = self.common(kind, service.prefix, meetings);
            self.types.push(reach);
        }
    }

    /// What the element has in common with a resource type of a service; `always` says that it may be something.
    fn common(&self, kind: &'static ResourceType, service: &str, meetings: &mut Meetings) -> Reach {
        let is_negated = self.is_negated();
        let mut reach = Reach {
            always: is_negated,
            all: false,
            wide: is_negated,
            part: is_negated,
        };
        for (template, named) in &self.patterns {
            if !kind.is_of_any_service() && named.is_some_and(|named| named != kind.service.as_bytes()) {
                continue;
            }
            let meeting = meetings.meet(template, kind, self.known);
            if is_negated {
                // The resource with an unknown name is left out only by a pattern that can match it.
                reach.part &= !meeting.wide;
            } else {
                reach.always = true;
                reach.wide |= meeting.wide;
                // Where ARNs can be those of any service, nothing says that there are any of the one that is named.
                let exists = !kind.is_of_any_service() || *named == Some(service.as_bytes());
                reach.part |= meeting.certain && exists;
            }
        }
        reach
    }
}

/// The service that every ARN which the pattern matches belongs to, where the pattern says so.
fn named_service(template: &Template) -> Option<&[u8]> {
    let mut parts = template.start().split(|byte| *byte == b':');
    let (partition, service) = (parts.nth(1)?, parts.next()?);
    let is_complete = parts.next().is_some();
    let is_wild = |part: &[u8]| part.iter().any(|byte| *byte >= pattern::ONE_IN_SEGMENT);
    (is_complete && !is_wild(partition) && !is_wild(service)).then_some(service)
}

const EVERYTHING: Reach = Reach {
    always: true,
    all: true,
    wide: true,
    part: true,
};
