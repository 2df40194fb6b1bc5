//! One answer, as a JSON value, in the protocol that it was asked for in.

use bytes::Bytes;
use http::{Response, StatusCode};
use jiff::Timestamp;
use serde_json::Value;

use super::cbor;
use super::dialect::{Dialect, Protocol};
use super::refusal::namespace;
use super::xml::Xml;
use super::{answer, set};
use crate::operation::Operation;

/// Writes an answer whose moments are [`cbor::moment`]s.
pub(crate) fn write(dialect: Dialect, operation: Operation, document: Value, request_id: &str) -> Response<Bytes> {
    match dialect.protocol {
        Protocol::Json(version) => {
            let content_type = format!("application/x-amz-json-{version}");
            answer(StatusCode::OK, &content_type, cbor::plain(document).to_string())
        }
        Protocol::RestJson => answer(StatusCode::OK, "application/json", cbor::plain(document).to_string()),
        Protocol::Cbor => {
            let mut response = answer(StatusCode::OK, "application/cbor", cbor::write(&document));
            set(&mut response, "smithy-protocol", "rpc-v2-cbor");
            response
        }
        Protocol::Query | Protocol::RestXml => {
            let mut xml = Xml::new(format!("{}Response", operation.name()), namespace(dialect.service));
            xml.open(format!("{}Result", operation.name()));
            members(&document, &mut xml);
            xml.close().open("ResponseMetadata").leaf("RequestId", request_id);
            answer(StatusCode::OK, "text/xml", xml.finish())
        }
    }
}

fn members(document: &Value, xml: &mut Xml) {
    for (name, value) in document.as_object().into_iter().flatten() {
        element(name, value, xml);
    }
}

fn element(name: &str, value: &Value, xml: &mut Xml) {
    match (value, cbor::seconds(value)) {
        (_, Some(seconds)) => {
            let moment = Timestamp::from_second(seconds).unwrap_or(Timestamp::MAX);
            xml.leaf(name, &moment.to_string());
        }
        (Value::Null, _) => {}
        (Value::String(text), _) => {
            xml.leaf(name, text);
        }
        (Value::Array(items), _) => {
            xml.open(name.to_owned());
            for item in items {
                element("member", item, xml);
            }
            xml.close();
        }
        (Value::Object(_), _) => {
            xml.open(name.to_owned());
            members(value, xml);
            xml.close();
        }
        (Value::Bool(_) | Value::Number(_), _) => {
            xml.leaf(name, &value.to_string());
        }
    }
}
