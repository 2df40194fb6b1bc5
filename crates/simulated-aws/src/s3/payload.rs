//! The body of a request, decoded and checked against everything the sender says about it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::HeaderMap;
use md5::Md5;
use sha2::{Digest, Sha256};

use super::header;
use super::store::Checksum;
use crate::operation::Operation;
use crate::wire::checksum::{ChecksumAlgorithm, hex};
use crate::wire::chunked;
use crate::wire::refusal::Refusal;

/// A body that arrived as it was sent.
#[derive(Debug, Clone)]
pub(crate) struct Payload {
    pub(crate) body: Bytes,
    /// The checksum that the sender gave.
    pub(crate) checksum: Option<Checksum>,
}

impl Payload {
    /// Decodes and verifies a body. Checksum headers speak of it only where it is an object's or a part's.
    pub(crate) fn read(operation: Operation, headers: &HeaderMap, raw: &Bytes) -> Result<Self, Refusal> {
        let declared = header(headers, "x-amz-content-sha256").unwrap_or("");
        let encoding = header(headers, "content-encoding").unwrap_or("");
        let chunked = declared.starts_with("STREAMING-") || encoding.contains("aws-chunked");
        let (body, trailers) = if chunked {
            let decoded = chunked::decode(raw).ok_or_else(incomplete)?;
            (Bytes::from(decoded.body), decoded.trailers)
        } else {
            (raw.clone(), Vec::new())
        };
        if let Some(length) = header(headers, "x-amz-decoded-content-length")
            && length.parse() != Ok(body.len())
        {
            return Err(incomplete());
        }
        if declared.len() == 64 && declared != hex(&Sha256::digest(&body)) {
            let message = "The provided 'x-amz-content-sha256' header does not match what was computed.";
            return Err(Refusal::bad("XAmzContentSHA256Mismatch", message));
        }
        if let Some(md5) = header(headers, "content-md5") {
            check_md5(md5, &body)?;
        }
        let checksum = match operation {
            Operation::PutObject | Operation::UploadPart => sent_checksum(headers, &trailers)?,
            _ => None,
        };
        if let Some(sent) = &checksum {
            verify(sent, &body)?;
        }
        Ok(Self { body, checksum })
    }

    /// The checksum that S3 stores: the sender's, or one of its own.
    pub(crate) fn stored_checksum(&self) -> Checksum {
        self.checksum.clone().unwrap_or_else(|| Checksum {
            algorithm: ChecksumAlgorithm::Crc64Nvme,
            value: ChecksumAlgorithm::Crc64Nvme.text(&self.body),
            composite: false,
        })
    }
}

/// A checksum in the headers of a request that carries no body of its own to check.
pub(crate) fn declared_checksum(headers: &HeaderMap) -> Result<Option<Checksum>, Refusal> {
    sent_checksum(headers, &[])
}

fn sent_checksum(headers: &HeaderMap, trailers: &[(String, String)]) -> Result<Option<Checksum>, Refusal> {
    let sent: Vec<(ChecksumAlgorithm, String)> = ChecksumAlgorithm::ALL
        .into_iter()
        .filter_map(|algorithm| {
            let name = algorithm.header();
            let trailer = trailers.iter().find(|(trailer, _)| *trailer == name);
            let trailer = trailer.map(|(_, value)| value.as_str());
            let value = header(headers, &name).or(trailer)?;
            Some((algorithm, value.to_owned()))
        })
        .collect();
    match sent.as_slice() {
        [] => Ok(None),
        [(algorithm, value)] => Ok(Some(Checksum {
            algorithm: *algorithm,
            value: value.clone(),
            composite: false,
        })),
        _ => {
            let message = "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.";
            Err(Refusal::bad("InvalidRequest", message))
        }
    }
}

fn verify(sent: &Checksum, body: &[u8]) -> Result<(), Refusal> {
    let digest = sent.algorithm.digest(body);
    match STANDARD.decode(&sent.value) {
        Ok(bytes) if bytes == digest => Ok(()),
        Ok(bytes) if bytes.len() == digest.len() => {
            let name = sent.algorithm.name();
            let message = format!("The {name} you specified did not match the calculated checksum.");
            Err(Refusal::bad("BadDigest", message))
        }
        _ => {
            let message = format!("Value for {} header is invalid.", sent.algorithm.header());
            Err(Refusal::bad("InvalidRequest", message))
        }
    }
}

fn check_md5(sent: &str, body: &[u8]) -> Result<(), Refusal> {
    match STANDARD.decode(sent) {
        Ok(bytes) if bytes.as_slice() == Md5::digest(body).as_slice() => Ok(()),
        Ok(bytes) if bytes.len() == 16 => {
            let message = "The Content-MD5 you specified did not match what we received.";
            Err(Refusal::bad("BadDigest", message))
        }
        _ => Err(Refusal::bad(
            "InvalidDigest",
            "The Content-MD5 you specified was invalid.",
        )),
    }
}

fn incomplete() -> Refusal {
    let message = "The request body terminated unexpectedly";
    Refusal::bad("IncompleteBody", message)
}
