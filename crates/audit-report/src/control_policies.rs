//! The report about control policies: a workbook, CSV and JSON Lines.
//!
//! All formats have the same sheets, columns and values; [`Sheet`] documents them.

mod fields;
mod rows;
mod write;

pub use self::rows::{Coverage, each_row};
pub use self::write::{SCHEMA, json_schema, write_csv, write_json_lines, write_workbook};

use crate::sheets::{Field, Layout};

/// A sheet of the workbook, a file of CSV, a kind of line in JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sheet {
    /// What was looked at, and what it came to.
    Summary,
    /// One row for each guardrail.
    Guardrails,
    /// One row for each account.
    Accounts,
    /// What follows for each account and guardrail.
    Verdicts,
    /// Every policy at every level above each account.
    Levels,
    /// The organization root and the units.
    Tree,
    /// All policies.
    Policies,
    /// What could not be looked at.
    NotKnown,
}

impl Sheet {
    /// All sheets, in the order of the workbook.
    pub const ALL: [Self; 8] = [
        Self::Summary,
        Self::Guardrails,
        Self::Accounts,
        Self::Verdicts,
        Self::Levels,
        Self::Tree,
        Self::Policies,
        Self::NotKnown,
    ];

    /// Its title in the workbook.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Summary => "Summary",
            Self::Guardrails => "Guardrails",
            Self::Accounts => "Accounts",
            Self::Verdicts => "Verdicts",
            Self::Levels => "Policies per account",
            Self::Tree => "Organization",
            Self::Policies => "Policies",
            Self::NotKnown => "Not known",
        }
    }

    /// Its name in files and in JSON.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Summary => "summary",
            Self::Guardrails => "guardrails",
            Self::Accounts => "accounts",
            Self::Verdicts => "verdicts",
            Self::Levels => "policies_per_account",
            Self::Tree => "organization",
            Self::Policies => "policies",
            Self::NotKnown => "not_known",
        }
    }

    /// Its columns.
    #[must_use]
    pub const fn fields(self) -> &'static [Field] {
        match self {
            Self::Summary => fields::SUMMARY,
            Self::Guardrails => fields::GUARDRAILS,
            Self::Accounts => fields::ACCOUNTS,
            Self::Verdicts => fields::VERDICTS,
            Self::Levels => fields::LEVELS,
            Self::Tree => fields::TREE,
            Self::Policies => fields::POLICIES,
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
