//! The door on the socket: keep-alive, and faults as a client of sockets sees them.

use std::io;

use simulated_aws::{Clock, FaultKind, FaultPlan, FaultRule, Simulator, WorldSpec};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::client::world;

const BODY: &str = "Action=GetCallerIdentity&Version=2011-06-15";

fn request() -> String {
    let scope = "AKIAHUB/20261120/us-east-1/sts/aws4_request";
    let length = BODY.len();
    format!(
        "POST / HTTP/1.1\r\nHost: localhost\r\nAuthorization: AWS4-HMAC-SHA256 Credential={scope}, Signature=0\r\n\
         Content-Length: {length}\r\n\r\n{BODY}"
    )
}

/// Serves with a fault in every call and runs a client on a connection to it.
fn with_fault<F: Future<Output = ()>>(kind: Option<FaultKind>, client: impl FnOnce(TcpStream) -> F) {
    let plan = kind.map_or_else(FaultPlan::default, |kind| {
        let kinds = vec![kind];
        FaultPlan::rule(
            1,
            FaultRule {
                kinds,
                ..FaultRule::default()
            },
        )
    });
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a listener");
        let address = listener.local_addr().expect("an address");
        let simulator = Simulator::builder(world(WorldSpec::default()))
            .clock(Clock::Wall)
            .faults(plan)
            .build();
        let client = async { client(TcpStream::connect(address).await.expect("a connection")).await };
        tokio::select! {
            served = simulator.serve(listener) => panic!("{served:?}"),
            () = client => {}
        }
    });
}

/// Reads one whole answer and leaves the connection open.
async fn answer(stream: &mut TcpStream) -> String {
    let mut text = String::new();
    loop {
        let mut bytes = [0; 1024];
        let read = stream.read(&mut bytes).await.expect("bytes");
        assert!(read > 0, "closed after {text:?}");
        text.push_str(std::str::from_utf8(&bytes[..read]).expect("text"));
        if text.contains("</GetCallerIdentityResponse>") {
            return text;
        }
    }
}

#[test]
fn a_connection_is_kept() {
    with_fault(None, |mut stream| async move {
        for _ in 0..3 {
            stream.write_all(request().as_bytes()).await.expect("written");
            let text = answer(&mut stream).await;
            assert!(text.starts_with("HTTP/1.1 200 OK\r\n"), "{text}");
            assert!(text.contains("content-length: "));
        }
    });
}

#[test]
fn a_reset_is_a_reset() {
    for kind in [FaultKind::ResetBefore, FaultKind::ResetAfter] {
        with_fault(Some(kind), |mut stream| async move {
            stream.write_all(request().as_bytes()).await.expect("written");
            let error = stream.read_to_end(&mut Vec::new()).await.expect_err("a reset");
            assert_eq!(error.kind(), io::ErrorKind::ConnectionReset);
        });
    }
}

#[test]
fn a_truncated_answer_announces_more_than_it_brings() {
    with_fault(Some(FaultKind::TruncatedBody), |mut stream| async move {
        stream.write_all(request().as_bytes()).await.expect("written");
        let mut text = String::new();
        stream.read_to_string(&mut text).await.expect("an end");
        let (head, body) = text.split_once("\r\n\r\n").expect("a head");
        let announced = head.to_lowercase();
        let announced = announced.split_once("content-length: ").expect("a length").1;
        let announced: usize = announced.lines().next().expect("a line").parse().expect("a number");
        assert_eq!(body.len(), announced / 2);
    });
}

#[test]
fn a_slow_body_comes_byte_by_byte() {
    with_fault(Some(FaultKind::SlowBody), |mut stream| async move {
        stream.write_all(request().as_bytes()).await.expect("written");
        let mut text = String::new();
        while !text.contains("\r\n\r\n") {
            let mut bytes = [0; 1024];
            let read = stream.read(&mut bytes).await.expect("bytes");
            text.push_str(std::str::from_utf8(&bytes[..read]).expect("text"));
        }
        let mut first = [0; 1024];
        assert_eq!(stream.read(&mut first).await.expect("a byte"), 1);
    });
}

#[test]
fn a_call_that_is_never_answered_holds_nobody_else_up() {
    let plan = FaultRule {
        attempts: Some((1, 1)),
        kinds: vec![FaultKind::Timeout],
        ..FaultRule::default()
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a listener");
        let address = listener.local_addr().expect("an address");
        let builder = Simulator::builder(world(WorldSpec::default())).clock(Clock::Wall);
        let simulator = builder.faults(FaultPlan::rule(1, plan)).build();
        let client = async {
            let mut silent = TcpStream::connect(address).await.expect("a connection");
            silent.write_all(request().as_bytes()).await.expect("written");
            while simulator.call_counts().is_empty() {
                tokio::task::yield_now().await;
            }
            let mut other = TcpStream::connect(address).await.expect("a connection");
            other.write_all(request().as_bytes()).await.expect("written");
            answer(&mut other).await;
            let unanswered = silent.try_read(&mut [0; 1]).expect_err("nothing");
            assert_eq!(unanswered.kind(), io::ErrorKind::WouldBlock);
        };
        tokio::select! {
            served = simulator.serve(listener) => panic!("{served:?}"),
            () = client => {}
        }
    });
}
