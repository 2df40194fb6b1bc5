//! Reading a request: which service and operation, who calls, for which account.

mod protocol;
mod resource;
mod signature;

use bytes::Bytes;
use http::Request;
use jiff::Timestamp;
use serde_json::Value;

use self::signature::Signature;
use crate::identity::{BadCredentials, Caller};
use crate::operation::{Operation, Service};
use crate::s3;
use crate::sts;
use crate::wire::dialect::{Common, Dialect, Protocol, word};
use crate::wire::form::Form;
use crate::wire::refusal::Refusal;
use crate::world::World;

/// A request that is understood and whose caller is known.
#[derive(Debug)]
pub(crate) struct Asked<'a> {
    pub(crate) operation: Operation,
    pub(crate) dialect: Dialect,
    pub(crate) caller: Caller,
    /// The account that the call is about.
    pub(crate) account: String,
    /// What tells calls of one operation for one account apart.
    pub(crate) subject: String,
    pub(crate) region: String,
    pub(crate) input: Input<'a>,
}

/// The input of an operation, by protocol.
#[derive(Debug)]
pub(crate) enum Input<'a> {
    Form(Form),
    Json(Value),
    S3(S3Input<'a>),
}

/// Where an S3 request is aimed, and its headers.
#[derive(Debug)]
pub(crate) struct S3Input<'a> {
    pub(crate) bucket: String,
    pub(crate) key: String,
    pub(crate) query: Form,
    headers: &'a http::HeaderMap,
}

impl S3Input<'_> {
    /// A header's text.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        s3::header(self.headers, name)
    }

    pub(crate) fn is_conditional_write(&self) -> bool {
        s3::header(self.headers, "if-none-match") == Some("*") || self.headers.contains_key("if-match")
    }
}

impl<'a> Asked<'a> {
    /// Reads a request, or tells in which service's words it is refused.
    pub(crate) fn read(world: &World, request: &'a Request<Bytes>, now: Timestamp) -> Result<Self, (Dialect, Refusal)> {
        let signature = Signature::read(request);
        let service = service(request, &signature).ok_or_else(|| {
            let message = "The simulator does not speak this service.";
            let dialect = Dialect {
                service: Service::Organizations,
                protocol: Protocol::Json("1.1"),
            };
            (dialect, Refusal::bad("UnknownOperationException", message))
        })?;
        let dialect = Dialect::of(service, request);
        let token = s3::header(request.headers(), "x-amz-security-token").map(str::to_owned);
        let token = token.or(signature.token);
        let caller = Caller::identify(world, signature.access_key.as_deref(), token.as_deref(), now)
            .map_err(|reason| (dialect, bad_credentials(service, reason)))?;
        let (operation, input) = protocol::read(dialect, request).map_err(|refusal| (dialect, refusal))?;
        let account = match (&input, operation) {
            (Input::Form(form), Operation::AssumeRole) => sts::target_account(form),
            (Input::Form(form), Operation::AssumeRoot) => sts::root_target(form).map(str::to_owned),
            (Input::Json(input), _) if service == Service::Account => account_id(input).map(str::to_owned),
            _ => None,
        };
        Ok(Self {
            account: account.unwrap_or_else(|| caller.account.clone()),
            subject: resource::subject(world, operation, &input, signature.region.as_deref()),
            region: signature
                .region
                .unwrap_or_else(|| world.spec().partition.region().to_owned()),
            operation,
            dialect,
            caller,
            input,
        })
    }
}

/// The account that a call of Account Management names; none: the caller's.
pub(crate) fn account_id(input: &Value) -> Option<&str> {
    input.get("AccountId").and_then(Value::as_str)
}

/// The refusal of a session that is over.
pub(crate) fn expired(service: Service) -> Refusal {
    let message = match service {
        Service::S3 | Service::S3Control => "The provided token has expired.",
        _ => "The security token included in the request is expired",
    };
    let (status, code) = word(service, Common::Expired);
    Refusal::new(status, code, message)
}

fn bad_credentials(service: Service, reason: BadCredentials) -> Refusal {
    let (common, message) = match reason {
        BadCredentials::Expired => return expired(service),
        BadCredentials::Unsigned if matches!(service, Service::S3 | Service::S3Control) => {
            (Common::Unsigned, "Access Denied")
        }
        BadCredentials::Unsigned => (Common::Unsigned, "Request is missing Authentication Token"),
        BadCredentials::Unknown if matches!(service, Service::S3 | Service::S3Control) => {
            let message = "The AWS Access Key Id you provided does not exist in our records.";
            (Common::UnknownKey, message)
        }
        BadCredentials::Unknown => {
            let message = "The security token included in the request is invalid.";
            (Common::UnknownKey, message)
        }
    };
    let (status, code) = word(service, common);
    Refusal::new(status, code, message)
}

/// The service by the scope of the signature; of unsigned requests by target, version and host.
fn service(request: &Request<Bytes>, signature: &Signature) -> Option<Service> {
    if let Some(name) = &signature.service {
        return match Service::from_scope(name)? {
            Service::S3 if request.uri().path().starts_with(protocol::S3_CONTROL) => Some(Service::S3Control),
            service => Some(service),
        };
    }
    if let Some(target) = s3::header(request.headers(), "x-amz-target") {
        return Some(protocol::service_of_target(target));
    }
    match Form::read(request.body()).get("Version") {
        Some("2011-06-15") => Some(Service::Sts),
        Some("2010-05-08") => Some(Service::Iam),
        Some("2010-03-31") => Some(Service::Sns),
        Some("2010-08-01") => Some(Service::CloudWatch),
        _ => Some(Service::S3),
    }
}
