//! Carrying out a call with the service that it is for.

use bytes::Bytes;
use http::{Request, Response};
use jiff::Timestamp;
use serde_json::Value;

use super::Simulator;
use crate::operation::{Operation, Service};
use crate::request::{Asked, Input};
use crate::time::later;
use crate::wire::dialect::{Common, word};
use crate::wire::form::Form;
use crate::wire::refusal::Refusal;
use crate::{cloudtrail, iam, organizations, s3, service, sts};

impl Simulator {
    pub(super) fn execute(
        &self,
        asked: &Asked<'_>,
        request: &Request<Bytes>,
        now: Timestamp,
        request_id: &str,
    ) -> Result<Response<Bytes>, Refusal> {
        let (world, operation, caller) = (&self.0.world, asked.operation, &asked.caller);
        let service = operation.service();
        if service == Service::Organizations {
            organizations::admit(world, operation, caller)?;
        }
        let refused = {
            let state = &mut *self.state();
            state.guard.refusal(world, (&state.buckets, &state.queries), asked)
        };
        if let Some(message) = refused {
            let (status, code) = word(service, Common::Denied);
            return Err(Refusal::new(status, code, message));
        }
        match (&asked.input, service) {
            (Input::Form(form), Service::Sts) => {
                let guard = &mut self.state().guard;
                sts::handle(world, guard, operation, form, caller, now, request_id)
            }
            (Input::Form(form), Service::Iam) => self.iam(asked, form, now, request_id),
            (Input::Form(form), _) => {
                let mut state = self.state();
                state.topics.handle(world, operation, form, caller, now, request_id)
            }
            (Input::Json(input), Service::Organizations) => {
                let mut state = self.state();
                if self.0.pacing {
                    state.pacing.admit(operation, &caller.account, now)?;
                }
                organizations::handle(world, &mut state.organization, operation, input)
            }
            (Input::Json(input), Service::Config) if service::is_about_rules(operation) => {
                let rules = &mut self.state().rules;
                service::of_rules(world, rules, asked, input, now, request_id)
            }
            (Input::Json(input), Service::Athena) => {
                let queries = &mut self.state().queries;
                service::of_queries(world, queries, asked, input, now, request_id)
            }
            (Input::Json(input), _) if operation == Operation::LookupEvents => {
                self.lookup(asked, input, now, request_id)
            }
            (Input::Json(_), _) => service::handle(world, asked, request_id),
            (Input::S3(target), _) => {
                let payload = s3::Payload::read(operation, request.headers(), request.body())?;
                let call = s3::Call {
                    operation,
                    bucket: &target.bucket,
                    key: &target.key,
                    query: &target.query,
                    headers: request.headers(),
                    caller,
                    region: &asked.region,
                    now,
                };
                s3::handle(world, &mut self.state().buckets, &call, payload)
            }
        }
    }

    /// The event history ages with the clock from the world's moment on, and is never ahead of the clock.
    fn lookup(
        &self,
        asked: &Asked<'_>,
        input: &Value,
        now: Timestamp,
        request_id: &str,
    ) -> Result<Response<Bytes>, Refusal> {
        let world = &self.0.world;
        if self.0.pacing {
            cloudtrail::admit(&mut self.state().lookups, &asked.account, &asked.region, now)?;
        }
        let present = later(world.at(), now.duration_since(self.0.start).unsigned_abs()).min(now);
        service::of_events(world, asked, input, present, request_id)
    }

    fn iam(
        &self,
        asked: &Asked<'_>,
        form: &Form,
        now: Timestamp,
        request_id: &str,
    ) -> Result<Response<Bytes>, Refusal> {
        let (world, operation) = (&self.0.world, asked.operation);
        let denied = || Refusal::forbidden("AccessDenied", "Access Denied");
        let account = world.account(&asked.caller.account).ok_or_else(denied)?;
        if let Some(refusal) = iam::refused(world, account, operation, &asked.caller) {
            return Err(refusal);
        }
        if !matches!(
            operation,
            Operation::GenerateCredentialReport | Operation::GetCredentialReport
        ) {
            let caller = &asked.caller;
            let call = iam::Call {
                world,
                account,
                operation,
                form,
                caller,
            };
            return match operation {
                Operation::GenerateServiceLastAccessedDetails | Operation::GetServiceLastAccessedDetails => {
                    self.state().jobs.handle(&call, now, request_id)
                }
                _ => iam::handle(&call, request_id),
            };
        }
        let told = self.state().reports.tell(world, account, operation, self.0.start, now);
        iam::write_report(world, account, operation, told, request_id)
    }
}
