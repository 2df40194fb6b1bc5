//! Carrying out a call with the service that it is for.

use bytes::Bytes;
use http::{Request, Response};
use jiff::Timestamp;

use super::Simulator;
use crate::operation::Service;
use crate::request::{Asked, Input};
use crate::wire::refusal::Refusal;
use crate::{iam, organizations, s3, sts};

impl Simulator {
    pub(super) fn execute(
        &self,
        asked: &Asked<'_>,
        request: &Request<Bytes>,
        now: Timestamp,
        request_id: &str,
    ) -> Result<Response<Bytes>, Refusal> {
        let (world, operation, caller) = (&self.0.world, asked.operation, &asked.caller);
        match (&asked.input, operation.service()) {
            (Input::Form(form), Service::Sts) => sts::handle(world, operation, form, caller, now, request_id),
            (Input::Form(_), Service::Iam) => self.report(asked, now, request_id),
            (Input::Form(form), _) => {
                let mut state = self.state();
                state.topics.handle(world, operation, form, caller, now, request_id)
            }
            (Input::Json(input), _) => {
                let mut state = self.state();
                if self.0.pacing {
                    state.pacing.admit(operation, &caller.account, now)?;
                }
                organizations::handle(world, &mut state.organization, operation, input, caller)
            }
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

    fn report(&self, asked: &Asked<'_>, now: Timestamp, request_id: &str) -> Result<Response<Bytes>, Refusal> {
        let (world, operation) = (&self.0.world, asked.operation);
        let denied = || Refusal::forbidden("AccessDenied", "Access Denied");
        let account = world.account(&asked.caller.account).ok_or_else(denied)?;
        if let Some(refusal) = iam::refused(world, account, operation, &asked.caller) {
            return Err(refusal);
        }
        let told = self.state().reports.tell(world, account, operation, self.0.start, now);
        iam::write(world, account, operation, told, request_id)
    }
}
