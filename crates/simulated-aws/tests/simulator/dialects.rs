//! Every operation in the words of its service: faults, denials, and CBOR.

use bytes::Bytes;
use serde_json::json;
use simulated_aws::{FaultKind, FaultPlan, FaultRule, Operation, Outcome, Recording, Service, Simulator, WorldSpec};

use super::client::{Answer, Client, after, whole, world};

fn client() -> Client {
    let builder = Simulator::builder(world(WorldSpec::default()));
    Client::hub(&builder.recording(Recording::Calls).build())
}

/// Every operation but those of S3, which has tests of its own.
fn operations() -> impl Iterator<Item = Operation> {
    let all = Operation::ALL.iter().copied();
    all.filter(|operation| operation.service() != Service::S3)
}

/// Status and code, wherever the protocol puts it.
fn told(answer: &Answer) -> (u16, String) {
    let document: Option<serde_json::Value> = serde_json::from_slice(&answer.body).ok();
    let code = document.and_then(|document| Some(document.get("__type")?.as_str()?.to_owned()));
    let code = code.unwrap_or_else(|| match answer.header("x-amzn-errortype") {
        "" => answer.element("Code").to_owned(),
        code => code.to_owned(),
    });
    (answer.status, code)
}

#[test]
fn every_operation_meets_the_fault_that_is_planned_for_it() {
    for operation in operations() {
        let client = client();
        let rule = FaultRule {
            operation: Some(operation),
            kinds: vec![FaultKind::Throttle],
            attempts: Some((1, 1)),
            ..FaultRule::default()
        };
        client.simulator.set_faults(FaultPlan::rule(1, rule));
        let request = client.request_for(operation, &json!({}));
        let _ = client.reply(&request, after(0));
        let other = if operation == Operation::GetCallerIdentity {
            Operation::ListRegions
        } else {
            Operation::GetCallerIdentity
        };
        let _ = client.document(other, &json!({}));
        let calls = client.simulator.calls();
        assert_eq!(calls[0].operation, operation);
        assert_eq!(calls[0].outcome, Outcome::Fault(FaultKind::Throttle), "{operation:?}");
        assert_eq!(calls[1].outcome, Outcome::Ok, "{operation:?}");
    }
}

#[test]
fn every_service_refuses_in_its_own_words() {
    // Denied, throttled, internal, expired.
    let expected = |service| match service {
        Service::Iam => [
            "403 AccessDenied",
            "400 Throttling",
            "500 ServiceFailure",
            "403 ExpiredToken",
        ],
        Service::Sns => [
            "403 AuthorizationError",
            "400 Throttling",
            "500 InternalFailure",
            "403 ExpiredToken",
        ],
        Service::Sts | Service::CloudWatch => [
            "403 AccessDenied",
            "400 Throttling",
            "500 InternalFailure",
            "403 ExpiredToken",
        ],
        Service::S3Control => [
            "403 AccessDenied",
            "503 SlowDown",
            "500 InternalError",
            "400 ExpiredToken",
        ],
        Service::Organizations => [
            "400 AccessDeniedException",
            "400 TooManyRequestsException",
            "500 ServiceException",
            "400 ExpiredTokenException",
        ],
        Service::CloudTrail | Service::Config => [
            "400 AccessDeniedException",
            "400 ThrottlingException",
            "500 InternalFailure",
            "400 ExpiredTokenException",
        ],
        Service::Athena => [
            "400 AccessDeniedException",
            "400 TooManyRequestsException",
            "500 InternalServerException",
            "400 ExpiredTokenException",
        ],
        Service::Logs => [
            "400 AccessDeniedException",
            "400 ThrottlingException",
            "500 ServiceUnavailableException",
            "400 ExpiredTokenException",
        ],
        Service::Account => [
            "403 AccessDeniedException",
            "429 TooManyRequestsException",
            "500 InternalServerException",
            "403 ExpiredTokenException",
        ],
        Service::AccessAnalyzer => [
            "403 AccessDeniedException",
            "429 ThrottlingException",
            "500 InternalServerException",
            "403 ExpiredTokenException",
        ],
        Service::S3 => panic!("S3 has tests of its own"),
    };
    let kinds = [
        FaultKind::Denied,
        FaultKind::Throttle,
        FaultKind::InternalError,
        FaultKind::ExpiredToken,
    ];
    for operation in operations() {
        let client = client();
        for (kind, expected) in kinds.into_iter().zip(expected(operation.service())) {
            let rule = FaultRule {
                kinds: vec![kind],
                ..FaultRule::default()
            };
            client.simulator.set_faults(FaultPlan::rule(1, rule));
            let answer = whole(client.reply(&client.request_for(operation, &json!({})), after(0)));
            let (status, code) = told(&answer);
            assert_eq!(format!("{status} {code}"), expected, "{operation:?}");
        }
    }
}

