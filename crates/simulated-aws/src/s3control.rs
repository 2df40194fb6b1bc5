//! S3 Control: the account-wide block of public access.

use bytes::Bytes;
use http::{Response, StatusCode};

use crate::operation::Service;
use crate::request::account_id;
use crate::service::Call;
use crate::wire::answer;
use crate::wire::refusal::{Refusal, namespace};
use crate::wire::xml::Xml;

pub(crate) fn public_access_block(call: &Call<'_>) -> Result<Response<Bytes>, Refusal> {
    let asked = account_id(call.input).unwrap_or("");
    if asked.len() != 12 || !asked.bytes().all(|byte| byte.is_ascii_digit()) {
        let message = "AccountId must only contain digits";
        return Err(Refusal::bad("InvalidRequest", message));
    }
    if asked != call.account.id {
        return Err(Refusal::forbidden("AccessDenied", "Access Denied"));
    }
    let contents = call.world.contents(call.account);
    let block = contents.public_access_block.ok_or_else(|| {
        let message = "The public access block configuration was not found";
        Refusal::missing("NoSuchPublicAccessBlockConfiguration", message).with("AccountId", asked)
    })?;
    let mut xml = Xml::new("PublicAccessBlockConfiguration", namespace(Service::S3Control));
    let switches = [
        ("BlockPublicAcls", block.block_acls),
        ("IgnorePublicAcls", block.ignore_acls),
        ("BlockPublicPolicy", block.block_policies),
        ("RestrictPublicBuckets", block.restrict_buckets),
    ];
    for (name, value) in switches {
        xml.leaf(name, &value.to_string());
    }
    Ok(answer(StatusCode::OK, "application/xml", xml.finish()))
}
