//! How the peaks of a pool grow: a line through its weeks, believed only while it beats saying that nothing changes.
//!
//! A week is known by the mean of its days' peaks, which a single busy day moves little, and by how far its greatest peak
//! lies above that. Two lines stand for election, one that adds the same every week and one that multiplies; each is fitted
//! to the earlier weeks and tried on the last ones (mean absolute scaled error: Hyndman and Koehler 2006). Intervals are
//! those of least squares (Student's t), and never narrower than what chance alone does to counts (Poisson).

use distrs::StudentsT;
use serde::{Deserialize, Serialize};

/// Fewer whole days than these foresee nothing.
pub const LEAST_DAYS: usize = 14;
/// How many weeks are foreseen.
pub const WEEKS_AHEAD: u32 = 26;
const WEEK: usize = 7;

/// How a forecast goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Model {
    /// As it is.
    Unchanged,
    /// The same more every week.
    Linear,
    /// The same share more every week.
    Compound,
}

impl Model {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Unchanged => "no growth that beats 'as it is'",
            Self::Linear => "the same more every week",
            Self::Compound => "the same share more every week",
        }
    }
}

/// A value and where it lies with a probability of 80 % and of 95 %.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Range {
    /// The most likely.
    pub point: f64,
    /// From, to: 80 %.
    pub within_80: [f64; 2],
    /// From, to: 95 %.
    pub within_95: [f64; 2],
}

/// What is foreseen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Outlook {
    /// By which model.
    pub model: Model,
    /// Its error on the last weeks as a share of that of saying that nothing changes. `None` where nothing was left to try
    /// it on.
    pub mase: Option<f64>,
    /// Growth of a week as a share of what there is now.
    pub weekly_growth: f64,
    /// What the week before foresaw of the last one, and what came.
    pub last_week: Option<Checked>,
    /// The greatest peak of the last whole week and of each of the next [`WEEKS_AHEAD`], in the units of the days.
    pub weeks: Vec<Range>,
}

/// A forecast that time has caught up with.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Checked {
    /// What was foreseen.
    pub foreseen: f64,
    /// What came.
    pub came: f64,
}

/// A week: where it lies on the axis of weeks, the last being 0; the mean and the greatest of its days' peaks.
#[derive(Clone, Copy, Debug)]
struct Week {
    x: f64,
    mean: f64,
    greatest: f64,
}

/// Foresees from the peak count of each day, oldest first and none of them unfinished; `None` is a day of which nothing is
/// known. `None` where fewer than [`LEAST_DAYS`] or fewer than two weeks are.
pub fn foresee(days: &[Option<f64>]) -> Option<Outlook> {
    let known = days.iter().flatten().count();
    let weeks = weeks(days);
    if known < LEAST_DAYS || weeks.len() < 2 {
        return None;
    }
    let (model, mase) = elect(&weeks);
    let line = Line::fit(model, &weeks);
    let last_week = (weeks.len() > 2).then(|| {
        let before = &weeks[..weeks.len() - 1];
        let last = weeks[weeks.len() - 1];
        Checked {
            foreseen: Line::fit(elect(before).0, before).peak(last.x).point,
            came: last.greatest,
        }
    });
    Some(Outlook {
        model,
        mase,
        weekly_growth: line.growth(),
        last_week,
        weeks: (0..=WEEKS_AHEAD)
            .map(|week| line.peak(f64::from(week)))
            .collect(),
    })
}

/// After how many weeks a bound of what is foreseen passes a limit; `None`: not within [`WEEKS_AHEAD`].
pub fn passes(weeks: &[Range], limit: f64, bound: impl Fn(&Range) -> f64) -> Option<f64> {
    let mut before: Option<f64> = None;
    for (week, range) in (0u32..).zip(weeks) {
        let value = bound(range);
        if value >= limit {
            return Some(match before {
                Some(before) => f64::from(week) - (value - limit) / (value - before),
                None => 0.0,
            });
        }
        before = Some(value);
    }
    None
}

#[expect(clippy::cast_precision_loss, reason = "a year has 53 weeks")]
fn weeks(days: &[Option<f64>]) -> Vec<Week> {
    let mut weeks: Vec<Week> = Vec::new();
    for (back, week) in days.rchunks(WEEK).enumerate() {
        let known: Vec<f64> = week.iter().flatten().copied().collect();
        // Half a week may be the quiet half.
        if known.len() * 2 > WEEK {
            weeks.push(Week {
                x: -(back as f64),
                mean: known.iter().sum::<f64>() / known.len() as f64,
                greatest: known.iter().copied().fold(0.0, f64::max),
            });
        }
    }
    weeks.reverse();
    weeks
}

/// The model that erred least on the last quarter of the weeks, if it erred less than saying that nothing changes.
#[expect(clippy::cast_precision_loss, reason = "a year has 53 weeks")]
fn elect(weeks: &[Week]) -> (Model, Option<f64>) {
    let held = (weeks.len() / 4).max(1);
    let (past, seen) = weeks.split_at(weeks.len() - held);
    if past.len() < 2 {
        return (Model::Unchanged, None);
    }
    let error = |model| {
        let line = Line::fit(model, past);
        let errors = seen
            .iter()
            .map(|week| (line.mean(week.x) - week.mean).abs());
        errors.sum::<f64>() / held as f64
    };
    let naive = error(Model::Unchanged);
    let tried = [Model::Linear, Model::Compound].map(|model| (model, error(model)));
    let (model, best) = if tried[1].1 < tried[0].1 {
        tried[1]
    } else {
        tried[0]
    };
    let mase = if naive > 0.0 { best / naive } else { 1.0 };
    if mase < 1.0 {
        (model, Some(mase))
    } else {
        (Model::Unchanged, Some(mase))
    }
}

