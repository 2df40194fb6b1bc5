//! Where evidence is kept: a bucket, or a folder. Writes are conditional, so that writers converge without a lease.

mod bucket;
mod directory;
mod writer;

pub use bucket::{Bucket, BucketSettings};
pub use directory::Directory;
pub use writer::ObjectWriter;

use std::collections::BTreeMap;

use audit_core::digest::Sha256;
use audit_core::reason::Reason;
use bytes::Bytes;

use crate::caller::Caller;
use crate::error::CallError;
use crate::tally::Tally;

/// Where evidence is kept.
#[derive(Clone, Debug)]
pub enum Store {
    /// An S3 bucket.
    Bucket(Bucket),
    /// A folder on this machine.
    Directory(Directory),
}

/// An object as the store knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// What a conditional write compares with.
    pub etag: String,
    /// The version; `None` where the store keeps no versions.
    pub version: Option<String>,
    /// The digest of the bytes, where the store knows it.
    pub sha256: Option<Sha256>,
    /// What was noted with the object.
    pub notes: BTreeMap<String, String>,
}

/// What is to be stored.
#[derive(Clone, Debug)]
pub struct Object<'a> {
    /// The key.
    pub key: &'a str,
    /// The bytes.
    pub bytes: Bytes,
    /// Their digest.
    pub sha256: Sha256,
    /// The media type.
    pub media_type: &'static str,
    /// What is noted with the object (S3 user metadata); a folder keeps none.
    pub notes: &'a [(&'static str, String)],
}

impl<'a> Object<'a> {
    /// An object without notes.
    #[must_use]
    pub fn new(key: &'a str, bytes: Bytes, media_type: &'static str) -> Self {
        let sha256 = Sha256::of(&bytes);
        Self {
            key,
            bytes,
            sha256,
            media_type,
            notes: &[],
        }
    }
}

/// On which condition an object is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition<'a> {
    /// Nothing stands under the key yet.
    Absent,
    /// What stands under the key is still what was seen.
    Unchanged(&'a str),
}

/// What came of a conditional write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Written {
    /// The object is stored.
    Stored(Stored),
    /// The condition did not hold; nothing was written.
    Refused,
}

impl Store {
    /// Writes an object if the condition holds.
    ///
    /// # Errors
    /// When the store cannot be written for another reason than the condition.
    pub async fn put(
        &self,
        caller: &Caller,
        tally: &mut Tally,
        object: &Object<'_>,
        condition: Condition<'_>,
    ) -> Result<Written, CallError> {
        match self {
            Self::Bucket(bucket) => bucket.put(caller, tally, object, condition).await,
            Self::Directory(directory) => directory.put(object, condition),
        }
    }

    /// What the store knows of an object; `None` when nothing stands under the key.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn head(&self, caller: &Caller, tally: &mut Tally, key: &str) -> Result<Option<Stored>, CallError> {
        match self {
            Self::Bucket(bucket) => bucket.head(caller, tally, key).await,
            Self::Directory(directory) => Ok(directory.get(key)?.map(|(stored, _)| stored)),
        }
    }

    /// An object, in a version or the current one; `None` when nothing stands under the key.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn get(
        &self,
        caller: &Caller,
        key: &str,
        version: Option<&str>,
    ) -> Result<Option<(Stored, Bytes)>, CallError> {
        match self {
            Self::Bucket(bucket) => bucket.get(caller, key, version).await,
            Self::Directory(directory) => directory.get(key),
        }
    }

    /// Writes a document that is always the newest word under its key, unless it stands there already.
    ///
    /// `decide` sees what stands there and says whether it is to be replaced; it is asked again when another writer
    /// was faster. Returns what stands there in the end.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub async fn settle(
        &self,
        caller: &Caller,
        object: &Object<'_>,
        decide: impl Fn(&[u8]) -> bool,
    ) -> Result<Stored, CallError> {
        let mut tally = Tally::default();
        loop {
            let standing = match self.get(caller, object.key, None).await {
                // What stands there is not what was stored: its bytes count as none, and it may be replaced.
                Err(error) if error.has_code(&[Reason::MalformedAnswer.code()]) => self
                    .head(caller, &mut tally, object.key)
                    .await?
                    .map(|stored| (stored, Bytes::new())),
                standing => standing?,
            };
            let written = match standing {
                None => self.put(caller, &mut tally, object, Condition::Absent).await?,
                Some((stored, bytes)) if bytes == object.bytes || !decide(&bytes) => return Ok(stored),
                Some((stored, _)) => {
                    self.put(caller, &mut tally, object, Condition::Unchanged(&stored.etag))
                        .await?
                }
            };
            if let Written::Stored(stored) = written {
                return Ok(stored);
            }
        }
    }

    /// Where the store is, for people.
    #[must_use]
    pub fn location(&self, key: &str) -> String {
        match self {
            Self::Bucket(bucket) => format!("s3://{}/{key}", bucket.name()),
            Self::Directory(directory) => directory.path(key).display().to_string(),
        }
    }
}
