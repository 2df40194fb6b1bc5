//! One part of a run: JSON Lines, a header and then one line for each account that the part has something to say of.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::entry::AccountEntry;
use super::manifest::{Listing, Shortfall, to_json_line};
use crate::event::AccountSlice;
use crate::run::RunId;

/// One part of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// What the part is.
    pub header: PartHeader,
    /// The accounts that it has something to say of. The part that lists names every listed account.
    pub accounts: Vec<AccountEntry>,
}

/// The first line of a part.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct PartHeader {
    /// `iam-census/part/1`.
    pub schema: String,
    /// The function that ran.
    pub function: String,
    /// The run.
    pub run: RunId,
    /// The UTC date of the run's scheduled time.
    pub date: Date,
    /// The run's scheduled time.
    pub time: Timestamp,
    /// Which part, from 0.
    pub part: u32,
    /// How the list of accounts was obtained, if this part listed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub listing: Option<Listing>,
    /// What is missing as a whole that follows neither from the list nor from the accounts; the last part's counts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shortfalls: Vec<Shortfall>,
    /// How many accounts each slice of this part's list has, if the list is cut into slices that others read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accounts_per_slice: Option<u64>,
    /// The lines of the list in another part that this part is limited to, if it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slice: Option<AccountSlice>,
    /// The number of lines that follow.
    pub accounts: u64,
}

/// Why bytes are not a part that this version reads.
#[derive(Debug, thiserror::Error)]
pub enum InvalidPart {
    /// Not a line of the format.
    #[error("line {line}: {error}")]
    Line {
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        error: serde_json::Error,
    },
    /// Another document, or another major version of it.
    #[error("the schema is `{0}`, expected `{expected}`", expected = Part::SCHEMA)]
    Schema(String),
    /// No header, or another number of lines than it says.
    #[error("the part is cut off: its header does not agree with the lines that follow")]
    CutOff,
}

impl Part {
    /// The name and major version of the document (`schemas/part-1.json` describes its lines).
    pub const SCHEMA: &'static str = "iam-census/part/1";

    /// Reads a part.
    ///
    /// # Errors
    /// When the bytes are not a whole part of this major version.
    pub fn parse(bytes: &[u8]) -> Result<Self, InvalidPart> {
        let mut lines = bytes
            .split(|&byte| byte == b'\n')
            .enumerate()
            .filter(|(_, line)| !line.is_empty());
        let invalid = |line: usize| move |error| InvalidPart::Line { line: line + 1, error };
        let (number, line) = lines.next().ok_or(InvalidPart::CutOff)?;
        let header: PartHeader = serde_json::from_slice(line).map_err(invalid(number))?;
        if header.schema != Self::SCHEMA {
            return Err(InvalidPart::Schema(header.schema));
        }
        let accounts = lines
            .map(|(number, line)| serde_json::from_slice(line).map_err(invalid(number)))
            .collect::<Result<Vec<AccountEntry>, _>>()?;
        if u64::try_from(accounts.len()) == Ok(header.accounts) {
            Ok(Self { header, accounts })
        } else {
            Err(InvalidPart::CutOff)
        }
    }

    /// The bytes of the document: the same part gives the same bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = to_json_line(&self.header);
        for account in &self.accounts {
            bytes.append(&mut to_json_line(account));
        }
        bytes
    }
}
