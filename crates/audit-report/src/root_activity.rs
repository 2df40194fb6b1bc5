//! The report about root users: a workbook, CSV, JSON Lines, and the words for people.
//!
//! The formats have the same sheets, columns and values; [`Sheet`] documents them.

mod fields;
mod rows;
mod summary;
mod text;
mod write;

pub use self::rows::AccountLine;
pub use self::summary::{Searched, Summary, TrailAsked};
pub use self::text::{News, SignIn, write_message};
pub use self::write::{Documents, SCHEMA, json_schema};

use crate::sheets::{Field, Layout};

/// A sheet of the workbook, a file of CSV, a kind of line in JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sheet {
    /// What was looked at, and what it came to.
    Summary,
    /// One row for each account.
    Accounts,
    /// Everything that root users did.
    Events,
    /// What the log files of a trail tell of sign-ins.
    Trail,
    /// Who changed what.
    Changes,
    /// What the event history was asked.
    Searches,
    /// What could not be had.
    NotKnown,
}

impl Sheet {
    /// All sheets, in the order of the workbook.
    pub const ALL: [Self; 7] = [
        Self::Summary,
        Self::Accounts,
        Self::Events,
        Self::Trail,
        Self::Changes,
        Self::Searches,
        Self::NotKnown,
    ];

    /// Its title in the workbook.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Summary => "Summary",
            Self::Accounts => "Accounts",
            Self::Events => "Root activity",
            Self::Trail => "Trail",
            Self::Changes => "Changes",
            Self::Searches => "Searches",
            Self::NotKnown => "Not known",
        }
    }

    /// Its name in files and in JSON.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Summary => "summary",
            Self::Accounts => "accounts",
            Self::Events => "root_activity",
            Self::Trail => "trail",
            Self::Changes => "changes",
            Self::Searches => "searches",
            Self::NotKnown => "not_known",
        }
    }

    /// Its columns.
    #[must_use]
    pub const fn fields(self) -> &'static [Field] {
        match self {
            Self::Summary => fields::SUMMARY,
            Self::Accounts => fields::ACCOUNTS,
            Self::Events => fields::EVENTS,
            Self::Trail => fields::TRAIL,
            Self::Changes => fields::CHANGES,
            Self::Searches => fields::SEARCHES,
            Self::NotKnown => fields::NOT_KNOWN,
        }
    }

    fn place(self) -> usize {
        Self::ALL.iter().position(|sheet| *sheet == self).unwrap_or_default()
    }

    fn layout(self) -> Layout {
        Layout {
            title: self.title(),
            slug: self.slug(),
            fields: self.fields(),
            frozen: if self == Self::Summary { 0 } else { 2 },
        }
    }
}
