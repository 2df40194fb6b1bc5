//! The one function from request to reply, and the state behind it.

mod builder;
mod execute;
mod look;
mod rules;
mod silence;

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode};
use jiff::Timestamp;

pub use builder::SimulatorBuilder;
pub use silence::Silence;

use crate::athena::Queries;
use crate::config::Rules;
use crate::faults::{Aim, Fault, FaultKind, FaultPlan, lateness};
use crate::iam::{Jobs, Reports};
use crate::operation::Service;
use crate::organizations::{Memory, Pacing};
use crate::permissions::Guard;
use crate::random::fnv;
use crate::record::{Outcome, Record, RecordedCall, Recording};
use crate::reply::{Delivery, Reply};
use crate::request::{Asked, Input};
use crate::s3::Buckets;
use crate::sns::Topics;
use crate::time::Clock;
use crate::wire::dialect::{Common, Dialect, word};
use crate::wire::members::{paths, without};
use crate::wire::refusal::Refusal;
use crate::wire::{answer, set};
use crate::world::{Trouble, World};

/// A world with its state: what was written, started, published and called. Clones are the same simulator.
#[derive(Debug, Clone)]
pub struct Simulator(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    world: World,
    clock: Clock,
    /// When the simulator began; the ages of credential reports count from here.
    start: Timestamp,
    latency: Duration,
    pacing: bool,
    recording: Recording,
    requests: AtomicU64,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// From which request on nothing is answered.
    silence: Option<(u64, Silence)>,
    faults: Arc<FaultPlan>,
    /// How often each kind of call came, for the fault plan.
    attempts: HashMap<u64, u32>,
    reports: Reports,
    jobs: Jobs,
    organization: Memory,
    pacing: Pacing,
    lookups: crate::pace::Buckets,
    buckets: Buckets,
    topics: Topics,
    rules: Rules,
    queries: Queries,
    guard: Guard,
    record: Record,
}

impl Simulator {
    /// A simulator on virtual time that starts at the world's moment, without faults or latency.
    #[must_use]
    pub fn new(world: World) -> Self {
        Self::builder(world).build()
    }

    /// A simulator with settings of its own.
    #[must_use]
    pub fn builder(world: World) -> SimulatorBuilder {
        SimulatorBuilder::new(world)
    }

    /// The world that is simulated.
    #[must_use]
    pub fn world(&self) -> &World {
        &self.0.world
    }

    /// The clock that the simulator goes by.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// Answers a request that arrives at `now`.
    #[must_use]
    pub fn answer(&self, request: &Request<Bytes>, now: Timestamp) -> Reply {
        let number = self.0.requests.fetch_add(1, Ordering::Relaxed);
        if let Some(silence) = self.silence_at(number) {
            if silence == Silence::AfterCarryingOut {
                let _ = self.reply(request, now, "unheard");
            }
            return Reply::only(Delivery::Never);
        }
        let request_id = format!("{:08x}-5157-4c6d-a7e5-{:012x}", self.0.world.spec().seed, number);
        let mut reply = self.reply(request, now, &request_id);
        reply.delay += self.0.latency;
        if let Delivery::Whole(response) | Delivery::Truncated(response, _) | Delivery::Slow(response, _) =
            &mut reply.delivery
        {
            set(response, "date", &now.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string());
            set(response, "x-amzn-requestid", &request_id);
            set(response, "x-amz-request-id", &request_id);
        }
        reply
    }

    fn reply(&self, request: &Request<Bytes>, now: Timestamp, request_id: &str) -> Reply {
        let bodiless = request.method() == Method::HEAD;
        let asked = match Asked::read(&self.0.world, request, now) {
            Ok(asked) => asked,
            Err((dialect, refusal)) => return Reply::whole(refusal.answer(dialect, request_id, bodiless)),
        };
        let dialect = asked.dialect;
        let (fault, attempt) = self.fault(&asked);
        let aim = Aim {
            operation: asked.operation,
            account: &asked.account,
            subject: &asked.subject,
            attempt,
        };
        if let Some(fault) = fault {
            let kind = fault.kind;
            self.keep(&asked, request, now, Outcome::Fault(kind), None);
            if !kind.is_applied() {
                return unapplied(kind, dialect, request_id, bodiless);
            }
            let answered = self.execute(&asked, request, now, request_id);
            let response = answered.unwrap_or_else(|refusal| refusal.answer(dialect, request_id, bodiless));
            return applied(&fault, response, aim);
        }
        if let Some(delivery) = self.broken_connection(&asked) {
            self.keep(&asked, request, now, Outcome::Trouble, None);
            return Reply::only(delivery);
        }
        match self.execute(&asked, request, now, request_id) {
            Ok(response) => {
                self.keep(&asked, request, now, Outcome::Ok, Some(response.body()));
                Reply::whole(response)
            }
            Err(refusal) => {
                let outcome = Outcome::Refused(refusal.code.to_string());
                self.keep(&asked, request, now, outcome, None);
                Reply::whole(refusal.answer(dialect, request_id, bodiless))
            }
        }
    }

