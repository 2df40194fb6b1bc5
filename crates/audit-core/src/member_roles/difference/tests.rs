use std::collections::BTreeMap;

use super::*;
use crate::account::Partition;
use crate::member_roles::{Terms, Wanted, is_ours};
use crate::permission::Permission;

const TERMS: Terms<'_> = Terms {
    path: "/iam-census/",
    organization: "o-a1b2c3d4e5",
    external_id: Some("between-us"),
    session_name: None,
    boundary: None,
    may_loosen: false,
};

fn desired(terms: &Terms<'_>) -> Desired {
    let wanted = Wanted {
        kind: Kind::CredentialReport,
        name: "credential-report".to_owned(),
        trusted: "arn:aws:iam::111122223333:role/collector".to_owned(),
        permissions: vec![Permission::member(
            "iam:GetCredentialReport",
            &["iam:GetCredentialReport"],
            "*",
        )],
    };
    wanted.desired(terms, &Partition::Aws, "444455556666")
}

/// The role as it is once it is made.
fn made() -> Role {
    let desired = desired(&TERMS);
    Role {
        path: desired.path,
        description: desired.kind.description().to_owned(),
        max_session_seconds: MAX_SESSION_SECONDS,
        trust: desired.trust,
        boundary: None,
        tags: TAGS.map(|(key, value)| (key.to_owned(), value.to_owned())).into(),
        policy: Some(desired.policy),
        inline: vec!["credential-report".to_owned()],
        attached: Vec::new(),
        instance_profiles: Vec::new(),
    }
}

fn changed(change: impl FnOnce(&mut Role)) -> Found {
    let mut role = made();
    change(&mut role);
    Found::Ours(Box::new(role))
}

fn subjects(plan: &Plan) -> Vec<&'static str> {
    match &plan.action {
        Action::Mend(changes) => changes.iter().map(Change::subject).collect(),
        other => vec![other.slug()],
    }
}

#[test]
fn each_difference_is_one_change() {
    let tag = |role: &mut Role, key: &str| role.tags.insert(key.to_owned(), "other".to_owned());
    for (found, expected) in [
        (Found::Absent, vec!["create"]),
        (changed(|_| {}), vec!["nothing"]),
        (changed(|role| drop(tag(role, "Team"))), vec!["nothing"]),
        (changed(|role| drop(tag(role, "Project"))), vec!["tags"]),
        (changed(|role| drop(role.tags.remove("Project"))), vec!["tags"]),
        (changed(|role| role.policy = None), vec!["policy"]),
        (changed(|role| role.policy = Some(Document::of(&[]))), vec!["policy"]),
        (changed(|role| role.trust = Document::read("")), vec!["trust"]),
        (changed(|role| role.boundary = Some("arn".to_owned())), vec!["nothing"]),
        (changed(|role| role.description.clear()), vec!["description"]),
        (changed(|role| role.max_session_seconds = 43_200), vec!["description"]),
        (changed(|role| role.path = "/".to_owned()), vec!["conflict"]),
        (Found::Foreign { path: "/".to_owned() }, vec!["conflict"]),
    ] {
        let plan = Plan::to(&desired(&TERMS), &found);
        assert_eq!(subjects(&plan), expected, "{found:?}");
        assert_eq!(plan.is_conflict(), expected == ["conflict"], "{found:?}");
        assert_eq!(
            plan.is_work(),
            !["conflict", "nothing"].contains(&expected[0]),
            "{found:?}"
        );
    }
}

/// A boundary is put before anything is allowed; one that the settings do not name is somebody else's.
#[test]
fn a_boundary_is_put_first_and_never_taken_away() {
    let bound = Terms {
        boundary: Some("arn:aws:iam::{account}:policy/bound"),
        ..TERMS
    };
    for (is, expected) in [
        (None, vec!["boundary", "policy"]),
        (Some("arn:aws:iam::aws:policy/other"), vec!["boundary", "policy"]),
        (Some("arn:aws:iam::444455556666:policy/bound"), vec!["policy"]),
    ] {
        let found = changed(|role| {
            role.policy = None;
            role.boundary = is.map(str::to_owned);
        });
        assert_eq!(subjects(&Plan::to(&desired(&bound), &found)), expected, "{is:?}");
        assert_eq!(subjects(&Plan::to(&desired(&TERMS), &found)), ["policy"], "{is:?}");
    }
}

