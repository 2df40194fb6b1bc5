//! The parameters of the rule: what they mean, and which are refused.

use audit_core::config_rule::{Mode, Parameters};

fn demanded(text: &str) -> Vec<&'static str> {
    let parameters = Parameters::read(text).unwrap();
    parameters.conditions().iter().map(|one| one.parameter).collect()
}

#[test]
fn what_is_demanded_follows_from_the_parameters() {
    let usual = ["noAdministrator", "noEscalationToAdministrator", "noDirectPolicy"];
    for (text, expected) in [
        ("{}", &usual[..]),
        (r#"{"noEscalation":"","boundaryNames":null}"#, &usual),
        (
            r#"{"noAdministrator":"false","noDirectPolicy":" false "}"#,
            &["noEscalationToAdministrator"],
        ),
        (
            r#"{"noAdministrator":false,"noDirectPolicy":false,"noEscalationToAdministrator":"false"}"#,
            &[],
        ),
        (
            r#"{"requireBoundary":"true","boundaryNames":"Developer, Operator"}"#,
            &[
                "noAdministrator",
                "noEscalationToAdministrator",
                "noDirectPolicy",
                "requireBoundary",
                "boundaryNames",
            ],
        ),
        (r#"{"mode":"evidence"}"#, &[]),
    ] {
        assert_eq!(demanded(text), expected, "{text}");
    }
    let evidence = Parameters::read(r#"{"mode":"evidence"}"#).unwrap();
    assert_eq!(evidence.mode, Mode::Evidence);
    assert_eq!(Parameters::read("{}").unwrap(), Parameters::default());
}

#[test]
fn what_the_rule_does_not_take_is_refused_by_name() {
    for (text, expected) in [
        ("", "`ruleParameters` is not a JSON object"),
        ("[]", "`ruleParameters` is not a JSON object"),
        (
            r#"{"bucket":"mine"}"#,
            "parameter `bucket` is not known: there are `mode`, `noAdministrator`",
        ),
        (
            r#"{"NoAdministrator":"true"}"#,
            "parameter `NoAdministrator` is not known",
        ),
        (
            r#"{"noAdministrator":"yes"}"#,
            "`noAdministrator` is `yes`: `true` or `false`",
        ),
        (r#"{"noAdministrator":["true"]}"#, "`noAdministrator` is"),
        (r#"{"mode":"off"}"#, "`mode` is `off`: `judge` or `evidence`"),
        (r#"{"boundaryNames":"Developer"}"#, "needs `requireBoundary`"),
        (
            r#"{"requireBoundary":"true","boundaryNames":"arn:aws:iam::111122223333:policy/Developer"}"#,
            "names of policies, and no ARNs",
        ),
        (
            r#"{"requireBoundary":"true","boundaryNames":"A,,B"}"#,
            "`boundaryNames` is `A,,B`",
        ),
    ] {
        let error = Parameters::read(text).unwrap_err().to_string();
        assert!(error.contains(expected), "{text}: {error}");
    }
}
