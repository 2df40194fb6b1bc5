//! Time that a test can own: minutes of waiting cost milliseconds, and the simulator's clock is the SDK's clock.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::time::{Duration, SystemTime};

use aws_smithy_async::rt::sleep::{AsyncSleep, SharedAsyncSleep, Sleep, TokioSleep};
use aws_smithy_async::time::{SharedTimeSource, SystemTimeSource, TimeSource};
use jiff::Timestamp;

/// The clock of a simulator and of the SDK clients that talk to it.
#[derive(Debug, Clone)]
pub enum Clock {
    /// Moves only when everybody waits; see [`VirtualTime`].
    Virtual(VirtualTime),
    /// The machine's clock; waiting needs a tokio runtime.
    Wall,
}

impl Clock {
    /// The present moment on this clock.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        match self {
            Self::Virtual(time) => time.now_timestamp(),
            Self::Wall => Timestamp::now(),
        }
    }

    /// Waits on this clock.
    pub async fn sleep(&self, duration: Duration) {
        self.sleep_impl().sleep(duration).await;
    }

    /// This clock as the SDK's sleep.
    #[must_use]
    pub fn sleep_impl(&self) -> SharedAsyncSleep {
        match self {
            Self::Virtual(time) => SharedAsyncSleep::new(time.clone()),
            Self::Wall => SharedAsyncSleep::new(TokioSleep::new()),
        }
    }

    /// This clock as the SDK's time source.
    #[must_use]
    pub fn time_source(&self) -> SharedTimeSource {
        match self {
            Self::Virtual(time) => SharedTimeSource::new(time.clone()),
            Self::Wall => SharedTimeSource::new(SystemTimeSource::new()),
        }
    }
}

/// A clock that stands still while anything can make progress and then leaps to the next sleeper.
///
/// Clones are the same clock. It serves as the SDK's sleep and time source, and [`VirtualTime::run`] is the executor
/// that moves it. Everything that the future waits for must happen on the executor's thread: work handed to other
/// threads is not seen, and time would leap over it.
#[derive(Debug, Clone)]
pub struct VirtualTime(Arc<Mutex<Wheel>>);

/// Nothing can ever wake the future: it waits for something that is neither time nor itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("stuck at {at}: the future waits, and no sleeper is left that could wake it")]
pub struct Stuck {
    /// The virtual moment at which nothing could progress any more.
    pub at: Timestamp,
}

#[derive(Debug)]
struct Wheel {
    now: Timestamp,
    sleepers: BTreeMap<(Timestamp, u64), Waker>,
    issued: u64,
}

impl VirtualTime {
    /// A clock that stands at `start`.
    #[must_use]
    pub fn new(start: Timestamp) -> Self {
        Self(Arc::new(Mutex::new(Wheel {
            now: start,
            sleepers: BTreeMap::new(),
            issued: 0,
        })))
    }

    /// The virtual moment.
    #[must_use]
    pub fn now_timestamp(&self) -> Timestamp {
        self.wheel().now
    }

    /// Moves the clock forward without running anything; sleepers that are due wake at the next poll.
    pub fn advance(&self, by: Duration) {
        let due = {
            let mut wheel = self.wheel();
            let now = later(wheel.now, by);
            wheel.now = now;
            let rest = wheel.sleepers.split_off(&(now, u64::MAX));
            std::mem::replace(&mut wheel.sleepers, rest)
        };
        due.into_values().for_each(Waker::wake);
    }

    /// Runs a future to its end on this thread, leaping over every wait. Needs no runtime.
    ///
    /// # Errors
    /// [`Stuck`] when the future is not finished and no sleeper is left.
    pub fn run<F: Future>(&self, future: F) -> Result<F::Output, Stuck> {
        let mut future = pin!(future);
        let flag = Arc::new(Flag(AtomicBool::new(true)));
        let waker = Waker::from(Arc::clone(&flag));
        let mut context = Context::from_waker(&waker);
        loop {
            while flag.0.swap(false, Ordering::AcqRel) {
                if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
                    return Ok(output);
                }
            }
            self.leap()?;
        }
    }

    fn leap(&self) -> Result<(), Stuck> {
        let next = {
            let wheel = self.wheel();
            let at = wheel.now;
            let first = wheel.sleepers.first_key_value();
            let ((next, _), _) = first.ok_or(Stuck { at })?;
            next.duration_since(at)
        };
        self.advance(next.unsigned_abs());
        Ok(())
    }

    fn wheel(&self) -> MutexGuard<'_, Wheel> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl TimeSource for VirtualTime {
    fn now(&self) -> SystemTime {
        self.now_timestamp().into()
    }
}

