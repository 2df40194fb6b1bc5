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

/// What reading an object found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// Nothing stands under the key.
    Nothing,
    /// The object, with its bytes.
    Whole(Stored, Bytes),
    /// Bytes that are not those that were stored: their checksum does not hold.
    Changed,
}

/// What stands under a key after all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Nothing.
    Absent,
    /// An object, with its bytes.
    There(Stored, Bytes),
}

/// How often a conditional write is tried against other writers. Each round that one loses another wins, so that many
/// rounds in a row mean a store that does not answer truly.
pub const MOST_ROUNDS: u32 = 20;

/// Whether the store refuses for a reason that no retry mends, so that it will refuse everything else too.
#[must_use]
pub fn refuses_for_good(error: &CallError) -> bool {
    const FOR_GOOD: [&str; 4] = [
        "AccessDenied",
        "NoSuchBucket",
        "AllAccessDisabled",
        "KMS.DisabledException",
    ];
    error.reason == Reason::StoreFailed && error.has_code(&FOR_GOOD)
}

/// The failure of a conditional write whose condition never held.
#[must_use]
pub fn contended(key: &str) -> CallError {
    CallError {
        message: Some(format!(
            "what stands under `{key}` changed before each of {MOST_ROUNDS} writes"
        )),
        ..CallError::new("s3:PutObject", Reason::StoreFailed)
    }
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

    /// As [`Self::get`], with an object that is not what was stored told from a store that cannot be read.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn read(&self, caller: &Caller, key: &str, version: Option<&str>) -> Result<Found, CallError> {
        match self.get(caller, key, version).await {
            Ok(found) => Ok(found.map_or(Found::Nothing, |(stored, bytes)| Found::Whole(stored, bytes))),
            Err(error) if error.has_code(&[Reason::MalformedAnswer.code()]) => Ok(Found::Changed),
            Err(error) => Err(error),
        }
    }

    /// Writes a document that is always the newest word under its key, unless it stands there already.
    ///
    /// `decide` sees what stands there and says whether it is to be replaced; it is asked again when another writer
    /// was faster. Returns what stands there in the end.
    ///
    /// # Errors
    /// When the store cannot be read or written, or other writers are always faster.
    pub async fn settle(
        &self,
        caller: &Caller,
        object: &Object<'_>,
        decide: impl Fn(&[u8]) -> bool,
    ) -> Result<Standing, CallError> {
        self.update(caller, object.key, object.media_type, |standing| match standing {
            Some(bytes) if *bytes == object.bytes || !decide(bytes) => None,
            _ => Some(object.bytes.clone()),
        })
        .await
    }

    /// Changes a document: `change` sees what stands there and says what is to stand there instead, if anything.
    ///
    /// It is asked again when another writer was faster.
    ///
    /// # Errors
    /// When the store cannot be read or written, or other writers are always faster.
    pub async fn update(
        &self,
        caller: &Caller,
        key: &str,
        media_type: &'static str,
        change: impl Fn(Option<&Bytes>) -> Option<Bytes>,
    ) -> Result<Standing, CallError> {
        let mut tally = Tally::default();
        for _ in 0..MOST_ROUNDS {
            let standing = match self.read(caller, key, None).await? {
                Found::Nothing => None,
                Found::Whole(stored, bytes) => Some((stored, bytes)),
                // Its bytes count as none, and it may be replaced.
                Found::Changed => {
                    let stored = self.head(caller, &mut tally, key).await?;
                    stored.map(|stored| (stored, Bytes::new()))
                }
            };
            let Some(wanted) = change(standing.as_ref().map(|(_, bytes)| bytes)) else {
                return Ok(match standing {
                    Some((stored, bytes)) => Standing::There(stored, bytes),
                    None => Standing::Absent,
                });
            };
            let object = Object::new(key, wanted, media_type);
            let condition = match &standing {
                None => Condition::Absent,
                Some((stored, _)) => Condition::Unchanged(&stored.etag),
            };
            if let Written::Stored(stored) = self.put(caller, &mut tally, &object, condition).await? {
                return Ok(Standing::There(stored, object.bytes));
            }
        }
        Err(contended(key))
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
