//! What the benchmark asks of policy documents: which words stand in them, not what they decide.
//!
//! Decisions are `iam-policy`'s. The benchmark's audit steps look for literal wildcards in single statements, whatever
//! other statements deny, so that the text itself is read here.

mod restriction;

use serde_json::{Map, Value};

use crate::account::AccountId;
use crate::check::Because;

use restriction::told;

type Statement = Map<String, Value>;

/// A statement allows every action on every resource; its conditions do not matter to the benchmark.
pub(super) fn allows_everything(text: &str) -> Result<bool, Because> {
    any_allow(text, |statement| {
        let all_actions = words(statement, "Action")?.any(is_all_actions);
        let all_resources = words(statement, "Resource")?.any(is_stars);
        Ok(all_actions && all_resources)
    })
}

/// A statement allows everybody, and no condition of it holds for fewer than everybody.
pub(super) fn allows_everybody(text: &str) -> Result<bool, Because> {
    any_allow(text, |statement| {
        let everybody =
            statement.contains_key("NotPrincipal") || principals(statement)?.iter().any(|one| is_stars(one));
        Ok(everybody && !is_restricted(statement)?)
    })
}

/// The accounts that statements allow something, by id or by ARN.
pub(super) fn allowed_accounts(text: &str) -> Result<Vec<String>, Because> {
    let mut accounts = Vec::new();
    any_allow(text, |statement| {
        let named = principals(statement)?.into_iter();
        let ids = named.filter_map(|one| one.parse::<AccountId>().or_else(|_| AccountId::from_arn(one)).ok());
        accounts.extend(ids.map(|id| id.to_string()));
        Ok(false)
    })?;
    Ok(accounts)
}

/// Whether a question is answered with yes for any statement that allows; a statement that cannot be read is an error.
fn any_allow(text: &str, mut question: impl FnMut(&Statement) -> Result<bool, &'static str>) -> Result<bool, Because> {
    let unreadable = |why: &str| Because::Text(format!("the policy document cannot be read: {why}"));
    let document: Value = serde_json::from_str(text).map_err(|_| unreadable("it is not JSON"))?;
    let statements: &[Value] = match document.get("Statement") {
        Some(Value::Array(statements)) => statements,
        Some(statement @ Value::Object(_)) => std::slice::from_ref(statement),
        _ => return Err(unreadable("it has no statements")),
    };
    let mut found = false;
    for statement in statements {
        let Value::Object(statement) = statement else {
            return Err(unreadable("a statement is not an object"));
        };
        found |= match statement.get("Effect").and_then(Value::as_str) {
            Some(effect) if effect.eq_ignore_ascii_case("allow") => question(statement).map_err(unreadable)?,
            Some(effect) if effect.eq_ignore_ascii_case("deny") => false,
            _ => return Err(unreadable("a statement neither allows nor denies")),
        };
    }
    Ok(found)
}

/// The strings of an element that is a string or a list of strings; none when the element is absent.
fn words<'a>(statement: &'a Statement, element: &str) -> Result<impl Iterator<Item = &'a str>, &'static str> {
    statement
        .get(element)
        .map_or(Ok(Vec::new()), strings)
        .map(Vec::into_iter)
}

fn strings(value: &Value) -> Result<Vec<&str>, &'static str> {
    const NOT_STRINGS: &str = "an element is neither a string nor a list of strings";
    match value {
        Value::String(word) => Ok(vec![word]),
        Value::Array(list) => list.iter().map(|word| word.as_str().ok_or(NOT_STRINGS)).collect(),
        _ => Err(NOT_STRINGS),
    }
}

/// AWS principals: accounts, users, roles, or `*`. Services and identity providers are not everybody.
fn principals(statement: &Statement) -> Result<Vec<&str>, &'static str> {
    match statement.get("Principal") {
        None => Ok(Vec::new()),
        Some(Value::String(word)) => Ok(vec![word]),
        Some(Value::Object(kinds)) => kinds.get("AWS").map_or(Ok(Vec::new()), strings),
        Some(_) => Err("`Principal` is neither a string nor an object"),
    }
}

fn is_restricted(statement: &Statement) -> Result<bool, &'static str> {
    let Some(condition) = statement.get("Condition") else {
        return Ok(false);
    };
    let condition = condition.as_object().ok_or("`Condition` is not an object")?;
    let mut restricted = false;
    for (operator, keys) in condition {
        let keys = keys.as_object().ok_or("an operator of `Condition` is not an object")?;
        for (key, values) in keys {
            // A list holds when any of its values matches, so that one wildcard in it opens the rest.
            if let Some(told) = told(operator, key) {
                restricted |= strings(values)?.into_iter().all(|value| told.is_of_few(value));
            }
        }
    }
    Ok(restricted)
}

fn is_stars(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|byte| byte == b'*')
}

