//! Settings from variables.

use std::collections::BTreeMap;

use audit_aws::settings::arguments;

use super::*;

#[test]
fn variables_are_flags() {
    let pairs = [
        ("IAM_CENSUS_GUARDRAILS_KEY", "guardrails/ours.toml"),
        ("IAM_CENSUS_BUCKET", "evidence"),
        ("IAM_CENSUS_TOPIC", ""),
    ];
    let variables: BTreeMap<String, String> = pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    let settings = Settings::try_parse_from(arguments::<Settings>(&variables, &[]).unwrap()).unwrap();
    assert_eq!(
        settings.guardrails.guardrails_key.unwrap().as_str(),
        "guardrails/ours.toml"
    );
    assert!(settings.destination.bucket_settings().is_some() && settings.destination.topic.is_none());
}

#[test]
fn a_bad_value_is_told_with_its_flag() {
    for (flag, problem) in [
        ("--guardrails-key=../secret", "a key has at most"),
        ("--max-list-shrink=101", "0..=100"),
        ("--accounts=1", "twelve digits"),
    ] {
        let error = Settings::try_parse_from(["scp-report", flag]).unwrap_err().to_string();
        assert!(
            error.contains(flag.split('=').next().unwrap()) && error.contains(problem),
            "{error}"
        );
    }
}
