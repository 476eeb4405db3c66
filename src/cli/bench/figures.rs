//! Times that were measured, and what is said of them.

use std::time::Duration;

use serde::Serialize;

/// Times in microseconds.
#[derive(Clone, Debug, Default)]
pub struct Times(Vec<u32>);

/// Where the times lie, in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Quantiles {
    /// How many.
    pub count: usize,
    /// Half are shorter.
    pub p50_ms: f64,
    /// 95 % are shorter.
    pub p95_ms: f64,
    /// 99 % are shorter.
    pub p99_ms: f64,
    /// None is longer.
    pub max_ms: f64,
}

impl Times {
    /// One more.
    pub fn add(&mut self, time: Duration) {
        self.0
            .push(u32::try_from(time.as_micros()).unwrap_or(u32::MAX));
    }

    /// Those of another measurer.
    pub fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// Where they lie.
    pub fn quantiles(mut self) -> Quantiles {
        self.0.sort_unstable();
        let at = |percent: usize| {
            let place = (self.0.len() * percent).div_ceil(100).saturating_sub(1);
            self.0
                .get(place)
                .map_or(0.0, |micros| f64::from(*micros) / 1_000.0)
        };
        Quantiles {
            count: self.0.len(),
            p50_ms: at(50),
            p95_ms: at(95),
            p99_ms: at(99),
            max_ms: at(100),
        }
    }
}

impl std::fmt::Display for Quantiles {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "P50 {:.1} ms, P95 {:.1} ms, P99 {:.1} ms, longest {:.1} ms",
            self.p50_ms, self.p95_ms, self.p99_ms, self.max_ms
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_times_that_were_measured() {
        let mut times = Times::default();
        for millis in (1..=100).rev() {
            times.add(Duration::from_millis(millis));
        }
        let found = times.quantiles();
        assert_eq!((found.p50_ms, found.p95_ms), (50.0, 95.0));
        assert_eq!((found.p99_ms, found.max_ms), (99.0, 100.0));
        assert_eq!(Times::default().quantiles(), Quantiles::default());
    }
}
