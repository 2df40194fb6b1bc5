//! What policies come to, case by case.

use audit_core::control_policies::{Answer, Attachments, Direction, Exemption, How, Kind, Status, Strategy, TypeState};

use super::world::{FULL, MANAGEMENT, MEMBER, ROOT, World, denying, member, of};

const STOP: &str = r#""Action":"cloudtrail:StopLogging","Resource":"*""#;

fn world() -> World {
    let mut world = World::new();
    world.guard(&["cloudtrail:StopLogging"]);
    world
}

#[test]
fn an_action_is_judged_by_all_that_stands_above() {
    let ou = "ou-work";
    let conditional =
        format!(r#"{STOP},"Condition":{{"StringNotLike":{{"aws:PrincipalArn":"arn:aws:iam::*:role/admin"}}}}"#);
    let ours = format!(r#"{STOP},"Condition":{{"StringEquals":{{"aws:PrincipalAccount":"{MEMBER}"}}}}"#);
    let others = format!(r#"{STOP},"Condition":{{"StringNotEquals":{{"aws:PrincipalAccount":"{MEMBER}"}}}}"#);
    let not_in = r#""NotAction":["s3:*"],"Resource":"*""#;
    let one_trail = r#""Action":"cloudtrail:*","Resource":"arn:aws:cloudtrail:*:*:trail/organization""#;
    let reads = r#""Action":"cloudtrail:Get*","Resource":"*""#;
    for (statement, target, status, how) in [
        (STOP, ROOT, Status::Prevented, Some((How::Denies, 0))),
        (STOP, ou, Status::Prevented, Some((How::Denies, 1))),
        (STOP, MEMBER, Status::Prevented, Some((How::Denies, 2))),
        (STOP, MANAGEMENT, Status::NotPrevented, None),
        (not_in, ou, Status::Prevented, Some((How::Denies, 1))),
        (reads, ou, Status::NotPrevented, None),
        (
            conditional.as_str(),
            ou,
            Status::Depends,
            Some((How::DeniesUnderConditions, 1)),
        ),
        (one_trail, ou, Status::Depends, Some((How::DeniesOnSomeResources, 1))),
        (ours.as_str(), ou, Status::Prevented, Some((How::Denies, 1))),
        (others.as_str(), ou, Status::NotPrevented, None),
    ] {
        let mut world = world();
        world.deny("p-tested", statement, &[target]);
        let verdict = world.verdict(0);
        assert_eq!(verdict.status, status, "{statement} at {target}");
        let because = verdict.because.first().map(|reason| (reason.how, reason.level));
        assert_eq!(because, how, "{statement} at {target}");
        if let Some(reason) = verdict.because.first() {
            assert_eq!(reason.policy.as_deref(), Some("p-tested"));
            assert_eq!((reason.statement, reason.sid.as_deref()), (Some(0), Some("No")));
        }
    }
}

#[test]
fn a_level_that_does_not_allow_prevents_whatever_others_allow() {
    let mut world = world();
    world.organization.attached.get_mut(&Kind::Scp).unwrap().insert(
        "p-FullAWSAccess".to_owned(),
        Answer::Known([ROOT, MEMBER, MANAGEMENT].map(str::to_owned).into()),
    );
    let only_s3 = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}"#;
    world.policy("p-s3", Kind::Scp, only_s3, &["ou-work"]);
    let verdict = world.verdict(0);
    assert_eq!(verdict.status, Status::Prevented);
    let [reason] = verdict.because.as_slice() else {
        panic!("{verdict:?}")
    };
    assert_eq!(
        (reason.how, reason.level, &reason.policy),
        (How::DoesNotAllow, 1, &None)
    );
    world.report(|report| {
        let strategies: Vec<Strategy> = member(report).levels.iter().map(|level| level.strategy).collect();
        let everything = Strategy::Everything;
        let expected = [
            everything,
            Strategy::AllowList,
            everything,
            everything,
            everything,
            everything,
        ];
        assert_eq!(strategies, expected);
    });

    // A level of denials alone leaves nothing to anybody below.
    world.deny("p-deny", STOP, &["ou-work"]);
    world.policy("p-s3", Kind::Scp, only_s3, &[]);
    world.guard(&["s3:GetObject", "ec2:RunInstances"]);
    let verdict = world.verdict(0);
    assert_eq!((verdict.status, verdict.prevented), (Status::Prevented, 2));
    world.report(|report| {
        let blocked: Vec<usize> = member(report).blocked().map(|level| level.node).collect();
        assert_eq!(blocked, [1]);
    });
}

/// What stands above the management account restricts nobody there.
#[test]
fn nothing_is_allowed_only_where_policies_restrict() {
    let mut world = world();
    world.organization.attached.get_mut(&Kind::Scp).unwrap().insert(
        "p-FullAWSAccess".to_owned(),
        Answer::Known([ROOT, "ou-work"].map(str::to_owned).into()),
    );
    world.deny("p-deny", STOP, &[MEMBER, MANAGEMENT]);
    world.report(|report| {
        assert_eq!(of(report, MEMBER).blocked().count(), 1);
        assert_eq!(of(report, MANAGEMENT).blocked().count(), 0);
    });
}

#[test]
fn resource_control_policies_deny_where_their_services_are() {
    let deny = |action: &str| {
        format!(
            r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Deny","Principal":"*","Action":"{action}","Resource":"*"}}}}"#
        )
    };
    for (guarded, denied, status) in [
        ("s3:PutBucketPolicy", "s3:*", Status::Prevented),
        ("s3:PutBucketPolicy", "s3:Get*", Status::NotPrevented),
        // No service of those that they restrict.
        ("cloudtrail:StopLogging", "*", Status::NotPrevented),
    ] {
        let mut world = World::new();
        world.guard(&[guarded]);
        world.policy("p-rcp", Kind::Rcp, &deny(denied), &[ROOT]);
        assert_eq!(world.verdict(0).status, status, "{denied}");
    }
}

#[test]
fn whom_policies_do_not_restrict_is_told_with_the_reason() {
    let mut world = world();
    world.deny("p-tested", STOP, &[ROOT, MANAGEMENT]);
    world.report(|report| {
        let management = of(report, MANAGEMENT);
        assert!(management.is_management && management.gaps.is_empty());
        assert_eq!(management.exempt[&Kind::Scp], Exemption::Management);
        assert_eq!(report.verdicts_of(management)[0].status, Status::NotPrevented);
        // What is attached is told all the same.
        assert!(
            management
                .levels
                .iter()
                .any(|level| level.attached.iter().any(|one| one.id == "p-tested"))
        );
        assert!(member(report).exempt.is_empty());
    });

    let mut off = world.organization.clone();
    if let Answer::Known(root) = &mut off.root {
        root.types.insert(Kind::Scp, TypeState::NotEnabled);
    }
    let standing = std::mem::replace(&mut world.organization, off);
    assert_eq!(world.verdict(0).status, Status::NotPrevented);
    world.report(|report| {
        assert_eq!(member(report).exempt[&Kind::Scp], Exemption::TypeOff);
        assert!(member(report).levels.iter().all(|level| level.kind == Kind::Rcp));
    });

    world.organization = standing;
    world.organization.organization = Answer::Known(None);
    world.report(|report| {
        assert_eq!(member(report).exempt[&Kind::Scp], Exemption::NoOrganization);
        assert_eq!(report.verdicts_of(member(report))[0].status, Status::NotPrevented);
    });
}

#[test]
fn the_root_user_is_kept_from_everything_by_a_condition_on_it() {
    let mut world = World::new();
    let root_only =
        r#""Action":"*","Resource":"*","Condition":{"StringLike":{"aws:PrincipalArn":"arn:aws:iam::*:root"}}"#;
    let at = world
        .guardrails
        .iter()
        .position(|one| one.slug == "use-root-user")
        .unwrap();
    assert_eq!(world.verdict(at).status, Status::NotPrevented);
    world.deny("p-root", root_only, &["ou-work"]);
    let verdict = world.verdict(at);
    assert_eq!(
        (verdict.status, verdict.prevented),
        (Status::Prevented, verdict.actions)
    );
    assert!(verdict.actions > 20_000);
    // Somebody else may go on.
    let other = world
        .guardrails
        .iter()
        .position(|one| one.slug == "stop-cloudtrail")
        .unwrap();
    assert_eq!(world.verdict(other).status, Status::Depends);
}

#[test]
fn half_a_guardrail_is_told_as_half() {
    let mut world = World::new();
    world.guard(&["cloudtrail:StopLogging", "cloudtrail:DeleteTrail"]);
    world.deny("p-tested", STOP, &["ou-work"]);
    let verdict = world.verdict(0);
    assert_eq!(
        (verdict.status, verdict.prevented, verdict.free),
        (Status::Depends, 1, 1)
    );
    assert_eq!(verdict.open, ["cloudtrail:DeleteTrail"]);
}

#[test]
fn the_catalogue_tells_size_room_and_attachments() {
    let mut world = world();
    world.deny("p-used", STOP, &[ROOT, MEMBER]);
    world.deny("p-unused", STOP, &[]);
    world.report(|report| {
        let row = |id: &str| report.policies.iter().find(|row| row.id == id).unwrap();
        let (used, unused) = (row("p-used"), row("p-unused"));
        let length = denying(STOP).chars().count();
        assert_eq!(
            (used.characters, used.headroom()),
            (Some(length), Some(10_240 - length))
        );
        assert_eq!(
            (used.statements, used.is_unattached(), unused.is_unattached()),
            ((0, 1), false, true)
        );
        assert_eq!(used.sha256, unused.sha256);
        assert_eq!(used.attachments, Attachments::Known([ROOT, MEMBER].into()));
        assert_eq!(row("p-RCPFullAWSAccess").attachments, Attachments::Everything);
    });
}

#[test]
fn the_path_has_ids_and_names_and_each_policy_every_level() {
    let mut world = world();
    world.unit("ou-deep", "Deep", "ou-work");
    world.place(MEMBER, "ou-deep");
    world.policy(
        "p-FullAWSAccess",
        Kind::Scp,
        FULL,
        &[ROOT, "ou-work", "ou-deep", MEMBER, MANAGEMENT],
    );
    world.deny("p-twice", STOP, &[ROOT, "ou-deep"]);
    world.report(|report| {
        let account = member(report);
        assert_eq!(account.path_names(), "Root / Workloads / Deep / name");
        assert_eq!(account.path_ids(), format!("{ROOT}/ou-work/ou-deep/{MEMBER}"));
        let scps = account.levels.iter().filter(|level| level.kind == Kind::Scp);
        let with: Vec<usize> = scps
            .filter(|level| level.attached.iter().any(|one| one.id == "p-twice"))
            .map(|level| level.node)
            .collect();
        assert_eq!(with, [0, 2]);
        let deep = report
            .nodes
            .iter()
            .find(|node| node.path.last().unwrap().id == "ou-deep")
            .unwrap();
        assert_eq!((deep.accounts, deep.units), (1, 0));
    });
    assert_eq!(world.verdict(0).because.len(), 2);
}

#[test]
fn attachments_read_by_target_come_to_the_same() {
    let mut world = world();
    world.deny("p-tested", STOP, &["ou-work"]);
    let expected = world.report(|report| (member(report).levels.len(), report.verdicts_of(member(report)).to_vec()));
    for kind in Kind::ALL {
        let by_policy = world.organization.attached.remove(&kind).unwrap();
        let mut by_target = std::collections::BTreeMap::new();
        for target in [ROOT, "ou-work", MEMBER, MANAGEMENT] {
            let attached = by_policy
                .iter()
                .filter(|(_, answer)| answer.known().unwrap().contains(target));
            let attached = attached.map(|(id, _)| id.clone()).collect();
            by_target.insert(target.to_owned(), Answer::Known(attached));
        }
        world.organization.attached.insert(kind, by_target);
        world.organization.directions.insert(kind, Direction::ByTarget);
    }
    let other = world.report(|report| (member(report).levels.len(), report.verdicts_of(member(report)).to_vec()));
    assert_eq!(other, expected);
}
