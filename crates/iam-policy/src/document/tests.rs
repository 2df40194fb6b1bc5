use super::{Policy, PolicyError};

#[test]
fn a_repeated_key_makes_the_document_ambiguous() {
    for text in [
        r#"{"Version":"2012-10-17","Version":"2008-10-17","Statement":[]}"#,
        r#"{"Statement":{"Effect":"Deny","Effect":"Allow","Action":"*","Resource":"*"}}"#,
        r#"{"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"Bool":{"a":"true"},"Bool":{"a":"false"}}}}"#,
    ] {
        assert!(
            matches!(Policy::parse(text), Err(PolicyError::RepeatedKey(_))),
            "{text}"
        );
    }
}

#[test]
fn a_repeated_key_among_many_is_found() {
    let keys: Vec<String> = (0..40).map(|at| format!("\"k{}\":1", at % 39)).collect();
    let text = format!("{{\"Statement\":[],\"x\":{{{}}}}}", keys.join(","));
    assert!(matches!(
        Policy::parse(&text),
        Err(PolicyError::RepeatedKey(key)) if key == "`k0`"
    ));
}

#[test]
fn a_document_that_is_no_policy_is_refused() {
    for (text, message) in [
        ("", "is not JSON"),
        ("[]", "is an array, not an object"),
        (r#"{"Version":"2012-10-17"}"#, "has no `Statement`"),
        (r#"{"Version":"2012-10-18","Statement":[]}"#, "`Version` is neither"),
        (r#"{"Statement":"Allow"}"#, "neither an object nor a list"),
        (r#"{"Statement":[],"Statements":[]}"#, "unknown element `Statements`"),
    ] {
        let error = Policy::parse(text).expect_err(text).to_string();
        assert!(error.contains(message), "{text}: {error}");
    }
}

#[test]
fn nesting_has_a_limit() {
    let text = format!("{{\"Statement\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    assert!(matches!(Policy::parse(&text), Err(PolicyError::Json(_))));
}

#[test]
fn an_unreadable_statement_does_not_hide_its_neighbors() {
    let policy = Policy::parse(
        r#"{"Statement":[
            {"Effect":"Allow","Action":"s3:*","Resource":"*"},
            {"Effect":"allow","Action":"*","Resource":"*"},
            {"Effect":"Deny","Action":"*","NotAction":"s3:*","Resource":"*"},
            {"Effect":"Deny","Action":"*","Resource":"*","Condition":{"StringIs":{"a":"b"}}},
            {"Effect":"Deny","Action":"*","Resource":"*","Condition":{"ForAnyValue:Null":{"a":"true"}}},
            {"Effect":"Deny","Resource":"*"},
            {"Effect":"Deny","Action":[],"Resource":"*"},
            {"Effect":"Deny","Action":"*","Resource":"*","Resources":"*"},
            7,
            {"Effect":"Deny","Action":"iam:*","Resource":"*"}
        ]}"#,
    )
    .expect("a readable document");
    let read: Vec<usize> = policy.statements.iter().map(|one| one.index).collect();
    assert_eq!(read, [0, 9]);
    let skipped: Vec<_> = policy.not_evaluated.iter().map(|one| one.statement).collect();
    assert_eq!(skipped, (1..9).map(Some).collect::<Vec<_>>());
}

#[test]
fn an_entry_that_can_match_nothing_is_noted() {
    for (statement, reason) in [
        (r#""Action":["s3:*","GetObject"],"Resource":"*""#, "`GetObject`"),
        (r#""Action":"*:Get*","Resource":"*""#, "wildcard in its service"),
        (
            r#""Action":"*","Resource":["*","bucket"]"#,
            "`bucket` is neither an ARN",
        ),
        (
            r#""Action":"*","Resource":"*","Condition":{"NumericEquals":{"a":"x"}}"#,
            "not a number",
        ),
        (
            r#""Action":"*","Resource":"*","Condition":{"IpAddress":{"a":"10.0.0.0/33"}}"#,
            "`10.0.0.0/33`",
        ),
        (
            r#""Action":"*","Resource":"*","Condition":{"DateEquals":{"a":"soon"}}"#,
            "not a date",
        ),
        (
            r#""Action":"*","Principal":{"AWS":"arn:aws:iam::123456789012:role/*"}"#,
            "has a wildcard",
        ),
        (r#""Action":"*","Principal":{"AWS":"AIDAEXAMPLE"}"#, "`AIDAEXAMPLE`"),
    ] {
        let text = format!("{{\"Version\":\"2012-10-17\",\"Statement\":{{\"Effect\":\"Allow\",{statement}}}}}");
        let policy = Policy::parse(&text).expect("a readable document");
        assert_eq!(policy.statements.len(), 1, "{text}");
        let [note] = policy.not_evaluated.as_slice() else {
            panic!("{text}: {:?}", policy.not_evaluated);
        };
        assert!(note.reason.contains(reason), "{}", note.reason);
    }
}

#[test]
fn an_unreadable_document_is_a_policy_that_says_so() {
    let policy = Policy::read("{");
    assert!(policy.statements.is_empty());
    assert_eq!(policy.not_evaluated[0].statement, None);
}
