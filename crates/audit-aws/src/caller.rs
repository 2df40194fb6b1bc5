//! Calling AWS with patience: bounded concurrency, and retries whose every cause is known.

use std::sync::Arc;
use std::time::Duration;

use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use aws_types::SdkConfig;
use tokio::sync::Semaphore;

use crate::clock::{Clock, NoClock};
use crate::error::CallError;
use crate::tally::Tally;

/// How often a failed call is made again, and how long is waited in between.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// Attempts in all, the first included.
    pub attempts: u32,
    /// The longest pause after the first failure; it doubles with each further one.
    pub base: Duration,
    /// The longest pause ever.
    pub cap: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            attempts: 6,
            base: Duration::from_millis(200),
            cap: Duration::from_secs(10),
        }
    }
}

impl Patience {
    /// The pause after the `failures`-th failure: jittered over the upper three quarters of an exponential step.
    ///
    /// The jitter follows from `salt`, so that two accounts do not retry in step and a run can be replayed.
    #[must_use]
    pub fn pause(&self, failures: u32, salt: u64) -> Duration {
        let step = self
            .base
            .saturating_mul(1_u32.checked_shl(failures.saturating_sub(1)).unwrap_or(u32::MAX))
            .min(self.cap);
        // Steele, Lea and Flood's SplitMix64 finalizer: enough to decorrelate, and reproducible.
        let mut mixed = salt ^ u64::from(failures).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let quarters = u32::try_from((mixed >> 33) % 768).unwrap_or_default();
        step.saturating_mul(256 + quarters) / 1024
    }
}

/// What all calls of a run share: the clock, the patience and the slots.
///
/// The SDK's own retries are off: its token bucket is shared by all accounts and runs dry at fault rates that a sweep
/// must survive, and it reports the last accident instead of the cause.
/// Pausing between attempts holds no slot, so a sick account does not keep the healthy ones waiting.
#[derive(Clone, Debug)]
pub struct Caller {
    clock: Clock,
    patience: Patience,
    slots: Arc<Semaphore>,
}

impl Caller {
    /// A caller that makes at most `concurrency` calls at a time.
    ///
    /// # Errors
    /// When the SDK configuration has no clock.
    pub fn new(sdk: &SdkConfig, patience: Patience, concurrency: usize) -> Result<Self, NoClock> {
        Ok(Self {
            clock: Clock::of(sdk)?,
            patience,
            slots: Arc::new(Semaphore::new(concurrency)),
        })
    }

    /// The same caller with more patience, for calls that a whole run hangs on: with three calls in ten failing at
    /// random, six attempts lose one page of a list in a thousand, and fifteen one in a hundred million.
    #[must_use]
    pub fn insistent(&self) -> Self {
        Self {
            patience: Patience {
                attempts: 15,
                ..self.patience
            },
            ..self.clone()
        }
    }

    /// The same caller with slots of its own, for calls that must go on while others hold theirs.
    #[must_use]
    pub fn apart(&self) -> Self {
        Self {
            slots: Arc::new(Semaphore::new(1)),
            ..self.clone()
        }
    }

    /// The clock that all waiting goes through.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Makes a call until it succeeds, fails for good or the patience ends; every accident on the way is noted in `tally`.
    ///
    /// # Errors
    /// The failure that ended the last attempt.
    pub async fn call<T, F>(&self, salt: u64, tally: &mut Tally, attempt: impl FnMut() -> F) -> Result<T, CallError>
    where
        F: Future<Output = Result<T, CallError>>,
    {
        let (answer, ()) = self.call_with(salt, tally, async || (), attempt).await?;
        Ok(answer)
    }

    /// As [`Self::call`], for a call by itself: the failure is the cause of the accidents, not the last of them.
    ///
    /// # Errors
    /// The cause.
    pub async fn call_alone<T, F>(&self, salt: u64, attempt: impl FnMut() -> F) -> Result<T, CallError>
    where
        F: Future<Output = Result<T, CallError>>,
    {
        let mut tally = Tally::default();
        let answer = self.call(salt, &mut tally, attempt).await;
        answer.map_err(|last| tally.cause(last))
    }

    /// As [`Self::call`], with something that each attempt has to have first, such as room for its answer.
    ///
    /// It is had before a slot is taken, so that waiting for it holds none; given back with a failed attempt, so that
    /// pausing holds none of it either; and handed on with the answer.
    ///
    /// # Errors
    /// The failure that ended the last attempt.
    pub async fn call_with<T, F, G>(
        &self,
        salt: u64,
        tally: &mut Tally,
        first: impl AsyncFn() -> G,
        mut attempt: impl FnMut() -> F,
    ) -> Result<(T, G), CallError>
    where
        F: Future<Output = Result<T, CallError>>,
    {
        let mut failures = 0;
        loop {
            let result = {
                let first = first().await;
                let _slot = self.slots.acquire().await;
                // Boxed: the SDK's futures are large, and thousands of accounts wait at a time.
                Box::pin(attempt()).await.map(|answer| (answer, first))
            };
            let error = match result {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            if !error.is_transient() {
                // An answer, if not the one hoped for: what it means is for whoever asked.
                return Err(error);
            }
            tally.note(&error);
            failures += 1;
            if failures >= self.patience.attempts {
                return Err(error);
            }
            self.clock.sleep(self.patience.pause(failures, salt)).await;
        }
    }
}

/// The SDK configuration that the suite's clients are made of: explicit time-outs, no retries of the SDK's own.
///
/// Without these an answer that never comes would be waited for without end, and environment variables could change
/// how often a call is retried.
#[must_use]
pub fn configured(sdk: &SdkConfig) -> SdkConfig {
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(2))
        .read_timeout(Duration::from_secs(15))
        .operation_attempt_timeout(Duration::from_secs(20))
        .build();
    sdk.to_builder()
        .retry_config(RetryConfig::disabled())
        .timeout_config(timeouts)
        .build()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_stay_bounded_and_differ() {
        let patience = Patience::default();
        for failures in 1..40 {
            let step = patience
                .base
                .saturating_mul(1 << (failures - 1).min(20))
                .min(patience.cap);
            let pauses: std::collections::BTreeSet<_> = (0..100).map(|salt| patience.pause(failures, salt)).collect();
            assert!(
                pauses.iter().all(|&pause| pause >= step / 4 && pause <= step),
                "{failures}"
            );
            assert!(pauses.len() > 50, "{failures}: {}", pauses.len());
        }
    }
}
