//! Writing a large object in pieces, so that memory does not grow with it.

use std::collections::BTreeMap;
use std::io::Write as _;

use audit_core::digest::Sha256;
use audit_core::reason::Reason;
use aws_sdk_s3::types::{CompletedMultipartUpload, CompletedPart};
use bytes::Bytes;

use super::bucket::{Bucket, of_the_store};
use super::directory::{Partial, failed};
use super::{Condition, MOST_ROUNDS, Object, Store, Stored, Written, contended};
use crate::caller::Caller;
use crate::error::{CallError, classify};
use crate::tally::Tally;

/// The size of the pieces sent to S3, which takes none below 5 MiB but the last
/// (Amazon S3 User Guide, "Amazon S3 multipart upload limits").
const PIECE: usize = 8 * 1024 * 1024;

/// An object that is being written; it shows under its key only when it is finished.
#[derive(Debug)]
pub struct ObjectWriter<'a> {
    store: &'a Store,
    caller: &'a Caller,
    key: &'a str,
    media_type: &'static str,
    notes: &'a [(&'static str, String)],
    pending: Vec<u8>,
    upload: Option<String>,
    parts: Vec<CompletedPart>,
    partial: Option<Partial>,
}

impl Store {
    /// Begins an object that replaces whatever stands under its key when it is finished.
    #[must_use]
    pub fn writer<'a>(
        &'a self,
        caller: &'a Caller,
        key: &'a str,
        media_type: &'static str,
        notes: &'a [(&'static str, String)],
    ) -> ObjectWriter<'a> {
        ObjectWriter {
            store: self,
            caller,
            key,
            media_type,
            notes,
            pending: Vec::new(),
            upload: None,
            parts: Vec::new(),
            partial: None,
        }
    }
}

