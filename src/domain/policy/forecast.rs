//! What will arrive, from what arrived: believed only while it has been right about its own past.
//!
//! Two models stand for election. The seasonal-naive one says that today is as yesterday. The other takes the past apart
//! into a day's shape, a week's shape and a trend (MSTL: Bandara, Hyndman and Bergmeir 2021), and carries the trend on
//! (ETS: Hyndman and others 2008). Both are tried on the last day as if it had not been seen yet. The seasonal one
//! counts if it erred less than saying that nothing changes, the other if it erred less than both.

use std::time::Duration;

use augurs::ets::AutoETS;
use augurs::mstl::MSTLModel;
use augurs::{Fit, Predict};

use crate::domain::time::Timestamp;

/// What is counted together.
pub const BUCKET: Duration = Duration::from_secs(600);
/// How far back the past is looked at: two weeks.
pub const PAST: Duration = Duration::from_secs(14 * 24 * 3_600);
/// How long a forecast stands before the next is made.
pub const STANDS: Duration = Duration::from_secs(3_600);

const DAY: usize = 144;
const WEEK: usize = 7 * DAY;
/// How many buckets are foreseen: as long as it stands, and what workers are needed for a little later.
const AHEAD: usize = 9;
/// A day to be tried on, and two to learn from.
const LEAST: usize = 3 * DAY;

/// Which model a forecast comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Model {
    /// As a day ago.
    SeasonalNaive,
    /// A day's and a week's shape on a trend.
    Decomposed,
}

/// What is foreseen.
#[derive(Clone, Debug, PartialEq)]
pub struct Forecast {
    /// Which model told it.
    pub by: Model,
    /// From when on.
    pub from: Timestamp,
    /// Jobs in each [`BUCKET`] from then on.
    pub counts: Vec<f64>,
}

impl Forecast {
    /// The most jobs a second within a bucket from now: workers are there before they are needed. `None` when it no longer
    /// reaches so far.
    pub fn rate(&self, now: Timestamp) -> Option<f64> {
        let soon = self.counts.get(index(self.from, now)..)?;
        let most = soon.iter().take(2).copied().reduce(f64::max)?;
        Some(most.max(0.0) / BUCKET.as_secs_f64())
    }
}

/// The start of the bucket that a moment lies in.
pub fn bucket(at: Timestamp) -> Timestamp {
    at.start_of(BUCKET)
}

/// The jobs of each bucket up to `until`, from those in which there were some, in order of time.
pub fn past(arrived: impl Iterator<Item = (Timestamp, u64)>, until: Timestamp) -> Vec<f64> {
    let mut past = Vec::new();
    let mut first = None;
    for (from, jobs) in arrived.filter(|(from, _)| *from < until) {
        let first = *first.get_or_insert(from);
        let index = index(first, from);
        past.resize(past.len().max(index + 1), 0.0);
        #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
        let jobs = jobs as f64;
        past[index] += jobs;
    }
    if let Some(first) = first {
        past.resize(index(first, until), 0.0);
    }
    past
}

fn index(first: Timestamp, at: Timestamp) -> usize {
    usize::try_from(at.since(first).as_secs() / BUCKET.as_secs()).unwrap_or(0)
}

/// Foresees from `counts`, the jobs of each whole bucket up to `from`, oldest first. `None` where there is too little to
/// learn from, or no model was right.
pub fn foresee(counts: &[f64], from: Timestamp) -> Option<Forecast> {
    let first = counts.iter().position(|count| *count > 0.0)?;
    let counts = &counts[first..];
    if counts.len() < LEAST {
        return None;
    }
    let (past, seen) = counts.split_at(counts.len() - DAY);
    let seasonal = error(seen, &past[past.len() - DAY..]);
    let unchanged = error(&seen[1..], &seen[..DAY - 1]);
    let decomposed = decomposed(past, DAY).map_or(f64::INFINITY, |told| error(seen, &told));
    let naive = || counts[counts.len() - DAY..][..AHEAD].to_vec();
    let (by, counts) = if decomposed < seasonal.min(unchanged) {
        (Model::Decomposed, self::decomposed(counts, AHEAD)?)
    } else if seasonal < unchanged {
        (Model::SeasonalNaive, naive())
    } else {
        return None;
    };
    Some(Forecast { by, from, counts })
}

