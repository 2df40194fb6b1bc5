//! What else the report says: access by service, sensitive actions, guardrails, credentials, gaps.

use audit_core::privileges::{Class, LastAccessed, LastUse, LevelAccess};
use serde_json::json;

use crate::world::{World, allow, arn, boundary, deny, held};

#[test]
fn access_is_told_by_service_and_level() {
    let world = World::default().user("ana", &[allow(&["sqs:ListQueues", "sqs:Get*"], "*")]);
    let (rows, certain) = world.judge(|analysis, evaluator| {
        (
            analysis.access(0, evaluator),
            analysis.principals().next().unwrap().1.services,
        )
    });
    assert_eq!((rows.len(), certain), (1, (1, 1)));
    assert_eq!((rows[0].service, rows[0].last_used), ("sqs", LastUse::Unknown));
    let [list, read, write, ..] = rows[0].levels;
    assert_ne!(list, LevelAccess::None);
    assert_ne!(read, LevelAccess::None);
    assert_eq!(write, LevelAccess::None);
}

#[test]
fn an_administrator_has_one_row_for_every_service() {
    let world = World::default().user("ana", &[allow(&["*"], "*")]);
    let rows = world.judge(|analysis, evaluator| analysis.access(0, evaluator));
    assert_eq!((rows.len(), rows[0].service), (1, "*"));
}

#[test]
fn last_use_is_joined_by_service() {
    let mut world = World::default().user("ana", &[allow(&["sqs:*", "sns:*", "s3:*"], "*")]);
    let answer = json!({arn("user", "ana"): {"ServicesLastAccessed": [
        {"ServiceNamespace": "sqs", "LastAuthenticated": "2026-11-01T00:00:00+00:00"}, {"ServiceNamespace": "sns"}]}});
    world.last_accessed = Some(LastAccessed::read(&answer.to_string()).unwrap());
    let rows = world.judge(|analysis, evaluator| analysis.access(0, evaluator));
    let used = |service| rows.iter().find(|row| row.service == service).unwrap().last_used;
    assert_eq!(used("sqs"), LastUse::At("2026-11-01T00:00:00Z".parse().unwrap()));
    assert_eq!((used("sns"), used("s3")), (LastUse::Never, LastUse::Unknown));
}

#[test]
fn sensitive_actions_are_told_by_class() {
    let world = World::default().user(
        "ana",
        &[allow(
            &["s3:GetObject", "s3:PutBucketPolicy", "cloudtrail:StopLogging"],
            "*",
        )],
    );
    let rows = world.judge(|analysis, evaluator| analysis.sensitive(0, evaluator));
    let told: Vec<_> = rows.iter().map(|row| (row.class, row.certain.join(" "))).collect();
    assert_eq!(
        told,
        [
            (Class::Data, "s3:GetObject".to_owned()),
            (Class::Exposure, "s3:PutBucketPolicy".to_owned()),
            (Class::Guards, "cloudtrail:StopLogging".to_owned())
        ]
    );
}

#[test]
fn guardrails_tell_their_strategy_and_what_they_take_away() {
    let full = allow(&["*"], "*");
    let world = World::default()
        .user_with("ana", std::slice::from_ref(&full), &boundary("Cap"))
        .policy("Cap", &allow(&["s3:*"], "*"))
        .scps(json!([[full], [deny(&["s3:*"])], []]));
    #[expect(
        clippy::redundant_closure_for_method_calls,
        reason = "the method alone is not general enough over its lifetimes"
    )]
    let rows = world.judge(|analysis, evaluator| analysis.guardrails(evaluator));
    let told: Vec<_> = rows
        .iter()
        .map(|row| (row.kind, row.strategy, row.principals))
        .collect();
    assert_eq!(
        told,
        [
            ("permissions boundary", "allows some", 1),
            ("SCP", "allows everything", 1),
            ("SCP", "denies some", 1)
        ]
    );
    assert_eq!(rows[1].removed, 0);
    assert!(rows[2].removed > 100 && rows[0].removed > 20_000, "{rows:?}");
}

#[test]
fn a_missing_document_leaves_nothing_certain_and_is_told() {
    let world = World::default().user_with("ana", &[allow(&["s3:*"], "*")], &held(&["lost"], &["Gone"]));
    world.of("ana", |principal, power| {
        assert_eq!(
            principal.incomplete,
            [
                "the group lost is not in the answer",
                "the document of Gone is not there"
            ]
        );
        assert_eq!(power.certain.iter().sum::<usize>(), 0);
        assert!(power.possible.iter().sum::<usize>() > 50);
    });
    let incomplete = world.gaps().into_iter().filter(|gap| gap.code == "INCOMPLETE").count();
    assert_eq!(incomplete, 2);
}

#[test]
fn what_nobody_gave_and_what_cannot_be_read_is_listed() {
    let odd = json!({"Statement": [{"Effect": "allow", "Action": "*", "Resource": "*"}]});
    let world = World::default().user("ana", &[odd]);
    let gaps = world.gaps();
    let subjects: Vec<_> = gaps
        .iter()
        .filter(|gap| gap.code == "NOT_GIVEN")
        .map(|gap| gap.subject.as_str())
        .collect();
    assert_eq!(
        subjects,
        [
            "RCPs",
            "SCPs",
            "credential report",
            "last accessed",
            "organization",
            "resource policies",
            "session policies"
        ]
    );
    let statement = gaps.iter().find(|gap| gap.code == "STATEMENT").unwrap();
    assert!(
        statement.subject.ends_with("user/ana, inline policy p0, statement 1"),
        "{statement:?}"
    );
    assert_eq!(world.tier("ana"), "limited");
}

#[test]
fn credentials_are_joined_by_arn() {
    let mut world = World::default().user("ana", &[]);
    let header = "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,\
password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,\
access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,\
access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,\
cert_1_last_rotated,cert_2_active,cert_2_last_rotated";
    let row = |name: &str| {
        format!(
            "{name},{},2024-01-01T00:00:00+00:00,true,2026-11-01T00:00:00+00:00,2024-01-01T00:00:00+00:00,N/A,false,\
true,2024-01-01T00:00:00+00:00,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A",
            arn("user", name)
        )
    };
    world.report = Some(format!("{header}\n{}\n{}\nbroken\n", row("ana"), row("gone")));
    world.judge(|analysis, _| {
        let told: Vec<_> = analysis
            .credentials()
            .iter()
            .map(|one| (one.user.as_str(), one.is_listed))
            .collect();
        assert_eq!(told[..2], [("ana", true), ("gone", false)]);
        assert_eq!(analysis.credentials()[0].keys_active, [Some(true), Some(false)]);
        assert!(
            analysis
                .not_evaluated()
                .iter()
                .any(|gap| gap.code == "CREDENTIAL_REPORT")
        );
    });
}
