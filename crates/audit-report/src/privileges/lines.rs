//! Reads the report's own lines back, as far as the dataset is made of them.

use std::borrow::Cow;

use jiff::Timestamp;
use serde::Deserialize;

use super::json::SCHEMA;

/// What a line tells, if the dataset needs it.
#[derive(Debug)]
pub(super) enum Line<'l> {
    /// The first line.
    Head(Head<'l>),
    /// A user or role.
    Principal(Holder<'l>),
    /// What the user or role before it may do in a service.
    Access(Access<'l>),
    /// Whom a statement lets in.
    LetsIn(LetsIn),
    /// Anything else.
    Other,
}

#[derive(Debug, Deserialize)]
pub(super) struct Head<'l> {
    schema: Cow<'l, str>,
    pub(super) account: Cow<'l, str>,
}

/// A user or role, as rows of the dataset name it.
#[derive(Debug, Deserialize)]
pub(super) struct Holder<'l> {
    #[serde(borrow, rename = "type")]
    pub(super) kind: Cow<'l, str>,
    #[serde(borrow)]
    pub(super) name: Cow<'l, str>,
    #[serde(borrow)]
    pub(super) arn: Cow<'l, str>,
    #[serde(borrow)]
    pub(super) tier: Cow<'l, str>,
    pub(super) tier_certain: bool,
    pub(super) complete: bool,
    pub(super) services_possible: u64,
}

#[derive(Debug, Deserialize)]
pub(super) struct Access<'l> {
    #[serde(borrow)]
    pub(super) arn: Cow<'l, str>,
    #[serde(borrow)]
    pub(super) service: Cow<'l, str>,
    #[serde(borrow)]
    pub(super) list: Cow<'l, str>,
    #[serde(borrow)]
    pub(super) read: Cow<'l, str>,
    #[serde(borrow)]
    pub(super) write: Cow<'l, str>,
    #[serde(borrow)]
    pub(super) permissions: Cow<'l, str>,
    #[serde(borrow)]
    pub(super) tagging: Cow<'l, str>,
    pub(super) certain: i64,
    pub(super) possible: i64,
    pub(super) last_used: Option<Timestamp>,
}

#[derive(Debug, Deserialize)]
pub(super) struct LetsIn {
    pub(super) outside: bool,
    pub(super) limited: bool,
}

/// A line that is none of a privilege report.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LineError {
    /// The line is not what it says that it is.
    #[error("line {0} cannot be read: {1}")]
    Line(usize, String),
    /// The lines are of another format.
    #[error("the first line is no head of `{SCHEMA}`")]
    Schema,
    /// A service stands below another user or role than that of the rows around it.
    #[error("line {0} belongs to no user or role before it")]
    Stray(usize),
}

#[derive(Deserialize)]
struct Tag<'l> {
    #[serde(borrow)]
    sheet: Cow<'l, str>,
}

/// The lines in their order; the first is the head.
pub(super) fn read(lines: &[u8]) -> impl Iterator<Item = Result<(usize, Line<'_>), LineError>> {
    let lines = lines.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    lines.enumerate().map(|(at, line)| {
        let number = at + 1;
        let line = one(line).map_err(|error| LineError::Line(number, error.to_string()))?;
        match &line {
            Line::Head(head) if at == 0 && head.schema == SCHEMA => Ok((number, line)),
            Line::Head(_) => Err(LineError::Schema),
            _ if at == 0 => Err(LineError::Schema),
            _ => Ok((number, line)),
        }
    })
}

fn one(line: &[u8]) -> serde_json::Result<Line<'_>> {
    let tag: Tag<'_> = serde_json::from_slice(line)?;
    match &*tag.sheet {
        "report" => serde_json::from_slice(line).map(Line::Head),
        "principals" => serde_json::from_slice(line).map(Line::Principal),
        "service_access" => serde_json::from_slice(line).map(Line::Access),
        "resource_policies" => serde_json::from_slice(line).map(Line::LetsIn),
        _ => Ok(Line::Other),
    }
}
