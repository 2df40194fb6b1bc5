//! Secrets: what goes in as one comes out nowhere.

use simulated_aws::WorldSpec;

use super::scene::{Scene, today};

#[test]
fn no_secret_is_in_anything_that_is_stored_sent_or_said() {
    const CANARY: &str = "canary-external-id-0451";
    let spec = WorldSpec {
        accounts: 40,
        external_id: Some(CANARY.to_owned()),
        ..WorldSpec::default()
    };
    let scene = Scene::new(spec, &[&format!("--external-id={CANARY}")]);
    let finished = scene.run(&today()).expect("a run");
    assert!(
        finished.manifest.counts.collected > 20,
        "the external id opened the accounts"
    );
    let mut said = vec![format!("{:?}", scene.settings), format!("{finished:?}")];
    for object in scene.simulator.objects(&scene.simulator.evidence_bucket()) {
        said.push(String::from_utf8_lossy(&object.body).into_owned());
    }
    said.extend(
        scene
            .simulator
            .published()
            .into_iter()
            .map(|message| format!("{message:?}")),
    );
    for text in said {
        for secret in [CANARY, "ASIA", "simulated"] {
            assert!(
                !text.contains(secret),
                "{secret} in {}",
                text.chars().take(200).collect::<String>()
            );
        }
    }
}

#[test]
fn without_the_external_id_nobody_gets_in() {
    let spec = WorldSpec {
        accounts: 12,
        external_id: Some("open-sesame".to_owned()),
        ..super::scene::sound(12)
    };
    let manifest = Scene::new(spec, &["--external-id=other-words"]).today().manifest;
    // The hub alone is read with the suite's own credentials.
    assert_eq!(manifest.counts.collected, 1);
}
