//! Server-side encryption as requests ask for it and answers tell of it.

use bytes::Bytes;
use http::Response;

use super::{Call, invalid_argument};
use crate::wire::refusal::Refusal;
use crate::wire::set;
use crate::world::World;

const ALGORITHM: &str = "x-amz-server-side-encryption";
const KEY: &str = "x-amz-server-side-encryption-aws-kms-key-id";
const BUCKET_KEY: &str = "x-amz-server-side-encryption-bucket-key-enabled";

/// How an object is encrypted at rest.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Encryption {
    /// Keys of S3 (`AES256`), AWS's default.
    #[default]
    S3,
    /// A key of AWS KMS (`aws:kms`).
    Kms {
        /// The ARN of the key.
        key: String,
        /// With an S3 bucket key.
        bucket_key: bool,
    },
}

impl Encryption {
    /// What a call asks for; without a wish, the bucket's default.
    pub(super) fn wanted(world: &World, call: &Call<'_>, default: &Self) -> Result<Self, Refusal> {
        let key = call.header(KEY);
        let (default_key, default_bucket_key) = match default {
            Self::S3 => (None, false),
            Self::Kms { key, bucket_key } => (Some(key.as_str()), *bucket_key),
        };
        match call.header(ALGORITHM) {
            None | Some("AES256") if key.is_some() => {
                let message = "Server Side Encryption with AWS KMS managed key requires HTTP header \
                               x-amz-server-side-encryption : aws:kms";
                Err(invalid_argument(
                    ALGORITHM,
                    call.header(ALGORITHM).unwrap_or("null"),
                    message,
                ))
            }
            None => Ok(default.clone()),
            Some("AES256") => Ok(Self::S3),
            Some("aws:kms" | "aws:kms:dsse") => Ok(Self::Kms {
                key: key_arn(world, call, key.or(default_key)),
                bucket_key: call
                    .header(BUCKET_KEY)
                    .map_or(default_bucket_key, |asked| asked == "true"),
            }),
            Some(other) => {
                let message = "The encryption method specified is not supported";
                Err(invalid_argument(ALGORITHM, other, message))
            }
        }
    }

    /// Tells the encryption in an answer's headers.
    pub(super) fn tell(&self, response: &mut Response<Bytes>) {
        match self {
            Self::S3 => set(response, ALGORITHM, "AES256"),
            Self::Kms { key, bucket_key } => {
                set(response, ALGORITHM, "aws:kms");
                set(response, KEY, key);
                if *bucket_key {
                    set(response, BUCKET_KEY, "true");
                }
            }
        }
    }
}

/// The ARN of a key given by ARN or id; without one, the account's own key for S3.
fn key_arn(world: &World, call: &Call<'_>, key: Option<&str>) -> String {
    let key = key.unwrap_or("00000000-aaaa-bbbb-cccc-500000000053");
    if key.starts_with("arn:") {
        return key.to_owned();
    }
    let spec = world.spec();
    let kind = if key.starts_with("alias/") { "" } else { "key/" };
    format!(
        "arn:{}:kms:{}:{}:{kind}{key}",
        spec.partition.id(),
        call.region,
        call.caller.account
    )
}
