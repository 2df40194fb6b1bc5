//! A body that arrives as the reply says: whole, cut short, or byte by byte.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use aws_smithy_async::rt::sleep::{AsyncSleep, SharedAsyncSleep, Sleep};
use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};

/// The body of a delivery.
#[derive(Debug)]
pub(super) struct DeliveredBody {
    rest: Bytes,
    manner: Manner,
}

#[derive(Debug)]
enum Manner {
    Whole,
    /// Breaks off after what is left, once that was sent.
    Truncated {
        sent: bool,
    },
    Slow {
        pause: Duration,
        clock: SharedAsyncSleep,
        waiting: Option<Sleep>,
    },
}

impl DeliveredBody {
    pub(super) fn whole(bytes: Bytes) -> Self {
        Self {
            rest: bytes,
            manner: Manner::Whole,
        }
    }

    pub(super) fn truncated(mut bytes: Bytes, after: usize) -> Self {
        bytes.truncate(after);
        Self {
            rest: bytes,
            manner: Manner::Truncated { sent: false },
        }
    }

    pub(super) fn slow(bytes: Bytes, pause: Duration, clock: SharedAsyncSleep) -> Self {
        let manner = Manner::Slow {
            pause,
            clock,
            waiting: None,
        };
        Self { rest: bytes, manner }
    }
}

impl Body for DeliveredBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        let this = &mut *self;
        if this.rest.is_empty() {
            return match &mut this.manner {
                Manner::Whole | Manner::Slow { .. } => Poll::Ready(None),
                Manner::Truncated { sent: true } => {
                    Poll::Ready(Some(Err(io::Error::from(io::ErrorKind::UnexpectedEof))))
                }
                Manner::Truncated { sent } => {
                    // A pause, in which the server sends what it has collected so far.
                    *sent = true;
                    context.waker().wake_by_ref();
                    Poll::Pending
                }
            };
        }
        let chunk = match &mut this.manner {
            Manner::Whole | Manner::Truncated { .. } => std::mem::take(&mut this.rest),
            Manner::Slow { pause, clock, waiting } => {
                let sleep = waiting.get_or_insert_with(|| clock.sleep(*pause));
                ready!(Pin::new(sleep).poll(context));
                *waiting = None;
                this.rest.split_to(1)
            }
        };
        Poll::Ready(Some(Ok(Frame::data(chunk))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && !matches!(self.manner, Manner::Truncated { .. })
    }

    fn size_hint(&self) -> SizeHint {
        match self.manner {
            Manner::Truncated { .. } => SizeHint::default(),
            Manner::Whole | Manner::Slow { .. } => SizeHint::with_exact(self.rest.len() as u64),
        }
    }
}
