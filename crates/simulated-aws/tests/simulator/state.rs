//! What a test sees of the state: objects, messages, calls.

use simulated_aws::{BucketSpec, Encryption, Operation, Outcome, Recording, Simulator, WorldSpec};

use super::client::{Client, after, world};

fn simulator(recording: Recording) -> Simulator {
    Simulator::builder(world(WorldSpec::default()))
        .recording(recording)
        .build()
}

#[test]
fn version_ids_depend_on_key_and_number_only() {
    let store = |keys: &[&str]| {
        let simulator = simulator(Recording::Nothing);
        let bucket = simulator.evidence_bucket();
        for key in keys {
            Client::hub(&simulator).s3("PUT", &format!("/{bucket}/{key}"), &[], "x");
        }
        let objects = simulator.objects(&bucket);
        objects
            .into_iter()
            .map(|object| (object.key, object.version_id))
            .collect::<Vec<_>>()
    };
    let first = store(&["a", "b", "a"]);
    assert_eq!(first, store(&["b", "a", "a"]));
    assert_ne!(first[0].1, first[1].1);
}

#[test]
fn objects_are_seen_with_everything_that_was_sent() {
    let simulator = simulator(Recording::Nothing);
    let bucket = simulator.evidence_bucket();
    let headers = [
        ("content-type", "text/csv"),
        ("x-amz-meta-run", "r1"),
        ("x-amz-acl", "bucket-owner-full-control"),
        ("x-amz-server-side-encryption", "aws:kms"),
        (
            "x-amz-server-side-encryption-aws-kms-key-id",
            "arn:aws:kms:us-east-1:111122223333:key/k",
        ),
    ];
    let stored = Client::hub(&simulator).s3("PUT", &format!("/{bucket}/a/b"), &headers, "body");
    let object = simulator.object(&bucket, "a/b").expect("the object");
    assert_eq!(object.body, "body");
    assert_eq!(
        (object.version_id.as_str(), object.etag.as_str()),
        (stored.header("x-amz-version-id"), stored.header("etag"))
    );
    assert_eq!(
        (object.content_type.as_str(), object.metadata["run"].as_str()),
        ("text/csv", "r1")
    );
    assert_eq!(object.acl.as_deref(), Some("bucket-owner-full-control"));
    assert!(matches!(&object.encryption, Encryption::Kms { key, bucket_key: false } if key.ends_with("key/k")));
    assert!(simulator.tamper(&bucket, "a/b", "tampered"));
    assert!(!simulator.tamper(&bucket, "a/c", "tampered"));
    assert_eq!(
        Client::hub(&simulator)
            .s3("GET", &format!("/{bucket}/a/b"), &[], "")
            .body,
        "tampered"
    );
}

#[test]
fn buckets_come_and_go() {
    let simulator = simulator(Recording::Nothing);
    let client = Client::hub(&simulator);
    simulator.create_bucket(BucketSpec {
        name: "own".to_owned(),
        encryption: Encryption::Kms {
            key: "arn:aws:kms:us-east-1:111122223333:key/default".to_owned(),
            bucket_key: true,
        },
        ..BucketSpec::default()
    });
    let stored = client.s3("PUT", "/own/key", &[], "x");
    assert_eq!(
        stored.header("x-amz-server-side-encryption-aws-kms-key-id"),
        "arn:aws:kms:us-east-1:111122223333:key/default"
    );
    assert_eq!(stored.header("x-amz-server-side-encryption-bucket-key-enabled"), "true");
    assert_eq!(stored.header("x-amz-version-id"), "");
    simulator.remove_bucket("own");
    assert_eq!(client.s3("PUT", "/own/key", &[], "x").refusal(), (404, "NoSuchBucket"));
    assert!(simulator.objects("own").is_empty());
}

#[test]
fn messages_are_seen() {
    let simulator = simulator(Recording::Nothing);
    let topic = simulator.topic_arn();
    let form = format!(
        "Action=Publish&TopicArn={topic}&Subject=s&Message=m+%C3%BC&MessageAttributes.entry.1.Name=run\
         &MessageAttributes.entry.1.Value.DataType=String&MessageAttributes.entry.1.Value.StringValue=r1"
    );
    let answer = Client::hub(&simulator).query("sns", &form, after(5));
    let [message] = simulator.published().try_into().expect("one message");
    assert_eq!(message.id, answer.element("MessageId"));
    assert_eq!((message.topic_arn, message.subject.as_deref()), (topic, Some("s")));
    assert_eq!(
        (message.message.as_str(), message.attributes["run"].as_str()),
        ("m ü", "r1")
    );
    assert_eq!((message.at, message.structured), (after(5), false));
    assert_eq!(message.publisher, simulator.world().hub_account());
}

#[test]
fn calls_are_recorded_as_much_as_asked_for() {
    for (recording, calls, counted) in [
        (Recording::Nothing, 0, 0),
        (Recording::Counts, 0, 2),
        (Recording::Calls, 2, 2),
        (Recording::Answers, 2, 2),
    ] {
        let simulator = simulator(recording);
        let hub = Client::hub(&simulator);
        let sample = simulator.world().sample_account().expect("the sample").id.clone();
        hub.assume(&sample, "", after(1)).expect("a session");
        assert!(hub.assume("999999999999", "", after(2)).is_err());
        assert_eq!(simulator.calls().len(), calls);
        assert_eq!(simulator.call_counts().values().sum::<u64>(), counted);
        if let [first, second] = simulator.calls().as_slice() {
            assert_eq!((first.operation, &first.outcome), (Operation::AssumeRole, &Outcome::Ok));
            assert_eq!(
                (first.caller.as_str(), first.account.as_str()),
                (simulator.world().hub_account(), sample.as_str())
            );
            assert_eq!((first.at, first.request_bytes > 50), (after(1), true));
            let told = first.members.contains("Credentials/SessionToken");
            assert_eq!(told, recording == Recording::Answers);
            assert!(second.members.is_empty());
            assert_eq!(second.outcome, Outcome::Refused("AccessDenied".to_owned()));
        }
    }
}
