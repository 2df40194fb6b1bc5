//! The values of a condition, compiled for their operator, and the comparison with a value of the request.

use std::cmp::Ordering;
use std::net::IpAddr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use jiff::civil::{Date, Time};
use jiff::fmt::temporal::{Pieces, PiecesOffset};
use jiff::tz::Offset;

use super::operator::Operator;
use crate::arn::arn_matches;
use crate::json::quoted;
use crate::request::Context;
use crate::template::{Filled, Style, Template};

/// The values of one condition. A value that can match nothing has been left out.
#[derive(Clone, Debug)]
pub(crate) enum Operands {
    Text(Vec<Template>),
    /// Compared without case; the templates are in lower case except for what variables put in.
    TextIgnoringCase(Vec<Template>),
    Arn(Vec<Template>),
    Bool(Vec<Template>),
    Number(Comparison, Vec<Number>),
    Date(Comparison, Vec<Timestamp>),
    Binary(Vec<Vec<u8>>),
    Address(Vec<Network>),
    Null(Vec<bool>),
}

/// Which orders of request value and policy value match.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Comparison {
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Operands {
    pub(crate) fn new(operator: Operator, values: &[&str], variables: bool, note: &mut impl FnMut(String)) -> Self {
        let templates = |style| {
            values
                .iter()
                .map(|value| Template::new(value, style, variables))
                .collect()
        };
        match operator {
            Operator::StringEquals | Operator::StringNotEquals => Self::Text(templates(Style::Literal)),
            Operator::StringLike | Operator::StringNotLike => Self::Text(templates(Style::Wildcard)),
            Operator::StringEqualsIgnoreCase | Operator::StringNotEqualsIgnoreCase => {
                Self::TextIgnoringCase(templates(Style::Literal))
            }
            Operator::ArnEquals | Operator::ArnLike | Operator::ArnNotEquals | Operator::ArnNotLike => {
                Self::Arn(templates(Style::Wildcard))
            }
            Operator::Bool => Self::Bool(templates(Style::Literal)),
            Operator::BinaryEquals => {
                Self::Binary(readable(values, "base64", note, |value| STANDARD.decode(value).ok()))
            }
            Operator::IpAddress | Operator::NotIpAddress => {
                Self::Address(readable(values, "an IP address or range", note, Network::new))
            }
            Operator::Null => Self::Null(readable(values, "a boolean", note, boolean)),
            Operator::DateEquals
            | Operator::DateNotEquals
            | Operator::DateLessThan
            | Operator::DateLessThanEquals
            | Operator::DateGreaterThan
            | Operator::DateGreaterThanEquals => {
                Self::Date(Comparison::of(operator), readable(values, "a date", note, instant))
            }
            _ => Self::Number(
                Comparison::of(operator),
                readable(values, "a number", note, Number::new),
            ),
        }
    }

    /// The keys of the policy variables in the values, in lower case.
    pub(crate) fn variables(&self) -> impl Iterator<Item = &str> {
        let templates = match self {
            Self::Text(templates)
            | Self::TextIgnoringCase(templates)
            | Self::Arn(templates)
            | Self::Bool(templates) => templates.as_slice(),
            _ => &[],
        };
        templates.iter().flat_map(Template::variables)
    }

    /// Whether the value of the request matches any of the values, the operator's negation left aside.
    pub(crate) fn match_any(&self, value: &str, context: &Context<'_>) -> bool {
        let any = |templates: &[Template], matches: &dyn Fn(&Filled<'_>) -> bool| {
            templates
                .iter()
                .any(|template| template.fill(context).is_some_and(|text| matches(&text)))
        };
        match self {
            Self::Text(templates) => any(templates, &|text| text.matches(value)),
            Self::TextIgnoringCase(templates) => any(templates, &|text| {
                let Ok(text) = std::str::from_utf8(text.bytes()) else {
                    return false;
                };
                text.eq_ignore_ascii_case(value) || text.to_lowercase() == value.to_lowercase()
            }),
            Self::Arn(templates) => any(templates, &|text| arn_matches(text.bytes(), value)),
            Self::Bool(templates) => boolean(value).is_some_and(|value| {
                any(templates, &|text| {
                    std::str::from_utf8(text.bytes()).ok().and_then(boolean) == Some(value)
                })
            }),
            Self::Number(comparison, numbers) => Number::new(value)
                .is_some_and(|value| numbers.iter().any(|number| comparison.accepts(value.compare(*number)))),
            Self::Date(comparison, dates) => {
                instant(value).is_some_and(|value| dates.iter().any(|date| comparison.accepts(value.cmp(date))))
            }
            Self::Binary(values) => {
                let decoded = STANDARD.decode(value);
                let bytes = decoded.as_deref().unwrap_or(value.as_bytes());
                values.iter().any(|wanted| wanted == bytes)
            }
            Self::Address(networks) => value
                .parse()
                .is_ok_and(|address| networks.iter().any(|network| network.contains(address))),
            Self::Null(_) => false,
        }
    }
}

