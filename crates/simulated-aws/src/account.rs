//! AWS Account Management: Regions and alternate contacts.

use http::StatusCode;
use serde_json::{Value, json};

use crate::operation::{Operation, Service};
use crate::request::account_id;
use crate::service::Call;
use crate::wire::dialect::{Common, word};
use crate::wire::refusal::Refusal;
use crate::world::ContactKind;

pub(crate) fn handle(call: &Call<'_>) -> Result<Value, Refusal> {
    admit(call)?;
    match call.operation {
        Operation::ListRegions => regions(call),
        _ => contact(call),
    }
}

/// The refusal of a call about an account that is not the caller's to ask about.
pub(crate) fn denied(service: Service) -> Refusal {
    let (status, code) = word(service, Common::Denied);
    let message = "User is not authorized to access this resource";
    Refusal::new(status, code, message)
}

/// Other accounts than the caller's are for the management account and the service's delegate, with trusted access;
/// the management account may not name itself.
fn admit(call: &Call<'_>) -> Result<(), Refusal> {
    const SERVICE: &str = "account.amazonaws.com";
    let Some(id) = account_id(call.input) else {
        return Ok(());
    };
    let governance = call.world.governance();
    let management = call.caller == call.world.management_account();
    let delegate = governance.is_delegated(call.caller, SERVICE);
    if id == call.world.management_account() && management {
        let message = "The management account can only be managed using the standalone context from the management \
                       account.";
        return Err(Refusal::forbidden("AccessDeniedException", message));
    }
    if (management || delegate) && governance.is_trusted(SERVICE) && id != call.world.management_account() {
        return Ok(());
    }
    Err(denied(Service::Account))
}

fn invalid(message: &str) -> Refusal {
    Refusal::bad("ValidationException", message)
}

fn regions(call: &Call<'_>) -> Result<Value, Refusal> {
    let wanted = call.input.get("RegionOptStatusContains").and_then(Value::as_array);
    let wanted: Vec<&str> = wanted.into_iter().flatten().filter_map(Value::as_str).collect();
    let contents = call.world.contents(call.account);
    let regions = contents.regions.iter();
    let regions = regions.filter(|region| wanted.is_empty() || wanted.contains(&region.status.value()));
    let regions: Vec<Value> = regions
        .map(|region| json!({ "RegionName": region.name, "RegionOptStatus": region.status.value() }))
        .collect();
    // The answer may hold up to fifty, and holds fewer if it likes.
    let page = call.page(&wanted.join(","), ("MaxResults", 50), "NextToken", &regions, "Regions");
    page.map_err(|_| invalid("The input fails to satisfy the constraints of MaxResults or NextToken."))
}

fn contact(call: &Call<'_>) -> Result<Value, Refusal> {
    let kind = call.text("AlternateContactType").unwrap_or("");
    if ContactKind::ALL.iter().all(|known| known.value() != kind) {
        return Err(invalid(
            "The value of AlternateContactType is not one of BILLING, OPERATIONS, SECURITY.",
        ));
    }
    let contents = call.world.contents(call.account);
    let contact = contents.contacts.iter().find(|contact| contact.kind.value() == kind);
    let contact = contact.ok_or_else(|| {
        let message = "No contact of the inputted alternate contact type found.";
        Refusal::new(StatusCode::NOT_FOUND, "ResourceNotFoundException", message)
    })?;
    Ok(json!({ "AlternateContact": {
        "Name": contact.name,
        "Title": "Security Officer",
        "EmailAddress": contact.email,
        "PhoneNumber": "+49 30 1234567",
        "AlternateContactType": kind,
    }}))
}
