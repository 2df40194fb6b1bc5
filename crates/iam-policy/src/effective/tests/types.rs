//! Which resources a statement is about, where the formats of their ARNs overlap.

use serde_json::{Value as Json, json};

use super::{bounds, id};
use crate::decision::Policies;
use crate::document::Policy;
use crate::effective::Effective;

fn allow(actions: &str, resource: &str) -> Json {
    json!({"Effect": "Allow", "Action": actions, "Resource": resource})
}

fn deny(actions: &str, resource: &str) -> Json {
    json!({"Effect": "Deny", "Action": actions, "Resource": resource})
}

fn bounds_of(statements: &[Json]) -> Effective {
    let text = json!({"Version": "2012-10-17", "Statement": statements}).to_string();
    bounds(&Policies {
        identity: vec![Policy::parse(&text).expect("a policy").into()],
        ..Policies::default()
    })
}

/// The action is in which bounds: `A` for `lower_all`, `s` for `lower_some`, `W` for `upper_all`, `p` for `upper_some`.
fn letters(bounds: &Effective, action: &str) -> String {
    [
        ('A', &bounds.lower_all),
        ('s', &bounds.lower_some),
        ('W', &bounds.upper_all),
        ('p', &bounds.upper_some),
    ]
    .into_iter()
    .filter_map(|(letter, set)| set.contains(id(action)).then_some(letter))
    .collect()
}

#[test]
fn a_container_is_not_what_it_contains() {
    for (actions, resource, action, expected) in [
        ("s3:*", "arn:aws:s3:::b/*", "s3:ListBucket", "p"),
        ("s3:*", "arn:aws:s3:::b/*", "s3:DeleteBucket", "p"),
        ("s3:*", "arn:aws:s3:::b/*", "s3:PutBucketPolicy", "p"),
        ("s3:*", "arn:aws:s3:::b/*", "s3:GetObject", "sp"),
        ("s3:*", "arn:aws:s3:::*/*", "s3:DeleteBucket", "p"),
        ("s3:*", "arn:aws:s3:::b", "s3:ListBucket", "sp"),
        ("s3:*", "arn:aws:s3:::b*", "s3:ListBucket", "sp"),
        ("s3:*", "arn:aws:s3:::*", "s3:ListBucket", "sWp"),
        (
            "dynamodb:*",
            "arn:aws:dynamodb:*:*:table/T/index/*",
            "dynamodb:DeleteTable",
            "p",
        ),
        (
            "dynamodb:*",
            "arn:aws:dynamodb:*:*:table/T/index/*",
            "dynamodb:Query",
            "sp",
        ),
        (
            "dynamodb:*",
            "arn:aws:dynamodb:*:*:table/T",
            "dynamodb:DeleteTable",
            "sp",
        ),
        (
            "dynamodb:*",
            "arn:aws:dynamodb:*:*:table/*",
            "dynamodb:DeleteTable",
            "sWp",
        ),
        ("dynamodb:*", "arn:aws:dynamodb:*:*:*/*", "dynamodb:DeleteTable", "sWp"),
        (
            "lambda:*",
            "arn:aws:lambda:*:*:function:f:*",
            "lambda:UpdateFunctionCode",
            "p",
        ),
        (
            "lambda:*",
            "arn:aws:lambda:*:*:function:f",
            "lambda:UpdateFunctionCode",
            "sp",
        ),
        (
            "lambda:*",
            "arn:aws:lambda:*:*:function:f*",
            "lambda:UpdateFunctionCode",
            "sp",
        ),
        ("lambda:*", "arn:aws:lambda:*:*:function:f:*", "lambda:DeleteAlias", "p"),
        ("logs:*", "arn:aws:logs:*:*:log-group:*", "logs:DeleteLogGroup", "sWp"),
        ("logs:*", "arn:aws:logs:*:*:log-group:*:*", "logs:DeleteLogGroup", "sWp"),
        ("logs:*", "arn:aws:logs:*:*:log-group:g:*", "logs:DeleteLogGroup", "sp"),
        (
            "logs:*",
            "arn:aws:logs:*:*:log-group:g:log-stream:*",
            "logs:DeleteLogGroup",
            "p",
        ),
        (
            "logs:*",
            "arn:aws:logs:*:*:log-group:g:log-stream:*",
            "logs:PutLogEvents",
            "sp",
        ),
        ("iam:*", "arn:aws:iam::*:user/path/bob", "iam:DeleteUser", "sp"),
        ("iam:*", "arn:aws:iam::*:user/path/*", "iam:DeleteUser", "sp"),
        ("ssm:*", "arn:aws:s3:::b/*", "ssm:SendCommand", "p"),
        // One of the wildcards must not be left empty here.
        (
            "amplifybackend:*",
            "arn:aws:amplifybackend:*:*:/backend/b/*a*pi/*",
            "amplifybackend:CloneBackend",
            "sp",
        ),
    ] {
        let found = letters(&bounds_of(&[allow(actions, resource)]), action);
        assert_eq!(found, expected, "{action} by {actions} on {resource}");
    }
}

