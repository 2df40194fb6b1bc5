//! How requests are read and answers are written in the protocols of AWS.

pub(crate) mod cbor;
pub(crate) mod checksum;
pub(crate) mod chunked;
pub(crate) mod dialect;
pub(crate) mod document;
pub(crate) mod form;
pub(crate) mod members;
pub(crate) mod refusal;
pub(crate) mod xml;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use http::{Response, StatusCode};

/// An answer with a body of a type.
pub(crate) fn answer(status: StatusCode, content_type: &str, body: impl Into<Bytes>) -> Response<Bytes> {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    set(&mut response, CONTENT_TYPE, content_type);
    response
}

/// Sets a header; a value that HTTP cannot carry is left out.
pub(crate) fn set(response: &mut Response<Bytes>, name: impl TryInto<HeaderName>, value: &str) {
    if let (Ok(name), Ok(value)) = (name.try_into(), HeaderValue::from_bytes(value.as_bytes())) {
        response.headers_mut().insert(name, value);
    }
}
