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
        "SELECT COUNT(*) GROUP BY resourceType",
        "SELECT resourceId WHERE resourceType = 'x' LIMIT 3",
        "DELETE resourceId",
    ] {
        assert!(Query::parse(expression).is_err(), "{expression}");
    }
}
