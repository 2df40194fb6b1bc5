//! The pointer to the last committed manifest of a function: what readers follow instead of listing folders.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::manifest::{Manifest, Pointer, to_json_line};
use crate::run::RunId;

/// Where the last committed manifest of a function is.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Latest {
    /// `iam-census/latest/1`.
    pub schema: String,
    /// The run.
    pub run: RunId,
    /// Its date.
    pub date: Date,
    /// Where its manifest is.
    #[serde(flatten)]
    pub manifest: Pointer,
}

/// Why bytes are not a pointer that this version reads.
#[derive(Debug, thiserror::Error)]
pub enum InvalidLatest {
    /// Another document, or another major version of it.
    #[error("the schema is `{0}`, expected `{expected}`", expected = Latest::SCHEMA)]
    Schema(String),
    /// Not JSON, or a field of another type.
    #[error("cannot read the pointer: {0}")]
    Json(#[from] serde_json::Error),
}

impl Latest {
    /// The name and major version of the document (`schemas/latest-1.json`).
    pub const SCHEMA: &'static str = "iam-census/latest/1";

    /// The pointer to a manifest that was just committed.
    #[must_use]
    pub fn to(manifest: &Manifest, pointer: Pointer) -> Self {
        Self {
            schema: Self::SCHEMA.to_owned(),
            run: manifest.run.clone(),
            date: manifest.date,
            manifest: pointer,
        }
    }

    /// Whether the pointer may move from `other` to this one: never backwards in time.
    #[must_use]
    pub fn may_replace(&self, other: &Self) -> bool {
        (self.date, &self.run) >= (other.date, &other.run)
    }

    /// Reads a pointer.
    ///
    /// # Errors
    /// When the bytes are not a pointer of this major version.
    pub fn parse(bytes: &[u8]) -> Result<Self, InvalidLatest> {
        let latest: Self = serde_json::from_slice(bytes)?;
        if latest.schema == Self::SCHEMA {
            Ok(latest)
        } else {
            Err(InvalidLatest::Schema(latest.schema))
        }
    }

    /// The bytes of the document.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        to_json_line(self)
    }
}
