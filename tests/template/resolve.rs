//! What CloudFormation makes of a template with given parameters: conditions decided, references filled in.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::Template;

/// A template and what its parameters, pseudo-parameters and resources stand for.
pub(crate) struct Resolver<'t> {
    template: &'t Template,
    values: BTreeMap<String, String>,
}

impl<'t> Resolver<'t> {
    /// The defaults of the template, and what is given instead; names with `AWS::` are pseudo-parameters.
    pub(crate) fn new(template: &'t Template, given: &[(&str, &str)]) -> Self {
        let defaults = template.parameters().iter().filter_map(|(name, parameter)| {
            let default = match parameter.get("Default")? {
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            Some((name.clone(), default))
        });
        let mut values: BTreeMap<String, String> = defaults.collect();
        for (name, value) in given {
            let known = name.starts_with("AWS::") || template.parameters().contains_key(*name);
            assert!(known, "there is no parameter {name}");
            values.insert((*name).to_owned(), (*value).to_owned());
        }
        Self { template, values }
    }

    /// A resource with everything filled in; `None` where its condition does not hold.
    pub(crate) fn resource(&self, id: &str) -> Option<Value> {
        let resource = self.template.resource(id);
        assert!(resource.is_object(), "there is no resource {id}");
        let exists = resource["Condition"].as_str().is_none_or(|name| self.holds(name));
        exists.then(|| self.value(resource)).flatten()
    }

    fn holds(&self, condition: &str) -> bool {
        let rule = &self.template.0["Conditions"][condition];
        assert!(rule.is_object(), "there is no condition {condition}");
        self.decide(rule)
    }

    fn decide(&self, rule: &Value) -> bool {
        let (function, argument) = only(rule).expect("a condition is one function");
        let list = || argument.as_array().expect("a list").iter();
        match function {
            "Condition" => self.holds(argument.as_str().expect("a name")),
            "Fn::Equals" => {
                let both: Vec<String> = list().map(|one| self.text(one)).collect();
                both[0] == both[1]
            }
            "Fn::Not" => !self.decide(&argument[0]),
            "Fn::And" => list().all(|one| self.decide(one)),
            "Fn::Or" => list().any(|one| self.decide(one)),
            other => panic!("{other} is no function of conditions"),
        }
    }

    fn text(&self, value: &Value) -> String {
        match self.value(value).expect("a value") {
            Value::String(text) => text,
            other => other.to_string(),
        }
    }

    /// A value with everything filled in; `None` for `AWS::NoValue`.
    fn value(&self, value: &Value) -> Option<Value> {
        if let Some((function, argument)) = only(value)
            && (function == "Ref" || function.starts_with("Fn::"))
        {
            return self.call(function, argument);
        }
        Some(match value {
            Value::Array(items) => items.iter().filter_map(|item| self.value(item)).collect(),
            Value::Object(members) => {
                let members = members
                    .iter()
                    .filter_map(|(name, member)| Some((name.clone(), self.value(member)?)));
                Value::Object(members.collect::<Map<_, _>>())
            }
            other => other.clone(),
        })
    }

    fn call(&self, function: &str, argument: &Value) -> Option<Value> {
        match function {
            "Ref" if argument == "AWS::NoValue" => None,
            "Ref" => Some(self.named(argument.as_str().expect("a name")).into()),
            "Fn::GetAtt" => Some(attribute(&self.text(&argument[0])).into()),
            "Fn::If" => {
                let holds = self.holds(argument[0].as_str().expect("a condition"));
                self.value(&argument[if holds { 1 } else { 2 }])
            }
            "Fn::Join" => {
                let parts = argument[1].as_array().expect("a list").iter();
                let parts: Vec<String> = parts.map(|part| self.text(part)).collect();
                Some(parts.join(argument[0].as_str().expect("a delimiter")).into())
            }
            "Fn::Sub" => Some(self.substituted(argument).into()),
            other => panic!("{other} is not resolved"),
        }
    }

    fn named(&self, name: &str) -> String {
        match self.values.get(name) {
            Some(value) => value.clone(),
            None if self.template.resource(name).is_object() => name.to_owned(),
            None => panic!("nothing is called {name}"),
        }
    }

    fn substituted(&self, argument: &Value) -> String {
        let (text, own) = match argument {
            Value::Array(both) => (&both[0], both[1].as_object()),
            text => (text, None),
        };
        let mut rest = text.as_str().expect("a text");
        let mut filled = String::new();
        while let Some((before, after)) = rest.split_once("${") {
            let (name, after) = after.split_once('}').expect("a closing brace");
            filled.push_str(before);
            match (own.and_then(|own| own.get(name)), name.strip_prefix('!')) {
                (Some(value), _) => filled.push_str(&self.text(value)),
                (None, Some(literal)) => filled.extend(["${", literal, "}"]),
                (None, None) => match name.split_once('.') {
                    Some((resource, _)) => filled.push_str(&attribute(resource)),
                    None => filled.push_str(&self.named(name)),
                },
            }
            rest = after;
        }
        filled + rest
    }
}

/// The only member of an object that has one only.
fn only(value: &Value) -> Option<(&str, &Value)> {
    let members = value.as_object().filter(|members| members.len() == 1)?;
    members.iter().next().map(|(name, member)| (name.as_str(), member))
}

/// An attribute of a resource: some ARN of its own.
fn attribute(resource: &str) -> String {
    format!("arn:aws:created:::{resource}")
}

#[test]
fn conditions_are_decided_and_references_filled_in() {
    use serde_json::json;
    let template = Template(json!({
        "Parameters": {"Name": {"Default": ""}, "Days": {"Default": 3}, "Path": {}},
        "Conditions": {
            "Named": {"Fn::Not": [{"Fn::Equals": [{"Ref": "Name"}, ""]}]},
            "Both": {"Fn::And": [{"Condition": "Named"}, {"Fn::Equals": [{"Ref": "Days"}, "3"]}]},
        },
        "Resources": {
            "Queue": {"Condition": "Named"},
            "Role": {
                "Both": {"Fn::If": ["Both", "yes", {"Ref": "AWS::NoValue"}]},
                "Arn": {"Fn::Sub": ["arn:${AWS::Partition}:${Mine}${Path}${!Literal}", {"Mine": {"Ref": "Days"}}]},
                "Queue": {"Fn::GetAtt": ["Queue", "Arn"]},
                "Joined": {"Fn::Join": ["-", ["a", {"Ref": "Queue"}]]},
            },
        },
    }));
    let filled = |given: &[(&str, &str)]| {
        let resolver = Resolver::new(&template, given);
        (
            resolver.resource("Queue").is_some(),
            resolver.resource("Role").expect("a role"),
        )
    };
    let rest = json!({"Arn": "arn:aws:3/x${Literal}", "Queue": "arn:aws:created:::Queue", "Joined": "a-Queue"});
    let mut named = rest.clone();
    named["Both"] = "yes".into();
    let general = [("AWS::Partition", "aws"), ("Path", "/x")];
    assert_eq!(filled(&general), (false, rest));
    let given = [general[0], general[1], ("Name", "n")];
    assert_eq!(filled(&given), (true, named));
}
