//! An S3 bucket as evidence store: conditional writes, SHA-256 checksums, encryption by key or by the bucket's default.

use std::collections::BTreeMap;

use audit_core::digest::Sha256;
use audit_core::reason::Reason;
use aws_sdk_s3::Client;
use aws_sdk_s3::types::{ChecksumMode, ObjectCannedAcl, ServerSideEncryption};
use aws_types::SdkConfig;
use bytes::Bytes;

use super::{Condition, Object, Stored, Written};
use crate::caller::{Caller, configured};
use crate::error::{CallError, classify};
use crate::settings::{BucketName, KeyArn};
use crate::tally::Tally;

/// What a bucket is written with.
#[derive(Clone, Debug)]
pub struct BucketSettings {
    /// The bucket.
    pub name: BucketName,
    /// The key that objects are encrypted with; the bucket's default without one.
    pub kms_key: Option<KeyArn>,
    /// Whether objects are given to the bucket's owner by ACL, for buckets of another account that still need it.
    pub owner_acl: bool,
}

/// An S3 bucket.
#[derive(Clone, Debug)]
pub struct Bucket {
    pub(super) client: Client,
    pub(super) settings: BucketSettings,
}

impl Bucket {
    /// Ready to call.
    #[must_use]
    pub fn new(sdk: &SdkConfig, settings: BucketSettings) -> Self {
        let config = aws_sdk_s3::config::Builder::from(&configured(sdk));
        // A service on a loopback address or behind a bare host name has no DNS name per bucket.
        let path_style = sdk.endpoint_url().is_some();
        Self {
            client: Client::from_conf(config.force_path_style(path_style).build()),
            settings,
        }
    }

    /// The bucket's name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.settings.name.as_str()
    }

    /// The key that objects are encrypted with, if it is not the bucket's own affair.
    #[must_use]
    pub fn kms_key(&self) -> Option<&str> {
        self.settings.kms_key.as_ref().map(KeyArn::as_str)
    }

    /// Whether objects are given to the bucket's owner by ACL.
    #[must_use]
    pub fn gives_objects_to_its_owner(&self) -> bool {
        self.settings.owner_acl
    }

    pub(super) fn encryption(&self) -> (Option<ServerSideEncryption>, Option<String>, Option<bool>) {
        let key = self.settings.kms_key.as_ref().map(|key| key.as_str().to_owned());
        (
            key.is_some().then_some(ServerSideEncryption::AwsKms),
            key.clone(),
            key.is_some().then_some(true),
        )
    }

    pub(super) fn acl(&self) -> Option<ObjectCannedAcl> {
        self.settings
            .owner_acl
            .then_some(ObjectCannedAcl::BucketOwnerFullControl)
    }

    pub(super) async fn put(
        &self,
        caller: &Caller,
        tally: &mut Tally,
        object: &Object<'_>,
        condition: Condition<'_>,
    ) -> Result<Written, CallError> {
        let (encryption, key, bucket_key) = self.encryption();
        let send = || async {
            let mut call = self
                .client
                .put_object()
                .bucket(self.name())
                .key(object.key)
                .body(object.bytes.clone().into())
                .content_type(object.media_type)
                .checksum_sha256(aws_smithy_types::base64::encode(object.sha256.as_bytes()))
                .set_server_side_encryption(encryption.clone())
                .set_ssekms_key_id(key.clone())
                .set_bucket_key_enabled(bucket_key)
                .set_acl(self.acl())
                .metadata("sha256", object.sha256.to_string());
            for (name, value) in object.notes {
                call = call.metadata(*name, value);
            }
            call = match condition {
                Condition::Absent => call.if_none_match("*"),
                Condition::Unchanged(etag) => call.if_match(etag),
            };
            let answer = call
                .send()
                .await
                .map_err(|error| conflict_is_transient(classify("s3:PutObject", &error)))?;
            // Without a tag it was not S3 that answered, and nothing may be stored.
            let etag = answer
                .e_tag()
                .ok_or_else(|| CallError::new("s3:PutObject", Reason::MalformedAnswer))?;
            Ok(Stored {
                etag: etag.to_owned(),
                version: answer.version_id().map(str::to_owned),
                sha256: Some(object.sha256),
                notes: BTreeMap::new(),
            })
        };
        match caller.call(0, tally, send).await {
            Ok(stored) => Ok(Written::Stored(stored)),
            Err(error) if error.has_code(&["PreconditionFailed", "NoSuchKey"]) => Ok(Written::Refused),
            Err(error) => Err(of_the_store(error)),
        }
    }

    pub(super) async fn head(
        &self,
        caller: &Caller,
        tally: &mut Tally,
        key: &str,
    ) -> Result<Option<Stored>, CallError> {
        let send = || async {
            let call = self
                .client
                .head_object()
                .bucket(self.name())
                .key(key)
                .checksum_mode(ChecksumMode::Enabled);
            let answer = call.send().await.map_err(|error| classify("s3:GetObject", &error))?;
            let checksum = answer.checksum_sha256();
            stored(answer.e_tag(), answer.version_id(), checksum, answer.metadata())
        };
        absent_is_none(caller.call(0, tally, send).await)
    }

    pub(super) async fn get(
        &self,
        caller: &Caller,
        key: &str,
        version: Option<&str>,
    ) -> Result<Option<(Stored, Bytes)>, CallError> {
        let send = || async {
            let call = self
                .client
                .get_object()
                .bucket(self.name())
                .key(key)
                .set_version_id(version.map(str::to_owned));
            let answer = call.send().await.map_err(|error| classify("s3:GetObject", &error))?;
            let known = stored(
                answer.e_tag(),
                answer.version_id(),
                answer.checksum_sha256(),
                answer.metadata(),
            )?;
            let body = answer.body.collect().await;
            let body = body.map_err(|_| CallError::new("s3:GetObject", Reason::MalformedAnswer))?;
            Ok((known, body.into_bytes()))
        };
        absent_is_none(caller.call(0, &mut Tally::default(), send).await)
    }
}