impl ObjectWriter<'_> {
    /// Adds bytes, and sends what has become enough for a piece.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<(), CallError> {
        self.pending.extend_from_slice(bytes);
        if self.pending.len() < PIECE {
            return Ok(());
        }
        let piece = std::mem::take(&mut self.pending);
        match self.store {
            Store::Bucket(bucket) => self.send(bucket, piece.into()).await,
            Store::Directory(directory) => {
                let path = directory.path(self.key);
                let write = |partial: &mut Option<Partial>| {
                    let partial = match partial {
                        Some(partial) => partial,
                        None => partial.insert(Partial::create(&path)?),
                    };
                    partial.file.write_all(&piece)
                };
                write(&mut self.partial).map_err(|error| failed(&path, &error))
            }
        }
    }

    /// Finishes the object and puts it under its key.
    ///
    /// # Errors
    /// When the store cannot be written; nothing shows under the key then.
    pub async fn finish(&mut self) -> Result<(), CallError> {
        let rest = Bytes::from(std::mem::take(&mut self.pending));
        match self.store {
            Store::Bucket(bucket) if self.upload.is_some() => {
                if !rest.is_empty() {
                    self.send(bucket, rest).await?;
                }
                self.complete(bucket).await
            }
            Store::Directory(directory) if self.partial.is_some() => {
                let path = directory.path(self.key);
                let finish = |partial: Option<Partial>| {
                    let Some(mut partial) = partial else { return Ok(()) };
                    partial.file.write_all(&rest)?;
                    partial.publish()
                };
                finish(self.partial.take()).map_err(|error| failed(&path, &error))
            }
            store => {
                let object = Object {
                    notes: self.notes,
                    ..Object::new(self.key, rest, self.media_type)
                };
                put_whole(store, self.caller, &object).await
            }
        }
    }

    async fn send(&mut self, bucket: &Bucket, piece: Bytes) -> Result<(), CallError> {
        let upload = match &self.upload {
            Some(upload) => upload.clone(),
            None => self.upload.insert(self.begin(bucket).await?).clone(),
        };
        let number = i32::try_from(self.parts.len() + 1).unwrap_or(i32::MAX);
        let checksum = aws_smithy_types::base64::encode(Sha256::of(&piece).as_bytes());
        let ask = || async {
            let call = bucket
                .client
                .upload_part()
                .bucket(bucket.name())
                .key(self.key)
                .upload_id(&upload);
            let call = call
                .part_number(number)
                .body(piece.clone().into())
                .checksum_sha256(&checksum);
            let answer = call.send().await.map_err(|error| classify("s3:PutObject", &error))?;
            let etag = answer
                .e_tag
                .ok_or_else(|| CallError::new("s3:PutObject", Reason::MalformedAnswer))?;
            Ok(CompletedPart::builder()
                .part_number(number)
                .checksum_sha256(&checksum)
                .e_tag(etag)
                .build())
        };
        let part = self
            .caller
            .call(0, &mut Tally::default(), ask)
            .await
            .map_err(of_the_store)?;
        self.parts.push(part);
        Ok(())
    }

    async fn begin(&self, bucket: &Bucket) -> Result<String, CallError> {
        let (encryption, key, bucket_key) = bucket.encryption();
        let ask = || async {
            let mut call = bucket
                .client
                .create_multipart_upload()
                .bucket(bucket.name())
                .key(self.key)
                .content_type(self.media_type)
                .checksum_algorithm(aws_sdk_s3::types::ChecksumAlgorithm::Sha256)
                .set_server_side_encryption(encryption.clone())
                .set_ssekms_key_id(key.clone())
                .set_bucket_key_enabled(bucket_key)
                .set_acl(bucket.acl());
            for (name, value) in self.notes {
                call = call.metadata(*name, value);
            }
            let answer = call.send().await.map_err(|error| classify("s3:PutObject", &error))?;
            answer
                .upload_id
                .ok_or_else(|| CallError::new("s3:PutObject", Reason::MalformedAnswer))
        };
        self.caller
            .call(0, &mut Tally::default(), ask)
            .await
            .map_err(of_the_store)
    }

    async fn complete(&self, bucket: &Bucket) -> Result<(), CallError> {
        let parts = CompletedMultipartUpload::builder()
            .set_parts(Some(self.parts.clone()))
            .build();
        let ask = || async {
            let call = bucket
                .client
                .complete_multipart_upload()
                .bucket(bucket.name())
                .key(self.key);
            let call = call.set_upload_id(self.upload.clone()).multipart_upload(parts.clone());
            let answer = call.send().await.map_err(|error| classify("s3:PutObject", &error))?;
            answer
                .e_tag()
                .map(drop)
                .ok_or_else(|| CallError::new("s3:PutObject", Reason::MalformedAnswer))
        };
        let completed = self.caller.call(0, &mut Tally::default(), ask).await;
        match completed {
            Ok(()) => Ok(()),
            // An earlier attempt completed it and its answer was lost; then the object is there, with our notes.
            Err(error) if error.has_code(&["NoSuchUpload"]) && self.stands(bucket).await? => Ok(()),
            Err(error) => Err(of_the_store(error)),
        }
    }

    /// Whether the object under the key is the one that this writer wrote, told by its notes.
    async fn stands(&self, bucket: &Bucket) -> Result<bool, CallError> {
        let standing = bucket.head(self.caller, &mut Tally::default(), self.key).await?;
        let same = |notes: &BTreeMap<String, String>| !self.notes.is_empty() && has_notes(notes, self.notes);
        Ok(standing.is_some_and(|stored| same(&stored.notes)))
    }

    /// Gives the object up: nothing of it stays behind, as far as the store allows.
    pub async fn abandon(self) {
        if let (Store::Bucket(bucket), Some(upload)) = (self.store, &self.upload) {
            let ask = || async {
                let call = bucket
                    .client
                    .abort_multipart_upload()
                    .bucket(bucket.name())
                    .key(self.key);
                let answer = call.upload_id(upload).send().await;
                answer
                    .map(drop)
                    .map_err(|error| classify("s3:AbortMultipartUpload", &error))
            };
            // A bucket's life cycle rule removes what stays behind here.
            let _ = self.caller.call(0, &mut Tally::default(), ask).await;
        }
    }
}

fn has_notes(standing: &BTreeMap<String, String>, notes: &[(&'static str, String)]) -> bool {
    notes.iter().all(|(name, value)| standing.get(*name) == Some(value))
}

async fn put_whole(store: &Store, caller: &Caller, object: &Object<'_>) -> Result<(), CallError> {
    let mut tally = Tally::default();
    for _ in 0..MOST_ROUNDS {
        let seen: Option<Stored> = store.head(caller, &mut tally, object.key).await?;
        let condition = match &seen {
            Some(stored) if stored.sha256 == Some(object.sha256) && has_notes(&stored.notes, object.notes) => {
                return Ok(());
            }
            Some(stored) => Condition::Unchanged(&stored.etag),
            None => Condition::Absent,
        };
        if let Written::Stored(_) = store.put(caller, &mut tally, object, condition).await? {
            return Ok(());
        }
    }
    Err(contended(object.key))
}
