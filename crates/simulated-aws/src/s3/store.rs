//! What the buckets hold.

use std::collections::BTreeMap;

use bytes::Bytes;
use jiff::Timestamp;
use md5::Md5;
use sha2::Digest;

use super::Encryption;
use crate::random::{Random, fnv};
use crate::wire::checksum::{ChecksumAlgorithm, hex};

/// All buckets by name.
pub(crate) type Buckets = BTreeMap<String, Bucket>;

/// A bucket to create from a test.
#[derive(Debug, Clone, Default)]
pub struct BucketSpec {
    /// The name.
    pub name: String,
    /// The owning account; the hub if empty.
    pub owner: String,
    /// Keeps every version of an object.
    pub versioned: bool,
    /// Encryption of objects that are put without a wish.
    pub encryption: Encryption,
}

/// A bucket.
#[derive(Debug)]
pub(crate) struct Bucket {
    pub(crate) name: String,
    pub(crate) owner: String,
    pub(crate) region: String,
    pub(crate) created: Timestamp,
    pub(crate) versioned: bool,
    pub(crate) encryption: Encryption,
    /// Versions of each key, oldest first; never empty.
    pub(crate) objects: BTreeMap<String, Vec<StoredObject>>,
    pub(crate) uploads: BTreeMap<String, Upload>,
}

/// One version of an object.
#[derive(Debug, Clone)]
pub struct StoredObject {
    /// The key.
    pub key: String,
    /// The version id; `null` in a bucket without versioning.
    pub version_id: String,
    /// The body.
    pub body: Bytes,
    /// The entity tag, with its quotes.
    pub etag: String,
    /// When it was stored.
    pub last_modified: Timestamp,
    /// The media type.
    pub content_type: String,
    /// `Cache-Control`, `Content-Disposition`, `Content-Encoding` and `Content-Language`, where given.
    pub headers: BTreeMap<String, String>,
    /// User metadata without the prefix `x-amz-meta-`.
    pub metadata: BTreeMap<String, String>,
    /// The stored checksum.
    pub checksum: Checksum,
    /// How it is encrypted at rest.
    pub encryption: Encryption,
    /// The canned ACL that it was put with.
    pub acl: Option<String>,
}

/// A checksum of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checksum {
    /// The algorithm.
    pub algorithm: ChecksumAlgorithm,
    /// Base64, for composite ones with the number of parts.
    pub value: String,
    /// A checksum of the parts' checksums.
    pub composite: bool,
}

impl Checksum {
    /// `FULL_OBJECT` or `COMPOSITE`.
    pub(crate) fn kind(&self) -> &'static str {
        if self.composite { "COMPOSITE" } else { "FULL_OBJECT" }
    }
}

/// A multipart upload that is not finished.
#[derive(Debug)]
pub(crate) struct Upload {
    pub(crate) key: String,
    pub(crate) draft: StoredObject,
    pub(crate) algorithm: Option<ChecksumAlgorithm>,
    pub(crate) composite: bool,
    pub(crate) parts: BTreeMap<u32, Part>,
}

/// A part of an upload.
#[derive(Debug)]
pub(crate) struct Part {
    pub(crate) body: Bytes,
    pub(crate) etag: String,
    pub(crate) checksum: Option<Checksum>,
}

impl Bucket {
    pub(crate) fn new(spec: BucketSpec, region: &str, now: Timestamp) -> Self {
        Self {
            name: spec.name,
            owner: spec.owner,
            region: region.to_owned(),
            created: now,
            versioned: spec.versioned,
            encryption: spec.encryption,
            objects: BTreeMap::new(),
            uploads: BTreeMap::new(),
        }
    }

    /// The newest version of an object.
    pub(crate) fn newest(&self, key: &str) -> Option<&StoredObject> {
        self.objects.get(key)?.last()
    }

    /// The version id that the next version of a key gets: it depends on bucket, key and number only, so that the
    /// same run over the same world stores the same ids.
    pub(crate) fn next_version_id(&self, key: &str) -> String {
        if !self.versioned {
            return "null".to_owned();
        }
        let number = self.objects.get(key).map_or(0, Vec::len);
        let name = fnv(format!("{}/{key}", self.name).as_bytes());
        let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._";
        Random::of(name, "version", number as u64).text(letters, 32)
    }

    /// Stores a version on top.
    pub(crate) fn store(&mut self, object: StoredObject) {
        let versions = self.objects.entry(object.key.clone()).or_default();
        if !self.versioned {
            versions.clear();
        }
        versions.push(object);
    }
}

/// The entity tag of a body; for KMS it is not its MD5.
pub(crate) fn etag(body: &[u8], encryption: &Encryption, version_id: &str) -> String {
    let mut hash = Md5::new();
    if matches!(encryption, Encryption::Kms { .. }) {
        hash.update(version_id);
    }
    hash.update(body);
    format!("\"{}\"", hex(&hash.finalize()))
}
