//! The door for everybody: HTTP/1.1 on a socket, with the faults that sockets can show.

use std::convert::Infallible;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, Request, Response, StatusCode, header};
use http_body_util::{BodyExt as _, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use super::body::DeliveredBody;
use crate::reply::Delivery;
use crate::simulator::Simulator;

/// Requests with larger bodies are refused; S3 itself takes 5 GiB.
const LARGEST_BODY: usize = 512 * 1024 * 1024;

impl Simulator {
    /// Serves the simulated organization on a socket until the future is dropped.
    ///
    /// Needs a tokio runtime with time and net, and [`Clock::Wall`](crate::Clock::Wall). Connections are kept alive;
    /// faults of the network are realized on the socket.
    ///
    /// # Errors
    /// The error of the listener, if it cannot accept any more.
    pub async fn serve(&self, listener: TcpListener) -> io::Result<Infallible> {
        let mut connections = JoinSet::new();
        loop {
            tokio::select! {
                accepted = listener.accept() => match accepted {
                    Ok((stream, _)) => {
                        // Without this, an answer in two segments waits for the client's delayed acknowledgment.
                        let _ = stream.set_nodelay(true);
                        connections.spawn(self.clone().connection(Shared(Arc::new(stream))));
                    }
                    Err(error) if is_passing(&error) => tokio::time::sleep(Duration::from_millis(10)).await,
                    Err(error) => return Err(error),
                },
                Some(_) = connections.join_next() => {}
            }
        }
    }

    async fn connection(self, stream: Shared) {
        let service = service_fn(|request| {
            let (simulator, stream) = (self.clone(), stream.clone());
            async move { simulator.exchange(request, &stream).await }
        });
        let served = http1::Builder::new()
            .timer(TokioTimer::new())
            .serve_connection(TokioIo::new(stream.clone()), service);
        // The client, or a fault of the plan, ended the connection: nobody is left to tell.
        let _ = served.await;
    }

    async fn exchange(self, request: Request<Incoming>, stream: &Shared) -> Result<Response<DeliveredBody>, io::Error> {
        let (head, body) = request.into_parts();
        let Ok(body) = Limited::new(body, LARGEST_BODY).collect().await else {
            let mut refused = Response::new(DeliveredBody::whole(Bytes::new()));
            *refused.status_mut() = StatusCode::PAYLOAD_TOO_LARGE;
            return Ok(refused);
        };
        let request = Request::from_parts(head, body.to_bytes());
        let reply = self.answer(&request, self.clock().now());
        if !reply.delay.is_zero() {
            self.clock().sleep(reply.delay).await;
        }
        match reply.delivery {
            Delivery::Never => std::future::pending().await,
            Delivery::Reset => {
                stream.reset_on_close();
                Err(io::Error::from(io::ErrorKind::ConnectionReset))
            }
            Delivery::Whole(response) => Ok(response.map(DeliveredBody::whole)),
            Delivery::Truncated(mut response, after) => {
                let length = HeaderValue::from(response.body().len());
                response.headers_mut().insert(header::CONTENT_LENGTH, length);
                Ok(response.map(|body| DeliveredBody::truncated(body, after)))
            }
            Delivery::Slow(response, pause) => {
                let clock = self.clock().sleep_impl();
                Ok(response.map(|body| DeliveredBody::slow(body, pause, clock)))
            }
        }
    }
}

/// Errors of single connections and of a momentary lack of descriptors.
fn is_passing(error: &io::Error) -> bool {
    const TOO_MANY_FILES: [i32; 2] = [23, 24];
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset | io::ErrorKind::Interrupted
    ) || error.raw_os_error().is_some_and(|code| TOO_MANY_FILES.contains(&code))
}

/// A socket that hyper drives and that a fault can still reach.
#[derive(Debug, Clone)]
struct Shared(Arc<TcpStream>);

impl Shared {
    /// Makes the coming close a reset instead of an orderly end.
    fn reset_on_close(&self) {
        let _ = self.0.set_zero_linger();
    }
}

impl AsyncRead for Shared {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        loop {
            ready!(self.0.poll_read_ready(context))?;
            match self.0.try_read(buffer.initialize_unfilled()) {
                Ok(read) => {
                    buffer.advance(read);
                    return Poll::Ready(Ok(()));
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Poll::Ready(Err(error)),
            }
        }
    }
}

impl AsyncWrite for Shared {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        loop {
            ready!(self.0.poll_write_ready(context))?;
            match self.0.try_write(bytes) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                written => return Poll::Ready(written),
            }
        }
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        loop {
            ready!(self.0.poll_write_ready(context))?;
            match self.0.try_write_vectored(slices) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                written => return Poll::Ready(written),
            }
        }
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        // The last owner closes the socket.
        Poll::Ready(Ok(()))
    }
}