/// What a forgotten setting would take away from every role stays, unless somebody says that it may go.
#[test]
fn a_role_ceases_to_ask_for_something_only_where_it_may() {
    let both = Terms {
        session_name: Some("IAMCredentialReport"),
        ..TERMS
    };
    let asking = |terms: &Terms<'_>| changed(|role| role.trust = desired(terms).trust);
    let neither = Terms {
        external_id: None,
        ..TERMS
    };
    for (found, wanted, keys) in [
        (asking(&both), TERMS, vec!["sts:RoleSessionName"]),
        (asking(&both), neither, vec!["sts:ExternalId", "sts:RoleSessionName"]),
        (asking(&TERMS), neither, vec!["sts:ExternalId"]),
    ] {
        let plan = Plan::to(&desired(&wanted), &found);
        assert_eq!(plan.action, Action::Leave(Conflict::Loosened { keys }));
        let may = Terms {
            may_loosen: true,
            ..wanted
        };
        assert_eq!(subjects(&Plan::to(&desired(&may), &found)), ["trust"]);
    }
    // To ask for more, or for something else, is no loss.
    for (found, wanted) in [(asking(&TERMS), both), (asking(&neither), TERMS)] {
        assert_eq!(subjects(&Plan::to(&desired(&wanted), &found)), ["trust"]);
    }
}

#[test]
fn another_external_id_is_a_change_of_trust_that_shows_none() {
    let other = Terms {
        external_id: Some("another-secret"),
        ..TERMS
    };
    let plan = Plan::to(&desired(&other), &changed(|_| {}));
    assert_eq!(subjects(&plan), ["trust"]);
    let shown = format!("{plan:?}");
    assert!(
        !shown.contains("between-us") && !shown.contains("another-secret"),
        "{shown}"
    );
    assert!(shown.contains("(with another external id)"), "{shown}");
}

#[test]
fn what_others_gave_to_a_role_of_ours_is_told_and_stays() {
    let found = changed(|role| {
        role.inline.push("extra".to_owned());
        role.attached.push("arn:aws:iam::aws:policy/ReadOnlyAccess".to_owned());
        role.policy = None;
    });
    let plan = Plan::to(&desired(&TERMS), &found);
    assert_eq!(subjects(&plan), ["policy"]);
    assert_eq!(
        plan.strangers,
        [
            "inline policy extra",
            "managed policy arn:aws:iam::aws:policy/ReadOnlyAccess"
        ]
    );
    assert!(plan.is_work() && plan.is_conflict());
}

#[test]
fn only_what_is_ours_alone_is_removed() {
    let remove = |policy| Action::Remove { policy };
    let in_use = || Action::Leave(Conflict::InUse);
    for (found, expected) in [
        (Found::Absent, Action::Nothing),
        (changed(|_| {}), remove(true)),
        (changed(|role| role.policy = None), remove(false)),
        (changed(|role| role.path = "/elsewhere/".to_owned()), remove(true)),
        (changed(|role| role.inline.push("extra".to_owned())), in_use()),
        (changed(|role| role.attached.push("arn".to_owned())), in_use()),
        (changed(|role| role.instance_profiles.push("web".to_owned())), in_use()),
        (Found::Foreign { path: "/".to_owned() }, Action::Nothing),
    ] {
        assert_eq!(Plan::away(Kind::CredentialReport, &found).action, expected, "{found:?}");
    }
}

#[test]
fn only_our_tag_makes_a_role_ours() {
    let tags = |pairs: &[(&str, &str)]| -> BTreeMap<String, String> {
        let pairs = pairs.iter();
        pairs
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect()
    };
    assert!(is_ours(&made().tags) && is_ours(&tags(&[("iam-census:managed", "roles")])));
    for others in [
        &[][..],
        &[("Project", "iam-census")],
        &[("iam-census:managed", "")],
        &[("iam-census:Managed", "roles")],
    ] {
        assert!(!is_ours(&tags(others)), "{others:?}");
    }
}
