//! An XML answer as a tree of elements that know where they stand in the text.

use std::collections::BTreeSet;
use std::ops::Range;

use quick_xml::Reader;
use quick_xml::events::Event;

/// An element.
#[derive(Debug)]
pub(super) struct Element {
    name: String,
    /// Where it stands, tags included.
    range: Range<usize>,
    text: String,
    children: Vec<Element>,
}

impl Element {
    /// The members of a document, without its outer elements; none if it is not whole.
    pub(super) fn read(body: &[u8]) -> Option<Self> {
        let mut reader = Reader::from_reader(body);
        let mut open: Vec<Self> = Vec::new();
        let root = loop {
            let start = usize::try_from(reader.buffer_position()).ok()?;
            match reader.read_event().ok()? {
                Event::Start(tag) => open.push(Self {
                    name: tag.name().as_ref().to_owned(),
                    range: start..start,
                    text: String::new(),
                    children: Vec::new(),
                }),
                Event::End(_) => {
                    let mut closed = open.pop()?;
                    closed.range.end = usize::try_from(reader.buffer_position()).ok()?;
                    match open.last_mut() {
                        Some(parent) => parent.children.push(closed),
                        None => break closed,
                    }
                }
                Event::Text(text) => {
                    if let Some(element) = open.last_mut() {
                        element.text.push_str(&text);
                    }
                }
                Event::Eof => return None,
                _ => {}
            }
        };
        let result = root.children.iter().position(|child| child.name.ends_with("Result"));
        match result {
            Some(place) => root.children.into_iter().nth(place),
            None => Some(root),
        }
    }

    /// Its name in a path; none for elements of lists.
    fn path_name(&self) -> Option<&str> {
        let key = || self.children.iter().find(|child| child.name == "key");
        match self.name.as_str() {
            "member" => None,
            "entry" => Some(key().map_or("entry", |key| key.text.as_str())),
            name => Some(name),
        }
    }

    /// The paths of the members inside.
    pub(super) fn paths(&self, above: &str, paths: &mut BTreeSet<String>) {
        for child in &self.children {
            match child.path_name() {
                None => child.paths(above, paths),
                Some(name) => {
                    let path = format!("{above}{name}");
                    if child.name != "entry" {
                        child.paths(&format!("{path}/"), paths);
                    }
                    paths.insert(path);
                }
            }
        }
    }

    /// Where the members of a path inside stand, in order.
    pub(super) fn cuts(&self, names: &[&str], cuts: &mut Vec<Range<usize>>) {
        let Some((wanted, rest)) = names.split_first() else {
            return;
        };
        for child in &self.children {
            match child.path_name() {
                None => child.cuts(names, cuts),
                Some(name) if name == *wanted && rest.is_empty() => cuts.push(child.range.clone()),
                Some(name) if name == *wanted => child.cuts(rest, cuts),
                Some(_) => {}
            }
        }
    }
}
