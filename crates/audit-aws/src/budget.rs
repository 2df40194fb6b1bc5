//! A cap on the bytes in flight, so that memory does not grow with the size of what accounts answer.

use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::{Semaphore, SemaphorePermit};

/// How many bytes of memory one byte of an answer takes while it is read: body, text and decoded bytes together.
const COPIES: u64 = 5;
const SMALLEST: u64 = 64 * 1024;
const UNIT: u64 = 1024;

/// A cap on the memory that answers in flight take together.
///
/// How large an answer will be is not known before it is there, so each one is taken to be as large as the recent ones:
/// careful at first, freer with every small answer, careful again after a large one.
#[derive(Debug)]
pub struct Budget {
    units: Semaphore,
    total: u64,
    expected: AtomicU64,
}

impl Budget {
    /// A cap of so many bytes.
    #[must_use]
    pub fn new(bytes: u64) -> Self {
        let total = bytes.max(SMALLEST);
        Self {
            units: Semaphore::new(usize::try_from(total / UNIT).unwrap_or(Semaphore::MAX_PERMITS)),
            total,
            expected: AtomicU64::new(total / 4),
        }
    }

    /// Waits until there is room for one more answer; the room is free again when the result is dropped.
    pub async fn room(&self) -> Option<SemaphorePermit<'_>> {
        let expected = self.expected.load(Ordering::Relaxed).clamp(SMALLEST, self.total);
        self.units
            .acquire_many(u32::try_from(expected / UNIT).unwrap_or(u32::MAX))
            .await
            .ok()
    }

    /// Learns how large an answer was.
    pub fn learn(&self, size: usize) {
        let took = u64::try_from(size).unwrap_or(u64::MAX).saturating_mul(COPIES);
        let faded = self.expected.load(Ordering::Relaxed) / 8 * 7;
        self.expected.store(took.max(faded), Ordering::Relaxed);
    }
}
