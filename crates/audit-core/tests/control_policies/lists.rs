//! Lists of guardrails: what they may say.

use audit_core::control_policies::{Direction, Guardrails, Who};

#[test]
fn the_list_of_the_release_keeps_its_own_rules() {
    let list = Guardrails::built_in().unwrap();
    assert!(list.len() >= 15);
    let root: Vec<&str> = list
        .iter()
        .filter(|one| one.who == Who::RootUser)
        .map(|one| one.slug.as_str())
        .collect();
    assert_eq!(root, ["use-root-user", "create-root-access-key"]);
}

#[test]
fn a_list_is_read_as_toml_and_as_json() {
    let toml =
        "schema = \"iam-census/guardrails/1\"\n[[guardrails]]\nslug = \"a\"\ntitle = \"A\"\nactions = [\"s3:Get*\"]\n";
    let json = r#"{"schema":"iam-census/guardrails/1","guardrails":[{"slug":"a","title":"A","actions":["s3:Get*"],"who":"anybody"}]}"#;
    assert_eq!(Guardrails::parse(toml).unwrap(), Guardrails::parse(json).unwrap());
    assert!(Guardrails::parse(toml).unwrap().iter().next().unwrap().count() > 20);
}

#[test]
fn what_is_not_understood_is_refused_with_its_place() {
    let one = |members: &str| format!(r#"{{"schema":"iam-census/guardrails/1","guardrails":[{members}]}}"#);
    let good = r#"{"slug":"a","title":"A","actions":["s3:GetObject"]}"#;
    for (text, problem) in [
        ("{".to_owned(), "cannot be read"),
        (one(""), "this one has 0"),
        (one(&vec![good; 101].join(",")), "this one has 101"),
        (
            one(good).replace("guardrails/1", "guardrails/2"),
            "`iam-census/guardrails/2`",
        ),
        (one(&format!("{good},{good}")), "guardrail 2: `slug` `a` stands twice"),
        (
            one(&good.replace("GetObject", "GetNothing")),
            "guardrail 1: `actions` has `s3:GetNothing`, which is no action",
        ),
        (one(&good.replace("\"A\"", "\" \"")), "`title` has 1 to 200"),
        (one(&good.replace("\"a\"", "\"A b\"")), "`slug` is `A b`"),
        (one(&good.replace("[\"s3:GetObject\"]", "[]")), "`actions` is empty"),
        (one(&good.replace("slug", "slugs")), "slugs"),
        (one(&good.replace('}', ",\"who\":\"nobody\"}")), "nobody"),
    ] {
        let error = Guardrails::parse(&text).unwrap_err().to_string();
        assert!(error.contains(problem), "{error}");
    }
}

#[test]
fn the_direction_is_that_of_fewer_calls() {
    for (policies, targets, direction) in [
        (5, 54, Direction::ByPolicy),
        (1_000, 10_014, Direction::ByPolicy),
        (5_000, 120, Direction::ByTarget),
        (10, 10, Direction::ByTarget),
        (1, 3, Direction::ByPolicy),
    ] {
        assert_eq!(Direction::cheaper(policies, targets), direction, "{policies} {targets}");
    }
}
