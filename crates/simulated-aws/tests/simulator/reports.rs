//! Credential reports: how they look, and the states they go through.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use simulated_aws::{ReportStart, RootForm, Simulator, Trouble, Troubles, World, WorldSpec};

use super::client::{Client, after, world};

const GET: &str = "Action=GetCredentialReport&Version=2010-05-08";
const GENERATE: &str = "Action=GenerateCredentialReport&Version=2010-05-08";

fn large() -> World {
    world(WorldSpec {
        accounts: 400,
        troubles: Troubles::None,
        ..WorldSpec::default()
    })
}

fn root_row(report: &str) -> Vec<&str> {
    report.lines().nth(1).expect("a root row").split(',').collect()
}

#[test]
fn root_rows_come_in_every_form() {
    let world = large();
    let mut seen: BTreeMap<&str, [bool; 4]> = BTreeMap::new();
    for account in world.accounts() {
        let report = String::from_utf8(world.credential_report_csv(account)).expect("text");
        let row = root_row(&report);
        let date = |text: &str| text.starts_with("20") && (text.ends_with('Z') || text.ends_with("+00:00"));
        assert_eq!(row[0], "<root_account>");
        assert_eq!(row[6], "not_supported");
        let known = |text: &str| text == "no_information" || date(text);
        let (form, fits) = match world.root_user(account).form {
            RootForm::Password { .. } => ("password", row[3] == "true" && known(row[4]) && date(row[5])),
            RootForm::Legacy { .. } => (
                "legacy",
                row[3] == "not_supported" && known(row[4]) && row[5] == "not_supported",
            ),
            RootForm::NoCredentials => ("none", row[3..8] == ["false", "N/A", "N/A", "not_supported", "false"]),
            RootForm::Recovered { .. } => ("recovered", row[3..5] == ["true", "no_information"] && date(row[5])),
            RootForm::GovCloud => (
                "gov",
                row[3..8] == ["not_supported", "N/A", "not_supported", "not_supported", "false"],
            ),
        };
        assert!(fits, "{form}: {row:?}");
        let flags = seen.entry(form).or_default();
        flags[0] = true;
    }
    assert_eq!(seen.len(), 5, "{seen:?}");
}

#[test]
fn reports_show_every_variation_of_layout_and_value() {
    let world = large();
    let mut headers = BTreeSet::new();
    let mut text = String::new();
    for account in world.accounts() {
        let report = String::from_utf8(world.credential_report_csv(account)).expect("text");
        assert!(!report.ends_with('\n') && !report.contains('\r') && !report.starts_with('\u{feff}'));
        let header = report.lines().next().expect("a header").to_owned();
        let offsets = report.matches("+00:00").count();
        assert!(
            offsets == 0 || !report.contains("Z,"),
            "one account writes dates one way"
        );
        headers.insert((
            header.split(',').count(),
            header.ends_with("additional_credentials_info"),
        ));
        text.push_str(&report);
        text.push('\n');
    }
    assert_eq!(headers, BTreeSet::from([(22, false), (23, true)]));
    let wanted = [
        "\n=carol@x,",
        "\n\"a,b\",",
        "\nroot,",
        "\n+1,",
        "\n@sum,",
        "\"\"quoted\"\"",
        ",N/A,s3,",
        ",no_information,",
        ",false,20",
    ];
    for wanted in wanted {
        assert!(text.contains(wanted), "{wanted:?}");
    }
    let former_use = text.lines().any(|line| {
        let row: Vec<&str> = line.split(',').collect();
        row.len() >= 22 && row[3] == "false" && row[4].starts_with("20")
    });
    assert!(former_use, "a password that is gone was used once");
}

#[test]
fn the_large_report_is_larger_than_32_mib_and_whole() {
    let world = world(WorldSpec {
        accounts: 40,
        troubles: Troubles::Exactly(vec![(Trouble::ReportTooLarge, 1)]),
        ..WorldSpec::default()
    });
    let account = world
        .accounts()
        .iter()
        .find(|account| account.trouble.is_some())
        .expect("one");
    let report = String::from_utf8(world.credential_report_csv(account)).expect("text");
    assert!(report.len() > 32 * 1024 * 1024);
    let columns = report.lines().next().expect("a header").split(',').count();
    assert!(report.lines().all(|line| line.split(',').count() == columns));
}

#[test]
fn a_report_goes_through_its_states() {
    let world = world(WorldSpec {
        accounts: 3,
        reports: ReportStart::Absent,
        ..WorldSpec::default()
    });
    let account = world.sample_account().expect("the sample").clone();
    let takes = world.report_pace(&account).takes.as_secs() + 1;
    let truth = world.credential_report_csv(&account);
    let client = Client::of(&Simulator::new(world), &account.id);
    let life = 4 * 3_600;
    // What is asked when, the status, and the code of a refusal or the state.
    let timeline = [
        (0, GET, 410, "ReportNotPresent"),
        (1, GENERATE, 200, "STARTED"),
        (1, GET, 404, "ReportInProgress"),
        (2, GENERATE, 200, "INPROGRESS"),
        (1 + takes, GENERATE, 200, "COMPLETE"),
        (1 + takes, GET, 200, ""),
        (life, GENERATE, 200, "COMPLETE"),
        (life, GET, 200, ""),
        (life + takes + 1, GET, 410, "ReportExpired"),
        (life + takes + 1, GENERATE, 200, "STARTED"),
        (life + takes + 2, GET, 404, "ReportInProgress"),
        (life + 3 * takes, GET, 200, ""),
    ];
    let mut generated = BTreeSet::new();
    for (seconds, call, status, word) in timeline {
        let answer = client.query("iam", call, after(seconds));
        let told = if status == 200 {
            answer.element("State")
        } else {
            answer.element("Code")
        };
        assert_eq!((answer.status, told), (status, word), "after {seconds} s");
        assert_eq!(!answer.element("Description").is_empty(), word == "STARTED");
        if status == 200 && call == GET {
            assert_eq!(STANDARD.decode(answer.element("Content")).expect("base64"), truth);
            generated.insert(answer.element("GeneratedTime").to_owned());
        }
    }
    assert_eq!(generated.len(), 2, "one report, then another: {generated:?}");
}

#[test]
fn the_message_of_an_absent_report_is_the_captured_one() {
    let simulator = Simulator::new(world(WorldSpec {
        accounts: 3,
        reports: ReportStart::Absent,
        ..WorldSpec::default()
    }));
    let answer = Client::hub(&simulator).query("iam", GET, after(0));
    assert_eq!(answer.element("Message"), "Unknown");
    simulator.forget_report(
        simulator
            .world()
            .account(simulator.world().hub_account())
            .expect("the hub"),
    );
    assert_eq!(
        Client::hub(&simulator).query("iam", GET, after(0)).refusal(),
        (410, "ReportNotPresent")
    );
}
