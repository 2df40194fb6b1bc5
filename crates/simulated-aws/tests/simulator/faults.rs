//! Faults: each kind does what it says, and the same plan gives the same faults.

use std::time::Duration;

use simulated_aws::{
    Delivery, FaultKind, FaultPlan, FaultPlanError, FaultRule, Operation, Outcome, Recording, Reply, Service,
    Simulator, WorldSpec,
};

use super::client::{Client, after, world};

fn with(plan: FaultPlan) -> Client {
    let builder = Simulator::builder(world(WorldSpec::default())).faults(plan);
    Client::hub(&builder.recording(Recording::Calls).build())
}

fn always(kind: FaultKind) -> FaultPlan {
    FaultPlan::rule(
        1,
        FaultRule {
            kinds: vec![kind],
            ..FaultRule::default()
        },
    )
}

/// A call of each protocol; the one to S3 stores an object.
fn calls(client: &Client) -> Vec<Reply> {
    let bucket = client.simulator.evidence_bucket();
    let sts = client.request("sts", "POST", "/", "Action=GetCallerIdentity&Version=2011-06-15");
    let mut organizations = client.request("organizations", "POST", "/", "{}");
    let target = "AWSOrganizationsV20161128.ListRoots".parse().expect("a header");
    organizations.headers_mut().insert("x-amz-target", target);
    let mut s3 = client.request("s3", "PUT", &format!("/{bucket}/key"), "body");
    s3.headers_mut().insert("if-none-match", "*".parse().expect("a header"));
    [sts, organizations, s3]
        .iter()
        .map(|request| client.reply(request, after(0)))
        .collect()
}

fn describe(reply: &Reply) -> String {
    let code = |body: &[u8]| {
        let text = String::from_utf8_lossy(body).into_owned();
        let xml = text
            .split_once("<Code>")
            .map(|(_, rest)| rest.split('<').next().unwrap_or("").to_owned());
        let json = serde_json::from_str::<serde_json::Value>(&text).ok();
        let json = json.and_then(|json| Some(json.get("__type")?.as_str()?.to_owned()));
        xml.or(json).unwrap_or_else(|| {
            if text.starts_with("<html>") {
                "page".to_owned()
            } else {
                "ok".to_owned()
            }
        })
    };
    let late = if reply.delay >= Duration::from_mins(2) {
        "late "
    } else {
        ""
    };
    match &reply.delivery {
        Delivery::Whole(response) => format!("{late}{} {}", response.status().as_u16(), code(response.body())),
        Delivery::Truncated(response, after) => {
            assert_eq!(*after, response.body().len() / 2);
            "truncated".to_owned()
        }
        Delivery::Slow(..) => "slow".to_owned(),
        Delivery::Reset => "reset".to_owned(),
        Delivery::Never => "never".to_owned(),
    }
}

