//! The tree that accounts stand in, and the policies on the way down to each.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::account::{Attached, Level, Node, NodeKind};
use super::compiled::Compiled;
use super::judge::Chain;
use super::record::{Answer, Kind, Organization, OrganizationRecord, RootRecord, TypeState};
use super::report::{Exemption, Gap, GapReason, NodeRow, Subject};

/// What lies above an account, or why that is not known.
type Above<'a> = Result<Vec<Node<'a>>, Gap>;

/// What is the same for all accounts.
pub(super) struct Ground<'g, 'a> {
    organization: &'a Organization,
    compiled: &'g Compiled<'a>,
    pub(super) exempt: BTreeMap<Kind, Exemption>,
    /// What leaves open which policies are in force at all.
    pub(super) gaps: Vec<Gap>,
    /// The kinds of which that is open.
    open: Vec<Kind>,
}

impl<'g, 'a> Ground<'g, 'a> {
    pub(super) fn new(organization: &'a Organization, compiled: &'g Compiled<'a>) -> Self {
        let mut ground = Self {
            organization,
            compiled,
            exempt: BTreeMap::new(),
            gaps: Vec::new(),
            open: Vec::new(),
        };
        match (&organization.organization).into() {
            Err(why) => ground.leave_open("the organization", why),
            Ok(None) => ground
                .exempt
                .extend(Kind::ALL.map(|kind| (kind, Exemption::NoOrganization))),
            Ok(Some(record)) => {
                let record: &OrganizationRecord = record;
                if record.all_features {
                    ground.types();
                } else {
                    ground
                        .exempt
                        .extend(Kind::ALL.map(|kind| (kind, Exemption::FeaturesOff)));
                }
            }
        }
        ground
    }

    fn types(&mut self) {
        let root = match (&self.organization.root).into() {
            Ok(root) => root,
            Err(why) => return self.leave_open("which types of policies are enabled", why),
        };
        let root: &RootRecord = root;
        for kind in Kind::ALL {
            match root.types.get(&kind) {
                Some(TypeState::Enabled) => {}
                None | Some(TypeState::NotEnabled) => {
                    self.exempt.insert(kind, Exemption::TypeOff);
                }
                Some(TypeState::Changing) => {
                    let what = format!("whether {}s are in force", kind.label());
                    let why = GapReason::NotUnderstood("the policy type is being enabled or disabled".to_owned());
                    self.gaps.push(Gap::new(what, why));
                    self.open.push(kind);
                }
            }
        }
    }

    fn leave_open(&mut self, what: &str, why: GapReason) {
        self.gaps.push(Gap::new(what.to_owned(), why));
        self.open.extend(Kind::ALL);
    }