/// `*`, and the spellings that IAM takes for the same, such as `*:*`.
fn is_all_actions(word: &str) -> bool {
    word.split(':').count() <= 2 && word.split(':').all(is_stars)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(statements: &str) -> String {
        format!(r#"{{"Version":"2012-10-17","Statement":{statements}}}"#)
    }

    #[test]
    fn full_administration_is_found_in_every_spelling() {
        for (statements, expected) in [
            (r#"{"Effect":"Allow","Action":"*","Resource":"*"}"#, true),
            (
                r#"[{"Effect":"Allow","Action":["s3:Get*","*"],"Resource":["arn:aws:s3:::b","*"]}]"#,
                true,
            ),
            (r#"[{"Effect":"Allow","Action":"*:*","Resource":"*"}]"#, true),
            (r#"[{"Effect":"allow","Action":"*","Resource":"*"}]"#, true),
            (
                r#"[{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"true"}}}]"#,
                true,
            ),
            (
                r#"[{"Effect":"Deny","Action":"*","Resource":"*"},{"Effect":"Allow","Action":"*","Resource":"*"}]"#,
                true,
            ),
            (r#"{"Effect":"Deny","Action":"*","Resource":"*"}"#, false),
            (r#"{"Effect":"Allow","Action":"iam:*","Resource":"*"}"#, false),
            (
                r#"{"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::b/*"}"#,
                false,
            ),
            (r#"{"Effect":"Allow","NotAction":"iam:*","Resource":"*"}"#, false),
            (
                r#"{"Effect":"Allow","Action":"*","NotResource":"arn:aws:s3:::b"}"#,
                false,
            ),
            (
                r#"[{"Effect":"Allow","Action":"*","Resource":"x"},{"Effect":"Allow","Action":"a:b","Resource":"*"}]"#,
                false,
            ),
            ("[]", false),
        ] {
            assert_eq!(allows_everything(&policy(statements)), Ok(expected), "{statements}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_not_harmless() {
        for text in [
            "",
            "%7B%7D",
            "{}",
            "[]",
            r#"{"Statement":"x"}"#,
            r#"{"Statement":[1]}"#,
            r#"{"Statement":[{"Action":"*","Resource":"*"}]}"#,
            r#"{"Statement":[{"Effect":"Perhaps","Action":"*","Resource":"*"}]}"#,
            r#"{"Statement":[{"Effect":"Allow","Action":1,"Resource":"*"}]}"#,
        ] {
            assert!(allows_everything(text).is_err(), "{text}");
        }
        let odd = policy(r#"[{"Effect":"Allow","Principal":"*","Action":"a:b","Condition":"x"}]"#);
        assert!(allows_everybody(&odd).is_err());
    }

    #[test]
    fn everybody_is_everybody_unless_a_condition_tells_callers_apart() {
        let statement = |principal: &str, condition: &str| {
            policy(&format!(
                r#"[{{"Effect":"Allow",{principal},"Action":"sqs:*","Resource":"*"{condition}}}]"#
            ))
        };
        for (principal, condition, expected) in [
            (r#""Principal":"*""#, "", true),
            (r#""Principal":{"AWS":"*"}"#, "", true),
            (
                r#""Principal":{"AWS":["arn:aws:iam::111122223333:root","*"]}"#,
                "",
                true,
            ),
            (r#""NotPrincipal":{"AWS":"111122223333"}"#, "", true),
            (r#""Principal":{"AWS":"111122223333"}"#, "", false),
            (r#""Principal":{"Service":"sns.amazonaws.com"}"#, "", false),
            (
                r#""Principal":"*""#,
                r#","Condition":{"StringEquals":{"aws:SourceAccount":"111122223333"}}"#,
                false,
            ),
            (
                r#""Principal":"*""#,
                r#","Condition":{"ForAnyValue:StringLike":{"aws:PrincipalOrgPaths":"o-1/*"}}"#,
                false,
            ),
            (
                r#""Principal":"*""#,
                r#","Condition":{"ArnLike":{"aws:SourceArn":"arn:aws:sns:*:111122223333:*"}}"#,
                false,
            ),
            (
                r#""Principal":"*""#,
                r#","Condition":{"Bool":{"aws:SecureTransport":"true"}}"#,
                true,
            ),
            (
                r#""Principal":"*""#,
                r#","Condition":{"StringLike":{"aws:PrincipalArn":"*"}}"#,
                true,
            ),
            (
                r#""Principal":"*""#,
                r#","Condition":{"StringEquals":{"aws:SourceAccount":["111122223333","*"]}}"#,
                true,
            ),
            (
                r#""Principal":"*""#,
                r#","Condition":{"StringNotEquals":{"aws:SourceAccount":"111122223333"}}"#,
                true,
            ),
            (
                r#""Principal":"*""#,
                r#","Condition":{"StringEqualsIfExists":{"aws:PrincipalOrgID":"o-1"}}"#,
                true,
            ),
            (
                r#""Principal":"*""#,
                r#","Condition":{"IpAddress":{"aws:SourceIp":"0.0.0.0/0"}}"#,
                true,
            ),
        ] {
            let text = statement(principal, condition);
            assert_eq!(allows_everybody(&text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn delegates_are_accounts_by_id_or_arn() {
        let text = policy(
            r#"[{"Effect":"Allow","Principal":{"AWS":["111122223333","arn:aws:iam::444455556666:root","*"]},"Action":"a:b"},
                {"Effect":"Deny","Principal":{"AWS":"777788889999"},"Action":"a:b"}]"#,
        );
        assert_eq!(
            allowed_accounts(&text),
            Ok(vec!["111122223333".to_owned(), "444455556666".to_owned()])
        );
    }
}