#[test]
fn each_kind_in_each_protocol() {
    // STS, Organizations, S3 (whose answer has no body), and whether the object was stored.
    let table = [
        (
            FaultKind::InternalError,
            ["500 InternalFailure", "500 ServiceException", "500 InternalError"],
            false,
        ),
        (FaultKind::Unavailable, ["503 page", "503 page", "503 page"], false),
        (
            FaultKind::Throttle,
            ["400 Throttling", "400 TooManyRequestsException", "503 SlowDown"],
            false,
        ),
        (FaultKind::Timeout, ["never", "never", "never"], false),
        (FaultKind::ResetBefore, ["reset", "reset", "reset"], false),
        (FaultKind::ResetAfter, ["reset", "reset", "reset"], true),
        (FaultKind::TruncatedBody, ["truncated", "truncated", "reset"], true),
        (FaultKind::CutDocument, ["200 ok", "200 ok", "reset"], true),
        (FaultKind::MissingMember, ["200 ok", "200 ok", "200 ok"], true),
        (FaultKind::Malformed, ["200 page", "200 page", "200 page"], false),
        (FaultKind::SlowBody, ["slow", "slow", "late 200 ok"], true),
        (FaultKind::Late, ["late 200 ok", "late 200 ok", "late 200 ok"], true),
        (
            FaultKind::Denied,
            ["403 AccessDenied", "400 AccessDeniedException", "403 AccessDenied"],
            false,
        ),
        (
            FaultKind::ExpiredToken,
            ["403 ExpiredToken", "400 ExpiredTokenException", "400 ExpiredToken"],
            false,
        ),
        (
            FaultKind::Conflict,
            ["200 ok", "200 ok", "409 ConditionalRequestConflict"],
            false,
        ),
    ];
    for (kind, expected, stored) in table {
        let client = with(always(kind));
        let replies: Vec<String> = calls(&client).iter().map(describe).collect();
        assert_eq!(replies, expected, "{kind:?}");
        let objects = client.simulator.objects(&client.simulator.evidence_bucket());
        assert_eq!(!objects.is_empty(), stored, "{kind:?}");
        assert_eq!(kind.is_applied(), stored);
        let faults = client
            .simulator
            .calls()
            .into_iter()
            .filter(|call| call.outcome == Outcome::Fault(kind));
        assert_eq!(faults.count(), if kind == FaultKind::Conflict { 1 } else { 3 });
    }
}

#[test]
fn the_same_plan_over_the_same_calls_gives_the_same_faults() {
    let run = |seed| {
        let client = with(FaultPlan::transient(seed, 0.3));
        let replies: Vec<String> = (0..200)
            .flat_map(|_| calls(&client))
            .map(|reply| describe(&reply))
            .collect();
        replies
    };
    let first = run(5);
    assert_eq!(run(5), first);
    assert_ne!(run(6), first);
    let bad = first
        .iter()
        .filter(|reply| !reply.starts_with("200 ok") && !reply.starts_with("412"))
        .count();
    assert!((120..=240).contains(&bad), "{bad} of 600");
}

#[test]
fn the_fate_of_a_call_does_not_depend_on_other_calls() {
    let fates = |others: usize| {
        let client = with(FaultPlan::transient(9, 0.5));
        let account = client
            .simulator
            .world()
            .sample_account()
            .expect("the sample")
            .id
            .clone();
        let member = Client::of(&client.simulator, &account);
        let mut fates = Vec::new();
        for _ in 0..50 {
            for _ in 0..others {
                calls(&client);
            }
            let request = member.request("iam", "POST", "/", "Action=GetCredentialReport&Version=2010-05-08");
            fates.push(describe(&member.reply(&request, after(0))));
        }
        fates
    };
    assert_eq!(fates(0), fates(2));
}

#[test]
fn all_transient_kinds_come_about_evenly() {
    let client = with(FaultPlan::transient(3, 1.0));
    for _ in 0..400 {
        calls(&client);
    }
    for kind in FaultKind::TRANSIENT {
        let share = client
            .simulator
            .calls()
            .iter()
            .filter(|call| call.outcome == Outcome::Fault(kind))
            .count();
        assert!((80..=160).contains(&share), "{kind:?}: {share} of 1200");
    }
}

#[test]
fn rules_aim() {
    let rule = FaultRule {
        service: Some(Service::Sts),
        operation: Some(Operation::GetCallerIdentity),
        attempts: Some((2, 3)),
        kinds: vec![FaultKind::Throttle],
        ..FaultRule::default()
    };
    let client = with(FaultPlan::rule(1, rule.clone()));
    let replies: Vec<String> = (0..4)
        .flat_map(|_| calls(&client))
        .map(|reply| describe(&reply))
        .collect();
    let throttled: Vec<usize> = replies
        .iter()
        .enumerate()
        .filter(|(_, reply)| *reply == "400 Throttling")
        .map(|(place, _)| place)
        .collect();
    assert_eq!(throttled, [3, 6]);
    let elsewhere = with(FaultPlan::rule(
        1,
        FaultRule {
            account: Some("999999999999".to_owned()),
            ..rule
        },
    ));
    assert!(
        (0..4)
            .flat_map(|_| calls(&elsewhere))
            .all(|reply| describe(&reply) != "400 Throttling")
    );
    elsewhere.simulator.set_faults(always(FaultKind::Denied));
    assert_eq!(describe(&calls(&elsewhere)[0]), "403 AccessDenied");
}