fn readable<T>(values: &[&str], what: &str, note: &mut impl FnMut(String), read: impl Fn(&str) -> Option<T>) -> Vec<T> {
    let mut all = Vec::with_capacity(values.len());
    for value in values {
        match read(value) {
            Some(value) => all.push(value),
            None => note(format!(
                "condition value {} is not {what} and matches nothing",
                quoted(value)
            )),
        }
    }
    all
}

impl Comparison {
    fn of(operator: Operator) -> Self {
        match operator {
            Operator::NumericLessThan | Operator::DateLessThan => Self::Less,
            Operator::NumericLessThanEquals | Operator::DateLessThanEquals => Self::LessOrEqual,
            Operator::NumericGreaterThan | Operator::DateGreaterThan => Self::Greater,
            Operator::NumericGreaterThanEquals | Operator::DateGreaterThanEquals => Self::GreaterOrEqual,
            _ => Self::Equal,
        }
    }

    fn accepts(self, order: Ordering) -> bool {
        match self {
            Self::Equal => order.is_eq(),
            Self::Less => order.is_lt(),
            Self::LessOrEqual => order.is_le(),
            Self::Greater => order.is_gt(),
            Self::GreaterOrEqual => order.is_ge(),
        }
    }
}

/// A decimal number; whole numbers are compared exactly.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Number {
    Whole(i64),
    Decimal(f64),
}

impl Number {
    fn new(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Ok(whole) = text.parse() {
            return Some(Self::Whole(whole));
        }
        // The standard parser also knows `inf` and `nan`.
        let is_number = text
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E'));
        let number = text.parse().ok().filter(|_| is_number)?;
        Some(Self::Decimal(number))
    }

    fn compare(self, other: Self) -> Ordering {
        match (self, other) {
            (Self::Whole(left), Self::Whole(right)) => left.cmp(&right),
            _ => self.decimal().total_cmp(&(other.decimal() + 0.0)),
        }
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "only where the other side is a decimal fraction, which is an approximation already"
    )]
    fn decimal(self) -> f64 {
        match self {
            Self::Whole(whole) => whole as f64,
            Self::Decimal(decimal) => decimal + 0.0,
        }
    }
}

fn boolean(text: &str) -> Option<bool> {
    if text.eq_ignore_ascii_case("true") {
        Some(true)
    } else if text.eq_ignore_ascii_case("false") {
        Some(false)
    } else {
        None
    }
}

/// A point in time: a W3C form of ISO 8601 (UTC where no offset is given), or seconds since 1970.
/// Four digits alone are a year.
fn instant(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    let digits = |from, length| -> Option<i16> {
        let part: &str = text.get(from..from + length)?;
        part.bytes()
            .all(|byte| byte.is_ascii_digit())
            .then(|| part.parse().ok())
            .flatten()
    };
    let start_of = |date: Date| Offset::UTC.to_timestamp(date.to_datetime(Time::midnight())).ok();
    match text.len() {
        4 => return start_of(Date::new(digits(0, 4)?, 1, 1).ok()?),
        7 if text.as_bytes().get(4) == Some(&b'-') => {
            let month = i8::try_from(digits(5, 2)?).ok()?;
            return start_of(Date::new(digits(0, 4)?, month, 1).ok()?);
        }
        _ => {}
    }
    let whole = text.split('.').next().unwrap_or(text);
    if !whole.is_empty()
        && let Some(Number::Whole(seconds)) = Number::new(whole)
    {
        let fraction = text.get(whole.len()..).unwrap_or_default();
        let nanoseconds = format!("{:0<9.9}", fraction.trim_start_matches('.'));
        let nanoseconds: i32 = nanoseconds.parse().ok()?;
        return Timestamp::new(seconds, nanoseconds).ok();
    }
    let pieces = Pieces::parse(text).ok()?;
    let offset = match pieces.offset() {
        Some(PiecesOffset::Numeric(offset)) => offset.offset(),
        _ => Offset::UTC,
    };
    let time = pieces.time().unwrap_or(Time::midnight());
    offset.to_timestamp(pieces.date().to_datetime(time)).ok()
}

/// An address range; an address alone is a range of one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Network {
    address: IpAddr,
    prefix: u32,
}

impl Network {
    fn new(text: &str) -> Option<Self> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().ok()?;
        let longest = if address.is_ipv4() { 32 } else { 128 };
        let prefix = match prefix {
            Some(prefix) if prefix.bytes().all(|byte| byte.is_ascii_digit()) => prefix.parse().ok()?,
            Some(_) => return None,
            None => longest,
        };
        (prefix <= longest).then_some(Self { address, prefix })
    }

    fn contains(self, address: IpAddr) -> bool {
        match (self.address, address) {
            (IpAddr::V4(network), IpAddr::V4(address)) => {
                let differing = network.to_bits() ^ address.to_bits();
                differing.leading_zeros() >= self.prefix
            }
            (IpAddr::V6(network), IpAddr::V6(address)) => {
                let differing = network.to_bits() ^ address.to_bits();
                differing.leading_zeros() >= self.prefix
            }
            _ => false,
        }
    }
}
