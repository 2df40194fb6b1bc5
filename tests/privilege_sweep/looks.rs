//! How closely accounts are looked at: what the settings ask for, and no call more.

use config_rule::permissions;
use config_rule::settings::Looks;
use simulated_aws::{Operation, PolicyResource};

use super::scene::{Scene, sound};

const CLOSE: [&str; 2] = ["--with-last-accessed", "--with-resource-policies"];

#[test]
fn every_call_is_declared_for_how_closely_is_looked() {
    for (arguments, looks) in [(&[][..], Looks::default()), (&CLOSE[..], Looks::EVERYTHING)] {
        let scene = Scene::new(sound(5), arguments);
        scene.sweep();
        let declared = permissions(looks);
        for call in scene.simulator.calls() {
            let name = format!("{}:{}", call.operation.service().action_prefix(), call.operation.name());
            let is_part = [
                "s3:CreateMultipartUpload",
                "s3:UploadPart",
                "s3:CompleteMultipartUpload",
            ];
            let known = declared.iter().any(|permission| permission.operation == name);
            assert!(known || is_part.contains(&name.as_str()), "{name} is not declared");
        }
    }
}

#[test]
fn the_last_use_of_each_service_is_asked_for_each_user_and_role_and_told() {
    let scene = Scene::new(sound(4), &["--with-last-accessed"]);
    let swept = scene.sweep();
    let overview = swept.overview.expect("an overview");
    let principals = usize::try_from(overview.users + overview.roles).expect("a number");
    assert_eq!(scene.calls(Operation::GenerateServiceLastAccessedDetails), principals);
    let account = scene.member(0).id;
    assert_eq!(scene.gap(&swept, &account, "last accessed"), None);
    let rows = scene.lines(&swept, &account, "service_access");
    let of_s3 = rows
        .iter()
        .filter(|row| row["service"] == "s3" || row["service"] == "*");
    let states: Vec<&str> = of_s3
        .map(|row| row["last_used_state"].as_str().expect("text"))
        .collect();
    assert!(
        !states.is_empty() && states.iter().all(|state| ["used", "never"].contains(state)),
        "{states:?}"
    );
}

#[test]
fn a_last_use_that_cannot_be_had_is_a_gap_with_its_reason() {
    for operation in [
        Operation::GenerateServiceLastAccessedDetails,
        Operation::GetServiceLastAccessedDetails,
    ] {
        let scene = Scene::new(sound(4), &["--with-last-accessed"]);
        let account = scene.member(0).id;
        scene.deny(operation, Some(&account));
        let swept = scene.sweep();
        let (code, reason) = scene.gap(&swept, &account, "last accessed").expect("a gap");
        assert_eq!(code, "NOT_READ");
        assert!(
            reason.contains(operation.name()) && reason.contains("AccessDenied"),
            "{reason}"
        );
        assert_eq!(scene.gap(&swept, &scene.member(1).id, "last accessed"), None);
    }
}

#[test]
fn policies_of_resources_are_told_where_they_are_asked_for() {
    let scene = Scene::new(sound(4), &["--with-resource-policies"]);
    let account = scene.member(0);
    let open = |id: &str| {
        format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Sid":"Open","Effect":"Allow","Principal":{{"AWS":"{id}"}},"Action":"s3:GetObject","Resource":"*"}}]}}"#
        )
    };
    let sibling = scene.member(1).id;
    scene.simulator.world().edit(&account, |contents| {
        contents.recorded = true;
        let bucket = |name: &str, id: &str| PolicyResource::bucket("aws", name, "us-east-1", Some(&open(id)));
        contents.resources = vec![bucket("shared", &sibling), bucket("leaking", "999988887777")];
    });
    let swept = scene.sweep();
    let rows = scene.lines(&swept, &account.id, "resource_policies");
    let lets_in = |name: &str| {
        let row = rows
            .iter()
            .find(|row| row["resource"].as_str().expect("an ARN").ends_with(name));
        row.unwrap_or_else(|| panic!("{name}: {rows:?}"))["lets_in"].clone()
    };
    assert_eq!(
        (lets_in("shared"), lets_in("leaking")),
        ("organization".into(), "outside".into())
    );
    assert_eq!(scene.gap(&swept, &account.id, "resource policies"), None);
}

#[test]
fn policies_that_aws_config_does_not_record_are_a_gap_and_not_a_clean_answer() {
    let scene = Scene::new(sound(4), &["--with-resource-policies"]);
    let account = scene.member(0);
    scene
        .simulator
        .world()
        .edit(&account, |contents| contents.recorded = false);
    let swept = scene.sweep();
    let (code, reason) = scene.gap(&swept, &account.id, "resource policies").expect("a gap");
    assert_eq!(code, "NOT_READ");
    assert!(
        reason.contains("config:DescribeConfigurationRecorderStatus"),
        "{reason}"
    );
    let nobody = Scene::new(sound(4), &[]);
    let swept = nobody.sweep();
    let (code, _) = nobody
        .gap(&swept, &nobody.member(0).id, "resource policies")
        .expect("a remark");
    assert_eq!(code, "NOT_GIVEN");
}

#[test]
fn a_report_that_the_collector_stored_is_not_asked_for_again() {
    use clap::Parser as _;
    let scene = Scene::new(sound(4), &[]);
    let sdk = scene.simulator.sdk_config();
    let bucket = format!("--bucket={}", scene.simulator.evidence_bucket());
    let settings = credential_collector::Settings::try_parse_from(["credential-collector", &bucket]).expect("settings");
    let place = credential_collector::Place::of(&sdk, settings.buckets()).expect("buckets");
    let collector = credential_collector::Run {
        sdk: &sdk,
        settings: &settings,
        request: &scene.request(),
        place: &place,
        deadline: None,
        progress: &|_| {},
    };
    let collected = scene
        .time
        .run(Box::pin(credential_collector::run(&collector)))
        .expect("time goes on");
    assert_eq!(collected.expect("a run").manifest.counts.collected, 4);
    let asked = scene.calls(Operation::GetCredentialReport);
    let swept = scene.sweep();
    assert_eq!(scene.calls(Operation::GetCredentialReport), asked);
    let account = scene.member(0).id;
    assert_eq!(scene.gap(&swept, &account, "credential report"), None);
    // Three users and the root user.
    assert_eq!(scene.lines(&swept, &account, "credentials").len(), 4);
}