#[test]
fn plans_are_read_from_json() {
    let text = r#"{"seed": 7, "transient": 0.25, "rules": [{"service": "iam", "operation": "GetCredentialReport",
        "account": "123456789012", "attempts": [1, 3], "probability": 0.5, "kinds": ["throttle", "reset-after"]}]}"#;
    let plan = FaultPlan::from_json(text).expect("a plan");
    assert_eq!((plan.seed, plan.transient), (7, 0.25));
    let rule = FaultRule {
        service: Some(Service::Iam),
        operation: Some(Operation::GetCredentialReport),
        account: Some("123456789012".to_owned()),
        attempts: Some((1, 3)),
        probability: 0.5,
        member: None,
        kinds: vec![FaultKind::Throttle, FaultKind::ResetAfter],
    };
    assert_eq!(plan.rules, [rule]);
    assert_eq!(FaultPlan::from_json("{}").expect("a plan"), FaultPlan::default());
    for bad in [
        "",
        r#"{"sed": 1}"#,
        r#"{"rules": [{"kinds": ["boom"]}]}"#,
        r#"{"rules": [{}]}"#,
    ] {
        assert!(
            matches!(FaultPlan::from_json(bad), Err(FaultPlanError::Json(_))),
            "{bad}"
        );
    }
    let bad = r#"{"rules": [{"kinds": []}]}"#;
    assert!(matches!(FaultPlan::from_json(bad), Err(FaultPlanError::NoKinds(1))));
    let bad = r#"{"rules": [{"kinds": ["missing-member"]}]}"#;
    assert!(matches!(FaultPlan::from_json(bad), Err(FaultPlanError::NoMember(1))));
    for bad in [
        r#"{"transient": 1.5}"#,
        r#"{"rules": [{"probability": -0.1, "kinds": ["late"]}]}"#,
    ] {
        assert!(
            matches!(FaultPlan::from_json(bad), Err(FaultPlanError::Probability(_))),
            "{bad}"
        );
    }
}

#[test]
fn an_answer_can_end_early_or_lack_a_member() {
    let whole = with(FaultPlan::default());
    let [sts, organizations, _] = calls(&whole).try_into().expect("three replies");
    let text = |reply: &Reply| match &reply.delivery {
        Delivery::Whole(response) => String::from_utf8_lossy(response.body()).into_owned(),
        other => panic!("{other:?}"),
    };
    let cut = calls(&with(always(FaultKind::CutDocument)));
    let (half, all) = (text(&cut[0]), text(&sts));
    assert!(all.starts_with(&half) && half.len() == all.len() / 2, "{half}");
    let without = |member: &str| {
        let rule = FaultRule {
            kinds: vec![FaultKind::MissingMember],
            member: Some(member.to_owned()),
            ..FaultRule::default()
        };
        let replies = calls(&with(FaultPlan::rule(1, rule)));
        (text(&replies[0]), text(&replies[1]))
    };
    let (answer, untouched) = without("Arn");
    assert!(text(&sts).contains("<Arn>") && !answer.contains("<Arn>") && answer.contains("<Account>"));
    assert_eq!(untouched, text(&organizations));
    let (untouched, answer) = without("Roots/Id");
    assert!(text(&organizations).contains("\"Id\"") && !answer.contains("\"Id\"") && answer.contains("\"Arn\""));
    assert_eq!(untouched, text(&sts));
}
