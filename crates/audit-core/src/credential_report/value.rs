//! The typed values of a cell, with every way in which AWS says that there is none.

use std::borrow::Cow;

use jiff::Timestamp;

use super::timestamp;

/// Whether a cell holds a value and, if not, what AWS says instead. These are different facts and stay apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// A value.
    Value,
    /// `N/A`: there is no such credential, or it has never been used.
    NotApplicable,
    /// `no_information`: the credential exists and no use has been recorded since AWS keeps records.
    NoInformation,
    /// `not_supported`: AWS does not say.
    NotSupported,
    /// Nothing between the commas.
    Empty,
    /// The header has no such column.
    ColumnAbsent,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 6] = [
        Self::Value,
        Self::NotApplicable,
        Self::NoInformation,
        Self::NotSupported,
        Self::Empty,
        Self::ColumnAbsent,
    ];

    /// The word used in data sets, in columns called `<column>_state`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Value => "value",
            Self::NotApplicable => "not_applicable",
            Self::NoInformation => "no_information",
            Self::NotSupported => "not_supported",
            Self::Empty => "empty",
            Self::ColumnAbsent => "column_absent",
        }
    }
}

/// A point in time as the report gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Moment {
    /// A timestamp, whatever its offset was.
    At(Timestamp),
    /// `N/A`
    NotApplicable,
    /// `no_information`
    NoInformation,
    /// `not_supported`
    NotSupported,
    /// Nothing between the commas.
    Empty,
    /// The header has no such column.
    ColumnAbsent,
}

impl Moment {
    /// The timestamp, if the cell holds one.
    #[must_use]
    pub const fn at(self) -> Option<Timestamp> {
        match self {
            Self::At(timestamp) => Some(timestamp),
            _ => None,
        }
    }

    /// Whether the cell holds a timestamp, or what it says instead.
    #[must_use]
    pub const fn state(self) -> State {
        match self {
            Self::At(_) => State::Value,
            Self::NotApplicable => State::NotApplicable,
            Self::NoInformation => State::NoInformation,
            Self::NotSupported => State::NotSupported,
            Self::Empty => State::Empty,
            Self::ColumnAbsent => State::ColumnAbsent,
        }
    }

    /// Reads a cell; `None` when it is neither an RFC 3339 timestamp nor a word that AWS uses for its absence.
    pub(super) fn read(cell: &str) -> Option<Self> {
        match sentinel(cell) {
            None => timestamp::read(cell).map(Self::At),
            Some(State::NotApplicable) => Some(Self::NotApplicable),
            Some(State::NoInformation) => Some(Self::NoInformation),
            Some(State::NotSupported) => Some(Self::NotSupported),
            Some(_) => Some(Self::Empty),
        }
    }
}

/// A boolean as the report gives it. It says nothing unless it is `True` or `False`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Flag {
    /// `true`, in any case.
    True,
    /// `false`, in any case.
    False,
    /// `N/A`
    NotApplicable,
    /// `no_information`
    NoInformation,
    /// `not_supported`
    NotSupported,
    /// Nothing between the commas.
    Empty,
    /// The header has no such column.
    ColumnAbsent,
}

impl Flag {
    /// The boolean, if the cell holds one.
    #[must_use]
    pub const fn value(self) -> Option<bool> {
        match self {
            Self::True => Some(true),
            Self::False => Some(false),
            _ => None,
        }
    }

    /// Whether the cell holds a boolean, or what it says instead.
    #[must_use]
    pub const fn state(self) -> State {
        match self {
            Self::True | Self::False => State::Value,
            Self::NotApplicable => State::NotApplicable,
            Self::NoInformation => State::NoInformation,
            Self::NotSupported => State::NotSupported,
            Self::Empty => State::Empty,
            Self::ColumnAbsent => State::ColumnAbsent,
        }
    }

    /// Reads a cell; `None` when it is neither a boolean nor a word that AWS uses for its absence.
    pub(super) fn read(cell: &str) -> Option<Self> {
        match sentinel(cell) {
            None if cell.eq_ignore_ascii_case("false") => Some(Self::False),
            None if cell.eq_ignore_ascii_case("true") => Some(Self::True),
            None => None,
            Some(State::NotApplicable) => Some(Self::NotApplicable),
            Some(State::NoInformation) => Some(Self::NoInformation),
            Some(State::NotSupported) => Some(Self::NotSupported),
            Some(_) => Some(Self::Empty),
        }
    }
}

