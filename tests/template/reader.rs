//! YAML to JSON, the short forms of CloudFormation's functions written out.

use saphyr::{LoadableYamlNode as _, Scalar, Yaml};
use serde_json::{Map, Value, json};

use crate::repository::text;

/// A template of CloudFormation or SAM.
pub(crate) struct Template(pub(crate) Value);

impl Template {
    /// The stack of the account where the suite is deployed.
    pub(crate) fn hub() -> Self {
        Self::read("template.yaml")
    }

    /// The stack of the roles in member accounts.
    pub(crate) fn member_roles() -> Self {
        Self::read("stacks/member-roles.yaml")
    }

    /// The stack of the aggregator of AWS Config.
    pub(crate) fn aggregator() -> Self {
        Self::read("stacks/config-aggregator.yaml")
    }

    /// Another stack, by its file.
    pub(crate) fn stack(path: &str) -> Self {
        Self::read(path)
    }

    fn read(path: &str) -> Self {
        let text = text(path);
        let documents = Yaml::load_from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"));
        let [document] = documents.as_slice() else {
            panic!("{path} holds {} documents", documents.len());
        };
        Self(value(document))
    }

    /// The parameters by name.
    pub(crate) fn parameters(&self) -> &Map<String, Value> {
        self.0["Parameters"].as_object().expect("parameters")
    }

    /// The resources of one type, with their logical ids.
    pub(crate) fn resources<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = (&'a str, &'a Value)> {
        let all = self.0["Resources"].as_object().expect("resources");
        all.iter()
            .filter(move |(_, resource)| resource["Type"] == kind)
            .map(|(id, resource)| (id.as_str(), resource))
    }

    /// A resource by its logical id.
    pub(crate) fn resource(&self, id: &str) -> &Value {
        &self.0["Resources"][id]
    }
}

fn value(node: &Yaml<'_>) -> Value {
    match node {
        Yaml::Value(scalar) => match scalar {
            Scalar::Null => Value::Null,
            Scalar::Boolean(it) => json!(it),
            Scalar::Integer(it) => json!(it),
            Scalar::FloatingPoint(it) => json!(it.into_inner()),
            Scalar::String(it) => json!(it),
        },
        Yaml::Sequence(items) => items.iter().map(value).collect(),
        Yaml::Mapping(entries) => Value::Object(
            entries
                .iter()
                .map(|(key, entry)| (key.as_str().expect("keys are strings").to_owned(), value(entry)))
                .collect(),
        ),
        Yaml::Tagged(tag, inner) => function(&tag.suffix, &value(inner)),
        Yaml::Representation(..) | Yaml::Alias(_) | Yaml::BadValue => {
            panic!("not understood: {node:?}")
        }
    }
}

/// The long form of `!Name argument`.
fn function(name: &str, argument: &Value) -> Value {
    match name {
        "Ref" | "Condition" => json!({ name: argument }),
        "GetAtt" => {
            let path = argument.as_str().expect("a resource and an attribute");
            let (resource, attribute) = path.split_once('.').expect("a resource and an attribute");
            json!({ "Fn::GetAtt": [resource, attribute] })
        }
        _ => json!({ format!("Fn::{name}"): argument }),
    }
}

#[test]
fn short_forms_are_written_out() {
    let cases = [
        ("!Ref A", json!({ "Ref": "A" })),
        ("!Sub 'x${A}'", json!({ "Fn::Sub": "x${A}" })),
        ("!GetAtt A.Arn", json!({ "Fn::GetAtt": ["A", "Arn"] })),
        ("!If [C, !Ref A, 2]", json!({ "Fn::If": ["C", { "Ref": "A" }, 2] })),
        ("!Not [!Condition C]", json!({ "Fn::Not": [{ "Condition": "C" }] })),
        ("'012'", json!("012")),
        ("2012-10-17", json!("2012-10-17")),
    ];
    for (yaml, expected) in cases {
        let documents = Yaml::load_from_str(yaml).expect("YAML");
        assert_eq!(value(&documents[0]), expected, "{yaml}");
    }
}
