//! The names of the condition operators.

use crate::json::quoted;

/// A set operator in front of an operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Qualifier {
    ForAllValues,
    ForAnyValue,
}

/// The 27 operators. `ArnEquals` and `ArnLike` behave the same, and so do their negations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operator {
    StringEquals,
    StringNotEquals,
    StringEqualsIgnoreCase,
    StringNotEqualsIgnoreCase,
    StringLike,
    StringNotLike,
    NumericEquals,
    NumericNotEquals,
    NumericLessThan,
    NumericLessThanEquals,
    NumericGreaterThan,
    NumericGreaterThanEquals,
    DateEquals,
    DateNotEquals,
    DateLessThan,
    DateLessThanEquals,
    DateGreaterThan,
    DateGreaterThanEquals,
    Bool,
    BinaryEquals,
    IpAddress,
    NotIpAddress,
    ArnEquals,
    ArnLike,
    ArnNotEquals,
    ArnNotLike,
    Null,
}

impl Operator {
    const ALL: [(&'static str, Self); 27] = [
        ("StringEquals", Self::StringEquals),
        ("StringNotEquals", Self::StringNotEquals),
        ("StringEqualsIgnoreCase", Self::StringEqualsIgnoreCase),
        ("StringNotEqualsIgnoreCase", Self::StringNotEqualsIgnoreCase),
        ("StringLike", Self::StringLike),
        ("StringNotLike", Self::StringNotLike),
        ("NumericEquals", Self::NumericEquals),
        ("NumericNotEquals", Self::NumericNotEquals),
        ("NumericLessThan", Self::NumericLessThan),
        ("NumericLessThanEquals", Self::NumericLessThanEquals),
        ("NumericGreaterThan", Self::NumericGreaterThan),
        ("NumericGreaterThanEquals", Self::NumericGreaterThanEquals),
        ("DateEquals", Self::DateEquals),
        ("DateNotEquals", Self::DateNotEquals),
        ("DateLessThan", Self::DateLessThan),
        ("DateLessThanEquals", Self::DateLessThanEquals),
        ("DateGreaterThan", Self::DateGreaterThan),
        ("DateGreaterThanEquals", Self::DateGreaterThanEquals),
        ("Bool", Self::Bool),
        ("BinaryEquals", Self::BinaryEquals),
        ("IpAddress", Self::IpAddress),
        ("NotIpAddress", Self::NotIpAddress),
        ("ArnEquals", Self::ArnEquals),
        ("ArnLike", Self::ArnLike),
        ("ArnNotEquals", Self::ArnNotEquals),
        ("ArnNotLike", Self::ArnNotLike),
        ("Null", Self::Null),
    ];

    /// Whether the operator holds where its values do not match.
    pub(crate) fn is_negated(self) -> bool {
        matches!(
            self,
            Self::StringNotEquals
                | Self::StringNotEqualsIgnoreCase
                | Self::StringNotLike
                | Self::NumericNotEquals
                | Self::DateNotEquals
                | Self::NotIpAddress
                | Self::ArnNotEquals
                | Self::ArnNotLike
        )
    }
}

/// Reads an operator with its set operator and `IfExists`. Names are compared without case, as AWS does.
pub(crate) fn parse(name: &str) -> Result<(Option<Qualifier>, Operator, bool), String> {
    let unknown = || format!("unknown condition operator {}", quoted(name));
    let (qualifier, rest) = match name.split_once(':') {
        None => (None, name),
        Some((set, rest)) if set.eq_ignore_ascii_case("ForAllValues") => (Some(Qualifier::ForAllValues), rest),
        Some((set, rest)) if set.eq_ignore_ascii_case("ForAnyValue") => (Some(Qualifier::ForAnyValue), rest),
        Some(_) => return Err(unknown()),
    };
    let stem = rest
        .len()
        .checked_sub("IfExists".len())
        .and_then(|at| rest.split_at_checked(at))
        .filter(|(_, suffix)| suffix.eq_ignore_ascii_case("IfExists"))
        .map(|(stem, _)| stem);
    let (base, if_exists) = (stem.unwrap_or(rest), stem.is_some());
    let operator = Operator::ALL
        .iter()
        .find_map(|(known, operator)| known.eq_ignore_ascii_case(base).then_some(*operator))
        .ok_or_else(unknown)?;
    if operator == Operator::Null && (if_exists || qualifier.is_some()) {
        return Err(format!(
            "condition operator {} combines Null with what asks for values",
            quoted(name)
        ));
    }
    Ok((qualifier, operator, if_exists))
}
