//! Queries that are understood, and those that are refused.

use serde_json::{Value, json};

use super::Query;

fn item() -> Value {
    json!({
        "resourceType": "AWS::IAM::User",
        "resourceName": "alice",
        "version": 3,
        "configuration": {
            "path": "/ops/",
            "attached": [{ "name": "one", "arn": "a" }, { "name": "two", "arn": "b" }],
            "mfa": true,
        },
    })
}

#[test]
fn conditions_hold_or_not() {
    let cases = [
        ("resourceType = 'AWS::IAM::User'", true),
        ("resourceType <> 'AWS::IAM::User'", false),
        ("resourceType != 'x' AND version > 2", true),
        ("version >= 3 and version <= 3.0", true),
        ("version BETWEEN 1 AND 2 OR resourceName IN ('bob', 'alice')", true),
        ("resourceName NOT IN ('bob', 'alice')", false),
        ("NOT (resourceName = 'bob' OR version = 3)", false),
        ("configuration.attached.name = 'two'", true),
        (
            "configuration.attached.name = 'one' AND configuration.attached.arn = 'b'",
            true,
        ),
        ("configuration.attached.name = 'three'", false),
        ("configuration.path LIKE '/ops%'", true),
        ("configuration.path LIKE '/o_s/'", true),
        ("configuration.mfa = true", true),
        ("configuration.mfa = 'true'", false),
        ("configuration.absent = 'x'", false),
        ("resourceName = 'o''hara'", false),
    ];
    for (condition, expected) in cases {
        let query = Query::parse(&format!("SELECT resourceId WHERE {condition}")).expect(condition);
        assert_eq!(query.matches(&item()), expected, "{condition}");
    }
}

#[test]
fn what_is_selected_comes_nested() {
    let query = Query::parse("SELECT resourceName, configuration.path, configuration.attached.name, tags").unwrap();
    let selected = json!({
        "resourceName": "alice",
        "configuration": { "path": "/ops/", "attached": [{ "name": "one" }, { "name": "two" }] },
    });
    assert_eq!(query.project(&item()), selected);
    let all = Query::parse("select *").unwrap();
    let scalars = json!({ "resourceType": "AWS::IAM::User", "resourceName": "alice", "version": 3 });
    assert_eq!(all.project(&item()), scalars);
}

#[test]
fn rows_are_put_in_order() {
    let mut rows = [
        json!({ "a": 2, "b": "x" }),
        json!({ "a": 1, "b": "y" }),
        json!({ "a": 1, "b": "z" }),
    ];
    Query::parse("SELECT a ORDER BY a, b DESC").unwrap().sort(&mut rows);
    let letters: Vec<&Value> = rows.iter().map(|row| &row["b"]).collect();
    assert_eq!(letters, ["z", "y", "x"]);
}

#[test]
fn items_are_counted_by_what_they_share() {
    let items = [json!({ "a": 1, "b": 1 }), json!({ "a": 2 }), json!({ "a": 1, "b": 2 })];
    let results = |expression: &str| Query::parse(expression).expect(expression).results(&items);
    assert_eq!(results("SELECT COUNT(*)"), [json!({ "COUNT(*)": 3 })]);
    assert_eq!(
        results("SELECT a, COUNT(*) GROUP BY a"),
        [json!({ "a": 1, "COUNT(*)": 2 }), json!({ "a": 2, "COUNT(*)": 1 })]
    );
    assert_eq!(results("SELECT a GROUP BY a"), [json!({ "a": 1 }), json!({ "a": 2 })]);
}

#[test]
fn accounts_that_a_query_names_leave_the_others_out() {
    for (condition, one, other) in [
        ("resourceId = 'x'", true, true),
        ("accountId IN ('1', '3')", true, false),
        ("resourceId = 'x' AND accountId IN ('1')", true, false),
        ("resourceId = 'x' OR accountId IN ('1')", true, true),
        ("NOT (accountId IN ('1'))", true, true),
    ] {
        let query = Query::parse(&format!("SELECT resourceId WHERE {condition}")).expect(condition);
        assert_eq!(
            (query.may_concern("1"), query.may_concern("2")),
            (one, other),
            "{condition}"
        );
    }
}

#[test]
fn what_the_dialect_lacks_is_refused() {
    for expression in [
        "",
        "SELECT",
        "SELECT * FROM resources",
        "SELECT resourceId WHERE",
        "SELECT resourceId WHERE resourceType",
        "SELECT resourceId WHERE resourceType = ",
        "SELECT resourceId WHERE resourceType = 'open",
        "SELECT resourceId WHERE resourceType = NULL",
        "SELECT resourceId WHERE resourceType IS NULL",
        "SELECT resourceId WHERE (resourceType = 'x'",
        "SELECT resourceId WHERE resourceType LIKE '%x'",
        "SELECT resourceId WHERE resourceType LIKE 'ab%'",
        "SELECT resourceId AS id",
        "SELECT DISTINCT resourceId",
        "SELECT configuration.*",
        "SELECT COUNT(resourceId)",
        "SELECT resourceId, COUNT(*)",
        "SELECT resourceId, COUNT(*) GROUP BY accountId",
        "SELECT COUNT(*) GROUP BY a, b, c, d",
        "SELECT accountId, COUNT(*) WHERE GROUP BY accountId",
        "SELECT resourceId WHERE resourceType = 'x' LIMIT 3",
        "DELETE resourceId",
    ] {
        assert!(Query::parse(expression).is_err(), "{expression}");
    }
}
