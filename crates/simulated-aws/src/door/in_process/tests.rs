//! The connector: what the SDK sees of answers, faults and time.

use super::*;
use crate::faults::{FaultKind, FaultPlan, FaultRule};
use crate::time::{Clock, VirtualTime};
use crate::world::{World, WorldSpec};

fn connector(kind: Option<FaultKind>, latency: Duration, read_timeout: Option<Duration>) -> Connector {
    let plan = kind.map_or_else(FaultPlan::default, |kind| {
        FaultPlan::rule(
            1,
            FaultRule {
                kinds: vec![kind],
                ..FaultRule::default()
            },
        )
    });
    let world = World::new(WorldSpec::default()).unwrap();
    Connector {
        simulator: Simulator::builder(world).faults(plan).latency(latency).build(),
        read_timeout,
    }
}

/// Status and body, either of which may have failed.
type Exchanged = Result<(u16, Result<String, String>), ConnectorError>;

/// One call, its body read to the end, and the virtual seconds that it took.
fn exchange(connector: &Connector) -> (Exchanged, u64) {
    let Clock::Virtual(time) = connector.simulator.clock().clone() else {
        panic!("the default is virtual time");
    };
    let scope = "AKIAHUB/20261120/us-east-1/sts/aws4_request";
    let request = http::Request::post("https://sts.us-east-1.amazonaws.com/")
        .header(
            "authorization",
            format!("AWS4-HMAC-SHA256 Credential={scope}, Signature=0"),
        )
        .body(SdkBody::from("Action=GetCallerIdentity&Version=2011-06-15"))
        .unwrap();
    let start = time.now_timestamp();
    let run = async {
        let response = connector.call(HttpRequest::try_from(request).unwrap()).await?;
        let status = response.status().as_u16();
        let body = response.into_body().collect().await;
        let body = body.map(|body| String::from_utf8(body.to_bytes().to_vec()).unwrap());
        Ok((status, body.map_err(|error| error.to_string())))
    };
    let result = time.run(run).unwrap();
    let took = time.now_timestamp().duration_since(start).as_secs();
    (result, u64::try_from(took).unwrap())
}

#[test]
fn an_answer_takes_the_latency() {
    let (result, took) = exchange(&connector(None, Duration::from_secs(5), None));
    let (status, body) = result.unwrap();
    assert_eq!((status, took), (200, 5));
    assert!(body.unwrap().contains("<GetCallerIdentityResult>"));
}

#[test]
fn the_read_timeout_is_honored() {
    let limit = Some(Duration::from_secs(10));
    for (kind, latency) in [(Some(FaultKind::Timeout), 0), (Some(FaultKind::Late), 0), (None, 11)] {
        let (result, took) = exchange(&connector(kind, Duration::from_secs(latency), limit));
        assert!(result.unwrap_err().is_timeout(), "{kind:?}");
        assert_eq!(took, 10, "{kind:?}");
    }
    let (result, took) = exchange(&connector(None, Duration::from_secs(9), limit));
    assert_eq!((result.unwrap().0, took), (200, 9));
}

#[test]
fn silence_ends_after_an_hour_without_a_timeout() {
    let (result, took) = exchange(&connector(Some(FaultKind::Timeout), Duration::ZERO, None));
    assert!(result.unwrap_err().is_io());
    assert_eq!(took, 3_600);
}

#[test]
fn resets_are_errors_of_input_and_output() {
    for kind in [FaultKind::ResetBefore, FaultKind::ResetAfter] {
        let (result, took) = exchange(&connector(Some(kind), Duration::ZERO, None));
        assert!(result.unwrap_err().is_io());
        assert_eq!(took, 0);
    }
}

#[test]
fn a_truncated_body_ends_in_an_error() {
    let (result, _) = exchange(&connector(Some(FaultKind::TruncatedBody), Duration::ZERO, None));
    let (status, body) = result.unwrap();
    assert_eq!(status, 200);
    assert!(body.is_err());
}

#[test]
fn a_slow_body_takes_two_seconds_a_byte() {
    let (result, took) = exchange(&connector(Some(FaultKind::SlowBody), Duration::ZERO, None));
    let length = result.unwrap().1.unwrap().len();
    assert_eq!(took, 2 * length as u64);
}

#[test]
fn the_configuration_acts_as_the_hub_on_the_simulators_clock() {
    let world = World::new(WorldSpec::default()).unwrap();
    let at = world.at();
    let config = Simulator::new(world).sdk_config();
    assert_eq!(config.region().map(AsRef::as_ref), Some("us-east-1"));
    assert_eq!(config.time_source().unwrap().now(), std::time::SystemTime::from(at));
    let sleep = config.sleep_impl().unwrap();
    let time = VirtualTime::new(at);
    assert!(time.run(async { sleep.sleep(Duration::ZERO).await }).is_ok());
    assert!(config.http_client().is_some() && config.identity_cache().is_some());
}
