//! Time as a value: a moment, and the clocks that tell it.

use std::fmt;
use std::str::FromStr;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize, de};

/// A moment: microseconds since 1970-01-01 UTC. RFC 3339 with milliseconds on the wire.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// The moment `duration` later; never past the end of time.
    #[must_use]
    pub fn plus(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(micros(duration)))
    }

    /// The moment `duration` earlier.
    #[must_use]
    pub fn minus(self, duration: Duration) -> Self {
        Self(self.0.saturating_sub(micros(duration)))
    }

    /// The beginning of the stretch of that length that the moment lies in; stretches are counted from 1970.
    #[must_use]
    pub fn start_of(self, length: Duration) -> Self {
        Self(self.0 - self.0.rem_euclid(micros(length).max(1)))
    }

    /// How long ago `earlier` was; zero when it lies ahead.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// Whole milliseconds since 1970, for ids.
    pub fn millis_unsigned(self) -> u64 {
        u64::try_from(self.0 / 1_000).unwrap_or(0)
    }

    fn system_time(self) -> SystemTime {
        UNIX_EPOCH + Duration::from_micros(u64::try_from(self.0).unwrap_or(0))
    }
}

fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        humantime::format_rfc3339_millis(self.system_time()).fmt(f)
    }
}

impl FromStr for Timestamp {
    type Err = humantime::TimestampError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let time = humantime::parse_rfc3339_weak(text)?;
        let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
        Ok(Self(micros(since)))
    }
}

impl Serialize for Timestamp {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        <std::borrow::Cow<'de, str>>::deserialize(deserializer)?
            .parse()
            .map_err(de::Error::custom)
    }
}

/// Who tells the time. Everyone who needs it is handed one.
pub trait Clock: Send + Sync + fmt::Debug {
    /// This moment.
    fn now(&self) -> Timestamp;
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that reads the machine's clock"
    )]
    fn now(&self) -> Timestamp {
        Timestamp(micros(
            SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .unwrap_or_default(),
        ))
    }
}

/// How fast a clock that is ahead falls back to the machine's: it shows nine seconds where ten pass.
const FALL_BACK: i64 = 10;

/// The machine's clock, but never back: when that jumps back, time goes on from where it was and falls back slowly. Else
/// a job that became ready before the jump would wait until its moment came again.
#[derive(Debug)]
pub struct SteadyClock {
    start: Instant,
    shown: Mutex<Shown>,
}

/// What a clock showed last, in microseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Shown {
    /// What it showed.
    time: i64,
    /// How long the process had been running then.
    uptime: i64,
}

impl Shown {
    /// What it shows next, by the machine's clock and by how long the process has been running.
    fn next(self, machine: i64, uptime: i64) -> Self {
        let passed = uptime.saturating_sub(self.uptime).max(0);
        let expected = self.time.saturating_add(passed);
        let slowest = expected.saturating_sub(passed / FALL_BACK);
        Self {
            time: machine.max(slowest),
            uptime: uptime.max(self.uptime),
        }
    }
}

impl Default for SteadyClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "beside the machine's clock this is the one that needs to know how long it runs"
    )]
    fn default() -> Self {
        Self {
            start: Instant::now(),
            shown: Mutex::default(),
        }
    }
}

impl Clock for SteadyClock {
    fn now(&self) -> Timestamp {
        let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        *shown = shown.next(SystemClock.now().0, micros(self.start.elapsed()));
        Timestamp(shown.time)
    }
}

/// A clock that stands still until it is told to go on: for tests and simulations.
#[derive(Debug, Default)]
pub struct ManualClock {
    micros: AtomicI64,
}

impl ManualClock {
    /// A clock that shows `now`.
    pub fn at(now: Timestamp) -> Self {
        Self {
            micros: AtomicI64::new(now.0),
        }
    }

    /// Lets time pass.
    pub fn advance(&self, duration: Duration) {
        self.micros.fetch_add(micros(duration), Ordering::SeqCst);
    }

    /// Shows another moment.
    pub fn set(&self, now: Timestamp) {
        self.micros.store(now.0, Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.micros.load(Ordering::SeqCst))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_reads_back_what_it_wrote_to_the_millisecond() {
        let moment = Timestamp(1_795_477_800_123_000);
        assert_eq!(moment.to_string(), "2026-11-23T23:50:00.123Z");
        assert_eq!(moment.to_string().parse::<Timestamp>().unwrap(), moment);
    }

    #[test]
    fn time_that_lies_ahead_was_zero_ago() {
        assert_eq!(Timestamp(5).since(Timestamp(9)), Duration::ZERO);
    }

    #[test]
    fn a_clock_that_jumps_back_goes_on_from_where_it_was_and_falls_back_slowly() {
        let shown = Shown::default().next(5_000, 0);
        assert_eq!(shown.time, 5_000);
        let shown = shown.next(1_000, 0);
        assert_eq!(shown.time, 5_000, "it jumped back, and no time passed");
        let shown = shown.next(1_100, 100);
        assert_eq!(shown.time, 5_090);
        let shown = shown.next(1_000_000, 200);
        assert_eq!(shown.time, 1_000_000, "a jump forward is believed");
        let shown = shown.next(0, 200 + 10_000_000);
        assert_eq!(shown.time, 1_000_000 + 9_000_000);
    }
}
