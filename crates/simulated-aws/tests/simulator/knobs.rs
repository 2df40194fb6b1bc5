//! What tests change in an account is what every answer then tells.

use serde_json::json;
use simulated_aws::{Account, AccountContents, MfaDevice, MfaKind, Operation, Simulator, User, World, WorldSpec};

use super::client::{Client, after, world};

fn simulator() -> Simulator {
    Simulator::new(world(WorldSpec::default()))
}

fn sample(world: &World) -> Account {
    world.sample_account().expect("the sample account").clone()
}

#[test]
fn contents_are_a_function_of_the_description() {
    let (one, same) = (world(WorldSpec::default()), world(WorldSpec::default()));
    let other = world(WorldSpec {
        seed: 8,
        ..WorldSpec::default()
    });
    let contents = |world: &World| -> Vec<AccountContents> {
        let accounts = world.accounts().iter();
        accounts
            .map(|account| world.contents(account).as_ref().clone())
            .collect()
    };
    assert_eq!(contents(&one), contents(&same));
    assert_ne!(contents(&one), contents(&other));
    assert_eq!(*one.governance(), *same.governance());
    for account in one.accounts() {
        assert_eq!(one.contents(account).users, one.users(account));
        assert_eq!(one.contents(account).root, one.root_user(account));
    }
}

#[test]
fn a_new_user_is_in_the_report_and_in_every_answer() {
    let simulator = simulator();
    let world = simulator.world();
    let account = sample(world);
    let client = Client::of(&simulator, &account.id);
    let before = world.credential_report_csv(&account);
    world.edit(&account, |contents| {
        let device = MfaDevice::new(MfaKind::SecurityKey, "KEY", world.at());
        contents.users.push(User {
            mfa: vec![device],
            ..User::new("zoe", world.at())
        });
    });
    let report = String::from_utf8(world.credential_report_csv(&account)).expect("text");
    assert!(report.starts_with(std::str::from_utf8(&before).expect("text")));
    assert!(report.lines().last().expect("a row").starts_with("zoe,arn:aws:iam::"));
    assert!(
        report
            .lines()
            .last()
            .expect("a row")
            .contains(",false,N/A,N/A,N/A,true,")
    );
    let summary = client.document(Operation::GetAccountSummary, &json!({}));
    assert!(summary.text().contains("<key>Users</key><value>4</value>"));
    let details = client.document(Operation::GetAccountAuthorizationDetails, &json!({}));
    assert!(details.text().contains("<UserName>zoe</UserName>"));
    let devices = client.document(Operation::ListMFADevices, &json!({ "UserName": "zoe" }));
    assert_eq!(
        devices.element("SerialNumber"),
        format!("arn:aws:iam::{}:u2f/user/zoe/KEY", account.id)
    );
}

