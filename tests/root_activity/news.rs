//! People are told of each sign-in once, and of what is not known.

use serde_json::json;
use simulated_aws::{Account, TrailEvent};

use super::scene::{Scene, sound};

/// A sign-in of the root user of an account, an hour before now.
fn sign_in(scene: &Scene, account: &Account, id: &str) -> TrailEvent {
    let at = scene.moment() - jiff::SignedDuration::from_hours(1);
    let record = json!({
        "eventVersion": "1.11", "eventID": id, "eventTime": at.to_string(), "awsRegion": "us-east-2",
        "eventSource": "signin.amazonaws.com", "eventName": "ConsoleLogin", "eventType": "AwsConsoleSignIn",
        "recipientAccountId": account.id, "sourceIPAddress": "198.51.100.7", "userAgent": "Mozilla/5.0",
        "userIdentity": {"type": "Root", "arn": format!("arn:aws:iam::{}:root", account.id), "accountId": account.id},
        "responseElements": {"ConsoleLogin": "Success"}, "additionalEventData": {"MFAUsed": "No"},
    });
    TrailEvent {
        id: id.to_owned(),
        at,
        regions: vec!["us-east-2".to_owned()],
        name: "ConsoleLogin".to_owned(),
        source: "signin.amazonaws.com".to_owned(),
        username: Some("root".to_owned()),
        access_key: None,
        read_only: false,
        resources: Vec::new(),
        record,
        damaged: None,
    }
}

#[test]
fn a_sign_in_is_news_once() {
    let scene = Scene::new(sound(60), &[]);
    let first = scene.now();
    let told = first.results.as_ref().expect("results").news;
    assert!(told > 0);
    let [(subject, body)] = &scene.messages()[..] else {
        panic!("one message");
    };
    assert!(
        subject.contains(&format!("{told} new root sign-ins, the last on 20")),
        "{subject}"
    );
    assert_eq!(body.matches("\n  20").count(), told, "{body}");

    scene.time.advance(std::time::Duration::from_hours(24));
    scene.now();
    assert_eq!(scene.messages().len(), 1, "the same world is no news");

    let account = scene.account_with_sign_in(false);
    let event = sign_in(&scene, &account, "new-one");
    scene
        .simulator
        .world()
        .edit(&account, |contents| contents.events.push(event));
    scene.time.advance(std::time::Duration::from_hours(1));
    scene.now();
    let messages = scene.messages();
    let [_, (subject, body)] = &messages[..] else {
        panic!("{messages:?}");
    };
    assert!(subject.contains("1 new root sign-in, the last on 20"), "{subject}");
    assert!(
        body.contains(&account.id) && body.contains("WITHOUT MFA, from 198.51.100.7"),
        "{body}"
    );
}

#[test]
fn a_run_that_is_made_again_tells_the_same_and_publishes_nothing_twice() {
    let scene = Scene::new(sound(60), &[]);
    let request = audit_core::event::RunRequest::at(scene.moment());
    let first = scene.run_until(&request, None).expect("a run");
    let second = scene.run_until(&request, None).expect("a run");
    let news = |finished: &root_activity::Finished| finished.results.as_ref().expect("results").news;
    assert_eq!(news(&first), news(&second));
    assert_eq!(scene.messages().len(), 1);
}

#[test]
fn a_state_that_cannot_be_read_is_never_taken_for_none() {
    let scene = Scene::new(sound(60), &[]);
    scene.now();
    let key = audit_core::keys::state(root_activity::FUNCTION);
    assert!(scene.text(&key).contains("root-activity-state/1"));
    scene.put(&key, "{}");
    scene.time.advance(std::time::Duration::from_hours(24));
    let finished = scene.now();
    let error = finished.unwritten.expect("nobody knows who was told").to_string();
    assert!(
        error.contains(&key) && error.contains("restore an earlier version"),
        "{error}"
    );
    assert_eq!(scene.messages().len(), 1);
    assert_eq!(scene.text(&key), "{}", "it is not written over");
}
