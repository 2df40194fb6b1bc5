//! Token buckets: how AWS limits the rate of calls.

use std::collections::HashMap;

use jiff::Timestamp;

use crate::operation::Operation;

/// Calls a second and burst.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limit(pub(crate) f64, pub(crate) f64);

/// A bucket for every owner and operation.
#[derive(Debug, Default)]
pub(crate) struct Buckets(HashMap<(String, Operation), Bucket>);

#[derive(Debug, Clone, Copy)]
struct Bucket {
    tokens: f64,
    filled: Timestamp,
}

impl Buckets {
    /// Takes one call out of a bucket; false if it is empty.
    pub(crate) fn take(&mut self, owner: &str, operation: Operation, limit: Limit, now: Timestamp) -> bool {
        let Limit(rate, burst) = limit;
        let bucket = self.0.entry((owner.to_owned(), operation)).or_insert(Bucket {
            tokens: burst,
            filled: now,
        });
        let elapsed = now.duration_since(bucket.filled).as_secs_f64().max(0.0);
        bucket.tokens = (bucket.tokens + elapsed * rate).min(burst);
        bucket.filled = now;
        if bucket.tokens < 1.0 {
            return false;
        }
        bucket.tokens -= 1.0;
        true
    }
}
