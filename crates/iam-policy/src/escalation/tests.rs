use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Category, Path, ceiling, escalations};
use crate::catalogue::Catalogue;
use crate::decision::{Layer, Policies};
use crate::document::Policy;
use crate::effective::{Evaluator, Known};

const ANA: &str = "arn:aws:iam::111122223333:user/ana";

fn policy(statement: &str) -> Arc<Policy> {
    let text = format!("{{\"Version\":\"2012-10-17\",\"Statement\":[{statement}]}}");
    Arc::new(Policy::parse(&text).expect("a policy"))
}

fn allow(actions: &str, resource: &str) -> Arc<Policy> {
    policy(&format!(
        "{{\"Effect\":\"Allow\",\"Action\":[{actions}],\"Resource\":\"{resource}\"}}"
    ))
}

fn open(policies: &Policies) -> Vec<(&'static str, bool)> {
    let (mut evaluator, known) = (Evaluator::new(), Known::default());
    let effective = evaluator.effective(policies, &known);
    escalations(&mut evaluator, policies, &known, &effective, &[ANA])
        .iter()
        .map(|escalation| (escalation.path.id.as_str(), escalation.is_certain))
        .collect()
}

#[test]
fn every_path_is_read_and_names_known_actions() {
    let paths = Path::all();
    assert_eq!(paths.len(), 121);
    let ids: BTreeSet<&str> = paths.iter().map(|path| path.id.as_str()).collect();
    assert_eq!(ids.len(), paths.len());
    for path in paths {
        assert!(!path.requires.is_empty(), "{}", path.id);
        for action in &path.requires {
            let id = Catalogue::get().find(action).expect(action);
            assert_eq!(&Catalogue::get().name(id), action);
            // Of something of one's own, one resource has to be all that a request needs.
            assert!(
                !path.on_own || Catalogue::get().arn_formats(id).len() == 1,
                "{action} of {}",
                path.id
            );
        }
        let passes = path.requires.iter().any(|action| action == "iam:PassRole");
        assert!(passes || path.passes_to.is_empty() || path.category != Category::NewPassrole);
        if let Some(refined) = &path.refines {
            assert!(ids.contains(refined.as_str()), "{refined}");
        }
    }
}

#[test]
fn a_path_over_two_policies_is_found_and_names_both() {
    let policies = Policies {
        identity: vec![
            allow("\"iam:PassRole\"", "arn:aws:iam::111122223333:role/*"),
            allow("\"ec2:RunInstances\"", "*"),
        ],
        ..Policies::default()
    };
    assert!(open(&policies).contains(&("ec2-001", true)));
    let (mut evaluator, known) = (Evaluator::new(), Known::default());
    let effective = evaluator.effective(&policies, &known);
    let found = escalations(&mut evaluator, &policies, &known, &effective, &[ANA]);
    let path = found.iter().find(|one| one.path.id == "ec2-001").expect("the path");
    let from: Vec<(&str, usize)> = path
        .grants
        .iter()
        .map(|(action, statements)| (*action, statements[0].policy))
        .collect();
    assert_eq!(from, [("iam:PassRole", 0), ("ec2:RunInstances", 1)]);
    assert!(path.grants[0].1.iter().all(|grant| grant.layer == Layer::Identity));
}

