//! `ListBuckets`, `ListObjectsV2` and `ListObjectVersions`.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{Response, StatusCode};
use jiff::Timestamp;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::{Bucket, Buckets, Call, StoredObject, invalid_argument};
use crate::operation::Service;
use crate::wire::answer;
use crate::wire::refusal::{Refusal, namespace};
use crate::wire::xml::Xml;

const URL: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~')
    .remove(b'/');

pub(super) fn buckets(buckets: &Buckets, call: &Call<'_>) -> Response<Bytes> {
    let mut xml = Xml::new("ListAllMyBucketsResult", namespace(Service::S3));
    xml.open("Owner")
        .leaf("ID", &call.caller.account)
        .close()
        .open("Buckets");
    for bucket in buckets.values().filter(|bucket| bucket.owner == call.caller.account) {
        xml.open("Bucket").leaf("Name", &bucket.name);
        xml.leaf("CreationDate", &iso(bucket.created)).close();
    }
    answer(StatusCode::OK, "application/xml", xml.finish())
}

pub(super) fn objects(bucket: &Bucket, call: &Call<'_>) -> Result<Response<Bytes>, Refusal> {
    let ask = Ask::read(call)?;
    let token = call.query.get("continuation-token");
    let resumed = match token {
        Some(token) => Some(decode_token(token).ok_or_else(|| {
            invalid_argument(
                "continuation-token",
                token,
                "The continuation token provided is incorrect",
            )
        })?),
        None => None,
    };
    let start_after = call.query.get("start-after");
    let after = resumed.as_deref().or(start_after);
    let listed = ask.select(bucket, after);
    let mut xml = Xml::new("ListBucketResult", namespace(Service::S3));
    xml.leaf("Name", &bucket.name).leaf("Prefix", &ask.text(&ask.prefix));
    xml.maybe(
        "Delimiter",
        ask.delimiter.as_deref().map(|text| ask.text(text)).as_deref(),
    );
    xml.leaf("MaxKeys", &ask.most.to_string());
    xml.leaf("KeyCount", &(listed.keys.len() + listed.prefixes.len()).to_string());
    xml.leaf("IsTruncated", if listed.next.is_some() { "true" } else { "false" });
    xml.maybe("EncodingType", ask.url.then_some("url"));
    xml.maybe("ContinuationToken", token);
    xml.maybe("StartAfter", start_after.map(|text| ask.text(text)).as_deref());
    xml.maybe(
        "NextContinuationToken",
        listed.next.map(|last| STANDARD.encode(last)).as_deref(),
    );
    for object in listed.keys.iter().filter_map(|key| bucket.newest(key)) {
        xml.open("Contents");
        describe(&mut xml, &ask, object);
        xml.leaf("ChecksumAlgorithm", object.checksum.algorithm.name());
        xml.leaf("ChecksumType", object.checksum.kind()).close();
    }
    prefixes(&mut xml, &ask, &listed.prefixes);
    Ok(answer(StatusCode::OK, "application/xml", xml.finish()))
}

pub(super) fn versions(bucket: &Bucket, call: &Call<'_>) -> Result<Response<Bytes>, Refusal> {
    let ask = Ask::read(call)?;
    let key_marker = call.query.get("key-marker").unwrap_or("");
    let version_marker = call.query.get("version-id-marker").unwrap_or("");
    let mut xml = Xml::new("ListVersionsResult", namespace(Service::S3));
    xml.leaf("Name", &bucket.name).leaf("Prefix", &ask.text(&ask.prefix));
    xml.leaf("KeyMarker", &ask.text(key_marker))
        .leaf("VersionIdMarker", version_marker);
    xml.leaf("MaxKeys", &ask.most.to_string());
    xml.maybe(
        "Delimiter",
        ask.delimiter.as_deref().map(|text| ask.text(text)).as_deref(),
    );
    xml.maybe("EncodingType", ask.url.then_some("url"));
    let mut found = BTreeSet::new();
    let mut rows: Vec<(&StoredObject, bool)> = Vec::new();
    for (key, versions) in bucket.objects.range(ask.prefix.clone()..) {
        if !key.starts_with(&ask.prefix) {
            break;
        }
        if let Some(folder) = ask.folder(key) {
            found.insert(folder);
            continue;
        }
        let newest_first = versions.iter().rev().enumerate();
        rows.extend(newest_first.map(|(place, object)| (object, place == 0)));
    }
    let skip = match rows.iter().position(|(object, _)| {
        object.key == key_marker && (version_marker.is_empty() || object.version_id == version_marker)
    }) {
        Some(_) if version_marker.is_empty() => rows
            .iter()
            .take_while(|(object, _)| object.key.as_str() <= key_marker)
            .count(),
        Some(marker) => marker + 1,
        None => rows
            .iter()
            .take_while(|(object, _)| object.key.as_str() <= key_marker)
            .count(),
    };
    let page: Vec<_> = rows.iter().skip(skip).take(ask.most).collect();
    let truncated = rows.len() > skip + page.len();
    xml.leaf("IsTruncated", if truncated { "true" } else { "false" });
    if let (true, Some((last, _))) = (truncated, page.last()) {
        xml.leaf("NextKeyMarker", &ask.text(&last.key))
            .leaf("NextVersionIdMarker", &last.version_id);
    }
    for (object, latest) in page {
        xml.open("Version");
        describe(&mut xml, &ask, object);
        xml.leaf("VersionId", &object.version_id)
            .leaf("IsLatest", if *latest { "true" } else { "false" });
        xml.open("Owner").leaf("ID", &bucket.owner).close().close();
    }
    prefixes(&mut xml, &ask, &found);
    Ok(answer(StatusCode::OK, "application/xml", xml.finish()))
}

