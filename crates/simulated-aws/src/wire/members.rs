//! The members of an answer, in any protocol: to list them, and to leave one out.
//!
//! A path names the members from the outermost inwards with slashes between them. Elements of lists have no name of
//! their own, so that a path means the member in every element; entries of an XML map go by their key.

mod tree;

use std::collections::BTreeSet;

use bytes::Bytes;
use serde_json::Value;

use self::tree::Element;
use super::cbor;

/// The list of AWS Config's queries and the records of the event history, whose texts are documents themselves.
const TEXTS: [&str; 2] = ["Results", "CloudTrailEvent"];

/// The paths of all members of a body; none of a body that is no document.
pub(crate) fn paths(body: &[u8]) -> BTreeSet<String> {
    let mut paths = BTreeSet::new();
    if body.first() == Some(&b'<') {
        if let Some(root) = Element::read(body) {
            root.paths("", &mut paths);
        }
    } else if let Some(value) = read(body) {
        list(&value, "", &mut paths);
    }
    paths
}

/// The body without a member; as it was if it has no such member.
pub(crate) fn without(body: &Bytes, path: &str) -> Bytes {
    let names: Vec<&str> = path.split('/').collect();
    if body.first() == Some(&b'<') {
        let mut cuts = Vec::new();
        if let Some(root) = Element::read(body) {
            root.cuts(&names, &mut cuts);
        }
        let mut rest = Vec::new();
        let mut at = 0;
        for cut in cuts {
            rest.extend_from_slice(body.get(at..cut.start).unwrap_or_default());
            at = cut.end;
        }
        rest.extend_from_slice(body.get(at..).unwrap_or_default());
        return Bytes::from(rest);
    }
    let Some(mut value) = read(body) else {
        return body.clone();
    };
    remove(&mut value, &names);
    if body.first() == Some(&b'{') {
        Bytes::from(value.to_string())
    } else {
        cbor::write(&value)
    }
}

fn read(body: &[u8]) -> Option<Value> {
    match body.first()? {
        b'{' => serde_json::from_slice(body).ok(),
        _ => cbor::read_moments(body),
    }
}

fn list(value: &Value, above: &str, paths: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) if cbor::seconds(value).is_none() => {
            for (name, value) in members {
                let path = format!("{above}{name}");
                list(value, &format!("{path}/"), paths);
                paths.insert(path);
            }
        }
        Value::Array(elements) => elements.iter().for_each(|element| list(element, above, paths)),
        Value::String(text) if TEXTS.contains(&last(above)) => {
            if let Ok(inner) = serde_json::from_str(text) {
                list(&inner, above, paths);
            }
        }
        _ => {}
    }
}

/// The last name of a path that ends in a slash.
fn last(above: &str) -> &str {
    above.trim_end_matches('/').rsplit('/').next().unwrap_or("")
}

fn remove(value: &mut Value, names: &[&str]) {
    let Some((name, rest)) = names.split_first() else {
        return;
    };
    match value {
        Value::Object(members) if rest.is_empty() => {
            members.remove(*name);
        }
        Value::Object(members) => {
            let texts = TEXTS.contains(name);
            let Some(value) = members.get_mut(*name) else { return };
            match value {
                Value::Array(elements) if texts => elements.iter_mut().for_each(|text| remove_inside(text, rest)),
                Value::String(_) if texts => remove_inside(value, rest),
                _ => remove(value, rest),
            }
        }
        Value::Array(elements) => elements.iter_mut().for_each(|element| remove(element, names)),
        _ => {}
    }
}

/// Leaves a member out of a document that is a text.
fn remove_inside(text: &mut Value, names: &[&str]) {
    let inner: Option<Value> = text.as_str().and_then(|text| serde_json::from_str(text).ok());
    if let Some(mut inner) = inner {
        remove(&mut inner, names);
        *text = Value::String(inner.to_string());
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(body: impl Into<Bytes>, expected: &[(&str, &[u8])]) {
        let body = body.into();
        let listed: Vec<String> = paths(&body).into_iter().collect();
        let names: Vec<&str> = expected.iter().map(|(path, _)| *path).collect();
        assert_eq!(listed, names);
        for (path, rest) in expected {
            let left = without(&body, path);
            assert_eq!(left, *rest, "{path}: {}", String::from_utf8_lossy(&left));
        }
        assert_eq!(without(&body, "Absent/Member"), body);
    }

    #[test]
    fn members_of_xml() {
        check(
            "<R x=\"y\"><RResult><L><member><A>1</A></member><member><A>2</A></member></L></RResult>\
             <ResponseMetadata><I>z</I></ResponseMetadata></R>",
            &[
                (
                    "L",
                    b"<R x=\"y\"><RResult></RResult><ResponseMetadata><I>z</I></ResponseMetadata></R>",
                ),
                (
                    "L/A",
                    b"<R x=\"y\"><RResult><L><member></member><member></member></L></RResult>\
                      <ResponseMetadata><I>z</I></ResponseMetadata></R>",
                ),
            ],
        );
        check(
            "<R><M><entry><key>a</key><value>1</value></entry><entry><key>b</key><value>2</value></entry></M></R>",
            &[
                ("M", b"<R></R>"),
                ("M/a", b"<R><M><entry><key>b</key><value>2</value></entry></M></R>"),
                ("M/b", b"<R><M><entry><key>a</key><value>1</value></entry></M></R>"),
            ],
        );
    }

    #[test]
    fn members_of_json_and_of_texts_that_are_documents() {
        check(
            r#"{"L":[{"A":1},{"A":2,"B":3}]}"#,
            &[
                ("L", b"{}"),
                ("L/A", br#"{"L":[{},{"B":3}]}"#),
                ("L/B", br#"{"L":[{"A":1},{"A":2}]}"#),
            ],
        );
        check(
            r#"{"Results":["{\"a\":{\"b\":1}}"]}"#,
            &[
                ("Results", b"{}"),
                ("Results/a", br#"{"Results":["{}"]}"#),
                ("Results/a/b", br#"{"Results":["{\"a\":{}}"]}"#),
            ],
        );
        check(
            r#"{"Events":[{"CloudTrailEvent":"{\"a\":1}"},{"CloudTrailEvent":"{\"a\""}]}"#,
            &[
                ("Events", b"{}"),
                ("Events/CloudTrailEvent", br#"{"Events":[{},{}]}"#),
                (
                    "Events/CloudTrailEvent/a",
                    br#"{"Events":[{"CloudTrailEvent":"{}"},{"CloudTrailEvent":"{\"a\""}]}"#,
                ),
            ],
        );
    }

    #[test]
    fn members_of_cbor_with_moments() {
        let body = cbor::write(&json!({ "L": [{ "At": cbor::moment(7), "A": 1 }] }));
        let without_at = cbor::write(&json!({ "L": [{ "A": 1 }] }));
        let without_a = cbor::write(&json!({ "L": [{ "At": cbor::moment(7) }] }));
        let none = cbor::write(&json!({}));
        check(body, &[("L", &none), ("L/A", &without_a), ("L/At", &without_at)]);
    }

    #[test]
    fn what_is_no_document_has_no_members() {
        for body in ["", "plain text", "<unclosed", "{\"half\":"] {
            check(body, &[]);
        }
    }
}
