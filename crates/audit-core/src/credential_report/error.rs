//! What can be wrong with a report or with one of its rows.

use super::Column;
use crate::account::AccountId;

/// Why nothing can be read from a report. The bytes themselves stay evidence; they are stored before they are parsed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReportError {
    /// There is no text at all.
    #[error("the report is empty")]
    Empty,
    /// The bytes are not UTF-8: another encoding, compressed or damaged.
    #[error("the report is not UTF-8 from line {line} on")]
    NotUtf8 {
        /// Line with the first byte that is not UTF-8.
        line: u64,
    },
    /// The first line cannot be a header: quotes out of place, control characters, or a name of more than 64 KiB.
    #[error("the header cannot be read")]
    UnreadableHeader,
    /// The header has more columns than any report, so it is none.
    #[error("the header has {found} columns, more than {limit}")]
    TooManyColumns {
        /// Columns in the header.
        found: usize,
        /// Columns that are accepted.
        limit: usize,
    },
    /// Columns without which no check could be answered are not there.
    #[error("the header lacks {}", names(missing))]
    MissingColumns {
        /// The columns, in AWS's order.
        missing: Vec<Column>,
    },
    /// A known column is there twice, so its cells could contradict each other.
    #[error("the header has the column `{}` twice", column.name())]
    DuplicateColumn {
        /// The column.
        column: Column,
    },
    /// A header and nothing else. AWS always reports the root user.
    #[error("the report has a header but no rows")]
    NoRows,
}

impl ReportError {
    /// Whether the header differs from what AWS documents, rather than the bytes being damaged.
    #[must_use]
    pub const fn is_schema_drift(&self) -> bool {
        matches!(
            self,
            Self::MissingColumns { .. } | Self::DuplicateColumn { .. } | Self::TooManyColumns { .. }
        )
    }
}

/// A row that could not be read; the rows around it are not touched by that.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {problem}")]
pub struct RowError {
    /// Line of the report on which the row begins; the header is line 1.
    pub line: u64,
    /// The user whose row it is, as the row says, escaped and cut to 80 characters; `None` when that is not certain.
    pub user: Option<String>,
    /// What is wrong.
    pub problem: RowProblem,
}

impl RowError {
    /// Whether the rest of the report is lost with this row, so that the report is partial.
    #[must_use]
    pub const fn ends_report(&self) -> bool {
        matches!(self.problem, RowProblem::UnclosedQuote)
    }
}

/// What is wrong with a row. Texts from the report are escaped and cut to 80 characters.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RowProblem {
    /// A cell of a time column holds neither an RFC 3339 timestamp nor a word that AWS uses instead.
    #[error("`{}` is `{value}`, which is no RFC 3339 timestamp", column.name())]
    NotATimestamp {
        /// The column.
        column: Column,
        /// The cell.
        value: String,
    },
    /// A cell of a boolean column holds neither `true` nor `false` nor a word that AWS uses instead.
    #[error("`{}` is `{value}`, which is neither true nor false", column.name())]
    NotABoolean {
        /// The column.
        column: Column,
        /// The cell.
        value: String,
    },
    /// The row has another number of fields than the header, and nothing proves how to read it.
    #[error("the row has {found} fields and the header {expected}")]
    FieldCount {
        /// Fields in the row.
        found: usize,
        /// Columns in the header.
        expected: usize,
    },
    /// A quote inside a field that is not quoted, or text after a closing quote (RFC 4180 section 2).
    #[error("a quote stands where none may stand")]
    StrayQuote,
    /// A quote that no other closes; what follows belongs to nobody and is not read.
    #[error("a quote is not closed, and nothing after it can be trusted")]
    UnclosedQuote,
    /// A field of more than 64 KiB.
    #[error("a field is longer than {limit} bytes")]
    FieldTooLong {
        /// Bytes that are accepted.
        limit: usize,
    },
    /// The header again, as reports glued together have it.
    #[error("the row repeats the header")]
    RepeatedHeader,
    /// `arn` is neither that of an IAM user nor that of a root user.
    #[error("`arn` is `{arn}`, which is no IAM user and no root user")]
    NotAUserArn {
        /// The cell.
        arn: String,
    },
    /// `user` and the last part of `arn` differ.
    #[error("`user` is `{user}`, but `arn` is `{arn}`")]
    NameMismatch {
        /// The cell `user`.
        user: String,
        /// The cell `arn`.
        arn: String,
    },
    /// Name and ARN disagree on whether this is the root user.
    #[error("`user` is `{user}`, but `arn` is `{arn}`: one says root user, the other does not")]
    RootContradiction {
        /// The cell `user`.
        user: String,
        /// The cell `arn`.
        arn: String,
    },
    /// A second row of the root user; the first one stands.
    #[error("the root user has a row on line {first} already")]
    SecondRoot {
        /// Line of the first.
        first: u64,
    },
    /// The row belongs to another account than the report.
    #[error("the row belongs to account {found}, the report to {expected}")]
    OtherAccount {
        /// The account in the row's ARN.
        found: AccountId,
        /// The account asked for, or that of the first row.
        expected: AccountId,
    },
}

fn names(columns: &[Column]) -> String {
    let names: Vec<_> = columns.iter().map(|column| format!("`{}`", column.name())).collect();
    names.join(", ")
}

/// A text from outside for a message: control, invisible and direction-changing characters escaped, at most 80 characters.
pub(super) fn excerpt(text: &str) -> String {
    const LIMIT: usize = 80;
    let mut excerpt = String::new();
    let mut length = 0;
    for character in text.chars() {
        let escaped = match character {
            '"' | '\'' => character.to_string(),
            '`' => character.escape_unicode().to_string(),
            _ => character.escape_debug().to_string(),
        };
        length += escaped.chars().count();
        if length > LIMIT {
            excerpt.push('…');
            break;
        }
        excerpt.push_str(&escaped);
    }
    excerpt
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn excerpts_show_what_hides_and_end_somewhere() {
        for (text, expected) in [
            ("maybe", "maybe"),
            ("a\u{202e}b", "a\\u{202e}b"),
            ("\u{1b}[2J", "\\u{1b}[2J"),
            ("tick`\n", "tick\\u{60}\\n"),
            ("say \"'\"", "say \"'\""),
        ] {
            assert_eq!(excerpt(text), expected);
        }
        assert_eq!(excerpt(&"x".repeat(80)), "x".repeat(80));
        assert_eq!(excerpt(&"x".repeat(81)), "x".repeat(80) + "…");
        assert_eq!(excerpt(&"\0".repeat(50_000)).chars().count(), 81);
    }
}
