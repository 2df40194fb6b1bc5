//! IAM Access Analyzer: the analyzers of an account in a Region.

use serde_json::{Value, json};

use crate::service::Call;
use crate::wire::refusal::Refusal;

const KINDS: [&str; 6] = [
    "ACCOUNT",
    "ORGANIZATION",
    "ACCOUNT_UNUSED_ACCESS",
    "ORGANIZATION_UNUSED_ACCESS",
    "ACCOUNT_INTERNAL_ACCESS",
    "ORGANIZATION_INTERNAL_ACCESS",
];

pub(crate) fn list(call: &Call<'_>) -> Result<Value, Refusal> {
    let kind = call.text("type");
    if kind.is_some_and(|kind| !KINDS.contains(&kind)) {
        return Err(invalid("type"));
    }
    let contents = call.world.contents(call.account);
    let usable = contents.regions.iter().filter(|region| region.status.is_usable());
    if usable.into_iter().all(|region| region.name != call.region) {
        let message = "The security token included in the request is invalid.";
        return Err(Refusal::forbidden("UnrecognizedClientException", message));
    }
    let analyzers = contents.analyzers.iter();
    let analyzers = analyzers.filter(|one| one.region == call.region && kind.is_none_or(|kind| kind == one.kind));
    let partition = call.world.spec().partition.id();
    let created = crate::iam::date(call.account.joined);
    let analyzers: Vec<Value> = analyzers
        .map(|one| {
            let (region, account) = (call.region, &call.account.id);
            let mut answer = json!({
                "arn": format!("arn:{partition}:access-analyzer:{region}:{account}:analyzer/{}", one.name),
                "name": one.name,
                "type": one.kind,
                "createdAt": created,
                "status": one.status,
                "tags": {},
            });
            if one.status == "DISABLED" || one.status == "FAILED" {
                let reason = json!({ "code": "AWS_SERVICE_ACCESS_DISABLED" });
                if let Some(members) = answer.as_object_mut() {
                    members.insert("statusReason".to_owned(), reason);
                }
            }
            answer
        })
        .collect();
    let page = call.page(
        kind.unwrap_or(""),
        ("maxResults", 100),
        "nextToken",
        &analyzers,
        "analyzers",
    );
    page.map_err(|_| invalid("maxResults or nextToken"))
}

fn invalid(field: &str) -> Refusal {
    let message = format!("The input fails to satisfy the constraints of {field}.");
    Refusal::bad("ValidationException", message).with("reason", "fieldValidationFailed")
}
