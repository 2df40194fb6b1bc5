//! Text of a policy that may hold policy variables, compiled once and filled in per request.
//!
//! Rules: "IAM policy elements: Variables and tags". Variables exist only in documents of version 2012-10-17; a key is
//! looked up whatever its case; only single-valued keys can be used; what a variable puts in is literal text.

use crate::pattern::{ANY, ANY_IN_SEGMENT, ONE, ONE_IN_SEGMENT, Pattern};
use crate::request::{Context, Value};

/// What `*` and `?` mean in the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    /// Characters like any other.
    Literal,
    /// Wildcards.
    Wildcard,
    /// Wildcards of a resource ARN: see [`crate::arn`].
    Resource,
}

/// Compiled text.
#[derive(Clone, Debug)]
pub(crate) enum Template {
    Plain(Pattern),
    Variable(Box<[Piece]>),
}

#[derive(Clone, Debug)]
pub(crate) enum Piece {
    Bytes(Box<[u8]>),
    Variable {
        /// In lower case.
        key: Box<str>,
        default: Option<Box<str>>,
    },
}

/// Compiled text, filled in for one request.
pub(crate) enum Filled<'t> {
    Plain(&'t Pattern),
    Bytes(Vec<u8>),
}

impl Template {
    /// Compiles text; `variables` says whether the document's version knows policy variables.
    pub(crate) fn new(text: &str, style: Style, variables: bool) -> Self {
        let mut compiler = Compiler {
            style,
            colons: 0,
            pieces: Vec::new(),
            bytes: Vec::with_capacity(text.len()),
        };
        let mut rest = text;
        while let Some(first) = rest.as_bytes().first() {
            if variables && let Some((inside, after)) = placeholder(rest) {
                compiler.placeholder(inside);
                rest = after;
            } else {
                let next = rest.as_bytes().get(1).copied();
                compiler.byte(*first, next);
                // Only ASCII is told apart, so a character of several bytes is copied whole.
                let mut characters = rest.chars();
                if let Some(character) = characters.next() {
                    let mut buffer = [0; 4];
                    let others = character.encode_utf8(&mut buffer).as_bytes().iter().skip(1);
                    compiler.bytes.extend(others);
                }
                rest = characters.as_str();
            }
        }
        compiler.finish()
    }

    /// Puts the request's values in, or `None` when a variable has neither a single value nor a default.
    pub(crate) fn fill(&self, context: &Context<'_>) -> Option<Filled<'_>> {
        let pieces = match self {
            Self::Plain(pattern) => return Some(Filled::Plain(pattern)),
            Self::Variable(pieces) => pieces,
        };
        let mut bytes = Vec::new();
        for piece in pieces {
            match piece {
                Piece::Bytes(literal) => bytes.extend_from_slice(literal),
                Piece::Variable { key, default } => {
                    let value = match context.get(key) {
                        Some(Value::One(value)) => Some(value.as_ref()),
                        _ => default.as_deref(),
                    };
                    bytes.extend_from_slice(value?.as_bytes());
                }
            }
        }
        Some(Filled::Bytes(bytes))
    }
}

impl Template {
    fn pieces(&self) -> &[Piece] {
        match self {
            Self::Plain(_) => &[],
            Self::Variable(pieces) => pieces,
        }
    }

    /// The compiled text before the first variable.
    pub(crate) fn start(&self) -> &[u8] {
        match self {
            Self::Plain(pattern) => pattern.bytes(),
            Self::Variable(pieces) => match pieces.first() {
                Some(Piece::Bytes(bytes)) => bytes,
                _ => &[],
            },
        }
    }

    /// The keys of the policy variables in this text, in lower case.
    pub(crate) fn variables(&self) -> impl Iterator<Item = &str> {
        self.pieces().iter().filter_map(|piece| match piece {
            Piece::Variable { key, .. } => Some(key.as_ref()),
            Piece::Bytes(_) => None,
        })
    }

    /// The pattern that matches whatever values the variables have.
    pub(crate) fn with_any_values(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for piece in self.pieces() {
            match piece {
                Piece::Bytes(literal) => bytes.extend_from_slice(literal),
                Piece::Variable { .. } => bytes.push(ANY),
            }
        }
        bytes
    }
}

impl Filled<'_> {
    pub(crate) fn matches(&self, text: &str) -> bool {
        match self {
            Self::Plain(pattern) => pattern.matches(text),
            Self::Bytes(bytes) => crate::pattern::matches(bytes, text.as_bytes()),
        }
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        match self {
            Self::Plain(pattern) => pattern.bytes(),
            Self::Bytes(bytes) => bytes,
        }
    }
}

struct Compiler {
    style: Style,
    colons: usize,
    pieces: Vec<Piece>,
    bytes: Vec<u8>,
}

impl Compiler {
    fn byte(&mut self, byte: u8, next: Option<u8>) {
        if byte == b':' {
            self.colons += 1;
        }
        // A star that ends its segment may run past colons, and in the resource part colons are ordinary characters.
        let bound = self.style == Style::Resource && self.colons < crate::arn::COLONS;
        let ends_segment = matches!(next, None | Some(b':'));
        self.bytes.push(match (byte, self.style) {
            (_, Style::Literal) => byte,
            (b'*', _) if bound && !ends_segment => ANY_IN_SEGMENT,
            (b'*', _) => ANY,
            (b'?', _) if bound => ONE_IN_SEGMENT,
            (b'?', _) => ONE,
            _ => byte,
        });
    }

    fn placeholder(&mut self, inside: &str) {
        if let "*" | "?" | "$" = inside {
            self.bytes.extend_from_slice(inside.as_bytes());
            return;
        }
        let (key, default) = match inside.split_once(',') {
            Some((key, default)) => {
                let default = default.trim();
                let unquoted = default.strip_prefix('\'').and_then(|text| text.strip_suffix('\''));
                (key.trim(), Some(Box::from(unquoted.unwrap_or(default))))
            }
            None => (inside.trim(), None),
        };
        let literal = std::mem::take(&mut self.bytes);
        self.pieces.push(Piece::Bytes(literal.into_boxed_slice()));
        self.pieces.push(Piece::Variable {
            key: key.to_ascii_lowercase().into_boxed_str(),
            default,
        });
    }

    fn finish(mut self) -> Template {
        if self.pieces.is_empty() {
            return Template::Plain(Pattern::new(self.bytes));
        }
        self.pieces.push(Piece::Bytes(self.bytes.into_boxed_slice()));
        Template::Variable(self.pieces.into_boxed_slice())
    }
}

/// What stands between `${` and `}` at the start of the text, and what follows.
fn placeholder(text: &str) -> Option<(&str, &str)> {
    text.strip_prefix("${")?.split_once('}')
}
