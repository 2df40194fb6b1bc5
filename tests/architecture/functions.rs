//! A function is a crate, a binary, an event and a resource of the template, all of one name.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::repository::{Package, files, functions, text};
use crate::template::Template;

/// `credential-collector` is `CredentialCollectorFunction` in the template.
fn logical_id(function: &str) -> String {
    let words = function.split('-').map(|word| {
        let (first, rest) = word.split_at(1);
        first.to_uppercase() + rest
    });
    words.chain(["Function".to_owned()]).collect()
}

fn names() -> BTreeSet<String> {
    functions().iter().map(|function| function.name().to_owned()).collect()
}

#[test]
fn a_function_crate_has_one_binary_of_its_name() {
    for function in functions() {
        assert_eq!(function.binaries(), [function.name()]);
    }
    assert!(!functions().is_empty());
}

#[test]
fn a_binary_belongs_to_a_function_or_to_the_program() {
    for package in crate::repository::packages() {
        let expected: Vec<String> = match package.name() {
            "audit-cli" => vec!["iam-census".to_owned()],
            _ if package.is_function() => vec![package.name().to_owned()],
            _ => Vec::new(),
        };
        assert_eq!(package.binaries(), expected, "{}", package.name());
    }
}

#[test]
fn every_function_is_a_resource_of_the_template_and_the_reverse() {
    let template = Template::hub();
    let resources: BTreeSet<(String, String)> = template
        .resources("AWS::Serverless::Function")
        .map(|(id, resource)| {
            assert_eq!(resource["Metadata"]["BuildMethod"], "rust-cargolambda", "{id}");
            let binary = &resource["Metadata"]["BuildProperties"]["Binary"];
            let binary = binary.as_str().expect("a binary");
            // Built in its own folder, so that it carries the features that it asks for and no others.
            assert_eq!(resource["Properties"]["CodeUri"], format!("crates/{binary}"), "{id}");
            (id.to_owned(), binary.to_owned())
        })
        .collect();
    let crates: BTreeSet<(String, String)> = names().into_iter().map(|name| (logical_id(&name), name)).collect();
    assert_eq!(resources, crates);
}

/// `events/<function>.json`, and further kinds as `events/<function>.<kind>.json`.
#[test]
fn every_function_has_an_event_and_every_event_a_function() {
    let events: Vec<&str> = files().iter().filter_map(|file| file.strip_prefix("events/")).collect();
    for name in names() {
        let event = format!("{name}.json");
        assert!(events.contains(&event.as_str()), "events/{event} is missing");
    }
    for event in events {
        let function = event.split('.').next().unwrap_or_default();
        assert!(names().contains(function), "events/{event} belongs to no function");
        let parsed: Result<Value, _> = serde_json::from_str(&text(&format!("events/{event}")));
        let parsed = parsed.unwrap_or_else(|error| panic!("events/{event}: {error}"));
        assert!(parsed.is_object(), "events/{event}");
    }
}

/// A trigger is an event with its time in it: no time, no run. AWS Config puts it into a document inside the event.
#[test]
fn every_event_has_a_time() {
    for file in files().iter().filter(|file| file.starts_with("events/")) {
        let event: Value = serde_json::from_str(&text(file)).expect("JSON");
        let time = match event["invokingEvent"].as_str() {
            Some(inner) => serde_json::from_str::<Value>(inner).expect("JSON")["notificationCreationTime"].clone(),
            None => event["time"].clone(),
        };
        assert!(time.as_str().is_some_and(|time| time.ends_with('Z')), "{file}");
    }
}

#[test]
fn functions_do_not_use_each_other() {
    let names = names();
    for function in functions() {
        let dependencies = Package::dependencies(&function);
        let other = dependencies.iter().find(|name| names.contains(*name));
        assert_eq!(other, None, "{}", function.name());
    }
}