#[test]
fn denying_what_a_container_contains_leaves_the_container() {
    for (actions, resource, action, expected) in [
        ("s3:*", "arn:aws:s3:::secret/*", "s3:ListBucket", "Wp"),
        ("s3:*", "arn:aws:s3:::secret/*", "s3:GetObject", "p"),
        ("s3:*", "arn:aws:s3:::secret", "s3:ListBucket", "p"),
        ("s3:*", "arn:aws:s3:::secret*", "s3:ListBucket", "p"),
        (
            "dynamodb:*",
            "arn:aws:dynamodb:*:*:table/T/index/*",
            "dynamodb:DeleteTable",
            "Wp",
        ),
        (
            "lambda:*",
            "arn:aws:lambda:*:*:function:f:*",
            "lambda:UpdateFunctionCode",
            "Wp",
        ),
        (
            "lambda:*",
            "arn:aws:lambda:*:*:function:f",
            "lambda:UpdateFunctionCode",
            "p",
        ),
        ("iam:*", "arn:aws:iam::*:user/path/bob", "iam:DeleteUser", "p"),
    ] {
        let found = letters(&bounds_of(&[allow("*", "*"), deny(actions, resource)]), action);
        assert_eq!(found, expected, "{action} without {actions} on {resource}");
    }
}

#[test]
fn a_recovery_point_can_be_of_any_service() {
    const POINTS: &str = "arn:aws:backup:*:*:recovery-point:*";
    let everything = || allow("*", "*");
    let but = |effect: &str, resource: &str| json!({"Effect": effect, "Action": "backup:*", "NotResource": resource});
    for (statements, expected) in [
        (vec![allow("backup:DeleteRecoveryPoint", POINTS)], "sp"),
        (vec![allow("backup:*", "arn:aws:ec2:*::snapshot/*")], "p"),
        (vec![allow("backup:*", "arn:aws:rds:*:*:snapshot:*")], "p"),
        (vec![allow("backup:*", "arn:aws:backup:*:*:backup-vault:*")], "p"),
        (vec![but("Allow", POINTS)], "sWp"),
        (vec![everything()], "AsWp"),
        (vec![everything(), deny("backup:DeleteRecoveryPoint", POINTS)], "p"),
        (vec![everything(), deny("backup:*", "arn:aws:ec2:*::snapshot/*")], "Wp"),
        (vec![everything(), deny("backup:*", "arn:aws:rds:*:*:snapshot:*")], "Wp"),
        (vec![everything(), deny("*", "arn:aws:backup:*:*:backup-vault:*")], "Wp"),
        (vec![everything(), but("Deny", POINTS)], "p"),
        (vec![everything(), but("Deny", "arn:aws:ec2:*::*")], "Wp"),
    ] {
        let found = letters(&bounds_of(&statements), "backup:DeleteRecoveryPoint");
        assert_eq!(found, expected, "{statements:?}");
    }
}
