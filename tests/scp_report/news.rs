//! Somebody is told when a guardrail loosens between two runs, once, and when it comes back.

use audit_core::ledger::RunStatus;
use simulated_aws::{FaultKind, FaultPlan, FaultRule, Operation};

use super::scene::{Scene, sound};

const OPEN: &str = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;

/// Changes what keeps members from leaving the organization; what it was before.
fn change(scene: &Scene, document: &str) -> String {
    let mut before = String::new();
    scene.simulator.world().edit_governance(|governance| {
        let named = |document: &str| document.contains("organizations:LeaveOrganization");
        let policy = governance.policies.iter_mut();
        let mut policy = policy.filter(|policy| named(&policy.document) || policy.name == "was-a-guardrail");
        let policy = policy.next().expect("a policy");
        before = std::mem::replace(&mut policy.document, document.to_owned());
        policy.name = "was-a-guardrail".to_owned();
    });
    before
}

fn messages(scene: &Scene) -> Vec<(String, String)> {
    let published = scene.simulator.published().into_iter();
    published
        .map(|message| (message.subject.unwrap_or_default(), message.message))
        .collect()
}

fn unreadable(scene: &Scene) {
    let rule = FaultRule {
        operation: Some(Operation::DescribePolicy),
        kinds: vec![FaultKind::Denied],
        ..FaultRule::default()
    };
    scene.simulator.set_faults(FaultPlan::rule(0, rule));
}

#[test]
fn a_guardrail_that_loosens_is_told_once_with_what_had_decided() {
    let scene = Scene::new(sound(6), &[]);
    scene.run();
    assert_eq!(messages(&scene), [], "nothing was known before");
    let before = change(&scene, OPEN);

    let request = scene.request();
    let finished = scene.run_until(&request, None).expect("a run");
    assert_eq!(finished.manifest.status, RunStatus::Complete);
    let [(subject, body)] = &messages(&scene)[..] else {
        panic!("one message: {:?}", messages(&scene));
    };
    assert!(subject.contains("guardrails no longer hold in 5 accounts"), "{subject}");
    assert!(
        body.contains("Leave the organization") && body.contains("NOT_PREVENTED; decided before by statement 1"),
        "{body}"
    );
    let management = scene.simulator.world().management_account();
    for account in scene.simulator.world().accounts() {
        assert_eq!(body.contains(&account.id), account.id != management, "{body}");
    }
    scene.run_until(&request, None).expect("a run");
    scene.run();
    assert_eq!(messages(&scene).len(), 1, "told once");

    change(&scene, &before);
    scene.run();
    let (subject, body) = messages(&scene).pop().expect("a message");
    assert!(
        subject.contains("hold again") && body.contains("Leave the organization"),
        "{subject}\n{body}"
    );
    assert_eq!(messages(&scene).len(), 2);
}

#[test]
fn what_could_not_be_read_has_neither_loosened_nor_come_back() {
    let scene = Scene::new(sound(4), &[]);
    scene.run();
    unreadable(&scene);
    let unknown = scene.run();
    assert_eq!(unknown.manifest.status, RunStatus::Partial);
    let told = messages(&scene);
    assert!(
        told.iter()
            .all(|(subject, body)| !subject.contains("loosened") && !body.contains("revented")),
        "{told:?}"
    );

    // It loosened while nobody could see, and that is told when somebody can.
    change(&scene, OPEN);
    scene.simulator.set_faults(FaultPlan::default());
    scene.run();
    let (subject, _) = messages(&scene).pop().expect("a message");
    assert!(subject.contains("guardrails no longer hold in 3 accounts"), "{subject}");
    unreadable(&scene);
    scene.run();
    scene.simulator.set_faults(FaultPlan::default());
    let count = messages(&scene).len();
    scene.run();
    assert_eq!(messages(&scene).len(), count, "still loosened, and told already");
}
