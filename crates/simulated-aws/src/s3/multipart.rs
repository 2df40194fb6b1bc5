//! Multipart uploads: create, part, complete, abort.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::{Bytes, BytesMut};
use http::{Response, StatusCode};
use md5::Md5;
use quick_xml::Reader;
use quick_xml::events::Event;
use sha2::Digest;

use super::payload::declared_checksum;
use super::store::{self, Checksum, Part, Upload};
use super::write::{check_conditions, draft, tell_version};
use super::{Bucket, Call, Encryption, Payload, invalid_argument};
use crate::operation::Service;
use crate::random::Random;
use crate::wire::checksum::{ChecksumAlgorithm, hex};
use crate::wire::refusal::{Refusal, namespace};
use crate::wire::xml::Xml;
use crate::wire::{answer, set};
use crate::world::World;

const SMALLEST_PART: usize = 5 * 1024 * 1024;

pub(super) fn create(world: &World, bucket: &mut Bucket, call: &Call<'_>) -> Result<Response<Bytes>, Refusal> {
    let algorithm = match call.header("x-amz-checksum-algorithm") {
        None => None,
        Some(name) => Some(ChecksumAlgorithm::from_name(name).ok_or_else(|| {
            let message = "Checksum algorithm provided is unsupported.";
            Refusal::bad("InvalidRequest", message)
        })?),
    };
    let full = call.header("x-amz-checksum-type") == Some("FULL_OBJECT");
    let composite = algorithm.is_some_and(|algorithm| !full && algorithm != ChecksumAlgorithm::Crc64Nvme);
    let draft = draft(world, bucket, call)?;
    let number = bucket.uploads.len() as u64;
    let id = Random::of(number, call.key, 0).text("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", 64);
    let mut xml = Xml::new("InitiateMultipartUploadResult", namespace(Service::S3));
    xml.leaf("Bucket", &bucket.name)
        .leaf("Key", call.key)
        .leaf("UploadId", &id);
    let mut response = answer(StatusCode::OK, "application/xml", xml.finish());
    draft.encryption.tell(&mut response);
    if let Some(algorithm) = algorithm {
        set(&mut response, "x-amz-checksum-algorithm", algorithm.name());
        let kind = if composite { "COMPOSITE" } else { "FULL_OBJECT" };
        set(&mut response, "x-amz-checksum-type", kind);
    }
    let upload = Upload {
        key: call.key.to_owned(),
        draft,
        algorithm,
        composite,
        parts: BTreeMap::new(),
    };
    bucket.uploads.insert(id, upload);
    Ok(response)
}

pub(super) fn part(bucket: &mut Bucket, call: &Call<'_>, payload: Payload) -> Result<Response<Bytes>, Refusal> {
    let number = call.query.get("partNumber").unwrap_or("");
    let Ok(number @ 1..=10_000) = number.parse::<u32>() else {
        let message = "Part number must be an integer between 1 and 10000, inclusive";
        return Err(invalid_argument("partNumber", number, message));
    };
    let upload = find(bucket, call)?;
    let checksum = match (payload.checksum, upload.algorithm) {
        (Some(sent), Some(algorithm)) if sent.algorithm != algorithm => {
            let message = format!(
                "Checksum Type mismatch occurred, expected checksum Type: {}, actual checksum Type: {}",
                algorithm.name().to_lowercase(),
                sent.algorithm.name().to_lowercase()
            );
            return Err(Refusal::bad("InvalidRequest", message));
        }
        (Some(sent), _) => Some(sent),
        (None, Some(algorithm)) => Some(Checksum {
            algorithm,
            value: algorithm.text(&payload.body),
            composite: false,
        }),
        (None, None) => None,
    };
    let etag = format!("\"{}\"", hex(&Md5::digest(&payload.body)));
    let mut response = answer(StatusCode::OK, "application/xml", Bytes::new());
    set(&mut response, "etag", &etag);
    if let Some(checksum) = &checksum {
        set(&mut response, checksum.algorithm.header().as_str(), &checksum.value);
    }
    upload.draft.encryption.tell(&mut response);
    let part = Part {
        body: payload.body,
        etag,
        checksum,
    };
    upload.parts.insert(number, part);
    Ok(response)
}

pub(super) fn complete(
    world: &World,
    bucket: &mut Bucket,
    call: &Call<'_>,
    payload: &Payload,
) -> Result<Response<Bytes>, Refusal> {
    let named = named_parts(&payload.body).ok_or_else(|| {
        let message = "The XML you provided was not well-formed or did not validate against our published schema";
        Refusal::bad("MalformedXML", message)
    })?;
    find(bucket, call)?;
    check_conditions(bucket, call)?;
    let version_id = bucket.next_version_id(call.key);
    let declared = declared_checksum(call.headers)?;
    let upload = find(bucket, call)?;
    let parts = gather(upload, &named)?;
    let mut body = BytesMut::new();
    for part in &parts {
        body.extend_from_slice(&part.body);
    }
    let body = body.freeze();
    let checksum = checksum(upload, &parts, &body);
    if let Some(declared) = declared
        && declared.algorithm == checksum.algorithm
        && declared.value != checksum.value
    {
        let name = checksum.algorithm.name();
        let message = format!("The {name} you specified did not match the calculated checksum.");
        return Err(Refusal::bad("BadDigest", message));
    }
    let mut object = upload.draft.clone();
    object.etag = combined_etag(&parts, &object.encryption, &version_id);
    object.version_id = version_id;
    object.checksum = checksum;
    object.body = body;
    object.last_modified = call.now;
    let mut xml = Xml::new("CompleteMultipartUploadResult", namespace(Service::S3));
    let host = format!("s3.{}.amazonaws.com", world.spec().partition.region());
    xml.leaf("Location", &format!("https://{}.{host}/{}", bucket.name, call.key));
    xml.leaf("Bucket", &bucket.name)
        .leaf("Key", call.key)
        .leaf("ETag", &object.etag);
    xml.leaf(&object.checksum.algorithm.element(), &object.checksum.value);
    xml.leaf("ChecksumType", object.checksum.kind());
    let mut response = answer(StatusCode::OK, "application/xml", xml.finish());
    tell_version(bucket, &object, &mut response);
    object.encryption.tell(&mut response);
    bucket.uploads.remove(upload_id(call));
    bucket.store(object);
    Ok(response)
}

