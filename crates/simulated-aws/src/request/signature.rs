//! What the signature of a request says; the signature itself is not verified.

use bytes::Bytes;
use http::{Request, header};

use crate::s3;
use crate::wire::form::Form;

/// The scope of a signature, and the token that a signed address carries.
#[derive(Debug, Default)]
pub(super) struct Signature {
    pub(super) access_key: Option<String>,
    pub(super) region: Option<String>,
    pub(super) service: Option<String>,
    pub(super) token: Option<String>,
}

impl Signature {
    pub(super) fn read(request: &Request<Bytes>) -> Self {
        let authorization = s3::header(request.headers(), header::AUTHORIZATION.as_str());
        if let Some((_, rest)) = authorization.and_then(|text| text.split_once("Credential=")) {
            let scope = rest.split([',', ' ']).next().unwrap_or("");
            return Self::of_scope(scope);
        }
        let query = Form::read(request.uri().query().unwrap_or("").as_bytes());
        let Some(scope) = query.get("X-Amz-Credential") else {
            return Self::default();
        };
        Self {
            token: query.get("X-Amz-Security-Token").map(str::to_owned),
            ..Self::of_scope(scope)
        }
    }

    /// `KEY/DATE/REGION/SERVICE/aws4_request`, or without a Region for signatures of several Regions.
    fn of_scope(scope: &str) -> Self {
        let fields: Vec<&str> = scope.split('/').collect();
        let (region, service) = match fields.as_slice() {
            [_, _, region, service, _] => (Some((*region).to_owned()), Some((*service).to_owned())),
            [_, _, service, _] => (None, Some((*service).to_owned())),
            _ => (None, None),
        };
        Self {
            access_key: fields
                .first()
                .filter(|key| !key.is_empty())
                .map(|key| (*key).to_owned()),
            region,
            service,
            token: None,
        }
    }
}
