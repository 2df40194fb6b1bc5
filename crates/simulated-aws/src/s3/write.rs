//! `CreateBucket` and `PutObject`, with the conditions that make writes safe to repeat.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::{Response, StatusCode};
use quick_xml::Reader;
use quick_xml::events::Event;

use super::store::{self, Checksum};
use super::{Bucket, BucketSpec, Buckets, Call, Encryption, Payload, StoredObject};
use crate::wire::refusal::Refusal;
use crate::wire::{answer, set};
use crate::world::World;

const KEY_LIMIT: usize = 1_024;
const METADATA_LIMIT: usize = 2_048;
const KEPT_HEADERS: &[&str] = &[
    "cache-control",
    "content-disposition",
    "content-encoding",
    "content-language",
];

pub(super) fn create_bucket(
    world: &World,
    buckets: &mut Buckets,
    call: &Call<'_>,
    payload: &Payload,
) -> Result<Response<Bytes>, Refusal> {
    if !is_bucket_name(call.bucket) {
        let message = "The specified bucket is not valid.";
        return Err(Refusal::bad("InvalidBucketName", message).with("BucketName", call.bucket));
    }
    let region = location(&payload.body).unwrap_or_else(|| call.region.to_owned());
    let classic = world.spec().partition.region();
    match buckets.get(call.bucket) {
        Some(bucket) if bucket.owner != call.caller.account => {
            let message = "The requested bucket name is not available. The bucket namespace is shared by all users of \
                           the system. Please select a different name and try again.";
            return Err(Refusal::new(StatusCode::CONFLICT, "BucketAlreadyExists", message));
        }
        Some(bucket) if bucket.region != classic => {
            let message = "Your previous request to create the named bucket succeeded and you already own it.";
            return Err(Refusal::new(StatusCode::CONFLICT, "BucketAlreadyOwnedByYou", message));
        }
        // In the oldest Region, creating one's own bucket again succeeds.
        Some(_) => {}
        None => {
            let spec = BucketSpec {
                name: call.bucket.to_owned(),
                owner: call.caller.account.clone(),
                ..BucketSpec::default()
            };
            buckets.insert(call.bucket.to_owned(), Bucket::new(spec, &region, call.now));
        }
    }
    let mut response = answer(StatusCode::OK, "application/xml", Bytes::new());
    set(&mut response, "location", &format!("/{}", call.bucket));
    Ok(response)
}

pub(super) fn put_object(
    world: &World,
    bucket: &mut Bucket,
    call: &Call<'_>,
    payload: Payload,
) -> Result<Response<Bytes>, Refusal> {
    check_conditions(bucket, call)?;
    let mut object = draft(world, bucket, call)?;
    object.checksum = payload.stored_checksum();
    object.etag = store::etag(&payload.body, &object.encryption, &object.version_id);
    object.body = payload.body;
    let mut response = answer(StatusCode::OK, "application/xml", Bytes::new());
    response.headers_mut().remove(http::header::CONTENT_TYPE);
    set(&mut response, "etag", &object.etag);
    set(
        &mut response,
        object.checksum.algorithm.header().as_str(),
        &object.checksum.value,
    );
    set(&mut response, "x-amz-checksum-type", object.checksum.kind());
    tell_version(bucket, &object, &mut response);
    object.encryption.tell(&mut response);
    bucket.store(object);
    Ok(response)
}