impl AsyncSleep for VirtualTime {
    fn sleep(&self, duration: Duration) -> Sleep {
        let (until, number) = {
            let mut wheel = self.wheel();
            wheel.issued += 1;
            (later(wheel.now, duration), wheel.issued)
        };
        Sleep::new(Sleeper {
            time: self.clone(),
            key: (until, number),
        })
    }
}

struct Sleeper {
    time: VirtualTime,
    key: (Timestamp, u64),
}

impl Future for Sleeper {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let mut wheel = self.time.wheel();
        if wheel.now >= self.key.0 {
            wheel.sleepers.remove(&self.key);
            return Poll::Ready(());
        }
        wheel.sleepers.insert(self.key, context.waker().clone());
        Poll::Pending
    }
}

impl Drop for Sleeper {
    fn drop(&mut self) {
        self.time.wheel().sleepers.remove(&self.key);
    }
}

struct Flag(AtomicBool);

impl Wake for Flag {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Release);
    }
}

/// A moment some time later, held at the end of representable time.
pub(crate) fn later(moment: Timestamp, by: Duration) -> Timestamp {
    moment.checked_add(by).unwrap_or(Timestamp::MAX)
}

/// A moment some time earlier, held at the beginning of representable time.
pub(crate) fn earlier(moment: Timestamp, by: Duration) -> Timestamp {
    moment.checked_sub(by).unwrap_or(Timestamp::MIN)
}

/// The second that a moment is in.
pub(crate) fn whole_second(moment: Timestamp) -> Timestamp {
    Timestamp::from_second(moment.as_second()).unwrap_or(moment)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clock() -> VirtualTime {
        VirtualTime::new("2026-11-20T02:00:00Z".parse().unwrap())
    }

    #[test]
    fn a_wait_of_days_takes_no_time_and_moves_the_clock_exactly() {
        let time = clock();
        let waiting = time.clone();
        let value = time.run(async move {
            waiting.sleep(Duration::from_hours(48)).await;
            waiting.sleep(Duration::from_millis(1)).await;
            7
        });
        assert_eq!(value, Ok(7));
        assert_eq!(time.now_timestamp().to_string(), "2026-11-22T02:00:00.001Z");
    }

    #[test]
    fn sleepers_wake_in_order_and_together_when_due_together() {
        let time = clock();
        let order = Mutex::new(Vec::new());
        let nap = |seconds| {
            let (time, order) = (time.clone(), &order);
            async move {
                time.sleep(Duration::from_secs(seconds)).await;
                let now = time.now_timestamp().as_second();
                order.lock().unwrap().push((seconds, now));
            }
        };
        let start = time.now_timestamp().as_second();
        let all = async {
            tokio::join!(nap(30), nap(10), nap(20), nap(10));
        };
        assert_eq!(time.run(all), Ok(()));
        let woken: Vec<_> = order.into_inner().unwrap();
        assert_eq!(
            woken,
            [(10, start + 10), (10, start + 10), (20, start + 20), (30, start + 30)]
        );
    }

    #[test]
    fn a_deadlock_is_an_error() {
        let time = clock();
        let stuck = time.run(std::future::pending::<()>());
        assert_eq!(
            stuck,
            Err(Stuck {
                at: time.now_timestamp()
            })
        );
    }

    #[test]
    fn a_dropped_sleeper_leaves_nothing_behind() {
        let time = clock();
        let waiting = time.clone();
        let done = time.run(async move {
            let long = waiting.sleep(Duration::from_hours(1));
            let short = waiting.sleep(Duration::from_secs(1));
            tokio::select! { () = long => "long", () = short => "short" }
        });
        assert_eq!(done, Ok("short"));
        assert_eq!(time.now_timestamp().to_string(), "2026-11-20T02:00:01Z");
        assert!(time.wheel().sleepers.is_empty());
    }
}
