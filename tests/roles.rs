//! Member roles planned, made, mended and removed by the program, and read back with boto3 over moto.

mod stage;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::harness::binaries::iam_census;
use crate::harness::{environment, finish, told};
use crate::repository::{root, text};
use crate::template::Template;
use stage::{CHANGED, EXTERNAL_ID, FOREIGN, LONELY, ORGANIZATION, RETRUSTED, Stage, flag};

/// What the document says of an account: what is done with each role.
fn actions(document: &Value, account: &str) -> BTreeMap<String, String> {
    let accounts = document["accounts"].as_array().expect("accounts");
    let found = accounts
        .iter()
        .find(|it| it["account"] == account)
        .expect("the account");
    let roles = found["roles"].as_array().unwrap_or_else(|| panic!("{found}")).iter();
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    roles.map(|role| (text(&role["role"]), text(&role["action"]))).collect()
}

/// The roles of all accounts with which something is to be done or to be decided.
fn open(document: &Value) -> Vec<(&str, &str, &Value)> {
    let accounts = document["accounts"].as_array().expect("accounts").iter();
    let roles = accounts.flat_map(|account| {
        let roles = account["roles"].as_array().into_iter().flatten();
        roles.map(move |role| (account["account"].as_str().expect("an account"), role))
    });
    let open = roles.filter(|(_, role)| role["action"] != "nothing");
    open.map(|(account, role)| (account, role["role"].as_str().expect("a role"), role))
        .collect()
}

#[test]
fn roles_are_made_mended_and_removed_and_nobody_elses_are_touched() {
    let mut stage = Stage::set();
    stage.exclude(&[LONELY]);
    plan(&stage);
    make(&mut stage);
    mend(&stage);
    collect(&stage);
    remove(&stage);
}

/// An organization without roles, in one account of which somebody has a role of the same name.
fn plan(stage: &Stage) {
    let shown = stage.said(&["plan"], 1);
    for part in [
        "create credential-report",
        "create IAM-Auditor-role",
        "and 2 more",
        "leave credential-report alone",
    ] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    let fits = |line: &str| line.chars().count() <= 80 || line.contains("arn:");
    assert!(shown.lines().all(fits), "{shown}");
    let planned = stage.document(&["plan"], 1);
    let counts = json!({"listed": 13, "read": 10, "skipped": 3, "failed": 0});
    assert_eq!(planned["counts"], counts);
    // The functions' own account needs no role.
    assert_eq!(open(&planned).len(), 9 * 4, "{planned:#}");
    let foreign = actions(&planned, stage.account(FOREIGN));
    assert_eq!(foreign["credential-report"], "conflict");
    stage.said(&["apply"], 2);
    stage.look("before");
}

/// Made, and the conflict left to somebody. Where there is none, nothing is left to do.
fn make(stage: &mut Stage) {
    let applied = stage.said(&["apply", "--yes"], 1);
    let done = "Done: 35 created, 0 changed, 0 removed; not done: 0";
    assert!(applied.contains(done), "{applied}");
    stage.look("made");
    let planned = stage.document(&["plan"], 1);
    let [(account, "credential-report", role)] = open(&planned)[..] else {
        panic!("{planned:#}");
    };
    assert_eq!(account, stage.account(FOREIGN));
    assert_eq!(role["conflict"]["kind"], "foreign");
    stage.exclude(&[LONELY, FOREIGN]);
    let nothing = stage.said(&["plan"], 0);
    assert!(!nothing.contains("\ncreate "), "{nothing}");
    stage.said(&["apply", "--yes"], 0);
    stage.exclude(&[LONELY]);
}

/// Exactly what somebody changed is shown, and mended.
fn mend(stage: &Stage) {
    stage.look("change");
    let planned = stage.document(&["plan"], 1);
    let mut differing = open(&planned);
    differing.retain(|(_, _, role)| role["action"] == "change");
    differing.sort_by_key(|(account, _, _)| *account != stage.account(CHANGED));
    let [(changed, "auditor", policy), (retrusted, "root-activity", trust)] = differing[..] else {
        panic!("{planned:#}");
    };
    assert_eq!([changed, retrusted], [stage.account(CHANGED), stage.account(RETRUSTED)]);
    let expected = json!([{
        "subject": "policy",
        "removed": ["allow iam:ListUsers on *"],
        "added": ["allow iam:GetAccountSummary on *"],
    }]);
    assert_eq!(policy["changes"], expected);
    let retold = trust["changes"].as_array().expect("changes").iter();
    let subjects: Vec<&Value> = retold.map(|change| &change["subject"]).collect();
    assert_eq!(subjects, ["trust", "description"]);
    let shown = stage.said(&["plan"], 1);
    for part in [
        "+ allow iam:GetAccountSummary on *",
        "- allow iam:ListUsers on *",
        "sts:ExternalId ****",
    ] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    let applied = stage.document(&["apply", "--yes"], 1);
    let done = open(&applied);
    let done = done.iter().filter(|(_, _, role)| role["result"]["done"] == true);
    assert_eq!(done.count(), 2, "{applied:#}");
    stage.look("made");
}