/// An object as the headers of a call describe it, without its body.
pub(super) fn draft(world: &World, bucket: &Bucket, call: &Call<'_>) -> Result<StoredObject, Refusal> {
    if call.key.len() > KEY_LIMIT {
        return Err(Refusal::bad("KeyTooLongError", "Your key is too long"));
    }
    let kept = KEPT_HEADERS.iter().filter_map(|name| {
        let value = call.header(name)?;
        let value = value.trim_start_matches("aws-chunked").trim_start_matches(',').trim();
        (!value.is_empty()).then(|| ((*name).to_owned(), value.to_owned()))
    });
    let acl = call.header("x-amz-acl").map(str::to_owned);
    if acl.as_deref().is_some_and(|acl| acl != "bucket-owner-full-control") {
        let message = "The bucket does not allow ACLs";
        return Err(Refusal::bad("AccessControlListNotSupported", message));
    }
    Ok(StoredObject {
        key: call.key.to_owned(),
        version_id: bucket.next_version_id(call.key),
        body: Bytes::new(),
        etag: String::new(),
        last_modified: call.now,
        content_type: call.header("content-type").unwrap_or("binary/octet-stream").to_owned(),
        headers: kept.collect(),
        metadata: metadata(call)?,
        checksum: Checksum {
            algorithm: crate::wire::checksum::ChecksumAlgorithm::Crc64Nvme,
            value: String::new(),
            composite: false,
        },
        encryption: Encryption::wanted(world, call, &bucket.encryption)?,
        acl,
    })
}

/// `If-None-Match: *` and `If-Match`, which look at the newest version.
pub(super) fn check_conditions(bucket: &Bucket, call: &Call<'_>) -> Result<(), Refusal> {
    let present = bucket.newest(call.key);
    if let Some(condition) = call.header("if-none-match") {
        if condition != "*" {
            let message = "A header you provided implies functionality that is not implemented";
            return Err(
                Refusal::new(StatusCode::NOT_IMPLEMENTED, "NotImplemented", message).with("Header", "If-None-Match")
            );
        }
        if present.is_some() {
            return Err(precondition_failed("If-None-Match"));
        }
    }
    if let Some(condition) = call.header("if-match") {
        let present = present.ok_or_else(|| no_such_key(call.key))?;
        if condition != "*" && condition.trim_matches('"') != present.etag.trim_matches('"') {
            return Err(precondition_failed("If-Match"));
        }
    }
    Ok(())
}

pub(super) fn precondition_failed(condition: &str) -> Refusal {
    let message = "At least one of the pre-conditions you specified did not hold";
    Refusal::new(StatusCode::PRECONDITION_FAILED, "PreconditionFailed", message).with("Condition", condition)
}

pub(super) fn no_such_key(key: &str) -> Refusal {
    Refusal::missing("NoSuchKey", "The specified key does not exist.").with("Key", key)
}

/// Tells the version id, if the bucket keeps versions.
pub(super) fn tell_version(bucket: &Bucket, object: &StoredObject, response: &mut Response<Bytes>) {
    if bucket.versioned {
        set(response, "x-amz-version-id", &object.version_id);
    }
}

fn metadata(call: &Call<'_>) -> Result<BTreeMap<String, String>, Refusal> {
    let named = call.headers.iter().filter_map(|(name, value)| {
        let name = name.as_str().strip_prefix("x-amz-meta-")?;
        let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
        Some((name.to_owned(), value))
    });
    let metadata: BTreeMap<String, String> = named.collect();
    let size: usize = metadata.iter().map(|(name, value)| name.len() + value.len()).sum();
    if size > METADATA_LIMIT {
        let message = "Your metadata headers exceed the maximum allowed metadata size";
        return Err(Refusal::bad("MetadataTooLarge", message));
    }
    Ok(metadata)
}

fn is_bucket_name(name: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-".contains(&byte);
    let edge = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    (3..=63).contains(&name.len())
        && name.bytes().all(allowed)
        && edge(name.bytes().next())
        && edge(name.bytes().last())
        && !name.contains("..")
}

/// The text of `LocationConstraint` in a `CreateBucketConfiguration`.
fn location(body: &[u8]) -> Option<String> {
    let mut reader = Reader::from_str(std::str::from_utf8(body).ok()?);
    let mut inside = false;
    loop {
        match reader.read_event().ok()? {
            Event::Start(element) => inside = element.local_name().as_ref() == "LocationConstraint",
            Event::Text(text) if inside => return Some(text.to_string()),
            Event::Eof => return None,
            _ => {}
        }
    }
}
