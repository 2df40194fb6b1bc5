//! Settings that are taken, and those that are refused before the first call.

use super::*;

fn settings(arguments: &[&str]) -> Result<Settings, String> {
    let all = ["root-activity"].into_iter().chain(arguments.iter().copied());
    let settings = Settings::try_parse_from(all).map_err(|error| error.to_string())?;
    settings.validate().map_err(|error| error.to_string())?;
    Ok(settings)
}

#[test]
fn the_regions_of_sign_ins_and_all_days_are_the_default() {
    let settings = settings(&[]).unwrap();
    for (partition, expected) in [
        (Partition::Aws, "us-east-1 us-east-2 us-west-2"),
        (Partition::AwsCn, "cn-north-1 cn-northwest-1"),
        (Partition::AwsUsGov, "us-gov-east-1 us-gov-west-1"),
    ] {
        assert_eq!(settings.sign_in_regions(&partition).unwrap().join(" "), expected);
    }
    assert_eq!(settings.history.look_back_days, 90);
    assert!(settings.change_searches().is_empty() && settings.buckets().is_none());
    assert_eq!(settings.report_age(), Duration::from_hours(24));
}

#[test]
fn regions_are_searched_once_each_or_all() {
    let twice = settings(&["--sign-in-regions=eu-west-1,us-east-1,eu-west-1"]).unwrap();
    assert_eq!(
        twice.sign_in_regions(&Partition::Aws).unwrap(),
        ["eu-west-1", "us-east-1"]
    );
}

#[test]
fn an_unknown_partition_needs_its_regions_named() {
    let partition: Partition = "aws-iso-z".parse().unwrap();
    let error = settings(&[])
        .unwrap()
        .sign_in_regions(&partition)
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("sign_in_regions") && error.contains("`aws-iso-z`"),
        "{error}"
    );
    let named = settings(&["--sign-in-regions=us-iso-east-1"]).unwrap();
    assert_eq!(named.sign_in_regions(&partition).unwrap(), ["us-iso-east-1"]);
}

#[test]
fn changes_are_looked_for_by_one_attribute() {
    let by = |arguments: &[&str]| settings(arguments).unwrap().change_searches();
    assert_eq!(by(&["--with-changes"]).len(), 5);
    assert_eq!(
        by(&["--with-changes", "--change-events=CreateUser,DeleteUser"]),
        [
            By::EventName("CreateUser".to_owned()),
            By::EventName("DeleteUser".to_owned())
        ]
    );
    assert_eq!(
        by(&["--with-changes", "--change-resource-name=deploy"]),
        [By::ResourceName("deploy".to_owned())]
    );
    assert_eq!(
        by(&["--with-changes", "--change-resource-types=AWS::S3::Bucket"]),
        [By::ResourceType("AWS::S3::Bucket".to_owned())]
    );
}

#[test]
fn a_trail_is_asked_where_a_table_is_named() {
    let as_of = "2026-11-20T03:30:00Z".parse().unwrap();
    let regions = ["us-east-1".to_owned()];
    assert_eq!(settings(&[]).unwrap().trail_question(as_of, &regions), None);
    let asked = settings(&["--trail-table=trails.events", "--trail-days=400", "--all-regions"]).unwrap();
    let question = asked.trail_question(as_of, &regions).unwrap();
    assert_eq!(
        (question.table.as_str(), &question.regions[..]),
        ("trails.events", &regions[..])
    );
    assert_eq!(
        (question.from.to_string(), question.to.to_string()),
        ("2025-10-16".to_owned(), "2026-11-21".to_owned())
    );
}

#[test]
fn what_breaks_a_rule_is_named() {
    for (arguments, expected) in [
        (&["--look-back-days=91"][..], "1..=90"),
        (&["--max-pages=0"], "1..=1000"),
        (&["--sign-in-regions=Virginia"], "--sign-in-regions"),
        (&["--change-events=CreateUser"], "needs `--with-changes`"),
        (&["--change-resource-name=deploy"], "needs `--with-changes`"),
        (
            &[
                "--with-changes",
                "--change-events=CreateUser",
                "--change-resource-name=deploy",
            ],
            "takes the place of",
        ),
        (&["--with-changes", "--change-events=Create User"], "letters and digits"),
        (&["--change-resource-types=User"], "three words"),
        (&["--trail-table=events"], "database.table"),
        (&["--trail-table=a.b.c"], "database.table"),
        (&["--trail-table=a.b; DROP"], "database.table"),
        (&["--trail-days=0"], "1..=3650"),
        (&["--athena-workgroup=a/b"], "a workgroup has"),
        (&["--external-id=x"], "`--external-id`"),
    ] {
        let error = settings(arguments).unwrap_err();
        assert!(error.contains(expected), "{arguments:?}: {error}");
    }
}