struct Ask {
    prefix: String,
    delimiter: Option<String>,
    most: usize,
    url: bool,
}

struct Listed {
    keys: Vec<String>,
    prefixes: BTreeSet<String>,
    /// The last thing listed, if there is more.
    next: Option<String>,
}

impl Ask {
    fn read(call: &Call<'_>) -> Result<Self, Refusal> {
        let most = call.query.get("max-keys").unwrap_or("1000");
        let most: usize = most.parse().map_err(|_| {
            let message = "Provided max-keys not an integer or within integer range";
            invalid_argument("max-keys", most, message)
        })?;
        let delimiter = call.query.get("delimiter").filter(|text| !text.is_empty());
        Ok(Self {
            prefix: call.query.get("prefix").unwrap_or("").to_owned(),
            delimiter: delimiter.map(str::to_owned),
            most: most.min(1_000),
            url: call.query.get("encoding-type") == Some("url"),
        })
    }

    fn text(&self, text: &str) -> String {
        if self.url {
            utf8_percent_encode(text, URL).to_string()
        } else {
            text.to_owned()
        }
    }

    /// The common prefix that a key is rolled into.
    fn folder(&self, key: &str) -> Option<String> {
        let delimiter = self.delimiter.as_deref()?;
        let rest = key.strip_prefix(&self.prefix)?;
        let (folder, _) = rest.split_once(delimiter)?;
        Some(format!("{}{folder}{delimiter}", self.prefix))
    }

    fn select(&self, bucket: &Bucket, after: Option<&str>) -> Listed {
        let mut listed = Listed {
            keys: Vec::new(),
            prefixes: BTreeSet::new(),
            next: None,
        };
        let mut last = None;
        for key in bucket.objects.range(self.prefix.clone()..).map(|(key, _)| key) {
            if !key.starts_with(&self.prefix) {
                break;
            }
            let folder = self.folder(key);
            let name = folder.as_deref().unwrap_or(key);
            if after.is_some_and(|after| key.as_str() <= after || name <= after) {
                continue;
            }
            let known = folder.as_ref().is_some_and(|folder| listed.prefixes.contains(folder));
            if known {
                continue;
            }
            if listed.keys.len() + listed.prefixes.len() == self.most {
                listed.next = last;
                break;
            }
            last = Some(name.to_owned());
            match folder {
                Some(folder) => {
                    listed.prefixes.insert(folder);
                }
                None => listed.keys.push(key.clone()),
            }
        }
        listed
    }
}

fn describe(xml: &mut Xml, ask: &Ask, object: &StoredObject) {
    xml.leaf("Key", &ask.text(&object.key))
        .leaf("LastModified", &iso(object.last_modified));
    xml.leaf("ETag", &object.etag)
        .leaf("Size", &object.body.len().to_string());
    xml.leaf("StorageClass", "STANDARD");
}

fn prefixes(xml: &mut Xml, ask: &Ask, prefixes: &BTreeSet<String>) {
    for prefix in prefixes {
        xml.open("CommonPrefixes").leaf("Prefix", &ask.text(prefix)).close();
    }
}

fn decode_token(token: &str) -> Option<String> {
    String::from_utf8(STANDARD.decode(token).ok()?).ok()
}

fn iso(moment: Timestamp) -> String {
    moment.strftime("%Y-%m-%dT%H:%M:%S.000Z").to_string()
}