    /// The way from the organization root to an account.
    pub(super) fn path(&self, subject: &Subject<'a>) -> Above<'a> {
        let missing = || {
            let mut unread = self.unread();
            let why = unread.next().map_or(GapReason::NotReached, |gap| gap.why);
            Gap::new(format!("where account {} stands", subject.account), why)
        };
        let Some(parent) = self.organization.parents.get(&subject.account) else {
            return Err(missing());
        };
        let mut path = self.above(parent).ok_or_else(missing)?;
        path.push(account_node(subject));
        Ok(path)
    }

    /// The way from the organization root to a node of the tree.
    fn above(&self, id: &'a str) -> Option<Vec<Node<'a>>> {
        let root = self.organization.root.known()?;
        let mut path = Vec::new();
        let mut at = id;
        while at != root.id {
            let unit = self.organization.units.get(at)?;
            path.push(Node {
                id: at.to_owned(),
                name: &unit.name,
                kind: NodeKind::Unit,
            });
            // A circle is no tree.
            if path.len() > self.organization.units.len() {
                return None;
            }
            at = &unit.parent;
        }
        path.push(Node {
            id: root.id.clone(),
            name: &root.name,
            kind: NodeKind::Root,
        });
        path.reverse();
        Some(path)
    }

    /// What is attached to the nodes of a path, for each kind in force.
    pub(super) fn levels(&self, path: &[Node<'_>]) -> Vec<Level<'a>> {
        let kinds = Kind::ALL.into_iter().filter(|kind| !self.exempt.contains_key(kind));
        let places = kinds.flat_map(|kind| path.iter().enumerate().map(move |(node, at)| (kind, node, at)));
        let levels = places.map(|(kind, node, at)| {
            let (ids, gaps) = self.compiled.at(kind, &at.id);
            let attached = ids.iter().filter_map(|id| {
                let policy = self.organization.policies.get(*id)?;
                Some(Attached { id, policy })
            });
            Level {
                node,
                kind,
                strategy: self.compiled.strategy(kind, &ids, &gaps),
                attached: attached.collect(),
                gaps,
            }
        });
        levels.collect()
    }

    /// The policies of the levels as the engine takes them.
    pub(super) fn chain(
        &self,
        levels: &[Level<'a>],
        exempt: &BTreeMap<Kind, Exemption>,
        way_known: bool,
        anything: &Arc<iam_policy::Policy>,
    ) -> Chain<'a> {
        let mut chain = Chain::default();
        for kind in Kind::ALL.into_iter().filter(|kind| !exempt.contains_key(kind)) {
            chain.is_open |= !way_known || self.open.contains(&kind);
            for level in levels.iter().filter(|level| level.kind == kind) {
                let ids: Vec<&'a str> = level.attached.iter().map(|one| one.id).collect();
                let documents = ids.iter().filter_map(|id| self.compiled.document(id));
                let mut policies: Vec<_> = documents.map(|document| Arc::clone(&document.policy)).collect();
                // Whether the kind is in force may be open too; then its policies may as well not be there.
                let is_open = !level.gaps.is_empty();
                chain.is_open |= is_open;
                if self.open.contains(&kind) {
                    continue;
                }
                if is_open && kind == Kind::Scp {
                    policies.push(Arc::clone(anything));
                }
                match kind {
                    Kind::Scp => {
                        chain.policies.scps.push(policies);
                        chain.scps.push(ids);
                    }
                    Kind::Rcp => {
                        chain.policies.rcps.push(policies);
                        chain.rcps.push(ids);
                    }
                }
            }
        }
        chain
    }

    pub(super) fn nodes(&self) -> Vec<NodeRow<'a>> {
        let Some(root) = self.organization.root.known() else {
            return Vec::new();
        };
        let mut accounts: HashMap<&str, usize> = HashMap::new();
        for parent in self.organization.parents.values() {
            *accounts.entry(parent).or_default() += 1;
        }
        let mut units: HashMap<&str, usize> = HashMap::new();
        for unit in self.organization.units.values() {
            *units.entry(&unit.parent).or_default() += 1;
        }
        let ids = std::iter::once(root.id.as_str()).chain(self.organization.units.keys().map(String::as_str));
        let nodes = ids.filter_map(|id| {
            let path = self.above(id)?;
            let last = path.len().saturating_sub(1);
            let mut levels = self.levels(&path);
            levels.retain(|level| level.node == last);
            Some(NodeRow {
                levels,
                path,
                accounts: accounts.get(id).copied().unwrap_or_default(),
                units: units.get(id).copied().unwrap_or_default(),
            })
        });
        let mut nodes: Vec<NodeRow<'a>> = nodes.collect();
        nodes.sort_by(|a, b| {
            let names = |row: &NodeRow<'a>| {
                row.path
                    .iter()
                    .map(|node| (node.name, node.id.clone()))
                    .collect::<Vec<_>>()
            };
            names(a).cmp(&names(b))
        });
        nodes
    }

    /// Parts of the tree and lists of policies that could not be read.
    pub(super) fn unread(&self) -> impl Iterator<Item = Gap> {
        let gap = |what: String, why| Gap::new(what, why);
        let below = self.organization.below.iter().filter_map(move |(id, answer)| {
            let answer: Result<&(), _> = answer.into();
            Some(gap(format!("the units below {id}"), answer.err()?))
        });
        let inside = self.organization.inside.iter().filter_map(move |(id, answer)| {
            let answer: Result<&(), _> = answer.into();
            Some(gap(format!("the accounts in {id}"), answer.err()?))
        });
        let lists = self.organization.lists.iter().filter_map(move |(kind, answer)| {
            let why = match answer {
                Answer::Known(_) => return None,
                Answer::Failed(failure) => GapReason::Failed(failure.clone()),
                Answer::NotReached => GapReason::NotReached,
            };
            Some(gap(format!("the list of {}s", kind.label()), why))
        });
        below.chain(inside).chain(lists)
    }
}

pub(super) fn account_node<'a>(subject: &Subject<'a>) -> Node<'a> {
    Node {
        id: subject.account.to_string(),
        name: subject.name,
        kind: NodeKind::Account,
    }
}

/// `o-…/r-…/ou-…/`: what `aws:PrincipalOrgPaths` holds for the principals of an account.
pub(super) fn organization_path(record: Option<&OrganizationRecord>, path: &[Node<'_>]) -> Option<String> {
    let mut text = format!("{}/", record?.id);
    for node in path.iter().filter(|node| node.kind != NodeKind::Account) {
        text.push_str(&node.id);
        text.push('/');
    }
    Some(text)
}