fn stored(
    etag: Option<&str>,
    version: Option<&str>,
    checksum: Option<&str>,
    metadata: Option<&std::collections::HashMap<String, String>>,
) -> Result<Stored, CallError> {
    let etag = etag.ok_or_else(|| CallError::new("s3:GetObject", Reason::MalformedAnswer))?;
    let notes: BTreeMap<String, String> = metadata
        .into_iter()
        .flatten()
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    let checksum = checksum.and_then(|text| aws_smithy_types::base64::decode(text).ok());
    let checksum = checksum
        .and_then(|bytes| <[u8; 32]>::try_from(bytes).ok())
        .map(Sha256::from);
    Ok(Stored {
        etag: etag.to_owned(),
        version: version.map(str::to_owned),
        sha256: checksum.or_else(|| notes.get("sha256")?.parse().ok()),
        notes,
    })
}

fn absent_is_none<T>(result: Result<T, CallError>) -> Result<Option<T>, CallError> {
    match result {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.has_code(&["NoSuchKey", "NotFound", "NoSuchVersion", "HTTP 404"]) => Ok(None),
        Err(error) => Err(of_the_store(error)),
    }
}

/// Two writers met (Amazon S3 User Guide, "Conditional writes"): the same write may succeed a moment later.
pub(super) fn conflict_is_transient(error: CallError) -> CallError {
    if error.has_code(&["ConditionalRequestConflict"]) {
        return CallError {
            reason: Reason::Throttled,
            ..error
        };
    }
    error
}

/// Whatever kept the store from working for good is a failure of the store; where AWS gave no code, the kind of failure
/// stands in its place.
pub(super) fn of_the_store(error: CallError) -> CallError {
    let code = error.code.or_else(|| Some(error.reason.code().to_owned()));
    CallError {
        reason: Reason::StoreFailed,
        code,
        ..error
    }
}
