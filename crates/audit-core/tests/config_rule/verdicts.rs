//! How users are judged: one small account, one parameter after the other.

use audit_core::config_rule::{Compliance, Mode, Parameters, judge};
use audit_core::facts::AuthorizationDetails;
use audit_core::privileges::{Analysis, Guardrails, Input, Organization};
use iam_policy::effective::Evaluator;
use serde_json::{Value, json};

const ACCOUNT: &str = "111122223333";

fn allow(actions: &[&str]) -> Value {
    json!({ "Version": "2012-10-17", "Statement": { "Effect": "Allow", "Action": actions, "Resource": "*" } })
}

fn with_mfa(actions: &[&str]) -> Value {
    let condition = json!({ "Bool": { "aws:MultiFactorAuthPresent": "true" } });
    let statement = json!({ "Effect": "Allow", "Action": actions, "Resource": "*", "Condition": condition });
    json!({ "Version": "2012-10-17", "Statement": statement })
}

fn user(name: &str, inline: &[Value], more: &Value) -> Value {
    let named = inline.iter().enumerate();
    let policies: Vec<Value> = named
        .map(|(at, document)| json!({ "PolicyName": format!("p{at}"), "PolicyDocument": document }))
        .collect();
    let mut user = json!({
        "Path": "/", "UserName": name, "UserId": format!("AIDA{name}"), "CreateDate": "2024-01-01T00:00:00Z",
        "Arn": format!("arn:aws:iam::{ACCOUNT}:user/{name}"), "GroupList": [], "AttachedManagedPolicies": [],
        "UserPolicyList": policies,
    });
    user.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    user
}

fn group(name: &str, document: &Value) -> Value {
    json!({
        "Path": "/", "GroupName": name, "GroupId": format!("AGPA{name}"), "CreateDate": "2024-01-01T00:00:00Z",
        "Arn": format!("arn:aws:iam::{ACCOUNT}:group/{name}"), "AttachedManagedPolicies": [],
        "GroupPolicyList": [{ "PolicyName": "p", "PolicyDocument": document }],
    })
}

fn member(groups: &[&str]) -> Value {
    json!({ "GroupList": groups })
}

fn bounded(name: &str) -> Value {
    let arn = format!("arn:aws:iam::{ACCOUNT}:policy/limits/{name}");
    json!({ "PermissionsBoundary": { "PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": arn } })
}

fn policy(name: &str, document: &Value) -> Value {
    json!({
        "PolicyName": name, "PolicyId": format!("ANPA{name}"), "AttachmentCount": 1, "DefaultVersionId": "v1",
        "Arn": format!("arn:aws:iam::{ACCOUNT}:policy/limits/{name}"),
        "PolicyVersionList": [{ "VersionId": "v1", "IsDefaultVersion": true, "Document": document }],
    })
}

/// An account with groups that grant nothing, administration, and each half of a way to it.
fn told(users: &[Value], scps: Option<&Value>, parameters: &str) -> Vec<(Compliance, String)> {
    let nothing = allow(&["s3:ListAllMyBuckets"]);
    let answer = json!({
        "UserDetailList": users,
        "GroupDetailList": [
            group("readers", &nothing), group("admins", &allow(&["*"])), group("careful", &with_mfa(&["*"])),
            group("first", &allow(&["iam:PassRole"])),
            group("second", &allow(&["lambda:CreateFunction", "lambda:InvokeFunction"])),
            group("versions", &allow(&["iam:CreatePolicyVersion"])),
        ],
        "RoleDetailList": [{
            "Path": "/", "RoleName": "power", "RoleId": "AROAPOWER", "CreateDate": "2024-01-01T00:00:00Z",
            "Arn": format!("arn:aws:iam::{ACCOUNT}:role/power"), "InstanceProfileList": [],
            "AssumeRolePolicyDocument": { "Version": "2012-10-17", "Statement": {
                "Effect": "Allow", "Principal": { "Service": "lambda.amazonaws.com" }, "Action": "sts:AssumeRole" } },
            "RolePolicyList": [{ "PolicyName": "all", "PolicyDocument": allow(&["*"]) }],
            "AttachedManagedPolicies": [], "RoleLastUsed": {},
        }],
        "Policies": [policy("Readers", &nothing), policy("Everything", &allow(&["*"]))],
        "IsTruncated": false,
    });
    let details = AuthorizationDetails::read(&answer.to_string()).unwrap();
    let scps = scps.map_or(Guardrails::NotGiven, |levels| {
        Guardrails::read(&levels.to_string()).unwrap()
    });
    let input = Input {
        account: ACCOUNT.parse().unwrap(),
        partition: "aws".parse().unwrap(),
        as_of: "2026-11-20T00:00:00Z".parse().unwrap(),
        details: &details,
        organization: &Organization::default(),
        scps: &scps,
        rcps: &Guardrails::NotGiven,
        credential_report: None,
        last_accessed: None,
        gaps: &[],
        resource_policies: None,
    };
    let mut evaluator = Evaluator::new();
    let analysis = Analysis::new(input, &mut evaluator);
    let parameters = Parameters::read(parameters).unwrap();
    let verdicts = judge(&analysis, &parameters, &mut evaluator);
    assert!(verdicts.iter().all(|verdict| verdict.id.starts_with("AIDA")));
    let words = verdicts.iter();
    words
        .map(|verdict| (verdict.compliance, verdict.words(parameters.mode)))
        .collect()
}

