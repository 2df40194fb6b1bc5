//! What comes back for a request: an answer, or what the network made of it.

use std::time::Duration;

use bytes::Bytes;
use http::Response;

/// An answer and how it travels.
#[derive(Debug, Clone)]
pub struct Reply {
    /// Time from the request to the first byte, or to the reset.
    pub delay: Duration,
    /// What arrives.
    pub delivery: Delivery,
}

/// What arrives of an answer.
#[derive(Debug, Clone)]
pub enum Delivery {
    /// All of it.
    Whole(Response<Bytes>),
    /// The head, announcing the whole length, and so many bytes of the body; then the connection closes.
    Truncated(Response<Bytes>, usize),
    /// All of it, but the body byte by byte with this pause after each.
    Slow(Response<Bytes>, Duration),
    /// Nothing: the connection is reset.
    Reset,
    /// Nothing, ever.
    Never,
}

impl Reply {
    /// A whole answer without delay.
    pub(crate) fn whole(response: Response<Bytes>) -> Self {
        Self {
            delay: Duration::ZERO,
            delivery: Delivery::Whole(response),
        }
    }

    /// A delivery without delay.
    pub(crate) fn only(delivery: Delivery) -> Self {
        Self {
            delay: Duration::ZERO,
            delivery,
        }
    }
}
