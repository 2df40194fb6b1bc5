//! The HTTP side: Runtime API version 2018-06-01, and `Invoke` of the Lambda API.

use std::collections::HashMap;
use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::oneshot;

use super::Outcome;

/// The service, for as long as this lives.
pub(super) struct Service {
    address: SocketAddr,
    state: Arc<State>,
    since: Instant,
    _stop: oneshot::Sender<Infallible>,
}

struct State {
    function: String,
    time: Duration,
    events: UnboundedSender<String>,
    waiting: tokio::sync::Mutex<UnboundedReceiver<String>>,
    invocations: AtomicUsize,
    requests: AtomicUsize,
    continuations: Mutex<Vec<Value>>,
    outcomes: Mutex<Sender<Outcome>>,
}

impl Service {
    pub(super) fn start(function: &str, time: Duration) -> (Self, Receiver<Outcome>) {
        let (events, waiting) = unbounded_channel();
        let (outcomes, receiver) = channel();
        let state = Arc::new(State {
            function: function.to_owned(),
            time,
            events,
            waiting: tokio::sync::Mutex::new(waiting),
            invocations: AtomicUsize::new(0),
            requests: AtomicUsize::new(0),
            continuations: Mutex::new(Vec::new()),
            outcomes: Mutex::new(outcomes),
        });
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let address = listener.local_addr().expect("an address");
        let (stop, stopped) = oneshot::channel();
        let served = Arc::clone(&state);
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.expect("a runtime").block_on(async {
                tokio::select! {
                    () = serve(listener, served) => {}
                    _ = stopped => {}
                }
            });
        });
        let service = Self {
            address,
            state,
            since: Instant::now(),
            _stop: stop,
        };
        (service, receiver)
    }

    pub(super) fn address(&self) -> String {
        self.address.to_string()
    }

    pub(super) fn send(&mut self, event: String) {
        self.since = Instant::now();
        self.state.invocations.fetch_add(1, Ordering::SeqCst);
        self.state.events.send(event).expect("the service runs");
    }

    /// How many events were sent, those of the function to itself included.
    pub(super) fn invocations(&self) -> usize {
        self.state.invocations.load(Ordering::SeqCst)
    }

    pub(super) fn forget_invocations(&self) {
        self.state.invocations.store(0, Ordering::SeqCst);
    }

    /// How long ago the last event was sent from outside.
    pub(super) fn waited(&self) -> Duration {
        self.since.elapsed()
    }

    pub(super) fn continuations(&self) -> Vec<Value> {
        self.state.continuations.lock().expect("no panic").clone()
    }
}

async fn serve(listener: std::net::TcpListener, state: Arc<State>) {
    listener.set_nonblocking(true).expect("a socket");
    let listener = TcpListener::from_std(listener).expect("a socket");
    while let Ok((stream, _)) = listener.accept().await {
        let state = Arc::clone(&state);
        tokio::spawn(async move {
            let answer = service_fn(|request| answer(&state, request));
            // A function that is ended closes its connection in the middle of a request.
            let _ = hyper::server::conn::http1::Builder::new()
                .serve_connection(TokioIo::new(stream), answer)
                .await;
        });
    }
}

async fn answer(state: &State, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let (head, body) = request.into_parts();
    let body = body
        .collect()
        .await
        .map(http_body_util::Collected::to_bytes)
        .unwrap_or_default();
    let said = serde_json::from_slice(&body).unwrap_or(Value::Null);
    let path: Vec<&str> = head.uri.path().trim_matches('/').split('/').collect();
    let response = match path.as_slice() {
        ["2018-06-01", "runtime", "invocation", "next"] => state.next().await,
        ["2018-06-01", "runtime", "invocation", _, "response"] => state.ended(Outcome::Answered(said)),
        ["2018-06-01", "runtime", "invocation", _, "error"] => state.ended(Outcome::Failed(said)),
        ["2018-06-01", "runtime", "init", "error"] => state.ended(Outcome::NotStarted(said)),
        ["2015-03-31", "functions", name, "invocations"] => {
            let kind = head
                .headers
                .get("x-amz-invocation-type")
                .map(hyper::header::HeaderValue::as_bytes);
            state.invoked(name, kind == Some(b"Event"), &body)
        }
        _ => plain(StatusCode::NOT_FOUND, Bytes::new()),
    };
    Ok(response)
}

impl State {
    /// Hands out the next event, when there is one.
    async fn next(&self) -> Response<Full<Bytes>> {
        let Some(event) = self.waiting.lock().await.recv().await else {
            return plain(StatusCode::GONE, Bytes::new());
        };
        let number = self.requests.fetch_add(1, Ordering::SeqCst);
        let now = SystemTime::now()
            .duration_since(SystemTime::UNIX_EPOCH)
            .expect("a clock");
        let headers = HashMap::from([
            (
                "lambda-runtime-aws-request-id",
                format!("00000000-0000-4000-8000-{number:012}"),
            ),
            ("lambda-runtime-deadline-ms", (now + self.time).as_millis().to_string()),
            ("lambda-runtime-invoked-function-arn", self.arn()),
            (
                "lambda-runtime-trace-id",
                "Root=1-00000000-000000000000000000000000".to_owned(),
            ),
        ]);
        let mut response = plain(StatusCode::OK, event.into());
        for (name, value) in headers {
            response.headers_mut().insert(name, value.parse().expect("a header"));
        }
        response
    }

    fn arn(&self) -> String {
        format!("arn:aws:lambda:us-east-1:123456789012:function:{}", self.function)
    }

    fn ended(&self, outcome: Outcome) -> Response<Full<Bytes>> {
        // The test may have ended before.
        let _ = self.outcomes.lock().expect("no panic").send(outcome);
        plain(StatusCode::ACCEPTED, r#"{"status":"OK"}"#.into())
    }

    /// Takes an asynchronous invocation of this very function, named by its name or its ARN.
    fn invoked(&self, name: &str, asynchronous: bool, event: &Bytes) -> Response<Full<Bytes>> {
        let name = name.replace("%3A", ":");
        if !asynchronous || (name != self.function && name != self.arn()) {
            return plain(
                StatusCode::BAD_REQUEST,
                format!("unexpected invocation of {name}").into(),
            );
        }
        let text = String::from_utf8_lossy(event).into_owned();
        let parsed = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
        self.continuations.lock().expect("no panic").push(parsed);
        self.invocations.fetch_add(1, Ordering::SeqCst);
        self.events.send(text).expect("the service runs");
        plain(StatusCode::ACCEPTED, Bytes::new())
    }
}

fn plain(status: StatusCode, body: Bytes) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(body));
    *response.status_mut() = status;
    response
}