/// What is ours alone goes; what somebody uses stays with all that it has.
fn remove(stage: &Stage) {
    stage.look("use");
    let shown = stage.said(&["plan", "--remove"], 1);
    assert!(shown.contains("remove IAM-Auditor-role"), "{shown}");
    stage.look("in use");
    let removed = stage.said(&["apply", "--remove", "--yes"], 1);
    for part in [
        "Done: 0 created, 0 changed, 34 removed; not done: 0",
        "managed policy arn:aws:iam::{account}:policy/somebody-elses",
    ] {
        assert!(removed.contains(part), "{removed}");
    }
    stage.look("removed");
    let again = stage.said(&["plan", "--remove"], 1);
    assert!(!again.contains("\nremove "), "{again}");
}

/// The collector enters by the role that was made, with the external id and not without it.
fn collect(stage: &Stage) {
    let event = root().join("events/credential-collector.json");
    let collect = |external_id: &str, code: i32| {
        let out = tempfile::tempdir().expect("a folder");
        let mut program = stage.program(&["run", "credential-collector", "--accounts", stage.account(CHANGED)]);
        program.arg("--event").arg(&event).arg("--out").arg(out.path());
        program.env("IAM_CENSUS_EXTERNAL_ID", external_id);
        let output = finish(&mut program);
        assert_eq!(output.status.code(), Some(code), "{}", told(&program, &output));
        serde_json::from_slice::<Value>(&output.stdout).expect("JSON")["counts"].clone()
    };
    assert_eq!(collect(EXTERNAL_ID, 0)["collected"], 1);
    assert_eq!(collect("somebody-elses", 3)["failed"], 1);
}

#[test]
fn an_account_that_cannot_be_entered_takes_no_other_down() {
    let stage = Stage::set();
    let lonely = stage.account(LONELY);
    let shown = stage.said(&["apply", "--yes"], 3);
    assert!(
        shown.contains("ASSUME_ROLE_DENIED") && shown.contains(lonely),
        "{shown}"
    );
    assert!(
        shown.contains("--admin-role-name") && shown.contains("Done: 35 created"),
        "{shown}"
    );
    stage.look("made");
    let document = stage.document(&["plan"], 3);
    assert_eq!(
        document["counts"],
        json!({"listed": 13, "read": 10, "skipped": 2, "failed": 1})
    );
    let accounts = document["accounts"].as_array().expect("accounts");
    let failed = accounts.iter().find(|it| it["account"] == lonely).expect("the account");
    assert_eq!(failed["reason"], "ASSUME_ROLE_DENIED");
    assert_eq!(document["complete"], false);

    // Another administrative role, that no account has.
    let nobody = stage.document(&["plan", "--admin-role-name", "AWSControlTowerExecution"], 3);
    assert_eq!(
        nobody["counts"],
        json!({"listed": 13, "read": 1, "skipped": 2, "failed": 10})
    );
    assert_eq!(nobody["admin_role"], "/AWSControlTowerExecution");

    // The functions' own account too, with its own credentials.
    let here = stage.document(&["plan", "--hub-role", "--single-account"], 1);
    assert_eq!(
        here["counts"],
        json!({"listed": 1, "read": 1, "skipped": 0, "failed": 0})
    );
    let made = actions(&here, stage.organization.said("management"));
    assert!(
        made.len() == 4 && made.values().all(|action| action == "create"),
        "{made:?}"
    );
}

#[test]
fn bad_settings_are_refused_before_any_call() {
    let arn = "arn:aws:iam::111122223333:role/census";
    let organization = ["--organization-id", ORGANIZATION];
    for (arguments, field, rule) in [
        (
            &["--credential-collector-role-arn", arn][..],
            "`--cis-checker-role-arn`",
            "`auditor`",
        ),
        (
            &[
                "--roles",
                "credential-report",
                "--credential-collector-role-arn",
                "census",
            ],
            "--credential-collector-role-arn",
            "looks like",
        ),
        (
            &[
                "--roles",
                "auditor",
                "--cis-checker-role-arn",
                arn,
                "--external-id",
                "a b secret",
            ],
            "`--external-id`",
            "1224",
        ),
        (
            &[
                "--roles",
                "auditor",
                "--cis-checker-role-arn",
                arn,
                "--with-last-accessed",
            ],
            "`--with-last-accessed`",
            "`config-rule`",
        ),
        (
            &[
                "--roles",
                "auditor",
                "--cis-checker-role-arn",
                arn,
                "--role-path",
                "census",
            ],
            "--role-path",
            "begins and ends",
        ),
    ] {
        let mut program = environment::offline(iam_census());
        program.args(["roles", "plan"]).args(organization).args(arguments);
        let output = finish(&mut program);
        let said = told(&program, &output);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(errors.contains(field) && errors.contains(rule), "{said}");
        assert!(!errors.contains("secret"), "{said}");
    }
}

#[test]
fn every_parameter_of_the_stack_is_a_flag() {
    let mut program = environment::offline(iam_census());
    program.args(["roles", "plan", "--help"]);
    let help = String::from_utf8(finish(&mut program).stdout).expect("text");
    let template = Template::member_roles();
    for name in template.parameters().keys() {
        // Which roles there are is one flag.
        let flag = if name.starts_with("Create") {
            "--roles".to_owned()
        } else {
            flag(name)
        };
        let stands = |line: &str| line.split([' ', ',']).any(|word| word == flag);
        assert!(help.lines().any(stands), "{flag} is missing: {help}");
    }
    for documented in [
        "Exit codes",
        "--admin-role-name",
        "OrganizationAccountAccessRole",
        "--hub-role",
    ] {
        assert!(help.contains(documented), "{documented}: {help}");
    }
    assert!(text("docs/deployment.md").contains("iam-census roles apply"));
}
