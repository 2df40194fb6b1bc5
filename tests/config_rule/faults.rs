//! What goes wrong on the way, and what must not come of it.

use config_rule::RuleError;
use serde_json::json;
use simulated_aws::{FaultKind, FaultPlan, FaultRule, Operation};

use super::scene::{Scene, sound};

#[test]
fn accidents_on_the_way_change_no_answer() {
    let calm = Scene::new(sound(130), &[]);
    calm.run(&calm.periodic(0)).expect("a run");
    let expected = calm.answers();
    for seed in 1..6 {
        let scene = Scene::new(sound(130), &[]);
        scene.simulator.set_faults(FaultPlan::transient(seed, 0.3));
        scene.run(&scene.periodic(0)).expect("a run");
        assert_eq!(scene.answers(), expected, "seed {seed}");
    }
}

#[test]
fn what_is_not_taken_is_put_once_more_and_then_fails_the_invocation() {
    let scene = Scene::new(sound(120), &[]);
    scene.run(&scene.periodic(0)).expect("a run");
    let id = scene.answers().into_keys().nth(3).expect("a user");
    let calls = scene.calls(Operation::PutEvaluations);

    scene.simulator.refuse_evaluations(&id, 1);
    scene.run(&scene.periodic(1)).expect("the second try is taken");
    assert_eq!(scene.calls(Operation::PutEvaluations), calls + 3);

    scene.simulator.refuse_evaluations(&id, 2);
    let error = scene.run(&scene.periodic(2)).expect_err("it is never taken");
    let RuleError::Refused(failed) = &error else {
        panic!("{error}")
    };
    assert_eq!((failed.of, failed.resources.len()), (120, 1));
    assert!(
        error
            .to_string()
            .contains(&format!("1 of 120 evaluations, the first about AWS::IAM::User `{id}`")),
        "{error}"
    );
    // Everybody else was answered all the same.
    let newest = scene
        .held()
        .values()
        .filter(|one| one.ordering > 1.0 + seconds(&scene, 1))
        .count();
    assert_eq!(newest, 119);
}

#[expect(clippy::cast_precision_loss, reason = "seconds since 1970 fit")]
fn seconds(scene: &Scene, hours: i64) -> f64 {
    scene.at(hours).as_second() as f64
}

#[test]
fn nothing_is_evaluated_without_evidence() {
    let scene = Scene::new(sound(3), &[]);
    let rule = FaultRule {
        operation: Some(Operation::PutObject),
        kinds: vec![FaultKind::Denied],
        ..FaultRule::default()
    };
    scene.simulator.set_faults(FaultPlan::rule(0, rule));
    let error = scene.run(&scene.periodic(0)).expect_err("no evidence");
    assert!(
        matches!(error, RuleError::Store(_)) && error.kind() == "NotStored",
        "{error}"
    );
    assert_eq!(scene.calls(Operation::PutEvaluations), 0);
}

#[test]
fn an_event_of_tomorrow_and_a_rule_that_is_gone_are_refused() {
    let scene = Scene::new(sound(3), &[]);
    let mut event = scene.periodic(0);
    event.time = scene.at(1);
    // The clock stands at the world's moment.
    let early = {
        let sdk = scene.simulator.sdk_config();
        let bucket = scene.settings.buckets().expect("a bucket").0;
        let store = audit_aws::store::Store::Bucket(audit_aws::store::Bucket::new(&sdk, bucket));
        let run = config_rule::Run {
            sdk: &sdk,
            settings: &scene.settings,
            event: &event,
            store: &store,
        };
        scene.time.run(config_rule::run(&run)).expect("time goes on")
    };
    assert!(matches!(early, Err(RuleError::FutureTime(_))));
    let gone = scene.periodic_with(0, &json!({ "configRuleName": "no-such-rule" }));
    let error = scene.run(&gone).expect_err("no rule");
    assert!(error.to_string().contains("NoSuchConfigRuleException"), "{error}");
}
