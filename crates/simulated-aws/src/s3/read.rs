//! `HeadBucket`, `GetObject` and `HeadObject`.

use std::ops::Range;

use bytes::Bytes;
use http::{Response, StatusCode};

use super::write::{no_such_key, precondition_failed, tell_version};
use super::{Bucket, Call, StoredObject, invalid_argument};
use crate::operation::Operation;
use crate::wire::refusal::Refusal;
use crate::wire::{answer, set};

pub(super) fn head_bucket(bucket: &Bucket) -> Response<Bytes> {
    let mut response = answer(StatusCode::OK, "application/xml", Bytes::new());
    set(&mut response, "x-amz-bucket-region", &bucket.region);
    set(&mut response, "x-amz-access-point-alias", "false");
    response
}

/// The object or its head.
pub(super) fn object(bucket: &Bucket, call: &Call<'_>) -> Result<Response<Bytes>, Refusal> {
    let object = find(bucket, call)?;
    check_conditions(object, call)?;
    let range = range(call, object.body.len())?;
    let (status, part) = match &range {
        Some(range) => (StatusCode::PARTIAL_CONTENT, range.clone()),
        None => (StatusCode::OK, 0..object.body.len()),
    };
    let length = part.len();
    let body = match call.operation {
        Operation::HeadObject => Bytes::new(),
        _ => object.body.slice(part.clone()),
    };
    let mut response = answer(status, &object.content_type, body);
    set(&mut response, "content-length", &length.to_string());
    set(&mut response, "accept-ranges", "bytes");
    if range.is_some() {
        let last = part.end.saturating_sub(1);
        let text = format!("bytes {}-{last}/{}", part.start, object.body.len());
        set(&mut response, "content-range", &text);
    }
    set(&mut response, "etag", &object.etag);
    let modified = object.last_modified.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
    set(&mut response, "last-modified", &modified);
    for (name, value) in &object.headers {
        set(&mut response, name.as_str(), value);
    }
    for (name, value) in &object.metadata {
        set(&mut response, format!("x-amz-meta-{name}").as_str(), value);
    }
    let whole = range.is_none();
    if whole
        && call
            .header("x-amz-checksum-mode")
            .is_some_and(|mode| mode.eq_ignore_ascii_case("ENABLED"))
    {
        set(
            &mut response,
            object.checksum.algorithm.header().as_str(),
            &object.checksum.value,
        );
        set(&mut response, "x-amz-checksum-type", object.checksum.kind());
    }
    tell_version(bucket, object, &mut response);
    object.encryption.tell(&mut response);
    Ok(response)
}

fn find<'a>(bucket: &'a Bucket, call: &Call<'_>) -> Result<&'a StoredObject, Refusal> {
    let Some(version) = call.query.get("versionId") else {
        return bucket.newest(call.key).ok_or_else(|| no_such_key(call.key));
    };
    if version != "null" && version.len() != 32 {
        return Err(invalid_argument("versionId", version, "Invalid version id specified"));
    }
    let versions = bucket.objects.get(call.key).map_or(&[][..], Vec::as_slice);
    versions
        .iter()
        .find(|object| object.version_id == version)
        .ok_or_else(|| {
            let message = "The specified version does not exist.";
            Refusal::missing("NoSuchVersion", message)
                .with("Key", call.key)
                .with("VersionId", version)
        })
}

fn check_conditions(object: &StoredObject, call: &Call<'_>) -> Result<(), Refusal> {
    let same = |condition: &str| {
        condition == "*"
            || condition
                .split(',')
                .any(|tag| tag.trim().trim_matches('"') == object.etag.trim_matches('"'))
    };
    if call.header("if-match").is_some_and(|condition| !same(condition)) {
        return Err(precondition_failed("If-Match"));
    }
    if call.header("if-none-match").is_some_and(same) {
        return Err(Refusal::new(StatusCode::NOT_MODIFIED, "NotModified", "Not Modified"));
    }
    Ok(())
}

/// The bytes asked for: none for all; an unreadable range means all, as HTTP has it.
fn range(call: &Call<'_>, length: usize) -> Result<Option<Range<usize>>, Refusal> {
    let Some(asked) = call.header("range") else {
        return Ok(None);
    };
    let Some((first, last)) = asked.strip_prefix("bytes=").and_then(|range| range.split_once('-')) else {
        return Ok(None);
    };
    let range = match (first.parse::<usize>().ok(), last.parse::<usize>().ok()) {
        (Some(first), Some(last)) if last < first => return Ok(None),
        (Some(first), Some(last)) => first..last.saturating_add(1).min(length),
        (Some(first), None) => first..length,
        (None, Some(last)) => length.saturating_sub(last)..length,
        (None, None) => return Ok(None),
    };
    if range.start >= length || range.is_empty() {
        let message = "The requested range is not satisfiable";
        return Err(Refusal::new(StatusCode::RANGE_NOT_SATISFIABLE, "InvalidRange", message)
            .with("RangeRequested", asked)
            .with("ActualObjectSize", length.to_string()));
    }
    Ok(Some(range))
}
