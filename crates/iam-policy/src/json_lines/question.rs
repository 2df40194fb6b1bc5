//! A line of input.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{self, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::cache::Cache;
use crate::decision::Policies;
use crate::json::{Json, Text};
use crate::request::{Context, Request, RequestError, Value};

/// A question as it stands in the line. Fields beyond these are ignored.
#[derive(Deserialize)]
#[serde(expecting = "an object with a question")]
pub(super) struct Question<'a> {
    #[serde(borrow, default)]
    pub(super) id: Option<&'a RawValue>,
    #[serde(borrow)]
    req: Wanted<'a>,
    #[serde(borrow, default)]
    identity: Option<Vec<&'a RawValue>>,
    #[serde(borrow, default)]
    boundary: Option<&'a RawValue>,
    #[serde(borrow, default)]
    scps: Option<Vec<Vec<&'a RawValue>>>,
    #[serde(borrow, default)]
    rcps: Option<Vec<Vec<&'a RawValue>>>,
    #[serde(borrow, default)]
    session: Option<&'a RawValue>,
    #[serde(borrow, default)]
    resource_policy: Option<&'a RawValue>,
}

#[derive(Deserialize)]
#[serde(expecting = "an object with a request")]
struct Wanted<'a> {
    #[serde(borrow)]
    principal: Text<'a>,
    #[serde(borrow)]
    action: Text<'a>,
    #[serde(borrow)]
    resource: Text<'a>,
    #[serde(borrow, default)]
    resource_account: Option<Text<'a>>,
    #[serde(borrow, default)]
    ctx: Option<Keys<'a>>,
}

impl<'a> Question<'a> {
    pub(super) fn read(line: &'a str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(line)
    }

    pub(super) fn request(&self) -> Result<Request<'_>, RequestError> {
        let mut context = Context::default();
        for (key, value) in self.req.ctx.iter().flat_map(|keys| &keys.0) {
            let value = match value {
                Key::Absent => continue,
                Key::One(one) => Value::One(Cow::Borrowed(one)),
                Key::Many(many) => Value::Many(many.iter().map(|one| Cow::Borrowed(one.as_ref())).collect()),
            };
            context.insert(key.as_ref(), value)?;
        }
        Request::new(
            &self.req.principal.0,
            &self.req.action.0,
            &self.req.resource.0,
            self.req.resource_account.as_ref().map(|text| text.0.as_ref()),
            context,
        )
    }

    pub(super) fn policies(&self, cache: &mut Cache) -> Policies {
        let mut one = |raw: &RawValue| cache.get(raw.get());
        let mut levels = |levels: &Option<Vec<Vec<&RawValue>>>| -> Vec<Vec<_>> {
            levels
                .iter()
                .flatten()
                .map(|level| level.iter().map(|raw| one(raw)).collect())
                .collect()
        };
        let (scps, rcps) = (levels(&self.scps), levels(&self.rcps));
        Policies {
            identity: self.identity.iter().flatten().map(|raw| one(raw)).collect(),
            boundary: self.boundary.map(&mut one),
            session: self.session.map(&mut one),
            resource: self.resource_policy.map(&mut one),
            scps,
            rcps,
        }
    }
}

/// The `id` of a line that cannot be read otherwise: whatever stands before the mistake is good enough.
pub(super) fn find_id(line: &str) -> Option<&str> {
    struct Search<'i, 'a>(&'i mut Option<&'a RawValue>);

    impl<'de: 'a, 'a> Visitor<'de> for Search<'_, 'a> {
        type Value = ();

        fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<(), A::Error> {
            while let Some(Text(name)) = access.next_key()? {
                if name == "id" {
                    *self.0 = Some(access.next_value()?);
                } else {
                    access.next_value::<IgnoredAny>()?;
                }
            }
            Ok(())
        }
    }

    let mut id = None;
    // The line is known to be unreadable; only what was found before the mistake matters.
    let _ = serde_json::Deserializer::from_str(line).deserialize_map(Search(&mut id));
    id.map(RawValue::get)
}

/// The request context, in the order of the line.
struct Keys<'a>(Vec<(Cow<'a, str>, Key<'a>)>);

enum Key<'a> {
    Absent,
    One(Cow<'a, str>),
    Many(Vec<Cow<'a, str>>),
}

impl<'de: 'a, 'a> Deserialize<'de> for Keys<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries;

        impl<'de> Visitor<'de> for Entries {
            type Value = Keys<'de>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object of condition keys")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Self::Value, A::Error> {
                let mut keys = Vec::new();
                while let Some((Text(name), value)) = access.next_entry()? {
                    let value = key(value).ok_or_else(|| {
                        de::Error::custom(
                            "a condition key has a value that is no text, number, boolean, or list of these",
                        )
                    })?;
                    keys.push((name, value));
                }
                Ok(Keys(keys))
            }
        }
        deserializer.deserialize_map(Entries)
    }
}

fn key(value: Json<'_>) -> Option<Key<'_>> {
    match value {
        Json::Null => Some(Key::Absent),
        Json::Array(values) => values.into_iter().map(scalar).collect::<Option<_>>().map(Key::Many),
        value => scalar(value).map(Key::One),
    }
}

fn scalar(value: Json<'_>) -> Option<Cow<'_, str>> {
    match value {
        Json::String(text) => Some(text),
        Json::Number(text) => Some(Cow::Owned(text)),
        Json::Bool(value) => Some(Cow::Borrowed(if value { "true" } else { "false" })),
        Json::Null | Json::Array(_) | Json::Object(_) => None,
    }
}
