//! Operation and input of a request, in each protocol.

use bytes::Bytes;
use http::{Method, Request, StatusCode};
use serde_json::{Map, Value, json};

use super::{Input, S3Input};
use crate::operation::{Operation, Service};
use crate::s3::{self, Target};
use crate::wire::cbor;
use crate::wire::dialect::{Dialect, Protocol};
use crate::wire::form::Form;
use crate::wire::refusal::Refusal;

/// The beginning of every path of S3 Control.
pub(super) const S3_CONTROL: &str = "/v20180820/";

pub(super) fn read(dialect: Dialect, request: &Request<Bytes>) -> Result<(Operation, Input<'_>), Refusal> {
    let service = dialect.service;
    match dialect.protocol {
        Protocol::Query => query(service, request),
        Protocol::Json(_) => json_of_target(service, request),
        Protocol::RestJson => rest_json(service, request),
        Protocol::Cbor => cbor_of_path(service, request),
        Protocol::RestXml if service == Service::S3Control => {
            let is_block = request.uri().path() == "/v20180820/configuration/publicAccessBlock";
            if !is_block || request.method() != Method::GET {
                return Err(not_implemented());
            }
            let account = s3::header(request.headers(), "x-amz-account-id");
            let input = json!({ "AccountId": account });
            Ok((Operation::GetPublicAccessBlock, Input::Json(input)))
        }
        Protocol::RestXml => {
            let target = Target::read(request);
            let operation = target.operation(request).ok_or_else(not_implemented)?;
            let input = S3Input {
                bucket: target.bucket,
                key: target.key,
                query: target.query,
                headers: request.headers(),
            };
            Ok((operation, Input::S3(input)))
        }
    }
}

/// The service that a target is of, for requests without a signature.
pub(super) fn service_of_target(target: &str) -> Service {
    let of_prefix = |prefix: &str| target.contains(prefix);
    match () {
        () if of_prefix("CloudTrail") => Service::CloudTrail,
        () if of_prefix("Logs_") => Service::Logs,
        () if of_prefix("Granite") => Service::CloudWatch,
        () if of_prefix("StarlingDove") => Service::Config,
        () if of_prefix("AmazonAthena") => Service::Athena,
        () => Service::Organizations,
    }
}

fn not_implemented() -> Refusal {
    let message = "A header you provided implies functionality that is not implemented";
    Refusal::new(StatusCode::NOT_IMPLEMENTED, "NotImplemented", message)
}

fn query(service: Service, request: &Request<Bytes>) -> Result<(Operation, Input<'_>), Refusal> {
    let form = Form::read(request.body());
    let version = form.get("Version").unwrap_or("");
    let Some(name) = form.get("Action") else {
        let message = "The request must contain the parameter Action";
        return Err(Refusal::bad("MissingAction", message));
    };
    let operation = Operation::find(service, name).ok_or_else(|| {
        let message = format!("Could not find operation {name} for version {version}");
        Refusal::bad("InvalidAction", message)
    })?;
    let input = match service {
        Service::CloudWatch => Input::Json(form.to_json()),
        _ => Input::Form(form),
    };
    Ok((operation, input))
}

fn json_of_target(service: Service, request: &Request<Bytes>) -> Result<(Operation, Input<'_>), Refusal> {
    let target = s3::header(request.headers(), "x-amz-target").unwrap_or("");
    // CloudTrail is also called by the long name of its Java package.
    let mut fields = target.rsplit('.');
    let (name, prefix) = (fields.next().unwrap_or(""), fields.next().unwrap_or(""));
    let expected = match service {
        Service::CloudTrail => "CloudTrail_20131101",
        Service::Logs => "Logs_20140328",
        Service::CloudWatch => "GraniteServiceVersion20100801",
        Service::Config => "StarlingDoveService",
        Service::Athena => "AmazonAthena",
        _ => "AWSOrganizationsV20161128",
    };
    let operation = Operation::find(service, name).filter(|_| prefix == expected);
    let operation = operation.ok_or_else(|| Refusal::bad("UnknownOperationException", ""))?;
    Ok((operation, Input::Json(body(request)?)))
}

fn body(request: &Request<Bytes>) -> Result<Value, Refusal> {
    if request.body().is_empty() {
        return Ok(json!({}));
    }
    let malformed = |_| Refusal::bad("SerializationException", "The request body is not JSON");
    serde_json::from_slice(request.body()).map_err(malformed)
}

fn rest_json(service: Service, request: &Request<Bytes>) -> Result<(Operation, Input<'_>), Refusal> {
    let operation = match (service, request.method(), request.uri().path()) {
        (Service::Account, &Method::POST, "/listRegions") => Operation::ListRegions,
        (Service::Account, &Method::POST, "/getAlternateContact") => Operation::GetAlternateContact,
        (Service::AccessAnalyzer, &Method::GET, "/analyzer") => Operation::ListAnalyzers,
        _ => {
            let message = "The requested operation is not recognized by the service.";
            return Err(Refusal::missing("UnknownOperationException", message));
        }
    };
    let input = match operation {
        Operation::ListAnalyzers => Form::read(request.uri().query().unwrap_or("").as_bytes()).to_json(),
        _ => body(request)?,
    };
    Ok((operation, Input::Json(input)))
}

fn cbor_of_path(service: Service, request: &Request<Bytes>) -> Result<(Operation, Input<'_>), Refusal> {
    let path = request.uri().path();
    let path = path.strip_prefix("/service/GraniteServiceVersion20100801/operation/");
    let operation = path.and_then(|name| Operation::find(service, name));
    let operation = operation.ok_or_else(|| Refusal::missing("UnknownOperationException", ""))?;
    let malformed = || Refusal::bad("SerializationException", "The request body is not CBOR");
    let input = cbor::read(request.body()).ok_or_else(malformed)?;
    Ok((operation, Input::Json(input)))
}

impl Form {
    /// The parameters as a JSON object: `X.member.1` becomes an item of the list `X`; all values are texts.
    fn to_json(&self) -> Value {
        let mut members = Map::new();
        for (name, value) in self.beginning("") {
            if ["Action", "Version"].contains(&name) {
                continue;
            }
            match name.split_once(".member.") {
                Some((list, _)) => {
                    let list = members.entry(list).or_insert_with(|| json!([]));
                    if let Some(items) = list.as_array_mut() {
                        items.push(json!(value));
                    }
                }
                None => {
                    members.insert(name.to_owned(), json!(value));
                }
            }
        }
        Value::Object(members)
    }
}