#[test]
fn a_path_that_a_limiter_closes_is_not_found() {
    let identity = vec![allow("\"iam:PassRole\",\"ec2:RunInstances\"", "*")];
    let boundary = Policies {
        identity: identity.clone(),
        boundary: Some(allow("\"ec2:*\"", "*")),
        ..Policies::default()
    };
    assert_eq!(open(&boundary), []);
    let scp = Policies {
        identity: identity.clone(),
        scps: vec![vec![
            allow("\"*\"", "*"),
            policy(r#"{"Effect":"Deny","Action":"iam:PassRole","Resource":"*"}"#),
        ]],
        ..Policies::default()
    };
    assert_eq!(open(&scp), []);
    assert!(
        !open(&Policies {
            identity,
            ..Policies::default()
        })
        .is_empty()
    );
}

#[test]
fn a_condition_makes_a_path_possible_only() {
    let policies = Policies {
        identity: vec![policy(
            r#"{"Effect":"Allow","Action":"iam:CreateAccessKey","Resource":"*","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}}"#,
        )],
        ..Policies::default()
    };
    assert_eq!(open(&policies), [("iam-002", false)]);
}

#[test]
fn a_path_is_certain_only_with_every_type_of_resource() {
    let pass = || allow("\"iam:PassRole\"", "*");
    let run = |resource: &str| allow("\"ec2:RunInstances\"", resource);
    let list = |resources: &str| {
        policy(&format!(
            "{{\"Effect\":\"Allow\",\"Action\":\"ec2:RunInstances\",\"Resource\":[{resources}]}}"
        ))
    };
    let formats = |but: &str| {
        let id = Catalogue::get().find("ec2:RunInstances").expect("a known action");
        let formats = Catalogue::get().arn_formats(id).into_iter();
        let wanted = formats.filter(|format| but.is_empty() || !format.contains(but));
        wanted.map(|format| format!("\"{format}\"")).collect::<Vec<_>>()
    };
    let all = formats("");
    let (first, second) = all.split_at(all.len() / 2);
    for (name, identity, boundary, expected) in [
        ("all resources", vec![run("*")], None, true),
        ("one type", vec![run("arn:aws:ec2:*:*:instance/*")], None, false),
        (
            "all types but one",
            vec![list(&formats(":image/").join(","))],
            None,
            false,
        ),
        ("each type", vec![list(&all.join(","))], None, true),
        (
            "each type, over two documents",
            vec![list(&first.join(",")), list(&second.join(","))],
            None,
            true,
        ),
        (
            "all resources within a boundary for one type",
            vec![run("*")],
            Some(policy(
                r#"{"Effect":"Allow","Action":["iam:*","ec2:*"],"Resource":["arn:aws:iam::*:role/*","arn:aws:ec2:*:*:instance/*"]}"#,
            )),
            false,
        ),
        (
            "all resources but one type",
            vec![
                run("*"),
                policy(r#"{"Effect":"Deny","Action":"ec2:RunInstances","Resource":"arn:aws:ec2:*:*:subnet/*"}"#),
            ],
            None,
            false,
        ),
    ] {
        let policies = Policies {
            identity: std::iter::once(pass()).chain(identity).collect(),
            boundary,
            ..Policies::default()
        };
        let found = open(&policies);
        let path = found.iter().find(|(id, _)| *id == "ec2-001");
        assert_eq!(path, Some(&("ec2-001", expected)), "{name}");
    }
}

#[test]
fn alternatives_that_one_pattern_covers_are_certain() {
    let policies = Policies {
        identity: vec![
            allow("\"iam:PassRole\"", "arn:aws:iam::111122223333:role/*"),
            allow("\"events:PutRule\",\"events:PutTargets\"", "arn:aws:events:*:*:rule/*"),
        ],
        ..Policies::default()
    };
    assert!(open(&policies).contains(&("events-put-rule", true)));
}

#[test]
fn widening_oneself_needs_ones_own_arn() {
    let on = |resource: &str| Policies {
        identity: vec![allow("\"iam:PutUserPolicy\"", resource)],
        ..Policies::default()
    };
    assert_eq!(open(&on("arn:aws:iam::111122223333:user/bob")), []);
    assert_eq!(open(&on("arn:aws:iam::111122223333:user/a*")), [("iam-007", true)]);
    assert_eq!(open(&on("arn:aws:iam::*:user/${aws:username}")), [("iam-007", false)]);
    assert_eq!(open(&on("*")), [("iam-007", true)]);
}

#[test]
fn the_ceiling_is_what_limiters_leave() {
    let policies = Policies {
        identity: vec![allow("\"iam:PutUserPolicy\"", "*")],
        boundary: Some(allow("\"iam:*\",\"s3:*\"", "*")),
        ..Policies::default()
    };
    let ceiling = ceiling(&mut Evaluator::new(), &policies, &Known::default());
    let has = |action: &str| {
        ceiling
            .upper_some
            .contains(Catalogue::get().find(action).expect(action))
    };
    assert!(has("s3:GetObject") && has("iam:CreateUser"));
    assert!(!has("ec2:RunInstances"));
}