    /// The fault of a call, and how manieth of its kind the call is.
    fn fault(&self, asked: &Asked<'_>) -> (Option<Fault>, u32) {
        let mut state = self.state();
        if state.faults.is_empty() {
            return (None, 1);
        }
        let name = format!("{}/{}/{}", asked.operation.name(), asked.account, asked.subject);
        let attempts = state.attempts.entry(fnv(name.as_bytes())).or_default();
        *attempts += 1;
        let attempt = *attempts;
        let plan = Arc::clone(&state.faults);
        drop(state);
        let fault = plan.decide(Aim {
            operation: asked.operation,
            account: &asked.account,
            subject: &asked.subject,
            attempt,
        });
        let conditional = matches!(&asked.input, Input::S3(call) if call.is_conditional_write());
        (
            fault.filter(|fault| fault.kind != FaultKind::Conflict || conditional),
            attempt,
        )
    }

    /// What the account's trouble makes of the connection to IAM.
    fn broken_connection(&self, asked: &Asked<'_>) -> Option<Delivery> {
        if asked.operation.service() != Service::Iam {
            return None;
        }
        match self.0.world.account(&asked.account)?.trouble? {
            Trouble::ConnectionReset => Some(Delivery::Reset),
            Trouble::Unresponsive => Some(Delivery::Never),
            Trouble::MalformedAnswer => Some(Delivery::Whole(foreign_document())),
            _ => None,
        }
    }

    fn keep(
        &self,
        asked: &Asked<'_>,
        request: &Request<Bytes>,
        now: Timestamp,
        outcome: Outcome,
        answer: Option<&Bytes>,
    ) {
        let told = answer.filter(|_| self.0.recording == Recording::Answers);
        let call = RecordedCall {
            at: now,
            operation: asked.operation,
            caller: asked.caller.account.clone(),
            account: asked.account.clone(),
            subject: asked.subject.clone(),
            outcome,
            request_bytes: request.body().len(),
            members: told.map(|body| paths(body)).unwrap_or_default(),
        };
        self.state().record.keep(self.0.recording, call);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The reply to a request that was not carried out.
fn unapplied(kind: FaultKind, dialect: Dialect, request_id: &str, bodiless: bool) -> Reply {
    let service = dialect.service;
    let common = |common, message: &str| {
        let (status, code) = word(service, common);
        Refusal::new(status, code, message)
    };
    let refuse = |refusal: Refusal| Reply::whole(refusal.answer(dialect, request_id, bodiless));
    match kind {
        FaultKind::InternalError => {
            let message = "We encountered an internal error. Please try again.";
            refuse(common(Common::Internal, message))
        }
        FaultKind::Unavailable => {
            let page = "<html><body><h1>503 Service Unavailable</h1>No server is available.</body></html>";
            let page = if bodiless { "" } else { page };
            Reply::whole(answer(StatusCode::SERVICE_UNAVAILABLE, "text/html", page))
        }
        FaultKind::Throttle => refuse(throttled(service)),
        FaultKind::Denied => refuse(common(Common::Denied, denied_message(service))),
        FaultKind::ExpiredToken => refuse(crate::request::expired(service)),
        FaultKind::Conflict => {
            let message =
                "The conditional request cannot succeed due to a conflicting operation against this resource.";
            refuse(Refusal::new(
                StatusCode::CONFLICT,
                "ConditionalRequestConflict",
                message,
            ))
        }
        FaultKind::Timeout => Reply::only(Delivery::Never),
        FaultKind::Malformed => {
            let mut response = foreign_document();
            if bodiless {
                *response.body_mut() = Bytes::new();
            }
            Reply::whole(response)
        }
        _ => Reply::only(Delivery::Reset),
    }
}

/// The reply to a request that was carried out.
fn applied(fault: &Fault, mut response: Response<Bytes>, aim: Aim<'_>) -> Reply {
    let length = response.body().len();
    match fault.kind {
        FaultKind::TruncatedBody if length > 0 => Reply::only(Delivery::Truncated(response, length / 2)),
        FaultKind::CutDocument if length > 0 => {
            response.body_mut().truncate(length / 2);
            Reply::whole(response)
        }
        FaultKind::MissingMember => {
            let path = fault.member.as_deref().unwrap_or("");
            *response.body_mut() = without(response.body(), path);
            Reply::whole(response)
        }
        FaultKind::SlowBody if length > 0 => Reply::only(Delivery::Slow(response, Duration::from_secs(2))),
        FaultKind::SlowBody | FaultKind::Late => Reply {
            delay: lateness(aim),
            delivery: Delivery::Whole(response),
        },
        _ => Reply::only(Delivery::Reset),
    }
}

fn denied_message(service: Service) -> &'static str {
    match service {
        Service::Organizations => "You don't have permissions to access this resource.",
        Service::Sns => "Not authorized",
        _ => "Access Denied",
    }
}

fn throttled(service: Service) -> Refusal {
    let message = match service {
        Service::S3 | Service::S3Control => "Please reduce your request rate.",
        Service::Organizations => "Too many requests",
        _ => "Rate exceeded",
    };
    let (status, code) = word(service, Common::Throttled);
    Refusal::new(status, code, message)
}

/// A page that no AWS service sends, as a proxy between would.
fn foreign_document() -> Response<Bytes> {
    let page = "<html><head><title>Sign in to continue</title></head><body><form>Network sign-in</form></body></html>";
    answer(StatusCode::OK, "text/html", page)
}
