//! The resource element of a statement against the resource types of the catalogue.

use super::meeting::{Meeting, Meetings, Named};
use super::{Known, Reach};
use crate::arn::ResourcePattern;
use crate::catalogue::{ActionId, Catalogue, ResourceType};
use crate::decision::service::supports_resource_control;
use crate::evaluate::Kind;
use crate::statement::{Resources, Statement};

/// The resource element of a statement, conditions left aside.
pub(super) struct Extent<'s> {
    /// `None` for a statement without the element, which is about every resource.
    resources: Option<&'s Resources>,
    /// The patterns that are not `*`.
    patterns: Vec<Named<'s>>,
    kind: Kind,
    known: &'s Known<'s>,
    catalogue: &'static Catalogue,
    lists_everything: bool,
    /// The service entered last.
    service: Option<usize>,
    /// What the element has in common with the resource types of that service; `always` says that it may be something.
    types: Vec<Reach>,
    /// Whether anything of that service may be reached.
    may_reach: bool,
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
                    ResourcePattern::Arn(template) => Some(Named::new(template)),
                })
                .collect(),
            kind,
            known,
            catalogue,
            lists_everything: resources.is_none_or(|all| all.patterns.iter().any(is_everything)),
            service: None,
            types: Vec::new(),
            may_reach: false,
        }
    }

    fn is_negated(&self) -> bool {
        self.resources.is_some_and(|resources| resources.negated)
    }

    /// Whether the statement reaches every resource of every action.
    pub(super) fn is_everything(&self) -> bool {
        self.lists_everything && !self.is_negated() && self.kind != Kind::ResourceControl
    }

    pub(super) fn reach(&mut self, id: ActionId, meetings: &mut Meetings) -> Option<Reach> {
        let action = self.catalogue.action(id)?;
        if !self.enter(action.service, meetings)
            || (self.kind == Kind::ResourceControl && self.catalogue.key(id) == "kms:retiregrant")
        {
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
    pub(super) fn has_one_of(&self, service: usize, number: u8) -> bool {
        if self.lists_everything {
            return !self.is_negated();
        }
        let service = self.catalogue.services.get(service);
        let common = service.and_then(|service| {
            let kind = service.resource_types.get(usize::from(number))?;
            let mut common = self.nothing_met();
            for pattern in &self.patterns {
                if let Some(meeting) = pattern.meet(kind, self.known) {
                    self.add(&mut common, meeting, pattern, kind, service.prefix);
                }
            }
            Some(common)
        });
        common.is_some_and(|common| common.part)
    }

    /// Prepares for the actions of a service; `false` says that none of them is reached.
    pub(super) fn enter(&mut self, number: usize, meetings: &mut Meetings) -> bool {
        if self.service != Some(number) {
            self.service = Some(number);
            self.may_reach = self.prepare(number, meetings);
        }
        self.may_reach
    }

    fn prepare(&mut self, number: usize, meetings: &mut Meetings) -> bool {
        self.types.clear();
        let Some(service) = self.catalogue.services.get(number) else {
            return false;
        };
        if self.kind == Kind::ResourceControl && !supports_resource_control(service.prefix) {
            return false;
        }
        if self.lists_everything {
            return !self.is_negated();
        }
        let mut types = std::mem::take(&mut self.types);
        types.resize(service.resource_types.len(), self.nothing_met());
        for pattern in &self.patterns {
            let Some(met) = meetings.meet(pattern, (number, service), self.known) else {
                continue;
            };
            let of_types = types.iter_mut().zip(&service.resource_types);
            for ((common, kind), meeting) in of_types.zip(&*met) {
                if let Some(meeting) = meeting {
                    self.add(common, *meeting, pattern, kind, service.prefix);
                }
            }
        }
        self.types = types;
        self.is_negated() || self.types.iter().any(|common| common.always)
    }

    /// What the element has in common with a resource type that no pattern meets.
    fn nothing_met(&self) -> Reach {
        let is_negated = self.is_negated();
        Reach {
            always: is_negated,
            all: false,
            wide: is_negated,
            part: is_negated,
        }
    }

    fn add(&self, common: &mut Reach, meeting: Meeting, pattern: &Named<'_>, kind: &ResourceType, service: &str) {
        if self.is_negated() {
            // The resource with an unknown name is left out only by a pattern that can match it.
            common.part &= !meeting.wide;
        } else {
            common.always = true;
            common.wide |= meeting.wide;
            // Where ARNs can be those of any service, nothing says that there are any of the one that is named.
            let exists = !kind.is_of_any_service() || pattern.service == Some(service.as_bytes());
            common.part |= meeting.certain && exists;
        }
    }
}

const EVERYTHING: Reach = Reach {
    always: true,
    all: true,
    wide: true,
    part: true,
};
