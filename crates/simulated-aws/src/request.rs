//! Reading a request: which service and operation, who calls, for which account.

use bytes::Bytes;
use http::{Request, StatusCode, header};
use jiff::Timestamp;
use serde_json::Value;

use crate::identity::{BadCredentials, Caller};
use crate::operation::{Operation, Service};
use crate::s3::{self, Target};
use crate::sts;
use crate::wire::form::Form;
use crate::wire::refusal::Refusal;
use crate::world::World;

/// A request that is understood and whose caller is known.
#[derive(Debug)]
pub(crate) struct Asked<'a> {
    pub(crate) operation: Operation,
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
    pub(crate) fn is_conditional_write(&self) -> bool {
        s3::header(self.headers, "if-none-match") == Some("*") || self.headers.contains_key("if-match")
    }
}

impl<'a> Asked<'a> {
    /// Reads a request, or tells in which service's words it is refused.
    pub(crate) fn read(world: &World, request: &'a Request<Bytes>, now: Timestamp) -> Result<Self, (Service, Refusal)> {
        let signature = Signature::read(request);
        let service = service(request, &signature).ok_or_else(|| {
            let message = "The simulator does not speak this service.";
            (
                Service::Organizations,
                Refusal::bad("UnknownOperationException", message),
            )
        })?;
        let token = s3::header(request.headers(), "x-amz-security-token").map(str::to_owned);
        let token = token.or(signature.token);
        let caller = Caller::identify(world, signature.access_key.as_deref(), token.as_deref(), now)
            .map_err(|reason| (service, bad_credentials(service, reason)))?;
        let (operation, input) = operation(service, request).map_err(|refusal| (service, refusal))?;
        let account = match (&input, operation) {
            (Input::Form(form), Operation::AssumeRole) => sts::target_account(form),
            _ => None,
        };
        Ok(Self {
            account: account.unwrap_or_else(|| caller.account.clone()),
            subject: subject(&input),
            region: signature
                .region
                .unwrap_or_else(|| world.spec().partition.region().to_owned()),
            operation,
            caller,
            input,
        })
    }
}

/// The refusal of a session that is over.
pub(crate) fn expired(service: Service) -> Refusal {
    let message = "The security token included in the request is expired";
    match service {
        Service::Organizations => Refusal::bad("ExpiredTokenException", message),
        Service::S3 => Refusal::bad("ExpiredToken", "The provided token has expired."),
        _ => Refusal::forbidden("ExpiredToken", message),
    }
}

fn bad_credentials(service: Service, reason: BadCredentials) -> Refusal {
    let missing = "Request is missing Authentication Token";
    let unknown = "The security token included in the request is invalid.";
    match (reason, service) {
        (BadCredentials::Expired, _) => expired(service),
        (BadCredentials::Unsigned, Service::Organizations) => {
            Refusal::bad("MissingAuthenticationTokenException", missing)
        }
        (BadCredentials::Unsigned, Service::S3) => Refusal::forbidden("AccessDenied", "Access Denied"),
        (BadCredentials::Unsigned, _) => Refusal::forbidden("MissingAuthenticationToken", missing),
        (BadCredentials::Unknown, Service::Organizations) => Refusal::bad("UnrecognizedClientException", unknown),
        (BadCredentials::Unknown, Service::S3) => {
            let message = "The AWS Access Key Id you provided does not exist in our records.";
            Refusal::forbidden("InvalidAccessKeyId", message)
        }
        (BadCredentials::Unknown, _) => Refusal::forbidden("InvalidClientTokenId", unknown),
    }
}

/// What a request's signature says; the signature itself is not verified.
#[derive(Debug, Default)]
struct Signature {
    access_key: Option<String>,
    region: Option<String>,
    service: Option<String>,
    token: Option<String>,
}

impl Signature {
    fn read(request: &Request<Bytes>) -> Self {
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

/// The service by the scope of the signature; of unsigned requests by target, version and host.
fn service(request: &Request<Bytes>, signature: &Signature) -> Option<Service> {
    if let Some(name) = &signature.service {
        return Service::from_name(name);
    }
    if s3::header(request.headers(), "x-amz-target").is_some() {
        return Some(Service::Organizations);
    }
    match Form::read(request.body()).get("Version") {
        Some("2011-06-15") => Some(Service::Sts),
        Some("2010-05-08") => Some(Service::Iam),
        Some("2010-03-31") => Some(Service::Sns),
        _ => Some(Service::S3),
    }
}

fn operation(service: Service, request: &Request<Bytes>) -> Result<(Operation, Input<'_>), Refusal> {
    match service {
        Service::S3 => {
            let target = Target::read(request);
            let operation = target.operation(request).ok_or_else(|| {
                let message = "A header you provided implies functionality that is not implemented";
                Refusal::new(StatusCode::NOT_IMPLEMENTED, "NotImplemented", message)
            })?;
            let input = S3Input {
                bucket: target.bucket,
                key: target.key,
                query: target.query,
                headers: request.headers(),
            };
            Ok((operation, Input::S3(input)))
        }
        Service::Organizations => {
            let target = s3::header(request.headers(), "x-amz-target").unwrap_or("");
            let name = target.strip_prefix("AWSOrganizationsV20161128.").unwrap_or("");
            let unknown = || Refusal::bad("UnknownOperationException", "");
            let operation = Operation::find(service, name).ok_or_else(unknown)?;
            let input: Value = serde_json::from_slice(request.body())
                .map_err(|_| Refusal::bad("SerializationException", "The request body is not JSON"))?;
            Ok((operation, Input::Json(input)))
        }
        Service::Sts | Service::Iam | Service::Sns => {
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
            Ok((operation, Input::Form(form)))
        }
    }
}

fn subject(input: &Input<'_>) -> String {
    match input {
        Input::Form(form) => form.get("TopicArn").unwrap_or("").to_owned(),
        Input::Json(input) if input.as_object().is_some_and(serde_json::Map::is_empty) => String::new(),
        Input::Json(input) => input.to_string(),
        Input::S3(call) => {
            let place = ["partNumber", "continuation-token", "key-marker", "versionId"];
            let place = place.iter().find_map(|name| call.query.get(name)).unwrap_or("");
            match (call.key.as_str(), place) {
                ("", "") => call.bucket.clone(),
                (key, "") => format!("{}/{key}", call.bucket),
                (key, place) => format!("{}/{key}?{place}", call.bucket),
            }
        }
    }
}
