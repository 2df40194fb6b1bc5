//! The root user of a member account that has no role: seen through a session of its own, where the organization allows
//! it, and never for another task than to look.

use std::collections::BTreeSet;

use audit_aws::session::Sts;
use audit_core::benchmark::{Assessment, Edition};
use audit_core::check::{Rule, Status};
use audit_core::facts::{Fact, RootSession};
use audit_core::finding::Finding;
use audit_core::reason::Reason;
use simulated_aws::{Governance, Operation, RootForm, World};

use super::scene::{Gathered, Scene, findings, five};

/// The place of the account without a role.
const OUTSIDE: usize = 4;

fn without_role(world: &World) {
    world.edit(&world.accounts()[OUTSIDE], |contents| contents.roles.clear());
}

fn exemplary() -> Scene {
    Scene::new(five(), |world| {
        world.make_exemplary(&world.accounts()[OUTSIDE]);
        without_role(world);
    })
}

fn negligent() -> Scene {
    Scene::new(five(), |world| {
        world.make_negligent(&world.accounts()[OUTSIDE]);
        without_role(world);
    })
}

fn session(gathered: &Gathered) -> &RootSession {
    match &gathered.accounts[OUTSIDE].root_session {
        Fact::Known(session) => session,
        other => panic!("{other:?}"),
    }
}

/// The findings about the root user of the account without a role that controls leave to machines.
fn of_root(scene: &Scene, gathered: &Gathered) -> Vec<Finding> {
    let account = scene.account(OUTSIDE);
    let of_root = findings(gathered).into_iter().filter(|finding| {
        let automated = finding.control.assessment == Assessment::Automated;
        finding.account == account && automated && matches!(finding.check.rule, Rule::Root(_))
    });
    of_root.collect()
}

#[test]
fn a_member_without_a_role_shows_its_root_user_where_root_access_is_central() {
    for (scene, expected) in [(exemplary(), Status::Pass), (negligent(), Status::Fail)] {
        let gathered = scene.everything();
        let account = &scene.simulator.world().accounts()[OUTSIDE];
        let truth = scene.simulator.world().root_user(account);
        let seen = session(&gathered);
        assert_eq!(seen.password, matches!(truth.form, RootForm::Password { .. }));
        let last_used = match truth.form {
            RootForm::Password { last_used, .. } => last_used,
            _ => None,
        };
        assert_eq!(seen.password_last_used, last_used);
        let keys: Vec<_> = truth
            .keys
            .iter()
            .flatten()
            .map(|key| (key.active, key.last_used))
            .collect();
        let seen_keys: Vec<_> = seen.access_keys.iter().map(|key| (key.active, key.last_used)).collect();
        assert_eq!(seen_keys, keys);
        assert_eq!(seen.mfa_serials.len(), truth.mfa.len());

        let findings = of_root(&scene, &gathered);
        let editions: BTreeSet<Edition> = findings.iter().map(|finding| finding.control.edition).collect();
        assert_eq!(editions.len(), Edition::ALL.len());
        for finding in findings {
            // A password without a sign-in may be one that the session does not tell of.
            let expected = match (finding.check.slug, expected) {
                ("root-not-used-recently", Status::Pass) => Status::Unknown,
                _ => expected,
            };
            assert_eq!(finding.status, expected, "{}: {}", finding.check.slug, finding.because);
        }
        // What only shows inside is not known, because of the role.
        let inside = super::scene::findings(&gathered);
        let inside = inside
            .iter()
            .filter(|finding| finding.account == scene.account(OUTSIDE) && finding.check.slug == "user-console-mfa");
        for finding in inside {
            assert_eq!(finding.status, Status::Unknown);
            assert!(
                finding
                    .because
                    .to_string()
                    .starts_with("sts:AssumeRole failed: AccessDenied")
            );
        }
    }
}

#[test]
fn without_central_root_access_the_root_user_is_unknown_and_says_why() {
    let off: [fn(&mut Governance); 2] = [
        |governance| governance.root_credentials_management = false,
        |governance| {
            governance
                .trusted_services
                .retain(|(service, _)| service != "iam.amazonaws.com");
        },
    ];
    for change in off {
        let scene = exemplary();
        scene.simulator.world().edit_governance(change);
        let gathered = scene.everything();
        let Fact::Unavailable(unavailable) = &gathered.accounts[OUTSIDE].root_session else {
            panic!("{:?}", gathered.accounts[OUTSIDE].root_session);
        };
        assert_eq!(
            (unavailable.operation.as_str(), unavailable.code.as_str()),
            ("sts:AssumeRoot", "AccessDenied")
        );
        let findings = of_root(&scene, &gathered);
        assert!(!findings.is_empty());
        for finding in findings {
            assert_eq!(finding.status, Status::Unknown, "{}", finding.check.slug);
            let because = finding.because.to_string();
            assert!(because.starts_with("sts:AssumeRoot failed: AccessDenied"), "{because}");
        }
    }
}

/// Whatever is asked for, the only task is to look; the management account and strangers are not entered.
#[test]
fn no_other_task_is_ever_asked_for() {
    for scene in [exemplary(), negligent()] {
        scene.everything();
        let calls = scene.simulator.calls().into_iter();
        let tasks: BTreeSet<String> = calls
            .filter(|call| call.operation == Operation::AssumeRoot)
            .map(|call| call.subject)
            .collect();
        assert_eq!(tasks, BTreeSet::from(["IAMAuditRootUserCredentials".to_owned()]));
    }
    let scene = exemplary();
    let management = scene.account(0);
    let partition = "aws".parse().expect("a partition");
    let refused = scene.run(async {
        Sts::new(&scene.sdk())
            .audit_root(&scene.caller(), &partition, management)
            .await
    });
    assert_eq!(
        refused.map(|_| ()).map_err(|error| error.reason),
        Err(Reason::CallDenied)
    );
}

/// The role tells more, and leaves no trace of the root user in the trails.
#[test]
fn an_account_with_a_role_is_not_entered_as_its_root_user() {
    let scene = Scene::new(five(), |_| {});
    scene.everything();
    let calls = scene.simulator.calls();
    assert!(calls.iter().all(|call| call.operation != Operation::AssumeRoot));
}
