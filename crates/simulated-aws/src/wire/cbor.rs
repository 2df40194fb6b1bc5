//! JSON values as CBOR and back, for the services that speak it.

use bytes::Bytes;
use ciborium::value::Value as Cbor;
use serde_json::{Map, Value, json};

/// Marks, in a JSON value, seconds since 1970 that CBOR carries under its tag for moments.
const MOMENT: &str = "\u{0}moment";

/// A moment in an answer of any protocol: give it to [`plain`] or [`write()`].
pub(crate) fn moment(seconds: i64) -> Value {
    json!({ MOMENT: seconds })
}

/// The seconds of a value that is a moment.
pub(crate) fn seconds(value: &Value) -> Option<i64> {
    value.get(MOMENT)?.as_i64()
}

/// A value for JSON protocols: moments become numbers.
pub(crate) fn plain(value: Value) -> Value {
    match value {
        Value::Object(mut members) => match members.remove(MOMENT) {
            Some(seconds) => seconds,
            None => members.into_iter().map(|(name, value)| (name, plain(value))).collect(),
        },
        Value::Array(items) => items.into_iter().map(plain).collect(),
        other => other,
    }
}

/// A value as CBOR.
pub(crate) fn write(value: &Value) -> Bytes {
    let mut bytes = Vec::new();
    // A vector takes every byte.
    let _ = ciborium::into_writer(&to_cbor(value), &mut bytes);
    Bytes::from(bytes)
}

/// The value of a request's body; none if it is not CBOR.
pub(crate) fn read(bytes: &[u8]) -> Option<Value> {
    if bytes.is_empty() {
        return Some(json!({}));
    }
    Some(plain(read_moments(bytes)?))
}

/// The value of an answer's body, its moments being [`moment`]s; none if it is not CBOR.
pub(crate) fn read_moments(bytes: &[u8]) -> Option<Value> {
    from_cbor(ciborium::from_reader(bytes).ok()?)
}

fn to_cbor(value: &Value) -> Cbor {
    match value {
        Value::Null => Cbor::Null,
        Value::Bool(value) => Cbor::Bool(*value),
        Value::String(text) => Cbor::Text(text.clone()),
        Value::Number(number) => match number.as_i64() {
            Some(whole) => Cbor::Integer(whole.into()),
            None => Cbor::Float(number.as_f64().unwrap_or_default()),
        },
        Value::Array(items) => Cbor::Array(items.iter().map(to_cbor).collect()),
        Value::Object(members) => members.get(MOMENT).map_or_else(
            || {
                let pair = |(name, value): (&String, &Value)| (Cbor::Text(name.clone()), to_cbor(value));
                Cbor::Map(members.iter().map(pair).collect())
            },
            |seconds| Cbor::Tag(1, Box::new(to_cbor(seconds))),
        ),
    }
}

fn from_cbor(value: Cbor) -> Option<Value> {
    Some(match value {
        Cbor::Null => Value::Null,
        Cbor::Bool(value) => json!(value),
        Cbor::Text(text) => json!(text),
        Cbor::Integer(number) => json!(i64::try_from(number).ok()?),
        Cbor::Float(number) => json!(number),
        Cbor::Tag(1, inner) => json!({ MOMENT: from_cbor(*inner)? }),
        Cbor::Array(items) => Value::Array(items.into_iter().map(from_cbor).collect::<Option<_>>()?),
        Cbor::Map(members) => {
            let mut object = Map::new();
            for (name, value) in members {
                object.insert(name.into_text().ok()?, from_cbor(value)?);
            }
            Value::Object(object)
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_come_back_as_they_went() {
        let value = json!({ "text": "é", "list": [1, 2.5, true, null], "inner": { "at": -3 } });
        assert_eq!(read(&write(&value)), Some(value));
        assert_eq!(read(b""), Some(json!({})));
        assert_eq!(read(b"\xff"), None);
    }

    #[test]
    fn moments_are_tagged_numbers() {
        let value = json!({ "at": moment(7) });
        assert_eq!(&write(&value)[..], b"\xa1\x62at\xc1\x07");
        assert_eq!(plain(value), json!({ "at": 7 }));
    }
}
