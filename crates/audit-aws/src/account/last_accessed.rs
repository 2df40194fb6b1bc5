//! When users and roles last used each service: a job for each of them, and its result.

use std::time::Duration;

use audit_core::facts::{AuthorizationDetails, Fact, Unavailable};
use audit_core::privileges::LastAccessed;
use audit_core::reason::Reason;
use aws_sdk_iam::types::JobStatusType;
use futures_util::stream::{self, StreamExt as _};

use super::settings::next;
use super::{Gatherer, Iam};
use crate::errand::{Errand, instant, required, told, unavailable};
use crate::error::{CallError, classify};
use crate::whole::Whole;

const GENERATE: &str = "iam:GenerateServiceLastAccessedDetails";
const GET: &str = "iam:GetServiceLastAccessedDetails";

/// So many jobs of one account are asked about at a time.
const JOBS_AT_A_TIME: usize = 8;

/// Services of a page: more than AWS has, so that one page is the rule.
const PAGE: i32 = 1_000;

/// How often a job is asked about, and the pause in between. AWS names no time; jobs take seconds.
const ASKED: u32 = 60;
const PAUSE: Duration = Duration::from_secs(2);

/// When users and roles last used each service.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LastUses {
    /// For each of them the services, as far as AWS told.
    pub used: LastAccessed,
    /// Those whose data could not be had, by ARN, with the reason.
    pub unread: Vec<(String, Unavailable)>,
}

impl Gatherer {
    /// When each user and role of an account last used each service (AWS IAM API Reference,
    /// `GenerateServiceLastAccessedDetails`: at least 400 days, attempts and not only successes, up to 4 hours late).
    ///
    /// All jobs are started before the first is asked about, since AWS works on them meanwhile. What fails about one user
    /// or role is noted with it; that the call is not allowed holds for all.
    pub async fn last_uses(&self, errand: &Errand<'_>, details: &AuthorizationDetails) -> Fact<LastUses> {
        let users = details.users.iter().map(|user| user.arn.as_str());
        let arns: Vec<&str> = users
            .chain(details.roles.iter().map(|role| role.arn.as_str()))
            .collect();
        told(Box::pin(self.iam.last_uses(errand, &arns)).await)
    }
}

impl Iam {
    async fn last_uses(&self, errand: &Errand<'_>, arns: &[&str]) -> Result<LastUses, CallError> {
        let mut uses = LastUses::default();
        let mut jobs = Vec::new();
        let mut started = stream::iter(arns)
            .map(|arn| async move { (*arn, Box::pin(self.job(errand, arn)).await) })
            .buffered(JOBS_AT_A_TIME);
        while let Some((arn, job)) = started.next().await {
            match job {
                Ok(job) => jobs.push((arn, job)),
                Err(error) => uses.miss(arn, error)?,
            }
        }
        let mut ended = stream::iter(jobs)
            .map(|(arn, job)| async move { (arn, Box::pin(self.services(errand, &job)).await) })
            .buffered(JOBS_AT_A_TIME);
        while let Some((arn, services)) = ended.next().await {
            match services {
                Ok(services) => {
                    for (service, at) in services {
                        uses.used.insert(arn, service, at);
                    }
                }
                Err(error) => uses.miss(arn, error)?,
            }
        }
        Ok(uses)
    }

    async fn job(&self, errand: &Errand<'_>, arn: &str) -> Result<String, CallError> {
        let ask = || async {
            let call = self.client.generate_service_last_accessed_details().arn(arn);
            let call = call
                .customize()
                .config_override(Self::acting(errand.session))
                .interceptor(Whole(&["JobId"]));
            let answer = call.send().await.map_err(|error| classify(GENERATE, &error))?;
            required(GENERATE, answer.job_id)
        };
        errand.call(ask).await
    }

    /// The services of a job's result, all pages, each with the last use.
    async fn services(
        &self,
        errand: &Errand<'_>,
        job: &str,
    ) -> Result<Vec<(String, Option<jiff::Timestamp>)>, CallError> {
        for _ in 0..ASKED {
            let page = |marker: Option<String>| async move {
                let call = self.client.get_service_last_accessed_details();
                let call = call.job_id(job).max_items(PAGE).set_marker(marker).customize();
                let call = call
                    .config_override(Self::acting(errand.session))
                    .interceptor(Whole(&["JobStatus"]));
                let mut answer = call.send().await.map_err(|error| classify(GET, &error))?;
                match answer.job_status() {
                    JobStatusType::Completed => {}
                    JobStatusType::InProgress => return Ok((vec![None], None)),
                    _ => {
                        let failure = answer.error.take();
                        return Err(CallError {
                            code: failure.map(|failure| failure.code),
                            ..CallError::new(GET, Reason::UnexpectedError)
                        });
                    }
                }
                let services = answer.services_last_accessed().iter().map(|service| {
                    let at = service.last_authenticated().map(|at| instant(GET, at)).transpose()?;
                    let name = required(GET, Some(service.service_namespace().to_owned()))?;
                    Ok(Some((name, at)))
                });
                let services: Vec<_> = services.collect::<Result<_, CallError>>()?;
                let more = next(GET, answer.is_truncated, answer.marker.take())?;
                Ok((services, more))
            };
            let services: Option<Vec<_>> = errand.pages(GET, page).await?.into_iter().collect();
            if let Some(services) = services {
                return Ok(services);
            }
            errand.caller.clock().sleep(PAUSE).await;
        }
        Err(CallError::new(GET, Reason::ReportTimeout))
    }
}

impl LastUses {
    /// Notes that the data of one user or role could not be had.
    fn miss(&mut self, arn: &str, error: CallError) -> Result<(), CallError> {
        if matches!(error.reason, Reason::CallDenied | Reason::CredentialsRefused) {
            return Err(error);
        }
        self.unread.push((arn.to_owned(), unavailable(&error)));
        Ok(())
    }
}
