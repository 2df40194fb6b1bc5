//! Properties over random accounts: the bounds hold the truth, and they behave.

mod types;
mod world;

use std::sync::Arc;

use world::{ACTIONS, Random, World, contexts, resources};

use super::{Evaluator, Known};
use crate::action_set::ActionSet;
use crate::catalogue::{ActionId, Catalogue};
use crate::decision::{Layer, Outcome, Policies, decide};
use crate::document::Policy;
use crate::effective::{Effective, Possibility, on_resource};
use crate::request::Request;
use crate::statement::Effect;

const USER: &str = "arn:aws:iam::111122223333:user/ana";

fn bounds(policies: &Policies) -> Effective {
    Evaluator::new().effective(policies, &Known::default())
}

fn id(action: &str) -> ActionId {
    Catalogue::get().find(action).expect("a known action")
}

fn is_allowed(policies: &Policies, action: &str, resource: &str, context: usize) -> bool {
    let context = contexts()[context].clone();
    let request = Request::new(USER, action, resource, Some("111122223333"), context);
    decide(policies, &request.expect("a request")).outcome == Outcome::Allowed
}

/// For each of the action's resources, in how many of the contexts it is allowed.
fn truth(policies: &Policies, action: &str, with: &[usize]) -> Vec<usize> {
    resources(action)
        .iter()
        .map(|resource| {
            let is_allowed = |context: &&usize| is_allowed(policies, action, resource, **context);
            with.iter().filter(is_allowed).count()
        })
        .collect()
}

fn check(bounds: &Effective, policies: &Policies, action: &str, with: &[usize]) {
    let (id, truth) = (id(action), truth(policies, action, with));
    let told = || format!("{action} {truth:?} of {}\n{policies:#?}", with.len());
    if bounds.lower_all.contains(id) {
        assert!(
            truth.iter().all(|in_contexts| *in_contexts == with.len()),
            "lower_all {}",
            told()
        );
    }
    if bounds.lower_some.contains(id) {
        assert!(truth.contains(&with.len()), "lower_some {}", told());
    }
    if !bounds.upper_all.contains(id) {
        assert!(
            truth.iter().any(|in_contexts| *in_contexts < with.len()),
            "upper_all {}",
            told()
        );
        for context in with {
            let everywhere = resources(action)
                .iter()
                .all(|resource| is_allowed(policies, action, resource, *context));
            assert!(!everywhere, "upper_all in context {context} {}", told());
        }
    }
    if !bounds.upper_some.contains(id) {
        assert!(
            truth.iter().all(|in_contexts| *in_contexts == 0),
            "upper_some {}",
            told()
        );
    }
    assert!(bounds.lower_all.is_subset(&bounds.lower_some));
    assert!(bounds.lower_some.is_subset(&bounds.upper_some));
    assert!(bounds.lower_all.is_subset(&bounds.upper_all));
    assert!(bounds.upper_all.is_subset(&bounds.upper_some));
}

#[test]
fn the_truth_lies_between_the_bounds() {
    let mut random = Random(7);
    let mut seen = [0; 4];
    let mut cases = 0;
    let all: Vec<usize> = (0..contexts().len()).collect();
    while cases < 300_000 {
        let policies = World::new(&mut random).policies();
        let bounds = bounds(&policies);
        for _ in 0..2 {
            let action = random.pick(&ACTIONS);
            check(&bounds, &policies, action, &all);
            cases += resources(action).len() * all.len();
            let id = id(action);
            for (count, set) in seen.iter_mut().zip([
                &bounds.lower_all,
                &bounds.lower_some,
                &bounds.upper_all,
                &bounds.upper_some,
            ]) {
                *count += usize::from(set.contains(id));
            }
        }
    }
    // Bounds that are always empty or always full would prove nothing.
    assert!(
        seen.is_sorted_by(|left, right| left <= right) || seen[1] > seen[2],
        "{seen:?}"
    );
    assert!(seen.iter().all(|count| *count > 50), "{seen:?}");
}

#[test]
fn what_is_known_of_the_context_keeps_the_truth_between() {
    let mut random = Random(11);
    let of_ana: Vec<usize> = (0..contexts().len())
        .filter(|at| world::is_ana_without_mfa(&contexts()[*at]))
        .collect();
    for _ in 0..500 {
        let policies = World::new(&mut random).policies();
        let mut known = Known::default();
        known
            .insert("aws:username", crate::request::Value::One("ana".into()))
            .expect("a new key");
        known.insert_absent("aws:MultiFactorAuthPresent");
        let narrow = Evaluator::new().effective(&policies, &known);
        check(&narrow, &policies, random.pick(&ACTIONS), &of_ana);
        let wide = bounds(&policies);
        assert!(wide.lower_all.is_subset(&narrow.lower_all));
        assert!(narrow.upper_some.is_subset(&wide.upper_some));
    }
}

