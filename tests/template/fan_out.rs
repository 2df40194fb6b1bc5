//! The state machine: its states lead to each other, and what it sends is what the functions take.

use std::collections::BTreeSet;

use audit_aws::slices::{Share, Slice, Slices, WISH};
use audit_core::event::{AccountSlice, RunRequest};
use serde_json::{Map, Value, json};

use super::{Resolver, Template};

const ORDINARY: [(&str, &str); 6] = [
    ("AWS::Partition", "aws"),
    ("AWS::Region", "us-east-1"),
    ("AWS::AccountId", "111122223333"),
    ("AWS::StackName", "iam-census"),
    ("FanOut", "true"),
    ("AccountsPerSlice", "750"),
];

/// The functions that it runs: their names, their resources and the schedules that start it with them.
const FUNCTIONS: [(&str, &str, &str); 2] = [
    (
        "credential-collector",
        "CredentialCollectorFunction",
        "CredentialCollectorFanOutSchedule",
    ),
    ("cis-checker", "CisCheckerFunction", "CisCheckerFanOutSchedule"),
];

fn definition() -> Value {
    let template = Template::hub();
    let machine = Resolver::new(&template, &ORDINARY)
        .resource("FanOutMachine")
        .expect("a state machine");
    let text = machine["Properties"]["DefinitionString"]
        .as_str()
        .expect("a definition");
    serde_json::from_str(text).expect("the definition is JSON")
}

#[test]
fn there_is_a_state_machine_only_where_it_is_wanted() {
    let template = Template::hub();
    for (given, made) in [
        (vec![], false),
        (vec![("FanOut", "true")], true),
        (vec![("FanOut", "true"), ("SingleAccount", "true")], false),
    ] {
        let given = [&ORDINARY[..4], &given].concat();
        let resolver = Resolver::new(&template, &given);
        assert_eq!(resolver.resource("FanOutMachine").is_some(), made, "{given:?}");
        for (_, function, schedule) in FUNCTIONS {
            let function = resolver.resource(function).expect("a function");
            let own = &function["Properties"]["Events"]["Schedule"]["Properties"];
            assert_eq!(own["State"], if made { "DISABLED" } else { "ENABLED" }, "{given:?}");
            let schedule = resolver.resource(schedule);
            assert_eq!(schedule.is_some(), made, "{given:?}");
            if let Some(schedule) = schedule {
                let instead = &schedule["Properties"];
                assert_eq!(instead["State"], "ENABLED", "{given:?}");
                assert_eq!(instead["ScheduleExpression"], own["ScheduleExpression"]);
            }
        }
    }
}

/// Every state is reached and leads to one that is there, or is the end.
#[test]
fn every_state_leads_somewhere() {
    fn check(machine: &Value) {
        let states = machine["States"].as_object().expect("states");
        let mut reached: BTreeSet<&str> = [machine["StartAt"].as_str().expect("a start")].into();
        for (name, state) in states {
            let next = state["Next"].as_str();
            assert_eq!(next.is_none(), state["End"] == true, "{name}");
            reached.extend(next);
            let caught = state["Catch"].as_array().into_iter().flatten();
            reached.extend(caught.filter_map(|caught| caught["Next"].as_str()));
            if state["Type"] == "Map" {
                check(&state["ItemProcessor"]);
            } else {
                assert!(state["Retry"].is_array(), "{name} is not tried again");
            }
        }
        assert_eq!(reached, states.keys().map(String::as_str).collect());
    }
    check(&definition());
}

/// What a state sends, its paths filled in from what it is given.
fn sent(payload: &Value, input: &Value, item: &Value) -> RunRequest {
    let members = payload.as_object().expect("a payload").iter().map(|(name, value)| {
        let Some(name) = name.strip_suffix(".$") else {
            return (name.clone(), value.clone());
        };
        let path = value.as_str().expect("a path");
        let (from, path) = match path.strip_prefix("$$.Map.Item.Value.") {
            Some(rest) => (item, rest),
            None => (input, path.strip_prefix("$.").expect("a path")),
        };
        let found = path.split('.').fold(from, |value, member| &value[member]);
        assert!(!found.is_null(), "{path} leads nowhere");
        (name.to_owned(), found.clone())
    });
    serde_json::from_value(Value::Object(members.collect::<Map<_, _>>())).expect("an event")
}

