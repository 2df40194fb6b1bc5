//! The manifest of a run: the document that readers follow, written last.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::entry::{AccountEntry, Outcome};
use crate::digest::Sha256;
use crate::run::RunId;

/// What a run looked at, what it could not, and where the evidence is.
///
/// It holds no durations and no attempt counts: the same event over the same world gives the same bytes.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Manifest {
    /// `iam-census/manifest/1`.
    pub schema: String,
    /// The function that ran.
    pub function: String,
    /// The run.
    pub run: RunId,
    /// The UTC date of the run's scheduled time, as in the keys.
    pub date: Date,
    /// The run's scheduled time.
    pub time: Timestamp,
    /// How many parts it was folded from; of two manifests of a run the one of more parts knows more.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub parts: u32,
    /// Whether anything is missing.
    pub status: RunStatus,
    /// What is missing as a whole, beside single accounts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shortfalls: Vec<Shortfall>,
    /// How the list of accounts was obtained.
    pub listing: Listing,
    /// The sums: listed = collected + skipped + failed + left.
    pub counts: Counts,
    /// Every listed account once, by account id.
    pub accounts: Vec<AccountEntry>,
    /// The manifest of the run before, so that a missing or changed day shows.
    pub previous: Option<Pointer>,
    /// The last run up to this one that was complete.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_complete: Option<LastComplete>,
}

/// Whether a run saw everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum RunStatus {
    /// The listing is complete and no account failed or is left.
    Complete,
    /// Something is missing, and the manifest says what.
    Partial,
}

/// What can be missing from a run as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Shortfall {
    /// The list of accounts could not be read to its end.
    ListingIncomplete,
    /// The list of accounts is empty, or none of them is to be looked at.
    NoAccounts,
    /// The list lacks the account that the suite runs in.
    HubMissing,
    /// The list is much shorter than that of the last complete run.
    ListShrank,
    /// The ledger of the run before is gone or changed, so that nothing can be compared with it.
    BaselineLost,
    /// Something of the organization's control policies could not be read that no account's outcome tells of.
    PoliciesUnread,
}

impl Shortfall {
    /// What it means, and what to do about it.
    #[must_use]
    pub const fn explained(self) -> &'static str {
        match self {
            Self::ListingIncomplete => {
                "The list of accounts could not be read to its end: there may be accounts that nobody looked at."
            }
            Self::NoAccounts => {
                "Nobody was looked at: the list of accounts is empty, or the settings leave every account out."
            }
            Self::HubMissing => "The list of accounts lacks the account that the suite runs in.",
            Self::ListShrank => {
                "The list of accounts is much shorter than that of the last complete run. If accounts did leave the \
                 organization, raise the allowed shrinkage for one run; until then every run is told as partial."
            }
            Self::BaselineLost => {
                "The ledger of the run before is gone or changed, so nobody can tell whether the list of accounts shrank. \
                 Look at who can write to the evidence bucket; the next run compares with this one."
            }
            Self::PoliciesUnread => {
                "Not all control policies could be read: there may be some, attached to no account, that nobody looked at."
            }
        }
    }
}

/// How the list of accounts was obtained.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Listing {
    /// Whether the list was read to its end.
    pub complete: bool,
    /// How many pages were read.
    pub pages: u64,
    /// What ended the listing early.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stopped_by: Option<StoppedBy>,
}

/// What ends a listing early.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum StoppedBy {
    /// AWS answered with a page token that it had given before.
    RepeatedToken,
    /// A page could not be had, after all retries.
    CallFailed,
    /// The time allowed ran out.
    Deadline,
}

/// The sums of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct Counts {
    /// Accounts listed.
    pub listed: u64,
    /// Accounts whose evidence is stored.
    pub collected: u64,
    /// Accounts not looked at, on purpose.
    pub skipped: u64,
    /// Accounts looked at without success.
    pub failed: u64,
    /// Accounts not reached.
    pub left: u64,
}

/// Where a manifest is and what its bytes were.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Pointer {
    /// The key of the object.
    pub key: String,
    /// The version of the object; absent where the store keeps no versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The digest of its bytes.
    pub sha256: Sha256,
}

/// The last complete run, carried forward so that a shrinking list shows even after incomplete days.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct LastComplete {
    /// The run.
    pub run: RunId,
    /// Its date.
    pub date: Date,
    /// How many accounts it listed.
    pub listed: u64,
}

/// Why bytes are not a manifest that this version reads.
#[derive(Debug, thiserror::Error)]
pub enum InvalidManifest {
    /// Another document, or another major version of it.
    #[error("the schema is `{0}`, expected `{expected}`", expected = Manifest::SCHEMA)]
    Schema(String),
    /// The sums do not add up, or do not follow from the accounts.
    #[error("the counts do not follow from the accounts")]
    Counts,
    /// Not JSON, or a field of another type.
    #[error("cannot read the manifest: {0}")]
    Json(#[from] serde_json::Error),
}

impl Manifest {
    /// The name and major version of the document (`schemas/manifest-1.json`).
    pub const SCHEMA: &'static str = "iam-census/manifest/1";

    /// Reads a manifest and checks that its sums follow from its accounts.
    ///
    /// # Errors
    /// When the bytes are not a manifest of this major version.
    pub fn parse(bytes: &[u8]) -> Result<Self, InvalidManifest> {
        let manifest: Self = serde_json::from_slice(bytes)?;
        if manifest.schema != Self::SCHEMA {
            return Err(InvalidManifest::Schema(manifest.schema));
        }
        if manifest.counts != Counts::of(&manifest.accounts) {
            return Err(InvalidManifest::Counts);
        }
        Ok(manifest)
    }

    /// The bytes of the document: the same manifest gives the same bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        to_json_line(self)
    }

    /// Whether the run is complete and nothing odd is noted about what was collected.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        let is_odd =
            |entry: &AccountEntry| matches!(&entry.outcome, Outcome::Collected(stored) if !stored.notes.is_empty());
        self.status == RunStatus::Complete && !self.accounts.iter().any(is_odd)
    }

    /// The accounts that a later part or run has something to do for.
    pub fn unfinished(&self) -> impl Iterator<Item = &AccountEntry> {
        self.accounts.iter().filter(|entry| entry.is_unfinished())
    }
}

impl Counts {
    /// The sums over some entries.
    #[must_use]
    pub fn of(entries: &[AccountEntry]) -> Self {
        let mut counts = Self::default();
        for entry in entries {
            counts.listed += 1;
            match entry.outcome {
                Outcome::Collected(_) => counts.collected += 1,
                Outcome::Skipped { .. } => counts.skipped += 1,
                Outcome::Failed(_) => counts.failed += 1,
                Outcome::Left => counts.left += 1,
            }
        }
        counts
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
const fn is_zero(number: &u32) -> bool {
    *number == 0
}

/// One document on one line, ended by a line feed. The ledger's types have string keys only, so it always succeeds.
pub(crate) fn to_json_line<T: Serialize>(document: &T) -> Vec<u8> {
    let mut bytes = serde_json::to_vec(document).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}