/// A Region or a service as the report gives it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Text<'a> {
    /// The text, as it stands.
    Value(Cow<'a, str>),
    /// `N/A`: never used, or used on a service without Regions; the date tells which.
    NotApplicable,
    /// `no_information`
    NoInformation,
    /// `not_supported`
    NotSupported,
    /// Nothing between the commas.
    Empty,
    /// The header has no such column.
    ColumnAbsent,
}

impl<'a> Text<'a> {
    /// The text, if the cell holds one.
    #[must_use]
    pub fn value(&self) -> Option<&str> {
        match self {
            Self::Value(text) => Some(text),
            _ => None,
        }
    }

    /// Whether the cell holds a text, or what it says instead.
    #[must_use]
    pub const fn state(&self) -> State {
        match self {
            Self::Value(_) => State::Value,
            Self::NotApplicable => State::NotApplicable,
            Self::NoInformation => State::NoInformation,
            Self::NotSupported => State::NotSupported,
            Self::Empty => State::Empty,
            Self::ColumnAbsent => State::ColumnAbsent,
        }
    }

    /// The same, independent of the report's bytes.
    #[must_use]
    pub fn into_owned(self) -> Text<'static> {
        match self {
            Self::Value(text) => Text::Value(Cow::Owned(text.into_owned())),
            Self::NotApplicable => Text::NotApplicable,
            Self::NoInformation => Text::NoInformation,
            Self::NotSupported => Text::NotSupported,
            Self::Empty => Text::Empty,
            Self::ColumnAbsent => Text::ColumnAbsent,
        }
    }

    pub(super) fn read(cell: Cow<'a, str>) -> Self {
        match sentinel(&cell) {
            None => Self::Value(cell),
            Some(State::NotApplicable) => Self::NotApplicable,
            Some(State::NoInformation) => Self::NoInformation,
            Some(State::NotSupported) => Self::NotSupported,
            Some(_) => Self::Empty,
        }
    }
}

/// What a cell says instead of a value.
fn sentinel(cell: &str) -> Option<State> {
    match cell.as_bytes() {
        b"N/A" => Some(State::NotApplicable),
        b"" => Some(State::Empty),
        b"no_information" => Some(State::NoInformation),
        b"not_supported" => Some(State::NotSupported),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn booleans_are_read_in_any_case_and_nothing_else_passes() {
        for (cell, expected) in [
            ("true", Some(Flag::True)),
            ("TRUE", Some(Flag::True)),
            ("fAlse", Some(Flag::False)),
            ("N/A", Some(Flag::NotApplicable)),
            ("no_information", Some(Flag::NoInformation)),
            ("not_supported", Some(Flag::NotSupported)),
            ("", Some(Flag::Empty)),
            (" true", None),
            ("true ", None),
            ("1", None),
            ("yes", None),
            ("n/a", None),
            ("NOT_SUPPORTED", None),
            ("ｔｒｕｅ", None),
        ] {
            assert_eq!(Flag::read(cell), expected, "{cell:?}");
        }
    }

    #[test]
    fn every_sentinel_keeps_its_own_state_in_every_type() {
        for (cell, state) in [
            ("N/A", State::NotApplicable),
            ("no_information", State::NoInformation),
            ("not_supported", State::NotSupported),
            ("", State::Empty),
        ] {
            assert_eq!(Moment::read(cell).unwrap().state(), state);
            assert_eq!(Flag::read(cell).unwrap().state(), state);
            assert_eq!(Text::read(Cow::Borrowed(cell)).state(), state);
            assert_eq!(Text::read(Cow::Borrowed(cell)).into_owned().state(), state);
        }
        assert_eq!(Text::read(Cow::Borrowed("s3")).value(), Some("s3"));
    }

    #[test]
    fn words_of_the_states_are_distinct() {
        let words: std::collections::BTreeSet<_> = State::ALL.map(State::as_str).into();
        assert_eq!(words.len(), State::ALL.len());
    }
}