pub(super) fn abort(bucket: &mut Bucket, call: &Call<'_>) -> Result<Response<Bytes>, Refusal> {
    find(bucket, call)?;
    bucket.uploads.remove(upload_id(call));
    Ok(answer(StatusCode::NO_CONTENT, "application/xml", Bytes::new()))
}

fn upload_id<'a>(call: &'a Call<'_>) -> &'a str {
    call.query.get("uploadId").unwrap_or("")
}

fn find<'a>(bucket: &'a mut Bucket, call: &Call<'_>) -> Result<&'a mut Upload, Refusal> {
    let upload = bucket.uploads.get_mut(upload_id(call));
    upload.filter(|upload| upload.key == call.key).ok_or_else(|| {
        let message = "The specified upload does not exist. The upload ID may be invalid, or the upload may have been \
                       aborted or completed.";
        Refusal::missing("NoSuchUpload", message).with("UploadId", upload_id(call))
    })
}

/// The parts in the order named, if they are all there, in order and large enough.
fn gather<'a>(upload: &'a Upload, named: &[(u32, String)]) -> Result<Vec<&'a Part>, Refusal> {
    let in_order = named.iter().zip(named.iter().skip(1)).all(|(one, next)| one.0 < next.0);
    if !in_order {
        let message = "The list of parts was not in ascending order. Parts must be ordered by part number.";
        return Err(Refusal::bad("InvalidPartOrder", message));
    }
    let mut parts = Vec::with_capacity(named.len());
    for (place, (number, etag)) in named.iter().enumerate() {
        let part = upload.parts.get(number);
        let part = part.filter(|part| part.etag.trim_matches('"') == etag.trim_matches('"'));
        let part = part.ok_or_else(|| {
            let message = "One or more of the specified parts could not be found. The part may not have been uploaded, \
                           or the specified entity tag may not match the part's entity tag.";
            Refusal::bad("InvalidPart", message).with("PartNumber", number.to_string())
        })?;
        if place + 1 < named.len() && part.body.len() < SMALLEST_PART {
            let message = "Your proposed upload is smaller than the minimum allowed size";
            return Err(Refusal::bad("EntityTooSmall", message).with("PartNumber", number.to_string()));
        }
        parts.push(part);
    }
    Ok(parts)
}

fn checksum(upload: &Upload, parts: &[&Part], body: &[u8]) -> Checksum {
    let algorithm = upload.algorithm.unwrap_or(ChecksumAlgorithm::Crc64Nvme);
    if !upload.composite {
        let value = algorithm.text(body);
        return Checksum {
            algorithm,
            value,
            composite: false,
        };
    }
    let sums = parts.iter().filter_map(|part| part.checksum.as_ref());
    let sums: Vec<u8> = sums
        .filter_map(|sum| STANDARD.decode(&sum.value).ok())
        .flatten()
        .collect();
    Checksum {
        algorithm,
        value: format!("{}-{}", algorithm.text(&sums), parts.len()),
        composite: true,
    }
}

fn combined_etag(parts: &[&Part], encryption: &Encryption, version_id: &str) -> String {
    let sums: Vec<u8> = parts.iter().flat_map(|part| Md5::digest(&part.body).to_vec()).collect();
    let whole = store::etag(&sums, encryption, version_id);
    format!("\"{}-{}\"", whole.trim_matches('"'), parts.len())
}

/// Numbers and tags of a `CompleteMultipartUpload` document; none if it is not one or names no part.
fn named_parts(body: &[u8]) -> Option<Vec<(u32, String)>> {
    let mut reader = Reader::from_str(std::str::from_utf8(body).ok()?);
    let mut element = String::new();
    let mut parts: Vec<(u32, String)> = Vec::new();
    loop {
        match reader.read_event().ok()? {
            Event::Start(start) => {
                start.local_name().as_ref().clone_into(&mut element);
                if element == "Part" {
                    parts.push((0, String::new()));
                }
            }
            Event::Text(text) => match (element.as_str(), parts.last_mut()) {
                ("PartNumber", Some(part)) => part.0 = text.trim().parse().ok()?,
                ("ETag", Some(part)) => part.1.push_str(text.trim()),
                _ => {}
            },
            Event::End(_) => element.clear(),
            Event::Eof => break,
            // The quotes of a tag may come as entities, which count for nothing.
            _ => {}
        }
    }
    (!parts.is_empty()).then_some(parts)
}
