//! Whom sessions speak for, and when they end.

use simulated_aws::{Simulator, Trouble, Troubles, WorldSpec};

use super::client::{Client, after, world};

const WHO: &str = "Action=GetCallerIdentity&Version=2011-06-15";
const GET: &str = "Action=GetCredentialReport&Version=2010-05-08";

fn simulator(spec: WorldSpec) -> Simulator {
    Simulator::new(world(spec))
}

#[test]
fn a_session_ends_at_its_second_in_the_words_of_each_service() {
    let simulator = simulator(WorldSpec::default());
    let sample = simulator.world().sample_account().expect("the sample").id.clone();
    let session = Client::hub(&simulator)
        .assume(&sample, "&DurationSeconds=900", after(0))
        .expect("a session");
    assert_eq!(session.query("sts", WHO, after(899)).element("Account"), sample);
    assert_eq!(session.query("sts", WHO, after(900)).refusal(), (403, "ExpiredToken"));
    assert_eq!(session.query("iam", GET, after(900)).refusal(), (403, "ExpiredToken"));
    assert_eq!(
        session.query("sns", "Action=Publish", after(900)).refusal(),
        (403, "ExpiredToken")
    );
    let answer = session.organizations("ListAccounts", &serde_json::json!({}), after(900));
    assert_eq!(
        (answer.status, &answer.json()["__type"]),
        (400, &"ExpiredTokenException".into())
    );
    let request = session.request("s3", "GET", "/", "");
    let answer = super::client::whole(session.reply(&request, after(900)));
    assert_eq!(answer.refusal(), (400, "ExpiredToken"));
}

#[test]
fn a_session_of_another_world_is_unknown() {
    let here = simulator(WorldSpec::default());
    let sample = here.world().sample_account().expect("the sample").id.clone();
    let session = Client::hub(&here).assume(&sample, "", after(0)).expect("a session");
    let there = simulator(WorldSpec {
        seed: 8,
        ..WorldSpec::default()
    });
    let stranger = Client {
        simulator: there,
        ..session
    };
    assert_eq!(
        stranger.query("sts", WHO, after(0)).refusal(),
        (403, "InvalidClientTokenId")
    );
}

#[test]
fn an_external_id_is_demanded_where_the_world_says_so() {
    let simulator = simulator(WorldSpec {
        external_id: Some("secret-word".to_owned()),
        ..WorldSpec::default()
    });
    let sample = simulator.world().sample_account().expect("the sample").id.clone();
    let hub = Client::hub(&simulator);
    for (more, admitted) in [
        ("", false),
        ("&ExternalId=other", false),
        ("&ExternalId=secret-word", true),
    ] {
        assert_eq!(hub.assume(&sample, more, after(0)).is_ok(), admitted, "{more}");
    }
}

#[test]
fn refused_sessions_are_refused_in_both_ways() {
    let simulator = simulator(WorldSpec {
        accounts: 60,
        troubles: Troubles::Exactly(vec![(Trouble::CredentialsRefused, 10)]),
        ..WorldSpec::default()
    });
    let hub = Client::hub(&simulator);
    let mut codes = std::collections::BTreeSet::new();
    for account in simulator
        .world()
        .accounts()
        .iter()
        .filter(|account| account.trouble.is_some())
    {
        let session = hub.assume(&account.id, "", after(0)).expect("a session");
        codes.insert(session.query("iam", GET, after(0)).element("Code").to_owned());
    }
    let expected = ["ExpiredToken", "InvalidClientTokenId"].map(String::from);
    assert_eq!(codes, expected.into());
}

#[test]
fn nothing_secret_is_printed() {
    let simulator = simulator(WorldSpec {
        external_id: Some("secret-word".to_owned()),
        ..WorldSpec::default()
    });
    assert!(!format!("{:?}", simulator.sdk_config()).contains("simulated\""));
}
