//! An error answer in the protocol of its service.

use std::borrow::Cow;

use bytes::Bytes;
use http::{Response, StatusCode};
use serde_json::{Map, Value, json};

use super::dialect::{Dialect, Protocol};
use super::xml::Xml;
use super::{answer, cbor, set};
use crate::operation::Service;

/// Why a call is refused, as AWS tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) status: StatusCode,
    pub(crate) code: Cow<'static, str>,
    pub(crate) message: String,
    /// Further members of the error document.
    pub(crate) details: Vec<(&'static str, String)>,
}

impl Refusal {
    pub(crate) fn new(status: StatusCode, code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self {
            status,
            code: code.into(),
            message: message.into(),
            details: Vec::new(),
        }
    }

    /// 400 with a code.
    pub(crate) fn bad(code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, message)
    }

    /// 403 with a code.
    pub(crate) fn forbidden(code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, code, message)
    }

    /// 404 with a code.
    pub(crate) fn missing(code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, code, message)
    }

    /// Adds a member to the error document.
    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.details.push((name, value.into()));
        self
    }

    /// The answer as the service writes it; `bodiless` for HEAD requests.
    pub(crate) fn answer(&self, dialect: Dialect, request_id: &str, bodiless: bool) -> Response<Bytes> {
        match dialect.protocol {
            Protocol::Json(version) => self.json(dialect.service, version),
            Protocol::RestJson => self.rest_json(),
            Protocol::Cbor => self.cbor(),
            Protocol::Query => self.query_xml(dialect.service, request_id),
            Protocol::RestXml if bodiless || self.status == StatusCode::NOT_MODIFIED => {
                let mut response = answer(self.status, "application/xml", Bytes::new());
                if self.status == StatusCode::NOT_MODIFIED {
                    response.headers_mut().remove(http::header::CONTENT_TYPE);
                }
                response
            }
            Protocol::RestXml => self.rest_xml(dialect.service, request_id),
        }
    }

    /// Members of the error document: the message under a name, and the details.
    fn document(&self, message: &str) -> Map<String, Value> {
        let details = self
            .details
            .iter()
            .map(|(name, value)| ((*name).to_owned(), json!(value)));
        let message = (message.to_owned(), json!(self.message));
        [message].into_iter().chain(details).collect()
    }

    fn json(&self, service: Service, version: &str) -> Response<Bytes> {
        let message = if service == Service::Organizations {
            "Message"
        } else {
            "message"
        };
        let mut document = self.document(message);
        document.insert("__type".to_owned(), json!(self.code));
        let content_type = format!("application/x-amz-json-{version}");
        let mut response = answer(self.status, &content_type, Value::Object(document).to_string());
        set(&mut response, "x-amzn-errortype", &self.code);
        if service == Service::CloudWatch {
            self.tell_query_clients(&mut response);
        }
        response
    }

    fn rest_json(&self) -> Response<Bytes> {
        let document = Value::Object(self.document("message"));
        let mut response = answer(self.status, "application/json", document.to_string());
        set(&mut response, "x-amzn-errortype", &self.code);
        response
    }

    fn cbor(&self) -> Response<Bytes> {
        let mut document = self.document("message");
        document.insert(
            "__type".to_owned(),
            json!(format!("com.amazonaws.cloudwatch#{}", self.code)),
        );
        let mut response = answer(self.status, "application/cbor", cbor::write(&Value::Object(document)));
        set(&mut response, "smithy-protocol", "rpc-v2-cbor");
        self.tell_query_clients(&mut response);
        response
    }

    /// Services that once spoke the Query protocol repeat the code and the blame of that time.
    fn tell_query_clients(&self, response: &mut Response<Bytes>) {
        set(
            response,
            "x-amzn-query-error",
            &format!("{};{}", self.code, self.blame()),
        );
    }

    fn blame(&self) -> &'static str {
        if self.status.is_server_error() {
            "Receiver"
        } else {
            "Sender"
        }
    }

    fn query_xml(&self, service: Service, request_id: &str) -> Response<Bytes> {
        let mut xml = Xml::new("ErrorResponse", namespace(service));
        xml.open("Error").leaf("Type", self.blame()).leaf("Code", &self.code);
        xml.leaf("Message", &self.message).close();
        xml.leaf("RequestId", request_id);
        answer(self.status, "text/xml", xml.finish())
    }

    /// S3 Control wraps the error in one element more than S3.
    fn rest_xml(&self, service: Service, request_id: &str) -> Response<Bytes> {
        let wrapped = service == Service::S3Control;
        let mut xml = Xml::new(if wrapped { "ErrorResponse" } else { "Error" }, "");
        if wrapped {
            xml.open("Error");
        }
        xml.leaf("Code", &self.code).leaf("Message", &self.message);
        for (name, value) in &self.details {
            xml.leaf(name, value);
        }
        if wrapped {
            xml.close();
        }
        xml.leaf("RequestId", request_id).leaf("HostId", "simulated");
        answer(self.status, "application/xml", xml.finish())
    }
}

/// The XML namespace of a service's documents.
pub(crate) fn namespace(service: Service) -> &'static str {
    match service {
        Service::Sts => "https://sts.amazonaws.com/doc/2011-06-15/",
        Service::Iam => "https://iam.amazonaws.com/doc/2010-05-08/",
        Service::Sns => "http://sns.amazonaws.com/doc/2010-03-31/",
        Service::S3 => "http://s3.amazonaws.com/doc/2006-03-01/",
        Service::CloudWatch => "http://monitoring.amazonaws.com/doc/2010-08-01/",
        Service::S3Control => "http://awss3control.amazonaws.com/doc/2018-08-20/",
        _ => "",
    }
}