/// A call and words of its answer in an exemplary and in a negligent account.
type Case = (Operation, &'static str, &'static str, &'static str);

const CASES: &[Case] = &[
    (
        Operation::GetAccountSummary,
        "",
        "<key>AccountMFAEnabled</key><value>1<",
        "<key>AccountMFAEnabled</key><value>0<",
    ),
    (
        Operation::GetAccountSummary,
        "",
        "<key>AccountAccessKeysPresent</key><value>0<",
        "<key>AccountAccessKeysPresent</key><value>1<",
    ),
    (
        Operation::GetAccountPasswordPolicy,
        "",
        "<MinimumPasswordLength>14<",
        "<Code>NoSuchEntity</Code>",
    ),
    (
        Operation::ListMFADevices,
        "",
        "<SerialNumber>GAKT",
        "<MFADevices></MFADevices>",
    ),
    (
        Operation::ListAccessKeys,
        "",
        "<AccessKeyMetadata></AccessKeyMetadata>",
        "<Status>Active</Status>",
    ),
    (
        Operation::GetAccountAuthorizationDetails,
        "",
        "<GroupName>ReadOnly</GroupName>",
        "<PolicyArn>arn:aws:iam::aws:policy/AdministratorAccess<",
    ),
    (
        Operation::ListServerCertificates,
        "",
        "<Expiration>2027-",
        "<Expiration>2026-11-19T",
    ),
    (
        Operation::ListEntitiesForPolicy,
        "arn:aws:iam::aws:policy/AWSSupportAccess",
        "<RoleName>incident-support<",
        "<PolicyRoles></PolicyRoles>",
    ),
    (
        Operation::ListEntitiesForPolicy,
        "arn:aws:iam::aws:policy/AWSCloudShellFullAccess",
        "<PolicyRoles></PolicyRoles>",
        "<RoleName>shell<",
    ),
    (
        Operation::GetAlternateContact,
        "",
        "security@example.com",
        "No contact of",
    ),
    (
        Operation::GetPublicAccessBlock,
        "",
        "<RestrictPublicBuckets>true<",
        "NoSuchPublicAccessBlockConfiguration",
    ),
    (
        Operation::ListAnalyzers,
        "",
        r#""status":"ACTIVE""#,
        r#""analyzers":[]"#,
    ),
    (Operation::DescribeTrails, "", "management-events", r#""trailList":[]"#),
    (
        Operation::DescribeMetricFilters,
        "",
        "userIdentity.type",
        r#""metricFilters":[]"#,
    ),
    (
        Operation::DescribeAlarmsForMetric,
        "",
        "security-alarms",
        r#""MetricAlarms":[]"#,
    ),
    (
        Operation::ListSubscriptionsByTopic,
        "",
        "<Protocol>email<",
        "<Code>NotFound<",
    ),
    (
        Operation::SelectResourceConfig,
        "AWS::EC2::Instance",
        "instance-profile/app-server",
        r#"\"iamInstanceProfile\":null"#,
    ),
    (
        Operation::SelectResourceConfig,
        "AWS::S3::Bucket",
        r#"\\\"Principal\\\":{\\\"AWS\\\":"#,
        r#"\\\"Principal\\\":\\\"*\\\""#,
    ),
];

#[test]
fn exemplary_and_negligent_accounts_differ_in_every_answer() {
    let simulator = simulator();
    let world = simulator.world();
    let account = sample(world);
    let client = Client::of(&simulator, &account.id);
    for (operation, detail, good, bad) in CASES {
        let input = match operation {
            Operation::ListEntitiesForPolicy => json!({ "PolicyArn": detail }),
            Operation::DescribeTrails => json!({ "includeShadowTrails": false }),
            Operation::GetAlternateContact => json!({ "AlternateContactType": "SECURITY" }),
            Operation::DescribeAlarmsForMetric => {
                json!({ "MetricName": "RootUsage", "Namespace": "CloudTrailMetrics" })
            }
            Operation::ListSubscriptionsByTopic => {
                json!({ "TopicArn": format!("arn:aws:sns:us-east-1:{}:security-alarms", account.id) })
            }
            Operation::SelectResourceConfig => {
                let query = "SELECT configuration, supplementaryConfiguration WHERE resourceType = ";
                json!({ "Expression": format!("{query}'{detail}'") })
            }
            _ => json!({}),
        };
        world.make_exemplary(&account);
        let answer = client.document(*operation, &input);
        assert!(
            answer.text().contains(good),
            "{operation:?} {detail}: {}",
            answer.text()
        );
        assert!(
            !answer.text().contains(bad),
            "{operation:?} {detail}: {}",
            answer.text()
        );
        world.make_negligent(&account);
        let answer = client.document(*operation, &input);
        assert!(answer.text().contains(bad), "{operation:?} {detail}: {}", answer.text());
        assert!(
            !answer.text().contains(good),
            "{operation:?} {detail}: {}",
            answer.text()
        );
    }
}

#[test]
fn the_reports_of_both_are_what_they_should_be() {
    let world = world(WorldSpec::default());
    let account = sample(&world);
    let report = |world: &World| String::from_utf8(world.credential_report_csv(&account)).expect("text");
    world.make_exemplary(&account);
    let good = report(&world);
    assert!(good.contains("true,no_information,") && good.contains("alice,"));
    world.make_negligent(&account);
    let bad = report(&world);
    assert!(bad.contains("mallory,") && !bad.contains("alice,"));
    assert!(bad.lines().nth(1).expect("the root user").contains(",false,true,"));
}

#[test]
fn a_role_that_is_gone_cannot_be_assumed() {
    let simulator = simulator();
    let world = simulator.world();
    let account = sample(world);
    let hub = Client::hub(&simulator);
    assert!(hub.assume(&account.id, "", after(0)).is_ok());
    world.edit(&account, |contents| {
        contents.roles.retain(|role| role.name != "credential-report");
    });
    assert!(hub.assume(&account.id, "", after(0)).is_err());
    assert!(hub.assume(world.management_account(), "", after(0)).is_ok());
}
