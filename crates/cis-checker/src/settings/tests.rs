//! Settings from variables, and the rules that concern more than one.

use std::collections::BTreeMap;

use audit_aws::settings::arguments;
use audit_core::facts::FactName;
use clap::Parser as _;

use super::*;

fn read(pairs: &[(&str, &str)]) -> Settings {
    let variables: BTreeMap<String, String> = pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    Settings::try_parse_from(arguments::<Settings>(&variables, &[]).unwrap()).unwrap()
}

#[test]
fn without_variables_the_newest_edition_is_judged_and_changes_are_told() {
    let settings = read(&[]);
    assert_eq!(settings.auditor_role_name.as_str(), "IAM-Auditor-role");
    assert_eq!(settings.judging.edition, Edition::LATEST);
    assert_eq!(settings.parameters(), Parameters::default());
    assert_eq!(
        (settings.messages.notify, settings.messages.detail),
        (Notify::OnChange, Detail::Names)
    );
    assert!(settings.validate().is_ok());
}

#[test]
fn facts_that_are_switched_off_or_of_no_use_are_not_asked_for() {
    let all = read(&[]).wanted();
    for fact in [
        FactName::Instances,
        FactName::Guardrails,
        FactName::RootSession,
        FactName::Subscriptions,
    ] {
        assert!(all.has(fact), "{fact}");
    }
    let fewer = read(&[("IAM_CENSUS_WITHOUT_FACTS", "instances,metric-filters")]).wanted();
    assert!(!fewer.has(FactName::Instances) && !fewer.has(FactName::Subscriptions) && fewer.has(FactName::Trails));
    let alone = read(&[("IAM_CENSUS_SINGLE_ACCOUNT", "true")]).wanted();
    assert!(!alone.has(FactName::Guardrails) && !alone.has(FactName::RootSession) && alone.has(FactName::Instances));
    // 1.2.0 has no check of analyzers.
    assert!(
        !read(&[("IAM_CENSUS_EDITION", "1.2.0")])
            .wanted()
            .has(FactName::Analyzers)
    );
}

#[test]
fn a_bad_value_is_told_with_its_flag() {
    for (flag, problem) in [
        ("--edition=8.0", "8.0"),
        ("--without-facts=instance", "`instance` is no fact"),
        ("--notify=sometimes", "change"),
        ("--root-use-days=0", "1..=3650"),
        ("--exceptions-key=../secret", "a key has at most"),
        ("--security-hub-region=Frankfurt", "a Region looks like"),
    ] {
        let error = Settings::try_parse_from(["cis-checker", flag]).unwrap_err().to_string();
        let name = flag.split('=').next().unwrap();
        assert!(error.contains(name) && error.contains(problem), "{error}");
    }
    for prefix in ["/", "runs/mine/", "state/"] {
        let settings = Settings::try_parse_from(["cis-checker", &format!("--findings-prefix={prefix}")]).unwrap();
        assert!(
            settings
                .validate()
                .unwrap_err()
                .to_string()
                .contains("--findings-prefix"),
            "{prefix}"
        );
    }
}
