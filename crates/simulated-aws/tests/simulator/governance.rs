//! What the management account decides is what the organization's answers then tell.

use serde_json::{Value, json};
use simulated_aws::{Operation, Outcome, Policy, PolicyKind, Recording, Simulator, WorldSpec};

use super::client::{Answer, Client, world};

const AUDIT: &str = "arn:aws:iam::aws:policy/root-task/IAMAuditRootUserCredentials";
const UNLOCK: &str = "arn:aws:iam::aws:policy/root-task/S3UnlockBucketPolicy";

fn simulator() -> Simulator {
    let builder = Simulator::builder(world(WorldSpec::default()));
    builder.recording(Recording::Calls).build()
}

fn sample(simulator: &Simulator) -> String {
    simulator
        .world()
        .sample_account()
        .expect("the sample account")
        .id
        .clone()
}

fn assume_root(client: &Client, task: &str) -> Answer {
    let target = sample(&client.simulator);
    let input = json!({ "TargetPrincipal": target, "TaskPolicyArn.arn": task });
    client.document(Operation::AssumeRoot, &input)
}

#[test]
fn features_decide_which_root_sessions_there_are() {
    let simulator = simulator();
    let hub = Client::hub(&simulator);
    let features = || {
        let answer = hub.document(Operation::ListOrganizationsFeatures, &json!({}));
        (
            answer.text().contains("RootCredentialsManagement"),
            answer.text().contains("RootSessions"),
        )
    };
    for (management, sessions) in [(true, true), (true, false), (false, true), (false, false)] {
        simulator.world().edit_governance(|governance| {
            governance.root_credentials_management = management;
            governance.root_sessions = sessions;
        });
        assert_eq!(features(), (management, sessions));
        assert_eq!(assume_root(&hub, AUDIT).status == 200, management);
        assert_eq!(assume_root(&hub, UNLOCK).status == 200, sessions);
    }
}

#[test]
fn without_trusted_access_there_is_no_feature() {
    let simulator = simulator();
    let hub = Client::hub(&simulator);
    simulator
        .world()
        .edit_governance(|governance| governance.trusted_services.clear());
    let refused = hub.document(Operation::ListOrganizationsFeatures, &json!({}));
    assert_eq!(refused.refusal(), (400, "ServiceAccessNotEnabledException"));
    assert_eq!(assume_root(&hub, AUDIT).refusal(), (403, "AccessDenied"));
    let other = hub.document(Operation::ListRegions, &json!({ "AccountId": sample(&simulator) }));
    assert_eq!(other.status, 403);
}

#[test]
fn root_sessions_are_recorded_with_their_task() {
    let simulator = simulator();
    assume_root(&Client::hub(&simulator), AUDIT);
    assume_root(&Client::hub(&simulator), UNLOCK);
    let calls = simulator.calls();
    let told: Vec<_> = calls
        .iter()
        .map(|call| (call.account.as_str(), call.subject.as_str()))
        .collect();
    let member = sample(&simulator);
    let tasks = ["IAMAuditRootUserCredentials", "S3UnlockBucketPolicy"];
    assert_eq!(told, tasks.map(|task| (member.as_str(), task)));
    assert!(calls.iter().all(|call| call.outcome == Outcome::Ok));
}

#[test]
fn a_delegate_reads_what_other_members_may_not() {
    let simulator = simulator();
    let member = Client::of(&simulator, &sample(&simulator));
    assert_eq!(member.document(Operation::ListRoots, &json!({})).status, 400);
    let since = simulator.world().at();
    let delegation = (member.key.clone(), "backup.amazonaws.com".to_owned(), since);
    simulator
        .world()
        .edit_governance(|governance| governance.delegated_administrators.push(delegation));
    assert_eq!(member.document(Operation::ListRoots, &json!({})).status, 200);
    let answer = member.document(
        Operation::ListDelegatedServicesForAccount,
        &json!({ "AccountId": member.key }),
    );
    assert_eq!(
        answer.json()["DelegatedServices"][0]["ServicePrincipal"],
        "backup.amazonaws.com"
    );
}

#[test]
fn a_negligent_organization_has_none_of_it() {
    let simulator = simulator();
    let management = Client::of(&simulator, simulator.world().management_account());
    simulator
        .world()
        .edit_governance(simulated_aws::Governance::make_negligent);
    let list = |operation, input: Value, list: &str| {
        let answer = management.document(operation, &input).json();
        answer[list].as_array().expect("a list").clone()
    };
    let scps = list(
        Operation::ListPolicies,
        json!({ "Filter": "SERVICE_CONTROL_POLICY" }),
        "Policies",
    );
    assert_eq!(scps.len(), 1);
    assert_eq!(scps[0]["Name"], "FullAWSAccess");
    assert!(
        list(
            Operation::ListDelegatedAdministrators,
            json!({}),
            "DelegatedAdministrators"
        )
        .is_empty()
    );
    let services = list(
        Operation::ListAWSServiceAccessForOrganization,
        json!({}),
        "EnabledServicePrincipals",
    );
    assert!(services.is_empty());
    let missing = management
        .document(Operation::DescribeResourcePolicy, &json!({}))
        .json();
    assert_eq!(missing["__type"], "ResourcePolicyNotFoundException");
}

#[test]
fn policies_can_be_added_and_types_without_policies_are_off() {
    let simulator = simulator();
    let hub = Client::hub(&simulator);
    let target = sample(&simulator);
    simulator.world().edit_governance(|governance| {
        governance.policies = vec![Policy {
            id: "p-11111111".to_owned(),
            name: "only".to_owned(),
            kind: PolicyKind::ServiceControl,
            aws_managed: false,
            document: "{}".to_owned(),
            targets: vec![target.clone()],
        }];
    });
    let input = json!({ "TargetId": target, "Filter": "SERVICE_CONTROL_POLICY" });
    let found = hub.document(Operation::ListPoliciesForTarget, &input).json();
    assert_eq!(found["Policies"][0]["Id"], "p-11111111");
    let roots = hub.document(Operation::ListRoots, &json!({})).json();
    let types = json!([{ "Type": "SERVICE_CONTROL_POLICY", "Status": "ENABLED" }]);
    assert_eq!(roots["Roots"][0]["PolicyTypes"], types);
}

#[test]
fn an_account_alone_has_no_organization() {
    let simulator = simulator();
    let hub = Client::hub(&simulator);
    simulator
        .world()
        .edit_governance(|governance| governance.in_use = false);
    for operation in [
        Operation::DescribeOrganization,
        Operation::ListAccounts,
        Operation::ListPolicies,
    ] {
        let refused = hub.document(operation, &json!({})).json();
        assert_eq!(refused["__type"], "AWSOrganizationsNotInUseException");
    }
    let refused = hub.document(Operation::ListOrganizationsFeatures, &json!({}));
    assert_eq!(refused.refusal(), (400, "OrganizationNotFoundException"));
}
