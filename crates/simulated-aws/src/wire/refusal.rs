//! An error answer in the protocol of its service.

use std::borrow::Cow;

use bytes::Bytes;
use http::{Response, StatusCode};
use serde_json::json;

use super::xml::Xml;
use super::{answer, set};
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
    pub(crate) fn answer(&self, service: Service, request_id: &str, bodiless: bool) -> Response<Bytes> {
        match service {
            Service::Organizations => self.json(),
            Service::S3 if bodiless || self.status == StatusCode::NOT_MODIFIED => {
                let mut response = answer(self.status, "application/xml", Bytes::new());
                if self.status == StatusCode::NOT_MODIFIED {
                    response.headers_mut().remove(http::header::CONTENT_TYPE);
                }
                response
            }
            Service::S3 => self.rest_xml(request_id),
            Service::Sts | Service::Iam | Service::Sns => self.query_xml(service, request_id),
        }
    }

    fn json(&self) -> Response<Bytes> {
        let mut document = json!({ "__type": self.code, "Message": self.message });
        for (name, value) in &self.details {
            if let Some(members) = document.as_object_mut() {
                members.insert((*name).to_owned(), json!(value));
            }
        }
        let mut response = answer(self.status, "application/x-amz-json-1.1", document.to_string());
        set(&mut response, "x-amzn-errortype", &self.code);
        response
    }

    fn query_xml(&self, service: Service, request_id: &str) -> Response<Bytes> {
        let blame = if self.status.is_server_error() {
            "Receiver"
        } else {
            "Sender"
        };
        let mut xml = Xml::new("ErrorResponse", namespace(service));
        xml.open("Error").leaf("Type", blame).leaf("Code", &self.code);
        xml.leaf("Message", &self.message).close();
        xml.leaf("RequestId", request_id);
        answer(self.status, "text/xml", xml.finish())
    }

    fn rest_xml(&self, request_id: &str) -> Response<Bytes> {
        let mut xml = Xml::new("Error", "");
        xml.leaf("Code", &self.code).leaf("Message", &self.message);
        for (name, value) in &self.details {
            xml.leaf(name, value);
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
        Service::Organizations => "",
    }
}
