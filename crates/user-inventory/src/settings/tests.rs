//! Settings that are taken, and those that are refused before the first call.

use super::*;

fn settings(arguments: &[&str]) -> Result<Settings, String> {
    let all = ["user-inventory"].into_iter().chain(arguments.iter().copied());
    let settings = Settings::try_parse_from(all).map_err(|error| error.to_string())?;
    settings.validate().map_err(|error| error.to_string())?;
    Ok(settings)
}

#[test]
fn users_of_the_organization_are_the_default() {
    let settings = settings(&[]).unwrap();
    assert!(settings.query().unwrap().is_of_users());
    assert!(settings.asking.aggregator.is_none() && !settings.single_account);
    assert!(
        [Format::Csv, Format::JsonLines, Format::Parquet]
            .into_iter()
            .all(|format| settings.wants(format))
    );
    assert_eq!(settings.report_age(), Duration::from_hours(24));
    assert!(settings.buckets().is_none());
}

#[test]
fn what_breaks_a_rule_is_named() {
    for (arguments, expected) in [
        (&["--aggregator=all accounts"][..], "--aggregator"),
        (&["--aggregator="], "--aggregator"),
        (&["--aggregator=all", "--single-account"], "`--aggregator`"),
        (&["--resource-types=AWS::IAM::User,User"], "--resource-types"),
        (&["--inventory-query=DELETE"], "`--inventory-query`"),
        (&["--inventory-query=SELECT arn FROM users"], "no `FROM`"),
        (
            &["--inventory-query=SELECT arn", "--resource-types=AWS::IAM::Role"],
            "takes the place of",
        ),
        (&["--inventory-prefix=/"], "`--inventory-prefix`"),
        (&["--inventory-prefix=runs/inventory/"], "`--inventory-prefix`"),
        (&["--inventory-formats=xml"], "--inventory-formats"),
        (&["--inventory-report-age=0"], "--inventory-report-age"),
    ] {
        let error = settings(arguments).unwrap_err();
        assert!(error.contains(expected), "{arguments:?}: {error}");
    }
}

#[test]
fn a_query_of_ones_own_takes_the_place_of_types() {
    let settings = settings(&["--inventory-query=SELECT arn WHERE resourceType = 'AWS::EC2::Instance'"]).unwrap();
    let query = settings.query().unwrap();
    assert!(!query.is_of_users() && query.wants("AWS::S3::Bucket"));
}

#[test]
fn the_collectors_reports_may_be_in_another_bucket() {
    let settings = settings(&["--bucket=records", "--collector-bucket=reports"]).unwrap();
    let (records, reports) = settings.buckets().unwrap();
    assert_eq!((records.name.as_str(), reports.name.as_str()), ("records", "reports"));
}