#[test]
fn an_operation_can_be_closed_in_one_account_and_opened_again() {
    for operation in operations().filter(|operation| {
        !matches!(
            operation,
            Operation::GetCallerIdentity | Operation::AssumeRole | Operation::DescribeOrganization
        )
    }) {
        let client = client();
        let world = client.simulator.world();
        let hub = world.account(world.hub_account()).expect("the hub");
        let open = told(&client.document(operation, &json!({})));
        world.edit(hub, |contents| {
            contents.denied.insert(operation);
        });
        let closed = client.document(operation, &json!({}));
        let message = "with an explicit deny in a service control policy";
        assert!(closed.text().contains(message), "{operation:?}: {}", closed.text());
        assert!(closed.text().contains(&operation.action()), "{operation:?}");
        let elsewhere = Client::of(&client.simulator, world.management_account());
        assert!(!elsewhere.document(operation, &json!({})).text().contains(message));
        world.edit(hub, |contents| contents.denied.clear());
        assert_eq!(told(&client.document(operation, &json!({}))), open, "{operation:?}");
    }
}

/// A CBOR request of CloudWatch as the SDKs send it.
fn cbor(client: &Client, operation: &str, body: &'static [u8]) -> Answer {
    let path = format!("/service/GraniteServiceVersion20100801/operation/{operation}");
    let mut request = client.request("monitoring", "POST", &path, Bytes::from_static(body));
    let protocol = "rpc-v2-cbor".parse().expect("a header");
    request.headers_mut().insert("smithy-protocol", protocol);
    whole(client.reply(&request, after(0)))
}

#[test]
fn alarms_come_in_cbor_to_whom_asks_in_cbor() {
    let client = client();
    let management = Client::of(&client.simulator, client.simulator.world().management_account());
    // An empty map of indefinite length, as the SDK writes it; and two names.
    for (operation, body) in [
        ("DescribeAlarms", b"\xbf\xff".as_slice()),
        (
            "DescribeAlarmsForMetric",
            b"\xa2\x6aMetricName\x69RootUsage\x69Namespace\x71CloudTrailMetrics",
        ),
    ] {
        let answer = cbor(&management, operation, body);
        assert_eq!(
            (answer.status, answer.header("content-type")),
            (200, "application/cbor")
        );
        assert_eq!(answer.header("smithy-protocol"), "rpc-v2-cbor");
        let has = |needle: &[u8]| answer.body.windows(needle.len()).any(|window| window == needle);
        assert!(has(b"\x6cMetricAlarms\x81"), "one alarm");
        assert!(has(b"\x6eActionsEnabled\xf5"));
        assert!(has(b"\x75StateUpdatedTimestamp\xc1\x1a"), "a tagged moment");
    }
    let refused = cbor(&management, "DescribeAlarms", b"\xa1\x69NextToken\x63bad");
    assert_eq!(refused.status, 400);
    assert_eq!(refused.header("x-amzn-query-error"), "InvalidNextToken;Sender");
    assert_eq!(
        cbor(&management, "DescribeAlarms", b"\xff").header("x-amzn-query-error"),
        "SerializationException;Sender"
    );
    assert_eq!(cbor(&management, "ListDashboards", b"").status, 404);
}