fn of(user: Value, parameters: &str) -> String {
    let verdicts = told(&[user], None, parameters);
    let (compliance, words) = &verdicts[0];
    assert_eq!(*compliance == Compliance::Compliant, words == "as demanded", "{words}");
    words.clone()
}

#[test]
fn each_demand_is_judged_by_itself() {
    let none: &[Value] = &[];
    let readers = || user("ana", none, &member(&["readers"]));
    let admin = || user("ana", none, &member(&["admins"]));
    let careful = || user("ana", none, &member(&["careful"]));
    let both = || user("ana", none, &member(&["first", "second"]));
    let versions = || user("ana", none, &member(&["versions"]));
    let direct = || user("ana", &[allow(&["s3:ListAllMyBuckets"])], &member(&["readers"]));
    let boundary = r#"{"requireBoundary":"true"}"#;
    let named = r#"{"requireBoundary":"true","boundaryNames":"Readers,Others"}"#;
    for (user, parameters, expected) in [
        (readers(), "{}", "as demanded"),
        (admin(), "{}", "administrator"),
        (admin(), r#"{"noAdministrator":"false"}"#, "as demanded"),
        (careful(), "{}", "administrator in some context"),
        (careful(), r#"{"certainOnly":"true"}"#, "as demanded"),
        (user("ana", none, &member(&["first"])), "{}", "as demanded"),
        (both(), "{}", "becomes administrator in 1 step (lambda-001)"),
        (both(), r#"{"noEscalationToAdministrator":"false"}"#, "as demanded"),
        (
            versions(),
            r#"{"noEscalation":"true","noEscalationToAdministrator":"false"}"#,
            "as demanded",
        ),
        (direct(), "{}", "policies of its own: 0 attached, 1 inline"),
        (direct(), r#"{"noDirectPolicy":"false"}"#, "as demanded"),
        (readers(), boundary, "no permissions boundary"),
        (user("ana", none, &bounded("Readers")), boundary, "as demanded"),
        (user("ana", none, &bounded("Readers")), named, "as demanded"),
        (
            user("ana", none, &bounded("Everything")),
            named,
            "other permissions boundary: Everything",
        ),
    ] {
        let words = of(user, parameters);
        assert_eq!(words, expected, "{parameters}");
    }
}

#[test]
fn a_boundary_or_a_control_policy_that_forbids_the_way_is_respected() {
    let both = |more: &Value| {
        let mut groups = member(&["first", "second"]);
        groups
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        user("ana", &[], &groups)
    };
    assert_eq!(of(both(&bounded("Readers")), "{}"), "as demanded");
    let deny =
        json!({ "Version": "2012-10-17", "Statement": { "Effect": "Deny", "Action": "iam:*", "Resource": "*" } });
    let levels = json!([[allow(&["*"]), deny], [allow(&["*"])]]);
    assert_eq!(
        told(&[both(&json!({}))], Some(&levels), "{}"),
        [(Compliance::Compliant, "as demanded".to_owned())]
    );
}

#[test]
fn several_breaches_stand_side_by_side() {
    let user = user("ana", &[allow(&["*"])], &json!({}));
    assert_eq!(
        of(user, r#"{"requireBoundary":"true"}"#),
        "administrator; policies of its own: 0 attached, 1 inline; no permissions boundary"
    );
}

/// What cannot be told does not pass, unless nobody asks what the user may do.
#[test]
fn what_cannot_be_read_is_no_compliance() {
    let lost_group = || user("ana", &[], &member(&["nowhere"]));
    let lost_boundary = || user("ana", &[], &bounded("Nowhere"));
    let unread = || {
        user(
            "ana",
            &[json!({ "Version": "2012-10-17", "Statement": { "Effect": "Maybe" } })],
            &json!({}),
        )
    };
    for (user, expected) in [
        (lost_group(), "cannot be judged: the group nowhere is not in the answer"),
        (lost_boundary(), "cannot be judged: the document of its boundary"),
        (unread(), "cannot be judged: p0 (inline in user/ana): "),
    ] {
        let words = of(user, r#"{"noDirectPolicy":"false"}"#);
        assert!(words.starts_with(expected), "{words}");
    }
    let indifferent = r#"{"noAdministrator":"false","noEscalationToAdministrator":"false"}"#;
    assert_eq!(of(lost_group(), indifferent), "as demanded");
    let scps = json!([[{ "Version": "2012-10-17", "Statement": { "Effect": "Perhaps" } }]]);
    let verdicts = told(&[user("ana", &[], &member(&["readers"]))], Some(&scps), "{}");
    assert_eq!(verdicts[0].0, Compliance::NonCompliant);
    assert!(verdicts[0].1.starts_with("cannot be judged: SCP"), "{}", verdicts[0].1);
}

#[test]
fn a_rule_that_only_files_evidence_judges_nobody() {
    let users = [
        user("ana", &[allow(&["*"])], &json!({})),
        user("bob", &[], &member(&["nowhere"])),
    ];
    let verdicts = told(&users, None, r#"{"mode":"evidence"}"#);
    let expected = (Compliance::Compliant, "evidence only, not judged".to_owned());
    assert_eq!(verdicts, [expected.clone(), expected]);
    assert_eq!(Parameters::default().mode, Mode::Judge);
}

#[test]
fn every_user_has_one_verdict_and_roles_have_none() {
    let users: Vec<Value> = (0..7).map(|n| user(&format!("u{n}"), &[], &json!({}))).collect();
    assert_eq!(told(&users, None, "{}").len(), 7);
    assert_eq!(told(&[], None, "{}"), []);
}
