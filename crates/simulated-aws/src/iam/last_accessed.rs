//! When users, groups, roles and policies last used services: jobs that take some seconds, and their results.

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;
use http::{Response, StatusCode};
use jiff::Timestamp;

use super::{Call, date, end_of_page, no_such_entity};
use crate::operation::{Operation, Service};
use crate::random::fnv;
use crate::time::{earlier, later};
use crate::wire::answer;
use crate::wire::refusal::{Refusal, namespace};
use crate::wire::xml::Xml;

/// How long a job takes.
const TAKES: Duration = Duration::from_secs(3);

/// The services that everybody could use, in the order of their namespaces.
const SERVICES: [(&str, &str); 8] = [
    ("dynamodb", "Amazon DynamoDB"),
    ("ec2", "Amazon EC2"),
    ("iam", "AWS Identity and Access Management"),
    ("kms", "AWS Key Management Service"),
    ("lambda", "AWS Lambda"),
    ("logs", "Amazon CloudWatch Logs"),
    ("s3", "Amazon S3"),
    ("sts", "AWS Security Token Service"),
];

/// The jobs that were started, by id.
#[derive(Debug, Default)]
pub(crate) struct Jobs(BTreeMap<String, Job>);

#[derive(Debug)]
struct Job {
    account: String,
    arn: String,
    started: Timestamp,
}

impl Jobs {
    /// Starts a job, or tells of one.
    pub(crate) fn handle(
        &mut self,
        call: &Call<'_>,
        now: Timestamp,
        request_id: &str,
    ) -> Result<Response<Bytes>, Refusal> {
        let mut xml = Xml::new(format!("{}Response", call.operation.name()), namespace(Service::Iam));
        xml.open(format!("{}Result", call.operation.name()));
        if call.operation == Operation::GenerateServiceLastAccessedDetails {
            xml.leaf("JobId", &self.start(call, now)?);
        } else {
            self.tell(call, now, &mut xml)?;
        }
        xml.close().open("ResponseMetadata").leaf("RequestId", request_id);
        Ok(answer(StatusCode::OK, "text/xml", xml.finish()))
    }

    fn start(&mut self, call: &Call<'_>, now: Timestamp) -> Result<String, Refusal> {
        let arn = call.form.get("Arn").unwrap_or_default();
        if !exists(call, arn) {
            return Err(no_such_entity(format!("ARN {arn} not found")));
        }
        let number = fnv(format!("{arn} {} {now}", self.0.len()).as_bytes());
        let id = format!("{:08x}-c6b8-a144-3099-{:012x}", number >> 32, number & 0xffff_ffff);
        let job = Job {
            account: call.account.id.clone(),
            arn: arn.to_owned(),
            started: now,
        };
        self.0.insert(id.clone(), job);
        Ok(id)
    }

    fn tell(&self, call: &Call<'_>, now: Timestamp, xml: &mut Xml) -> Result<(), Refusal> {
        let id = call.form.get("JobId").unwrap_or_default();
        let job = self.0.get(id).filter(|job| job.account == call.account.id);
        let job = job.ok_or_else(|| no_such_entity(format!("Job with id {id} not found")))?;
        let done = later(job.started, TAKES);
        let is_done = done <= now;
        let page = call.page(id, if is_done { SERVICES.len() } else { 0 })?;
        xml.leaf("JobStatus", if is_done { "COMPLETED" } else { "IN_PROGRESS" });
        xml.leaf("JobType", "SERVICE_LEVEL");
        xml.leaf("JobCreationDate", &date(job.started));
        xml.open("ServicesLastAccessed");
        for (namespace, name) in SERVICES.get(page.range.clone()).unwrap_or_default() {
            xml.open("member").leaf("ServiceName", name);
            xml.leaf("ServiceNamespace", namespace);
            let chance = fnv(format!("{} {namespace}", job.arn).as_bytes());
            // Half of them never; the others some time in the last 300 days.
            if chance.is_multiple_of(2) {
                let at = earlier(call.world.at(), Duration::from_secs(chance % (300 * 86_400)));
                xml.leaf("LastAuthenticated", &date(at));
                xml.leaf("LastAuthenticatedEntity", &job.arn);
                xml.leaf("LastAuthenticatedRegion", call.world.spec().partition.region());
                xml.leaf("TotalAuthenticatedEntities", "1");
            } else {
                xml.leaf("TotalAuthenticatedEntities", "0");
            }
            xml.close();
        }
        xml.close();
        // A required member, also of a job that is under way.
        xml.leaf("JobCompletionDate", &date(if is_done { done } else { job.started }));
        end_of_page(&page, xml);
        Ok(())
    }
}

/// Whether the ARN is one of a user, group, role or own policy of the account.
fn exists(call: &Call<'_>, arn: &str) -> bool {
    let contents = call.world.contents(call.account);
    let users = contents
        .users
        .iter()
        .map(|user| format!("user/{}{}", user.path, user.name));
    let groups = contents
        .groups
        .iter()
        .map(|group| format!("group/{}{}", group.path, group.name));
    let roles = contents
        .roles
        .iter()
        .map(|role| format!("role/{}{}", role.path, role.name));
    let policies = contents
        .policies
        .iter()
        .map(|policy| format!("policy/{}{}", policy.path, policy.name));
    let mut all = users.chain(groups).chain(roles).chain(policies);
    all.any(|resource| call.arn(&resource) == arn)
}
