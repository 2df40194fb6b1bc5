//! Secrets: what goes in as one comes out nowhere.

use serde_json::json;
use simulated_aws::WorldSpec;

use super::scene::{Scene, sound};

#[test]
fn neither_token_nor_external_id_is_in_anything_that_is_stored_or_said() {
    const CANARY: &str = "canary-external-id-0451";
    let spec = WorldSpec {
        external_id: Some(CANARY.to_owned()),
        ..sound(4)
    };
    let scene = Scene::new(spec, &[&format!("--external-id={CANARY}")]).of_a_member();
    let event = scene.periodic(0);
    let finished = scene.run(&event).expect("a run");
    let said = serde_json::to_string(&finished).expect("JSON");
    let mut all = vec![
        said,
        format!("{event:?}"),
        format!("{:?}", scene.settings),
        format!("{finished:?}"),
    ];
    for object in scene.simulator.objects(&scene.simulator.evidence_bucket()) {
        all.push(format!("{} {}", object.key, String::from_utf8_lossy(&object.body)));
    }
    all.extend(scene.held().into_values().map(|one| format!("{one:?}")));
    for text in all {
        for secret in [CANARY, event.token.reveal(), "ASIA"] {
            let beginning: String = text.chars().take(200).collect();
            assert!(!text.contains(secret), "{secret} in {beginning}");
        }
    }
}

#[test]
fn a_token_that_is_refused_is_not_repeated() {
    let scene = Scene::new(sound(2), &[]);
    let event = scene.periodic_with(0, &json!({ "resultToken": "canary-result-token" }));
    let error = scene.run(&event).expect_err("an unknown token");
    let told = format!("{error} {error:?}");
    assert!(
        told.contains("InvalidResultTokenException") && !told.contains("canary"),
        "{told}"
    );
    assert!(scene.answers().is_empty());
}
