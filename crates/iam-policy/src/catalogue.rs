//! The actions that AWS documents, with their access levels and the resources they take.
//!
//! The data is built by `data/build_catalogue.py` from a published copy of the Service Authorization Reference; see
//! `data/NOTICE`. AWS has actions that it does not document, so a decision about one request never looks here.

mod resource_type;

use std::ops::Range;
use std::sync::LazyLock;

use crate::action_set::ActionSet;
use crate::pattern::Pattern;

pub(crate) use resource_type::ResourceType;

const DATA: &str = include_str!("../data/catalogue.txt");

/// Actions that give away credentials, contents or guards: after a line `@class` one `service:Action` a line.
pub const SENSITIVE: &str = include_str!("../data/sensitive-actions.txt");

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::read(DATA));

/// What an action does, in the words of the Service Authorization Reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AccessLevel {
    /// Lists resources, without their contents.
    List,
    /// Reads contents.
    Read,
    /// Creates, changes or deletes.
    Write,
    /// Changes who may do what.
    PermissionsManagement,
    /// Changes tags only.
    Tagging,
}

impl AccessLevel {
    /// All levels, in the order in which AWS shows them.
    pub const ALL: [Self; 5] = [
        Self::List,
        Self::Read,
        Self::Write,
        Self::PermissionsManagement,
        Self::Tagging,
    ];

    /// The name that AWS uses.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::List => "List",
            Self::Read => "Read",
            Self::Write => "Write",
            Self::PermissionsManagement => "Permissions management",
            Self::Tagging => "Tagging",
        }
    }
}

/// The place of an action in the catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ActionId(u16);

impl ActionId {
    pub(crate) fn new(index: usize) -> Option<Self> {
        u16::try_from(index).ok().map(Self)
    }

    /// The place, from 0.
    #[must_use]
    pub fn index(self) -> usize {
        usize::from(self.0)
    }
}

/// A service.
#[derive(Debug)]
pub struct Service {
    /// The prefix of its actions.
    pub prefix: &'static str,
    /// Its name for people.
    pub name: &'static str,
    /// The places of its actions.
    pub actions: Range<usize>,
    pub(crate) resource_types: Vec<ResourceType>,
}

/// An action.
#[derive(Debug)]
pub struct Action {
    /// Its name without the service, as AWS writes it.
    pub name: &'static str,
    /// The place of its service.
    pub service: usize,
    /// What it does.
    pub level: AccessLevel,
    /// Where the catalogue lists the places of its resource types in the service.
    resource_types: Range<usize>,
    /// `service:action` in lower case, as a range of the catalogue's keys.
    key: Range<usize>,
}

/// The catalogue.
#[derive(Debug)]
pub struct Catalogue {
    /// The day the data was published, `YYYY-MM-DD`.
    pub date: &'static str,
    /// The package and version it was built from.
    pub source: &'static str,
    /// Services, sorted.
    pub services: Vec<Service>,
    /// Actions, sorted by `service:action` in lower case.
    pub actions: Vec<Action>,
    keys: String,
    type_numbers: Vec<u8>,
    levels: [ActionSet; 5],
    without_resources: ActionSet,
}

