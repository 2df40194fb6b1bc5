use super::*;

const COLLECTOR: &str = "--credential-collector-role-arn=arn:aws:iam::111122223333:role/collector";
const CHECKER: &str = "--cis-checker-role-arn=arn:aws:iam::111122223333:role/path/checker";
const ORGANIZATION: &str = "--organization-id=o-a1b2c3d4e5";

fn read(arguments: &[&str]) -> Result<Settings, clap::Error> {
    Settings::try_parse_from(["roles"].iter().chain(arguments))
}

fn refusal(arguments: &[&str], remove: bool) -> String {
    match read(arguments).unwrap().validate(remove) {
        Ok(()) => String::new(),
        Err(error) => error.to_string(),
    }
}

#[test]
fn what_is_needed_depends_on_what_is_wanted() {
    let both = [COLLECTOR, CHECKER, ORGANIZATION];
    let one = [COLLECTOR, ORGANIZATION, "--roles=credential-report"];
    for (arguments, remove, refused) in [
        (&both[..], false, ""),
        (&one[..], false, ""),
        (&[][..], true, ""),
        (&["--roles=root-activity"][..], true, ""),
        (&[][..], false, "`--credential-collector-role-arn`"),
        (&[COLLECTOR, ORGANIZATION][..], false, "`--cis-checker-role-arn`"),
        (&[COLLECTOR, CHECKER][..], false, "`--organization-id`"),
        (
            &[COLLECTOR, ORGANIZATION, "--roles=credential-report,root-activity"][..],
            false,
            "`--root-activity-role-arn`",
        ),
        (
            &[COLLECTOR, CHECKER, ORGANIZATION, "--with-last-accessed"][..],
            false,
            "`--with-last-accessed`",
        ),
        (
            &[COLLECTOR, CHECKER, ORGANIZATION, "--external-id=x"][..],
            false,
            "`--external-id`",
        ),
        (
            &[
                COLLECTOR,
                CHECKER,
                ORGANIZATION,
                "--auditor-role-name=Credential-Report",
            ][..],
            false,
            "`--auditor-role-name`",
        ),
        // The name of a role that is not looked at is taken, too.
        (
            &[
                CHECKER,
                ORGANIZATION,
                "--roles=auditor",
                "--auditor-role-name=credential-report",
            ][..],
            false,
            "`--auditor-role-name`",
        ),
        (
            &["--single-account", "--exclude-accounts=111122223333"][..],
            true,
            "`--exclude-accounts`",
        ),
        (&["--single-account"][..], true, ""),
        (
            &["--root-activity-role-name=OrganizationAccountAccessRole"][..],
            true,
            "`--root-activity-role-name`",
        ),
    ] {
        let told = refusal(arguments, remove);
        assert!(
            told.starts_with(refused) && told.is_empty() == refused.is_empty(),
            "{arguments:?}: {told}"
        );
    }
}

#[test]
fn values_are_checked_by_their_rules() {
    for (argument, fits) in [
        (COLLECTOR, true),
        ("--cis-checker-role-arn=arn:aws-us-gov:iam::111122223333:role/a/b", true),
        ("--cis-checker-role-arn=arn:aws:iam::111122223333:root", false),
        ("--cis-checker-role-arn=arn:aws:iam::11112222333:role/a", false),
        (
            "--cis-checker-role-arn=arn:aws:sts::111122223333:assumed-role/a/b",
            false,
        ),
        ("--cis-checker-role-arn=arn:aws:iam::111122223333:role/*", false),
        ("--cis-checker-role-arn=*", false),
        ("--organization-id=o-a1b2", false),
        ("--organization-id=r-a1b2", false),
        (
            "--permissions-boundary-arn=arn:aws:iam::aws:policy/ReadOnlyAccess",
            true,
        ),
        ("--permissions-boundary-arn=arn:aws:iam::{account}:policy/bound", true),
        (
            "--permissions-boundary-arn=arn:aws:iam::{partition}:policy/bound",
            false,
        ),
        ("--permissions-boundary-arn=arn:aws:iam::aws:role/bound", false),
        ("--roles=auditor,config-rule", true),
        ("--roles=administrator", false),
        ("--role-path=iam-census", false),
        ("--session-name=x", false),
    ] {
        assert_eq!(read(&[argument]).is_ok(), fits, "{argument}");
    }
}

#[test]
fn the_external_id_is_not_shown() {
    let settings = read(&[COLLECTOR, CHECKER, ORGANIZATION, "--external-id=between-us"]).unwrap();
    let targets = settings.targets(false);
    assert_eq!(targets.len(), 2);
    assert!(!format!("{settings:?} {targets:?}").contains("between-us"));
    assert_eq!(settings.terms().external_id, Some("between-us"));
    assert!(!refusal(&["--external-id=between us"], true).contains("between us"));
}

#[test]
fn closer_looks_are_allowed_where_they_are_asked_for() {
    let actions = |arguments: &[&str]| -> String {
        let settings = read(arguments).unwrap();
        let account = AccountId::from_arn("arn:aws:iam::444455556666:root").unwrap();
        let wanted = settings.targets(false).remove(0).wanted.unwrap();
        let role = wanted.desired(&settings.terms(), &Partition::Aws, account.as_str());
        role.policy.lines().join("\n")
    };
    let plain = actions(&["--roles=root-activity"]);
    assert_eq!(plain, "allow cloudtrail:LookupEvents on *");
    let closer = actions(&["--roles=root-activity", "--root-activity-in-all-regions"]);
    assert_eq!(closer, "allow account:ListRegions, cloudtrail:LookupEvents on *");
    let plain = actions(&["--roles=config-rule"]);
    let closer = actions(&[
        "--roles=config-rule",
        "--with-last-accessed",
        "--with-resource-policies",
    ]);
    for action in ["config:SelectResourceConfig", "iam:GenerateServiceLastAccessedDetails"] {
        assert!(closer.contains(action) && !plain.contains(action), "{plain}\n{closer}");
    }
}

#[test]
fn a_role_that_is_named_twice_is_looked_at_once() {
    let settings = read(&["--roles=auditor,credential-report,auditor"]).unwrap();
    let kinds: Vec<Kind> = settings.targets(true).iter().map(|target| target.kind).collect();
    assert_eq!(kinds, [Kind::CredentialReport, Kind::Auditor]);
    assert_eq!(read(&[]).unwrap().targets(true).len(), Kind::ALL.len());
    let unknown = read(&["--roles=administrator"]).unwrap_err().to_string();
    assert!(
        unknown.contains("[possible values: credential-report, auditor, config-rule, root-activity]"),
        "{unknown}"
    );
}