fn assert_within(narrow: &Effective, wide: &Effective) {
    for (narrow, wide) in [
        (&narrow.lower_all, &wide.lower_all),
        (&narrow.lower_some, &wide.lower_some),
        (&narrow.upper_all, &wide.upper_all),
        (&narrow.upper_some, &wide.upper_some),
    ] {
        assert!(narrow.is_subset(wide));
    }
}

#[test]
fn adding_a_deny_or_a_limiter_never_widens() {
    let mut random = Random(13);
    for _ in 0..1_500 {
        let mut world = World::new(&mut random);
        let before = bounds(&world.policies());
        match random.below(5) {
            0 => world.identity.push(World::document(&mut random, Some("Deny"), None)),
            1 => world
                .boundary
                .get_or_insert(World::document(&mut random, Some("Deny"), None))
                .push(World::statement(&mut random, Some("Deny"), None)),
            2 if world.boundary.is_none() => {
                world.boundary = Some(World::document(&mut random, None, None));
            }
            3 => world
                .rcps
                .push(vec![World::document(&mut random, Some("Deny"), Some("*"))]),
            _ => world.scps.push(vec![World::document(&mut random, None, None)]),
        }
        let policies = world.policies();
        let after = bounds(&policies);
        assert_within(&after, &before);
    }
}

#[test]
fn order_and_splitting_change_nothing() {
    let mut random = Random(17);
    for _ in 0..400 {
        let world = World::new(&mut random);
        let before = bounds(&world.policies());
        assert_eq!(bounds(&world.reversed().policies()), before);
        assert_eq!(bounds(&world.split().policies()), before);
        let action = random.pick(&ACTIONS);
        for context in [0, 13, 26] {
            for resource in resources(action) {
                let answer = is_allowed(&world.policies(), action, resource, context);
                for other in [world.reversed(), world.split()] {
                    assert_eq!(is_allowed(&other.policies(), action, resource, context), answer);
                }
            }
        }
    }
}

/// The bounds of one action, statement by statement.
fn naive(policies: &Policies, action: ActionId) -> [bool; 4] {
    let mut evaluator = Evaluator::new();
    let touches = evaluator.explain(policies, &Known::default(), action);
    let mut layers = vec![Layer::Identity];
    layers.extend(policies.boundary.iter().map(|_| Layer::Boundary));
    layers.extend(policies.session.iter().map(|_| Layer::Session));
    layers.extend((0..policies.scps.len()).map(Layer::ServiceControl));
    let in_layer = |layer: Layer, holds: &dyn Fn(&crate::effective::Reach) -> bool| {
        touches.iter().any(|touch| {
            let statement = touch.statement;
            statement.layer == layer && statement.effect == Effect::Allow && holds(&touch.reach)
        })
    };
    let denied = |holds: &dyn Fn(&crate::effective::Reach) -> bool| {
        touches
            .iter()
            .any(|touch| touch.statement.effect == Effect::Deny && holds(&touch.reach))
    };
    let all = |layer: &Layer| in_layer(*layer, &|reach| reach.always && reach.all);
    let partial: Vec<&Layer> = layers.iter().filter(|layer| !all(layer)).collect();
    let needs_other = super::needs_resource_policy(Catalogue::get(), action);
    let lower = !denied(&|_| true) && !needs_other;
    let lower_some = match partial.as_slice() {
        [] => true,
        [one] => in_layer(**one, &|reach| reach.always && reach.part),
        _ => false,
    };
    [
        lower && partial.is_empty(),
        lower && lower_some,
        layers.iter().all(|layer| in_layer(*layer, &|reach| reach.wide))
            && !denied(&|reach| reach.always && (reach.all || reach.part)),
        layers.iter().all(|layer| in_layer(*layer, &|_| true)) && !denied(&|reach| reach.always && reach.all),
    ]
}

#[test]
fn the_fast_way_is_the_way_statement_by_statement() {
    let mut random = Random(19);
    let catalogue = Catalogue::get();
    let mut shared = Evaluator::new();
    for _ in 0..1_500 {
        let policies = World::new(&mut random).policies();
        let bounds = shared.effective(&policies, &Known::default());
        let any = ActionId::new(random.below(catalogue.actions.len())).expect("in range");
        for id in ACTIONS.iter().map(|action| id(action)).chain([any]) {
            let fast = [
                &bounds.lower_all,
                &bounds.lower_some,
                &bounds.upper_all,
                &bounds.upper_some,
            ]
            .map(|set| set.contains(id));
            assert_eq!(fast, naive(&policies, id), "{} {policies:#?}", catalogue.name(id));
        }
    }
}

