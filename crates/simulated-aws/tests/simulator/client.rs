//! A client that signs nothing and parses little: requests as the wire carries them.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Request};
use jiff::Timestamp;
use serde_json::Value;
use simulated_aws::{Delivery, HUB_ACCESS_KEY_ID, Operation, Reply, Service, Simulator, WORLD_EPOCH, World, WorldSpec};

/// A world of a kind, or the reason why there is none.
pub(crate) fn world(spec: WorldSpec) -> World {
    World::new(spec).expect("a world")
}

/// The beginning of the worlds and so many seconds.
pub(crate) fn after(seconds: u64) -> Timestamp {
    WORLD_EPOCH + Duration::from_secs(seconds)
}

/// Makes calls with one set of credentials.
#[derive(Debug, Clone)]
pub(crate) struct Client {
    pub(crate) simulator: Simulator,
    pub(crate) key: String,
    pub(crate) token: Option<String>,
}

/// A whole answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Client {
    pub(crate) fn hub(simulator: &Simulator) -> Self {
        Self::of(simulator, HUB_ACCESS_KEY_ID)
    }

    pub(crate) fn of(simulator: &Simulator, key: &str) -> Self {
        Self {
            simulator: simulator.clone(),
            key: key.to_owned(),
            token: None,
        }
    }

    /// The credentials of the report role in an account, as `AssumeRole` gives them.
    pub(crate) fn assume(&self, account: &str, more: &str, now: Timestamp) -> Result<Self, Box<Answer>> {
        let role = format!("arn:aws:iam::{account}:role/iam-census/credential-report");
        let form = format!("Action=AssumeRole&RoleArn={role}&RoleSessionName=IAMCredentialReport{more}");
        let answer = self.query("sts", &form, now);
        if answer.status != 200 {
            return Err(Box::new(answer));
        }
        Ok(Self {
            simulator: self.simulator.clone(),
            key: answer.element("AccessKeyId").to_owned(),
            token: Some(answer.element("SessionToken").to_owned()),
        })
    }

    pub(crate) fn request(&self, service: &str, method: &str, path: &str, body: impl Into<Bytes>) -> Request<Bytes> {
        let scope = format!("{}/20261120/us-east-1/{service}/aws4_request", self.key);
        let mut request = Request::builder()
            .method(method)
            .uri(format!("http://127.0.0.1{path}"))
            .header("host", "127.0.0.1")
            .header(
                "authorization",
                format!("AWS4-HMAC-SHA256 Credential={scope}, Signature=0"),
            );
        if let Some(token) = &self.token {
            request = request.header("x-amz-security-token", token);
        }
        request.body(body.into()).expect("a request")
    }

    pub(crate) fn reply(&self, request: &Request<Bytes>, now: Timestamp) -> Reply {
        self.simulator.answer(request, now)
    }

    /// A call in the Query protocol.
    pub(crate) fn query(&self, service: &str, form: &str, now: Timestamp) -> Answer {
        let request = self.request(service, "POST", "/", form.to_owned());
        whole(self.reply(&request, now))
    }

    /// A call to Organizations.
    pub(crate) fn organizations(&self, operation: &str, input: &Value, now: Timestamp) -> Answer {
        let mut request = self.request("organizations", "POST", "/", input.to_string());
        let target = format!("AWSOrganizationsV20161128.{operation}");
        request
            .headers_mut()
            .insert("x-amz-target", target.parse().expect("a header"));
        whole(self.reply(&request, now))
    }

    /// A call to a service that takes JSON and the operation in a header, or path and method.
    pub(crate) fn document(&self, operation: Operation, input: &Value) -> Answer {
        whole(self.reply(&self.request_for(operation, input), WORLD_EPOCH))
    }

    /// A request for an operation of any service but S3; forms take the input's texts.
    pub(crate) fn request_for(&self, operation: Operation, input: &Value) -> Request<Bytes> {
        let (service, name) = (operation.service(), operation.name());
        let form = || {
            let fields = input.as_object().expect("an object").iter();
            let fields = fields.map(|(key, value)| format!("&{key}={}", value.as_str().expect("a text")));
            format!("Action={name}&Version=1{}", fields.collect::<String>())
        };
        let targeted = |prefix: &str| {
            let mut request = self.request(service.name(), "POST", "/", input.to_string());
            let target = format!("{prefix}.{name}").parse().expect("a header");
            request.headers_mut().insert("x-amz-target", target);
            request
        };
        match service {
            Service::Sts | Service::Iam | Service::Sns => self.request(service.name(), "POST", "/", form()),
            Service::Organizations => targeted("AWSOrganizationsV20161128"),
            Service::CloudTrail => targeted("CloudTrail_20131101"),
            Service::Logs => targeted("Logs_20140328"),
            Service::CloudWatch => targeted("GraniteServiceVersion20100801"),
            Service::Config => targeted("StarlingDoveService"),
            Service::Athena => targeted("AmazonAthena"),
            Service::Account => {
                let path = match operation {
                    Operation::ListRegions => "/listRegions",
                    _ => "/getAlternateContact",
                };
                self.request("account", "POST", path, input.to_string())
            }
            Service::AccessAnalyzer => self.request("access-analyzer", "GET", "/analyzer", ""),
            Service::S3Control => {
                let mut request = self.request("s3", "GET", "/v20180820/configuration/publicAccessBlock", "");
                let account = input["AccountId"]
                    .as_str()
                    .unwrap_or(&self.key)
                    .parse()
                    .expect("a header");
                request.headers_mut().insert("x-amz-account-id", account);
                request
            }
            Service::S3 => panic!("S3 has a client of its own"),
        }
    }

    /// A call to S3.
    pub(crate) fn s3(&self, method: &str, path: &str, headers: &[(&'static str, &str)], body: &str) -> Answer {
        let mut request = self.request("s3", method, path, body.to_owned());
        for (name, value) in headers {
            request.headers_mut().insert(*name, value.parse().expect("a header"));
        }
        whole(self.reply(&request, WORLD_EPOCH))
    }
}

impl Answer {
    /// The text of the first element of a name; empty if there is none.
    pub(crate) fn element(&self, name: &str) -> &str {
        let body = std::str::from_utf8(&self.body).expect("text");
        let rest = body.split_once(&format!("<{name}>")).map_or("", |(_, rest)| rest);
        rest.split('<').next().unwrap_or("")
    }

    /// Status and error code.
    pub(crate) fn refusal(&self) -> (u16, &str) {
        (self.status, self.element("Code"))
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("JSON")
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("text")
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("text"))
    }
}

/// The answer of a reply that arrives whole and at once.
pub(crate) fn whole(reply: Reply) -> Answer {
    assert_eq!(reply.delay, Duration::ZERO);
    let Delivery::Whole(response) = reply.delivery else {
        panic!("{:?}", reply.delivery);
    };
    let (head, body) = response.into_parts();
    Answer {
        status: head.status.as_u16(),
        headers: head.headers,
        body,
    }
}
