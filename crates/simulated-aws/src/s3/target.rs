//! Which bucket, key and operation a request means, in virtual-hosted and path style.

use http::{Method, Request, header};
use percent_encoding::percent_decode_str;

use crate::operation::Operation;
use crate::wire::form::Form;

/// What a request is aimed at.
#[derive(Debug, Clone, Default)]
pub(crate) struct Target {
    pub(crate) bucket: String,
    pub(crate) key: String,
    pub(crate) query: Form,
}

/// Sub-resources that belong to operations the simulator does not know.
const FOREIGN: &[&str] = &[
    "accelerate",
    "acl",
    "analytics",
    "attributes",
    "cors",
    "delete",
    "encryption",
    "intelligent-tiering",
    "inventory",
    "legal-hold",
    "lifecycle",
    "location",
    "logging",
    "metadataTable",
    "metrics",
    "notification",
    "object-lock",
    "ownershipControls",
    "policy",
    "policyStatus",
    "publicAccessBlock",
    "replication",
    "requestPayment",
    "restore",
    "retention",
    "select",
    "session",
    "tagging",
    "torrent",
    "versioning",
    "website",
];

impl Target {
    /// Reads host, path and query.
    pub(crate) fn read<B>(request: &Request<B>) -> Self {
        let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
        let host = host.or_else(|| request.uri().authority().map(http::uri::Authority::as_str));
        let path = request.uri().path().trim_start_matches('/');
        let (bucket, key) = match host.and_then(bucket_of_host) {
            Some(bucket) => (bucket.to_owned(), path),
            None => match path.split_once('/') {
                Some((bucket, key)) => (decode(bucket), key),
                None => (decode(path), ""),
            },
        };
        Self {
            bucket,
            key: decode(key),
            query: Form::read(request.uri().query().unwrap_or("").as_bytes()),
        }
    }

    /// The operation; none if the simulator does not know it.
    pub(crate) fn operation<B>(&self, request: &Request<B>) -> Option<Operation> {
        if FOREIGN.iter().any(|name| self.query.has(name)) {
            return None;
        }
        let upload = self.query.has("uploadId");
        match (self.bucket.is_empty(), self.key.is_empty(), request.method()) {
            (true, _, &Method::GET) => Some(Operation::ListBuckets),
            (true, ..) => None,
            (_, true, &Method::PUT) => Some(Operation::CreateBucket),
            (_, true, &Method::HEAD) => Some(Operation::HeadBucket),
            (_, true, &Method::GET) if self.query.get("list-type") == Some("2") => Some(Operation::ListObjectsV2),
            (_, true, &Method::GET) if self.query.has("versions") => Some(Operation::ListObjectVersions),
            (_, false, &Method::PUT) if request.headers().contains_key("x-amz-copy-source") => None,
            (_, false, &Method::PUT) if upload => Some(Operation::UploadPart),
            (_, false, &Method::PUT) => Some(Operation::PutObject),
            (_, false, &Method::GET) if !upload => Some(Operation::GetObject),
            (_, false, &Method::HEAD) => Some(Operation::HeadObject),
            (_, false, &Method::POST) if self.query.has("uploads") => Some(Operation::CreateMultipartUpload),
            (_, false, &Method::POST) if upload => Some(Operation::CompleteMultipartUpload),
            (_, false, &Method::DELETE) if upload => Some(Operation::AbortMultipartUpload),
            _ => None,
        }
    }
}

/// The bucket in a host name: `BUCKET.s3.REGION.amazonaws.com` and its relatives, `BUCKET.localhost`.
fn bucket_of_host(host: &str) -> Option<&str> {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    if let Some(local) = name.strip_suffix(".localhost") {
        return match local {
            "s3" => None,
            _ => Some(local.strip_suffix(".s3").unwrap_or(local)),
        };
    }
    if !name.contains(".amazonaws.com") {
        return None;
    }
    let end = [".s3.", ".s3-"].iter().filter_map(|mark| name.find(mark)).min()?;
    name.get(..end)
}

fn decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts() {
        let cases = [
            ("bucket.s3.us-east-1.amazonaws.com", Some("bucket")),
            (
                "my.dotted.bucket.s3.eu-west-1.amazonaws.com:443",
                Some("my.dotted.bucket"),
            ),
            ("bucket.s3.amazonaws.com", Some("bucket")),
            ("bucket.s3-us-west-2.amazonaws.com", Some("bucket")),
            ("bucket.s3.cn-north-1.amazonaws.com.cn", Some("bucket")),
            ("s3.us-east-1.amazonaws.com", None),
            ("127.0.0.1:4567", None),
            ("[::1]:4567", None),
            ("localhost:4567", None),
            ("bucket.localhost:4567", Some("bucket")),
            ("bucket.s3.localhost", Some("bucket")),
            ("s3.localhost", None),
        ];
        for (host, bucket) in cases {
            assert_eq!(bucket_of_host(host), bucket, "{host}");
        }
    }

    #[test]
    fn operations() {
        let cases = [
            ("GET", "/", Some(Operation::ListBuckets)),
            ("PUT", "/b", Some(Operation::CreateBucket)),
            ("PUT", "/b/", Some(Operation::CreateBucket)),
            ("GET", "/b?list-type=2&prefix=x", Some(Operation::ListObjectsV2)),
            ("GET", "/b", None),
            ("GET", "/b?versions", Some(Operation::ListObjectVersions)),
            ("PUT", "/b/k%20x/y?x-id=PutObject", Some(Operation::PutObject)),
            ("PUT", "/b/k?partNumber=1&uploadId=u", Some(Operation::UploadPart)),
            ("POST", "/b/k?uploads", Some(Operation::CreateMultipartUpload)),
            ("DELETE", "/b/k?uploadId=u", Some(Operation::AbortMultipartUpload)),
            ("DELETE", "/b/k", None),
            ("GET", "/b/k?tagging", None),
        ];
        for (method, path, operation) in cases {
            let request = Request::builder()
                .method(method)
                .uri(path)
                .header("host", "127.0.0.1:1");
            let request = request.body(()).unwrap();
            assert_eq!(Target::read(&request).operation(&request), operation, "{method} {path}");
        }
    }
}
