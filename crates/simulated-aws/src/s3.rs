//! Amazon S3: buckets, versions, conditional writes, checksums, encryption and multipart uploads.

mod encryption;
mod list;
mod multipart;
mod payload;
mod read;
mod store;
mod target;
mod write;

use bytes::Bytes;
use http::{HeaderMap, Response};
use jiff::Timestamp;

use crate::identity::Caller;
use crate::operation::Operation;
use crate::wire::form::Form;
use crate::wire::refusal::Refusal;
use crate::world::World;

pub use encryption::Encryption;
pub(crate) use payload::Payload;
pub(crate) use store::{Bucket, Buckets};
pub use store::{BucketSpec, Checksum, StoredObject};
pub(crate) use target::Target;

/// A call to S3, its body already decoded and verified.
#[derive(Debug)]
pub(crate) struct Call<'a> {
    pub(crate) operation: Operation,
    pub(crate) bucket: &'a str,
    pub(crate) key: &'a str,
    pub(crate) query: &'a Form,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) caller: &'a Caller,
    pub(crate) region: &'a str,
    pub(crate) now: Timestamp,
}

impl Call<'_> {
    /// A header's text.
    fn header(&self, name: &str) -> Option<&str> {
        header(self.headers, name)
    }
}

/// A header's text; none if it is absent or not text.
pub(crate) fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// Answers a call.
pub(crate) fn handle(
    world: &World,
    buckets: &mut Buckets,
    call: &Call<'_>,
    payload: Payload,
) -> Result<Response<Bytes>, Refusal> {
    match call.operation {
        Operation::ListBuckets => return Ok(list::buckets(buckets, call)),
        Operation::CreateBucket => return write::create_bucket(world, buckets, call, &payload),
        _ => {}
    }
    let bucket = admit(buckets, call)?;
    match call.operation {
        Operation::HeadBucket => Ok(read::head_bucket(bucket)),
        Operation::PutObject => write::put_object(world, bucket, call, payload),
        Operation::GetObject | Operation::HeadObject => read::object(bucket, call),
        Operation::ListObjectsV2 => list::objects(bucket, call),
        Operation::ListObjectVersions => list::versions(bucket, call),
        Operation::CreateMultipartUpload => multipart::create(world, bucket, call),
        Operation::UploadPart => multipart::part(bucket, call, payload),
        Operation::CompleteMultipartUpload => multipart::complete(world, bucket, call, &payload),
        _ => multipart::abort(bucket, call),
    }
}

/// The bucket, if it is there, belongs to whom the caller thinks, and the caller may use it.
fn admit<'a>(buckets: &'a mut Buckets, call: &Call<'_>) -> Result<&'a mut Bucket, Refusal> {
    let bucket = buckets.get_mut(call.bucket).ok_or_else(|| {
        let message = "The specified bucket does not exist";
        Refusal::missing("NoSuchBucket", message).with("BucketName", call.bucket)
    })?;
    let expected = call.header("x-amz-expected-bucket-owner");
    let as_expected = expected.is_none_or(|owner| owner == bucket.owner);
    if call.caller.account != bucket.owner || !as_expected {
        return Err(Refusal::forbidden("AccessDenied", "Access Denied"));
    }
    Ok(bucket)
}

/// The refusal of an argument.
fn invalid_argument(name: &str, value: &str, message: &str) -> Refusal {
    Refusal::bad("InvalidArgument", message)
        .with("ArgumentName", name)
        .with("ArgumentValue", value)
}