/// The mean absolute error.
#[expect(clippy::cast_precision_loss, reason = "a day has 144 buckets")]
fn error(seen: &[f64], told: &[f64]) -> f64 {
    let errors = seen
        .iter()
        .zip(told)
        .map(|(seen, told)| (seen - told).abs());
    errors.sum::<f64>() / seen.len().max(1) as f64
}

fn decomposed(past: &[f64], ahead: usize) -> Option<Vec<f64>> {
    let periods = if past.len() >= 2 * WEEK {
        vec![DAY, WEEK]
    } else {
        vec![DAY]
    };
    let model = MSTLModel::new(periods, AutoETS::non_seasonal().into_trend_model());
    let told = model.fit(past).ok()?.predict(ahead, None).ok()?.point;
    told.iter().all(|count| count.is_finite()).then_some(told)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_800_000_000_000_000);

    /// Whole days of people at work, with an error that repeats every eleven buckets.
    #[expect(clippy::cast_precision_loss, reason = "small numbers")]
    fn days(days: usize) -> Vec<f64> {
        let hour = |i: usize| (i % DAY) as f64 / 6.0;
        let count = |i: usize| {
            let work = (9.0..17.0).contains(&hour(i));
            let noise = ((i * 7) % 11) as f64 - 5.0;
            if work { 60.0 + noise } else { 10.0 + noise }
        };
        (0..days * DAY).map(count).collect()
    }

    #[test]
    fn a_morning_is_foreseen_in_the_night() {
        let mut counts = days(6);
        // Ten minutes to nine on the sixth day.
        counts.truncate(5 * DAY + 53);
        let told = foresee(&counts, bucket(NOW)).unwrap();
        let rate = told.rate(bucket(NOW)).unwrap() * BUCKET.as_secs_f64();
        assert!((45.0..75.0).contains(&rate), "{told:?}");
        let night = &days(6)[..5 * DAY + 20];
        let told = foresee(night, bucket(NOW)).unwrap();
        let rate = told.rate(bucket(NOW)).unwrap() * BUCKET.as_secs_f64();
        assert!(rate < 30.0, "{told:?}");
    }

    #[test]
    fn little_past_foresees_nothing() {
        assert_eq!(foresee(&days(3)[1..], NOW), None);
        assert_eq!(foresee(&vec![0.0; 5_000], NOW), None);
        assert_eq!(foresee(&[], NOW), None);
    }

    #[test]
    #[expect(clippy::cast_precision_loss, reason = "small numbers")]
    fn a_past_without_days_is_not_believed() {
        // A slow climb that no day repeats: that nothing changes is the better word.
        let walk: Vec<f64> = (0..6 * DAY)
            .map(|i| if (i / 500) % 2 == 0 { 5.0 } else { 80.0 } + (i / 100) as f64)
            .collect();
        assert_eq!(foresee(&walk, NOW), None);
    }

    #[test]
    fn buckets_without_jobs_are_part_of_the_past() {
        let first = bucket(NOW);
        let at = |number: u32| first.plus(BUCKET * number);
        let arrived = [(at(0), 2), (at(3), 4), (at(3), 1), (at(5), 9)];
        assert_eq!(past(arrived.into_iter(), at(5)), [2.0, 0.0, 0.0, 5.0, 0.0]);
        assert!(past(std::iter::empty(), at(5)).is_empty());
    }

    #[test]
    fn a_forecast_ends() {
        let told = foresee(&days(4), bucket(NOW)).unwrap();
        assert!(told.rate(NOW.plus(STANDS)).is_some());
        assert_eq!(told.rate(NOW.plus(STANDS * 4)), None);
    }
}
