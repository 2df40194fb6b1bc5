//! AWS Identity and Access Management.

mod credentials;
mod details;
mod entities;
mod last_accessed;
mod report;
mod settings;
mod summary;

use std::sync::Arc;

use bytes::Bytes;
use http::{Response, StatusCode};
use jiff::Timestamp;

pub(crate) use self::last_accessed::Jobs;
pub(crate) use self::report::{Reports, refused, write as write_report};
use crate::identity::Caller;
use crate::operation::{Operation, Service};
use crate::paging::{Page, Paging};
use crate::wire::answer;
use crate::wire::form::Form;
use crate::wire::refusal::{Refusal, namespace};
use crate::wire::xml::Xml;
use crate::world::{Account, AccountContents, World};

/// A call to IAM about the caller's account.
#[derive(Debug)]
pub(crate) struct Call<'a> {
    pub(crate) world: &'a World,
    pub(crate) account: &'a Account,
    pub(crate) operation: Operation,
    pub(crate) form: &'a Form,
    pub(crate) caller: &'a Caller,
}

/// Answers every call but those about credential reports.
pub(crate) fn handle(call: &Call<'_>, request_id: &str) -> Result<Response<Bytes>, Refusal> {
    let contents = call.world.contents(call.account);
    let mut xml = Xml::new(format!("{}Response", call.operation.name()), namespace(Service::Iam));
    xml.open(format!("{}Result", call.operation.name()));
    match call.operation {
        Operation::GetAccountSummary => summary::get(&contents, &mut xml),
        Operation::GetAccountPasswordPolicy => settings::password_policy(&contents, &mut xml)?,
        Operation::ListServerCertificates => settings::server_certificates(call, &contents, &mut xml)?,
        Operation::ListOrganizationsFeatures => settings::organizations_features(call, &mut xml)?,
        Operation::ListVirtualMFADevices => credentials::virtual_devices(call, &contents, &mut xml)?,
        Operation::GetAccountAuthorizationDetails => details::get(call, &contents, &mut xml)?,
        Operation::ListEntitiesForPolicy => entities::list(call, &contents, &mut xml)?,
        Operation::GetAccessKeyLastUsed => credentials::key_last_used(call, &contents, &mut xml)?,
        _ => credentials::of_owner(call, &contents, &mut xml)?,
    }
    xml.close().open("ResponseMetadata").leaf("RequestId", request_id);
    Ok(answer(StatusCode::OK, "text/xml", xml.finish()))
}

impl Call<'_> {
    fn partition(&self) -> &'static str {
        self.world.spec().partition.id()
    }

    fn arn(&self, resource: &str) -> String {
        format!("arn:{}:iam::{}:{resource}", self.partition(), self.account.id)
    }

    fn unique_id(&self, prefix: &str, name: &str) -> String {
        crate::identity::unique_id(self.world, prefix, &self.account.id, name)
    }

    /// The page of a list that the call asks for: `MaxItems` is 1 to 1,000, and 100 if not given.
    fn page(&self, subject: &str, total: usize) -> Result<Page, Refusal> {
        let size = match self.form.get("MaxItems") {
            None => 100,
            Some(text) => {
                let size = text.parse().ok().filter(|size| (1..=1_000).contains(size));
                size.ok_or_else(|| {
                    let message = format!(
                        "1 validation error detected: Value '{text}' at 'maxItems' failed to satisfy constraint: \
                         Member must have value between 1 and 1000"
                    );
                    Refusal::bad("ValidationError", message)
                })?
            }
        };
        let listing = format!("{}/{}/{subject}", self.operation.name(), self.account.id);
        let marker = self.form.get("Marker");
        let paging = Paging::resume(self.world, listing, size, marker).ok_or_else(|| {
            let message = format!("Invalid Marker: {}", marker.unwrap_or(""));
            Refusal::bad("ValidationError", message)
        })?;
        Ok(paging.short_page(total))
    }
}

fn end_of_page(page: &Page, xml: &mut Xml) {
    xml.leaf("IsTruncated", &page.next.is_some().to_string());
    xml.maybe("Marker", page.next.as_deref());
}

/// A path as IAM tells it.
fn path(path: &str) -> String {
    format!("/{path}")
}

pub(crate) fn date(moment: Timestamp) -> String {
    moment.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

fn no_such_entity(message: String) -> Refusal {
    Refusal::missing("NoSuchEntity", message)
}

type Contents = Arc<AccountContents>;
