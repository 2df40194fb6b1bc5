//! An answer is whole, or it is none: what the SDK would silently take for an empty list is refused here.
//!
//! The SDK's deserializers put an empty list or text where a required member is missing, and read XML that ends in its
//! middle as far as it goes. Both would be a clean answer to a question that nobody answered.

use std::collections::BTreeMap;

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::AfterDeserializationInterceptorContextRef;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;
use serde::Deserialize;
use serde_json::value::RawValue;

/// Refuses an answer of a successful call that ends early or lacks a member.
#[derive(Debug)]
pub(crate) struct Whole(pub(crate) &'static [&'static str]);

#[derive(Debug, thiserror::Error)]
enum NotWhole {
    #[error("the answer ends in its middle, or is not of the format of the service")]
    Form,
    #[error("the answer lacks `{0}`")]
    Lacks(&'static str),
}

impl Intercept for Whole {
    fn name(&self) -> &'static str {
        "Whole"
    }

    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if context.output_or_error().is_err() {
            return Ok(());
        }
        let body = context.response().body().bytes().ok_or(NotWhole::Form)?;
        Ok(examine(body, self.0)?)
    }
}

fn examine(body: &[u8], members: &'static [&'static str]) -> Result<(), NotWhole> {
    let holds: &dyn Fn(&str) -> bool = match body.trim_ascii_start().first() {
        Some(b'<') => &|name| find(body, &format!("<{name}>")) || find(body, &format!("<{name}/>")),
        Some(b'{') => {
            let top: Top<'_> = serde_json::from_slice(body).map_err(|_| NotWhole::Form)?;
            &move |name| top.0.get(name).is_some_and(|value| value.get() != "null")
        }
        // CBOR: a reader of its own ends in an error where the bytes do.
        Some(_) => &|name| find(body, name),
        None => return Err(NotWhole::Form),
    };
    if body.trim_ascii_start().first() == Some(&b'<') && !is_closed(body) {
        return Err(NotWhole::Form);
    }
    match members.iter().find(|name| !holds(name)) {
        None => Ok(()),
        Some(name) => Err(NotWhole::Lacks(name)),
    }
}

/// The members of the outermost object.
#[derive(Deserialize)]
struct Top<'a>(#[serde(borrow)] BTreeMap<&'a str, &'a RawValue>);

fn find(body: &[u8], text: &str) -> bool {
    body.windows(text.len()).any(|window| window == text.as_bytes())
}

/// XML that ends with the element that it begins with.
fn is_closed(body: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(body) else {
        return false;
    };
    let root = text
        .split('<')
        .map(|tag| tag.split([' ', '>', '/', '\n', '\t']).next().unwrap_or_default())
        .find(|name| name.starts_with(|c: char| c.is_ascii_alphabetic()));
    root.is_some_and(|root| text.trim_end().ends_with(&format!("</{root}>")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_that_ends_early_or_lacks_a_member_is_refused() {
        const LIST: &[&str] = &["VirtualMFADevices"];
        for (body, whole) in [
            (
                "<?xml version=\"1.0\"?>\n<R xmlns=\"x\"><VirtualMFADevices/></R>\n",
                true,
            ),
            ("<R><VirtualMFADevices><member/></VirtualMFADevices></R>", true),
            ("<R><VirtualMFADevices><member/>", false),
            ("<R><VirtualMFADevicesMore/></R>", false),
            ("<R/>", false),
            ("{\"VirtualMFADevices\":[]}", true),
            ("{\"VirtualMFADevices\":null}", false),
            ("{\"other\":{\"VirtualMFADevices\":[]}}", false),
            ("{\"VirtualMFADevices\":[", false),
            ("\u{7f}\u{11}VirtualMFADevices", true),
            ("\u{7f}", false),
            ("", false),
        ] {
            assert_eq!(examine(body.as_bytes(), LIST).is_ok(), whole, "{body}");
        }
    }
}
