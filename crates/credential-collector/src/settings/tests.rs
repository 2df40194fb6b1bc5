use std::collections::BTreeMap;

use audit_aws::settings::arguments;

use super::*;

fn parse(arguments: &[&str]) -> Settings {
    Settings::try_parse_from([&["credential-collector"], arguments].concat()).unwrap()
}

#[test]
fn mixed_settings_are_refused_by_name() {
    for (arguments, expected) in [
        (&["--bucket=evidence"][..], None),
        (
            &["--bucket=evidence", "--report-prefix=/"],
            Some("`--second-bucket` (variable `IAM_CENSUS_SECOND_BUCKET`)"),
        ),
        (
            &["--bucket=evidence", "--report-prefix=/", "--second-bucket=evidence"],
            Some("another bucket"),
        ),
        (
            &["--bucket=evidence", "--report-prefix=/", "--second-bucket=records"],
            None,
        ),
        (&["--report-prefix=runs/x/"], Some("must not begin with `runs/`")),
        (&["--report-prefix=a/", "--dataset-prefix=a/"], Some("must differ")),
        (&["--external-id=x"], Some("2 to 1224")),
        (&["--external-id=what is this"], Some("2 to 1224")),
    ] {
        let error = parse(arguments).validate().err().map(|error| error.to_string());
        match expected {
            None => assert_eq!(error, None, "{arguments:?}"),
            Some(expected) => {
                let error = error.unwrap();
                assert!(error.contains(expected), "{arguments:?}: {error}");
                assert!(!error.contains("what is this"), "{error}");
            }
        }
    }
}

#[test]
fn single_values_are_refused_before_anything_else() {
    for arguments in [
        "--bucket=Evidence",
        "--concurrency=0",
        "--concurrency=257",
        "--max-report-age=3",
        "--accounts=12345678901",
        "--organizational-units=root",
        "--layout=hive",
        "--member-role-name=a/b",
    ] {
        assert!(
            Settings::try_parse_from(["credential-collector", arguments]).is_err(),
            "{arguments}"
        );
    }
}

#[test]
fn variables_and_their_aliases_become_flags() {
    let variables = |pairs: &[(&str, &str)]| -> BTreeMap<String, String> {
        pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect()
    };
    let read = |pairs| arguments::<Settings>(&variables(pairs), ALIASES);
    let settings = |pairs| Settings::try_parse_from(read(pairs).unwrap()).unwrap();

    let original = settings(&[
        ("BUCKET_ARN", "arn:aws:s3:::evidence"),
        ("ROLENAME", "iam-credential-report"),
    ]);
    assert_eq!(original.destination.bucket.unwrap().as_str(), "evidence");
    assert_eq!(original.member_role_name.as_str(), "iam-credential-report");

    let ours = settings(&[
        ("IAM_CENSUS_BUCKET", "evidence"),
        ("BUCKETNAME", "evidence"),
        ("IAM_CENSUS_TOPIC", ""),
        ("IAM_CENSUS_SINGLE_ACCOUNT", "true"),
        ("IAM_CENSUS_HUB_ROLE", "false"),
        ("IAM_CENSUS_REPORT_PREFIX", "/"),
    ]);
    assert!(ours.access.single_account && !ours.access.hub_role && ours.destination.topic.is_none());
    assert_eq!(ours.evidence.report_prefix.as_str(), "");

    let error = read(&[("IAM_CENSUS_BUCKET", "evidence"), ("BUCKETNAME", "other")])
        .unwrap_err()
        .to_string();
    assert!(error.contains("`BUCKETNAME`"), "{error}");
}