#[test]
fn one_resource_is_judged_as_in_every_context() {
    let mut random = Random(23);
    let mut seen = [0; 3];
    for _ in 0..6_000 {
        let policies = World::new(&mut random).policies();
        let action = random.pick(&ACTIONS);
        let all = resources(action);
        let resource = all[random.below(all.len())].as_str();
        let contexts = 0..contexts().len();
        let allowed = contexts
            .filter(|context| is_allowed(&policies, action, resource, *context))
            .count();
        let possibility = on_resource(&policies, &Known::default(), action, resource);
        seen[possibility as usize] += 1;
        match possibility {
            Possibility::Never => assert_eq!(allowed, 0, "{action} {resource} {policies:#?}"),
            Possibility::Always if !action.starts_with("kms:") => {
                assert_eq!(allowed, 27, "{action} {resource} {policies:#?}");
            }
            _ => {}
        }
    }
    assert!(seen.iter().all(|count| *count > 100), "{seen:?}");
}

#[test]
fn an_administrator_may_do_everything_but_what_other_policies_decide() {
    let admin = r#"{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;
    let policies = Policies {
        identity: vec![Arc::new(Policy::read(admin))],
        ..Policies::default()
    };
    let bounds = bounds(&policies);
    let all = Catalogue::get().all();
    assert_eq!(bounds.upper_all, all);
    let mut rest = all.clone();
    rest.remove(&bounds.lower_all);
    assert!(rest.contains(id("sts:AssumeRole")) && rest.contains(id("kms:Decrypt")));
    assert!(rest.count() < 80, "{}", rest.count());
    assert_eq!(bounds.denied, ActionSet::default());
}

#[test]
fn an_action_without_resources_needs_a_star() {
    let text = r#"{"Version":"2012-10-17","Statement":[
        {"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::b/*"},
        {"Effect":"Allow","Action":"ec2:*","Resource":"*","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}}
    ]}"#;
    let policies = Policies {
        identity: vec![Arc::new(Policy::read(text))],
        ..Policies::default()
    };
    let bounds = bounds(&policies);
    let has = |set: &ActionSet, action| set.contains(id(action));
    assert!(!has(&bounds.upper_some, "s3:ListAllMyBuckets"));
    assert!(has(&bounds.lower_some, "s3:GetObject") && !has(&bounds.upper_all, "s3:GetObject"));
    assert!(has(&bounds.upper_all, "ec2:DescribeInstances"));
    assert!(!has(&bounds.lower_some, "ec2:DescribeInstances"));
    assert!(!has(&bounds.upper_some, "iam:CreateUser"));
}

#[test]
fn no_service_is_passed_over() {
    let text = r#"{"Version":"2012-10-17","Statement":[
        {"Effect":"Allow","Action":"comprehendmedical:DetectPHI","NotResource":"arn:aws:s3:::b/*"},
        {"Effect":"Allow","Action":["sqlworkbench:*","sqs:AddPermission"],"Resource":"arn:aws:sqs:*:*:*"}
    ]}"#;
    let policies = Policies {
        identity: vec![Arc::new(Policy::read(text))],
        ..Policies::default()
    };
    let bounds = bounds(&policies);
    // Its service has no resource types.
    assert!(bounds.lower_all.contains(id("comprehendmedical:DetectPHI")));
    // The first of its service, right behind another that the statement is about.
    assert!(bounds.upper_some.contains(id("sqs:AddPermission")));
}

#[test]
fn what_one_principal_may_do_is_not_kept_for_another() {
    let read = |statement: &str| {
        Arc::new(Policy::read(&format!(
            r#"{{"Version":"2012-10-17","Statement":{statement}}}"#
        )))
    };
    let policies = Policies {
        identity: vec![
            read(
                r#"{"Effect":"Allow","Action":"sqs:SendMessage","Resource":"*",
                    "Condition":{"StringEquals":{"aws:username":"ana"}}}"#,
            ),
            read(r#"{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::${aws:PrincipalTag/home}"}"#),
        ],
        ..Policies::default()
    };
    let mut shared = Evaluator::new();
    for (name, home, sends, lists, gets) in [
        ("ana", "b", true, true, false),
        ("bob", "b/k", false, false, true),
        ("ana", "b/k", true, false, true),
        ("bob", "b", false, true, false),
    ] {
        let mut known = Known::default();
        for (key, value) in [("aws:username", name), ("aws:PrincipalTag/home", home)] {
            let value = crate::request::Value::One(value.into());
            known.insert(key, value).expect("a new key");
        }
        let bounds = shared.effective(&policies, &known);
        assert_eq!(bounds.upper_some.contains(id("sqs:SendMessage")), sends, "{name}");
        assert_eq!(bounds.lower_some.contains(id("s3:ListBucket")), lists, "{home}");
        assert_eq!(bounds.lower_some.contains(id("s3:GetObject")), gets, "{home}");
    }
}
