//! Telling the time and waiting, through the SDK configuration only.

use std::pin::pin;
use std::time::{Duration, UNIX_EPOCH};

use aws_smithy_async::rt::sleep::{AsyncSleep as _, SharedAsyncSleep};
use aws_smithy_async::time::SharedTimeSource;
use aws_types::SdkConfig;
use futures_util::future::{Either, select};
use jiff::Timestamp;

/// The time source and the sleep of an SDK configuration.
#[derive(Clone, Debug)]
pub struct Clock {
    sleep: SharedAsyncSleep,
    time: SharedTimeSource,
}

/// The SDK configuration cannot tell the time or cannot wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the SDK configuration has no time source or no sleep")]
pub struct NoClock;

impl Clock {
    /// The clock of an SDK configuration.
    ///
    /// # Errors
    /// When the configuration lacks a time source or a sleep; those that `aws_config` loads have both.
    pub fn of(sdk: &SdkConfig) -> Result<Self, NoClock> {
        match (sdk.sleep_impl(), sdk.time_source()) {
            (Some(sleep), Some(time)) => Ok(Self { sleep, time }),
            _ => Err(NoClock),
        }
    }

    /// The present instant.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        let since = self.time.now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp::UNIX_EPOCH
            .saturating_add(jiff::SignedDuration::try_from(since).unwrap_or_default())
            .unwrap_or_default()
    }

    /// Waits.
    pub async fn sleep(&self, duration: Duration) {
        self.sleep.sleep(duration).await;
    }

    /// Waits until an instant; not at all when it has passed.
    pub async fn sleep_until(&self, instant: Timestamp) {
        if let Ok(duration) = Duration::try_from(self.now().duration_until(instant)) {
            self.sleep(duration).await;
        }
    }

    /// The result of a future, or `None` when the instant comes first; the future is dropped then.
    pub async fn before<T>(&self, instant: Option<Timestamp>, future: impl Future<Output = T>) -> Option<T> {
        let Some(instant) = instant else {
            return Some(future.await);
        };
        match select(pin!(future), pin!(self.sleep_until(instant))).await {
            Either::Left((result, _)) => Some(result),
            Either::Right(_) => None,
        }
    }
}