/// A schedule starts the machine with the event of the function, and with the function.
#[test]
fn a_schedule_starts_the_machine_as_it_would_the_function() {
    let template = Template::hub();
    let resolver = Resolver::new(&template, &ORDINARY);
    for (_, function, schedule) in FUNCTIONS {
        let own = resolver.resource(function).expect("a function");
        let read = |input: &Value| -> Map<String, Value> {
            serde_json::from_str(input.as_str().expect("an input")).expect("JSON")
        };
        let event = read(&own["Properties"]["Events"]["Schedule"]["Properties"]["Input"]);
        let schedule = resolver.resource(schedule).expect("a schedule");
        let mut sent = read(&schedule["Properties"]["Target"]["Input"]);
        let named = sent.remove("function").expect("a function");
        assert_eq!(named, format!("arn:aws:created:::{function}"));
        assert_eq!(sent, event);
    }
}

#[test]
fn the_functions_take_what_the_states_send() {
    let definition = definition();
    let states = &definition["States"];
    let read = &states["Slices"]["ItemProcessor"]["States"]["Read"];
    for invoking in [&states["List"], read, &states["Finish"], &states["Alone"]] {
        assert_eq!(invoking["Parameters"]["FunctionName.$"], "$.function");
    }
    for (function, ..) in FUNCTIONS {
        let mut input = json!({"function": "arn", "time": "2026-11-20T02:00:00Z", "schedule": "s"});
        let share = |request: &RunRequest| Share::of(function, request).expect("a share");

        let list = sent(&states["List"]["Parameters"]["Payload"], &input, &Value::Null);
        assert_eq!(share(&list), Some(Share::List(750)));
        assert_eq!(list.parameters.keys().collect::<Vec<_>>(), [WISH]);

        let run = audit_core::run::RunId::of(function, &list);
        let slice = AccountSlice {
            key: audit_core::keys::part(function, list.date(), &run, 0),
            from: 1,
            to: 751,
        };
        let answer = Slices {
            function: function.to_owned(),
            run: run.clone(),
            slices: vec![Slice {
                part: 1,
                accounts: slice.clone(),
            }],
            finish: 2,
        };
        input["listed"] = selected(&states["List"]["ResultSelector"], &json!({"Payload": answer}));

        let map = &states["Slices"];
        assert_eq!(map["ItemsPath"], "$.listed.slices");
        let item = &map["ItemSelector"];
        assert_eq!(item["function.$"], "$.function");
        let event = sent(&item["event"], &input, &input["listed"]["slices"][0]);
        assert_eq!(share(&event), Some(Share::Slice(slice)));
        assert_eq!(read["Parameters"]["Payload.$"], "$.event");
        assert_eq!(map["ResultPath"], Value::Null);

        let finish = sent(&states["Finish"]["Parameters"]["Payload"], &input, &Value::Null);
        assert_eq!(share(&finish), None);
        assert_eq!((finish.run, finish.part), (Some(run), 2));

        let alone = sent(&states["Alone"]["Parameters"]["Payload"], &input, &Value::Null);
        assert_eq!((share(&alone), alone.run, alone.part), (None, None, 0));
    }
}

/// What a selection of members of an answer comes to.
fn selected(selector: &Value, answer: &Value) -> Value {
    let members = selector.as_object().expect("a selection").iter().map(|(name, path)| {
        let path = path.as_str().expect("a path");
        let path = path.strip_prefix("$.Payload.").expect("of the answer");
        let name = name.strip_suffix(".$").expect("a path");
        (name.to_owned(), answer["Payload"][path].clone())
    });
    Value::Object(members.collect())
}

/// The machine may start nothing but its own slices, and invoke nothing but its functions.
#[test]
fn the_machine_may_do_what_it_does() {
    let template = Template::hub();
    let role = Resolver::new(&template, &ORDINARY)
        .resource("FanOutRole")
        .expect("a role");
    let statements = role["Properties"]["Policies"][0]["PolicyDocument"]["Statement"]
        .as_array()
        .expect("statements");
    let on = |action: &str| {
        let statement = statements
            .iter()
            .find(|it| it["Action"].to_string().contains(action))
            .expect("a statement");
        statement["Resource"].clone()
    };
    let functions: Vec<String> = FUNCTIONS
        .iter()
        .map(|(_, id, _)| format!("arn:aws:created:::{id}"))
        .collect();
    assert_eq!(on("lambda:InvokeFunction"), json!(functions));
    let machine = "us-east-1:111122223333";
    assert_eq!(
        on("states:StartExecution"),
        format!("arn:aws:states:{machine}:stateMachine:iam-census-fan-out")
    );
    assert_eq!(
        on("states:RedriveExecution"),
        format!("arn:aws:states:{machine}:execution:iam-census-fan-out/*")
    );
}