impl Catalogue {
    /// The catalogue of this build.
    #[must_use]
    pub fn get() -> &'static Self {
        &CATALOGUE
    }

    fn read(data: &'static str) -> Self {
        let mut catalogue = Self {
            date: "",
            source: "",
            services: Vec::new(),
            actions: Vec::new(),
            keys: String::with_capacity(data.len()),
            type_numbers: Vec::new(),
            levels: Default::default(),
            without_resources: ActionSet::default(),
        };
        for line in data.lines() {
            let (head, tail) = line.split_once('\t').unwrap_or((line, ""));
            let mut head = head.chars();
            match (head.next(), head.as_str()) {
                (Some('#'), "date") => catalogue.date = tail,
                (Some('#'), "source") => catalogue.source = tail,
                (Some('@'), prefix) => catalogue.services.push(Service {
                    prefix,
                    name: tail,
                    actions: catalogue.actions.len()..catalogue.actions.len(),
                    resource_types: Vec::new(),
                }),
                (Some(':'), _) => {
                    if let Some(service) = catalogue.services.last_mut() {
                        service.resource_types.push(ResourceType::new(tail));
                    }
                }
                (Some('L'), name) => catalogue.push(AccessLevel::List, name, tail),
                (Some('R'), name) => catalogue.push(AccessLevel::Read, name, tail),
                (Some('W'), name) => catalogue.push(AccessLevel::Write, name, tail),
                (Some('P'), name) => catalogue.push(AccessLevel::PermissionsManagement, name, tail),
                (Some('T'), name) => catalogue.push(AccessLevel::Tagging, name, tail),
                _ => {}
            }
        }
        resource_type::tell_apart(&mut catalogue.services);
        catalogue
    }

    fn push(&mut self, level: AccessLevel, name: &'static str, resource_types: &str) {
        let Some(id) = ActionId::new(self.actions.len()) else {
            return;
        };
        let place = self.services.len().saturating_sub(1);
        let Some(service) = self.services.last_mut() else {
            return;
        };
        service.actions.end += 1;
        let start = self.keys.len();
        self.keys.push_str(service.prefix);
        self.keys.push(':');
        self.keys
            .extend(name.chars().map(|character| character.to_ascii_lowercase()));
        let first_type = self.type_numbers.len();
        let numbers = resource_types.split(',');
        self.type_numbers
            .extend(numbers.filter_map(|number| number.parse::<u8>().ok()));
        self.actions.push(Action {
            name,
            service: place,
            level,
            resource_types: first_type..self.type_numbers.len(),
            key: start..self.keys.len(),
        });
        if let Some(set) = self.levels.get_mut(level as usize) {
            set.insert(id);
        }
        if resource_types.is_empty() {
            self.without_resources.insert(id);
        }
    }

    /// Every action.
    #[must_use]
    pub fn all(&self) -> ActionSet {
        ActionSet::full(self.actions.len())
    }

    /// The actions of a level.
    #[must_use]
    pub fn level(&self, level: AccessLevel) -> &ActionSet {
        self.levels.get(level as usize).unwrap_or(&self.without_resources)
    }

    /// The actions without resource types, which are always requested on `*`.
    #[must_use]
    pub fn without_resources(&self) -> &ActionSet {
        &self.without_resources
    }

    /// An action by its place.
    #[must_use]
    pub fn action(&self, id: ActionId) -> Option<&Action> {
        self.actions.get(id.index())
    }

    /// The service of an action, with its place.
    pub(crate) fn service(&self, id: ActionId) -> Option<(usize, &Service)> {
        let number = self.action(id)?.service;
        Some((number, self.services.get(number)?))
    }

    /// The places of an action's resource types in its service; none means that it is always requested on `*`.
    pub(crate) fn resource_types(&self, action: &Action) -> &[u8] {
        self.type_numbers.get(action.resource_types.clone()).unwrap_or_default()
    }

    /// The ARN formats of an action's resources, the variable parts as `*`.
    #[must_use]
    pub fn arn_formats(&self, id: ActionId) -> Vec<&'static str> {
        let Some(action) = self.action(id) else {
            return Vec::new();
        };
        let types = self
            .services
            .get(action.service)
            .map(|service| service.resource_types.as_slice());
        let format = |number: &u8| Some(types?.get(usize::from(*number))?.arn);
        self.resource_types(action).iter().filter_map(format).collect()
    }

    /// Whether an action can be done to the resource with this ARN.
    #[must_use]
    pub fn takes(&self, id: ActionId, arn: &str) -> bool {
        let Some((action, service)) = self
            .action(id)
            .and_then(|one| Some((one, self.services.get(one.service)?)))
        else {
            return false;
        };
        let mut types = self.resource_types(action).iter();
        types.any(|number| {
            let kind = service.resource_types.get(usize::from(*number));
            kind.is_some_and(|kind| kind.pattern.matches(arn))
        })
    }

    /// `service:action` in lower case, or nothing for a place beyond the catalogue.
    #[must_use]
    pub fn key(&self, id: ActionId) -> &str {
        self.action(id)
            .and_then(|action| self.keys.get(action.key.clone()))
            .unwrap_or_default()
    }

    /// `service:Action` as AWS writes it.
    #[must_use]
    pub fn name(&self, id: ActionId) -> String {
        let action = self.action(id);
        let service = action.and_then(|action| self.services.get(action.service));
        format!(
            "{}:{}",
            service.map_or("", |service| service.prefix),
            action.map_or("", |action| action.name)
        )
    }

    /// Finds an action by `service:action`, whatever the case.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<ActionId> {
        let key = name.to_ascii_lowercase();
        let at = self
            .actions
            .binary_search_by(|action| self.keys.get(action.key.clone()).cmp(&Some(&key)))
            .ok()?;
        ActionId::new(at)
    }

    /// The actions that a pattern such as `cloudtrail:Stop*` matches, whatever the case.
    #[must_use]
    pub fn matching(&self, pattern: &str) -> ActionSet {
        let mut found = ActionSet::default();
        self.expand(&Pattern::ignoring_case(pattern), &mut found);
        found
    }

    /// Adds the actions that a compiled action pattern matches.
    pub(crate) fn expand(&self, pattern: &Pattern, into: &mut ActionSet) {
        let key = |action: &Action| {
            let key = self.keys.as_bytes().get(action.key.clone());
            key.unwrap_or_default()
        };
        let (literal, rest) = pattern.split();
        let from = self.actions.partition_point(|action| key(action) < literal);
        let tail = self.actions.get(from..).unwrap_or_default();
        let to = from + tail.partition_point(|action| key(action).starts_with(literal));
        if rest == [crate::pattern::ANY] {
            into.insert_range(from..to);
            return;
        }
        for id in (from..to).filter_map(ActionId::new) {
            if pattern.matches(self.key(id)) {
                into.insert(id);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{AccessLevel, ActionSet, Catalogue};
    use crate::pattern::Pattern;

    #[test]
    fn the_data_is_read_whole() {
        let catalogue = Catalogue::get();
        assert_eq!(catalogue.date, "2026-09-26");
        assert_eq!(catalogue.services.len(), 456);
        assert_eq!(catalogue.actions.len(), 22_091);
        assert_eq!(catalogue.without_resources().count(), 6_724);
        let levels = AccessLevel::ALL.map(|level| catalogue.level(level).count());
        assert_eq!(levels.iter().sum::<usize>(), 22_091);
        assert!(levels.iter().all(|count| *count > 400), "{levels:?}");
        let keys: Vec<&str> = catalogue.all().iter().map(|id| catalogue.key(id)).collect();
        assert!(keys.is_sorted(), "policies are expanded by binary search");
    }

    #[test]
    fn an_action_is_found_whatever_the_case() {
        let catalogue = Catalogue::get();
        let id = catalogue.find("S3:getobject").expect("a known action");
        assert_eq!(catalogue.name(id), "s3:GetObject");
        assert_eq!(catalogue.action(id).map(|action| action.level), Some(AccessLevel::Read));
        assert_eq!(catalogue.find("s3:NoSuchAction"), None);
        let pass = catalogue.find("iam:PassRole").expect("a known action");
        assert!(catalogue.level(AccessLevel::PermissionsManagement).contains(pass));
    }

    #[test]
    fn a_pattern_expands_to_what_it_matches_one_by_one() {
        let catalogue = Catalogue::get();
        for pattern in [
            "*",
            "s3:*",
            "s3:get*",
            "s3:getobject",
            "iam:*accesskey*",
            "ec2:*?s",
            "x:*",
            "s3:get?bject",
        ] {
            let pattern = Pattern::ignoring_case(pattern);
            let mut expanded = ActionSet::default();
            catalogue.expand(&pattern, &mut expanded);
            let one_by_one: ActionSet = catalogue
                .all()
                .iter()
                .filter(|id| pattern.matches(catalogue.key(*id)))
                .collect();
            assert!(
                expanded.is_subset(&one_by_one) && one_by_one.is_subset(&expanded),
                "{pattern:?}"
            );
        }
    }
}