/// A fitted line.
#[derive(Clone, Copy, Debug)]
struct Line {
    model: Model,
    /// At the last week: of means, or of their logarithms for [`Model::Compound`].
    level: f64,
    slope: f64,
    /// The spread of what was seen around it, in the same measure.
    spread: f64,
    freedom: f64,
    weeks: f64,
    middle: f64,
    /// The sum of squared distances of the weeks from their middle.
    reach: f64,
    /// By how much greatest peaks are above means, and the spread of that.
    factor: f64,
    factor_spread: f64,
}

impl Line {
    #[expect(clippy::cast_precision_loss, reason = "a year has 53 weeks")]
    fn fit(model: Model, weeks: &[Week]) -> Self {
        let n = weeks.len() as f64;
        // A week without a job has no logarithm: it counts as half a job.
        let measure = |mean: f64| match model {
            Model::Compound => mean.max(0.5).ln(),
            Model::Unchanged | Model::Linear => mean,
        };
        let values: Vec<(f64, f64)> = weeks
            .iter()
            .map(|week| (week.x, measure(week.mean)))
            .collect();
        let middle = values.iter().map(|(x, _)| x).sum::<f64>() / n;
        let mean = values.iter().map(|(_, y)| y).sum::<f64>() / n;
        let reach: f64 = values.iter().map(|(x, _)| (x - middle).powi(2)).sum();
        let (level, slope, squares, freedom) = if model == Model::Unchanged {
            let steps = values.windows(2).map(|two| (two[1].1 - two[0].1).powi(2));
            (
                values.last().map_or(0.0, |last| last.1),
                0.0,
                steps.sum(),
                n - 1.0,
            )
        } else {
            let shared: f64 = values.iter().map(|(x, y)| (x - middle) * (y - mean)).sum();
            let slope = shared / reach.max(1e-9);
            let level = mean - slope * middle;
            let off = values.iter().map(|(x, y)| (y - level - slope * x).powi(2));
            (level, slope, off.sum::<f64>(), n - 2.0)
        };
        let freedom = f64::max(freedom, 1.0);
        let count = weeks.iter().map(|week| week.mean).sum::<f64>() / n;
        // The mean of seven counts that chance alone moves.
        let chance = (count.max(1.0) / WEEK as f64).sqrt();
        let chance = match model {
            Model::Compound => chance / count.max(1.0),
            Model::Unchanged | Model::Linear => chance,
        };
        let (factor, factor_spread) = factor(weeks);
        Self {
            model,
            level,
            slope,
            spread: f64::max((squares / freedom).sqrt(), chance),
            freedom,
            weeks: n,
            middle,
            reach,
            factor,
            factor_spread,
        }
    }

    fn mean(&self, x: f64) -> f64 {
        let value = self.level + self.slope * x;
        match self.model {
            Model::Compound => value.exp(),
            Model::Unchanged | Model::Linear => value.max(0.0),
        }
    }

    /// The greatest peak of a week.
    fn peak(&self, x: f64) -> Range {
        let point = self.factor * self.mean(x);
        // A line errs more the further it is carried on, and so does what only stays as it is.
        let far = match self.model {
            Model::Unchanged => x.max(0.0).sqrt().max(1.0),
            Model::Linear | Model::Compound => {
                (1.0 + 1.0 / self.weeks + (x - self.middle).powi(2) / self.reach.max(1e-9)).sqrt()
            }
        };
        let spread = self.spread * far;
        let factor = self.factor_spread / self.factor;
        let within = |share: f64| {
            let t = StudentsT::ppf(0.5 + share / 2.0, self.freedom);
            match self.model {
                Model::Compound => {
                    let by = (t * spread.hypot(factor)).exp();
                    [point / by, point * by]
                }
                Model::Unchanged | Model::Linear => {
                    let by = t * (self.factor * spread).hypot(factor * point);
                    [(point - by).max(0.0), point + by]
                }
            }
        };
        Range {
            point,
            within_80: within(0.8),
            within_95: within(0.95),
        }
    }

    fn growth(&self) -> f64 {
        match self.model {
            Model::Unchanged => 0.0,
            Model::Linear => self.slope / self.mean(0.0).max(1e-9),
            Model::Compound => self.slope.exp() - 1.0,
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "a year has 53 weeks")]
fn factor(weeks: &[Week]) -> (f64, f64) {
    let ratios = weeks
        .iter()
        .filter(|week| week.mean > 0.0)
        .map(|week| week.greatest / week.mean);
    let ratios: Vec<f64> = ratios.collect();
    let n = ratios.len() as f64;
    if ratios.is_empty() {
        return (1.0, 0.0);
    }
    let mean = ratios.iter().sum::<f64>() / n;
    let squares: f64 = ratios.iter().map(|ratio| (ratio - mean).powi(2)).sum();
    (mean, (squares / (n - 1.0).max(1.0)).sqrt())
}
