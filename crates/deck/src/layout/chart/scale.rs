//! The range and the steps of a value axis, and from where to where values reach.

use crate::model::chart::{Axis, Plot, Series};

/// A range with its steps.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Range {
    pub(super) low: f64,
    pub(super) high: f64,
    pub(super) step: f64,
    /// The base of its logarithms; by equal steps where there is none.
    pub(super) log: Option<f64>,
}

impl Range {
    /// The range that shows values from `low` to `high` in at most `most` steps, by the rules of Office: the least value is
    /// 0 unless all values lie in the top sixth, and a twentieth of the range is left free above.
    pub(super) fn of((low, high): (f64, f64), axis: Option<&Axis>, most: f64) -> Self {
        let fixed = |bound: fn(&Axis) -> Option<f64>| {
            axis.and_then(bound)
                .filter(|v| v.is_finite() && v.abs() < 1.0e15)
        };
        let (min, max) = (fixed(|axis| axis.min), fixed(|axis| axis.max));
        if let Some(base) = fixed(|axis| axis.log).filter(|base| *base > 1.0) {
            return Self::powers((low, high), (min, max), base);
        }
        let near =
            |edge: f64, far: f64| edge > 0.0 && (edge - far) / edge <= 1.0 / 6.0 && far > 0.0;
        let base = if near(high, low) && high > low {
            low - (high - low) / 2.0
        } else {
            low.min(0.0)
        };
        let room = (high - base) / 20.0;
        let bottom = min.unwrap_or(if low < 0.0 {
            low - (high - low) / 20.0
        } else {
            base
        });
        let top = max.unwrap_or(if high > 0.0 { high + room } else { 0.0 });
        let top = if top > bottom { top } else { bottom + 1.0 };
        let told =
            fixed(|axis| axis.step).filter(|step| *step > 0.0 && (top - bottom) / step <= 100.0);
        let step = told.unwrap_or_else(|| step(top - bottom, most));
        Self {
            low: min.unwrap_or((bottom / step).floor() * step),
            high: max.unwrap_or_else(|| {
                let above = (top / step).ceil() * step;
                // What just fits needs no further step.
                if above - step >= high + room * 0.99 {
                    above - step
                } else {
                    above
                }
            }),
            step,
            log: None,
        }
        .sane()
    }

    /// The range from one power of a base to another.
    fn powers((low, high): (f64, f64), (min, max): (Option<f64>, Option<f64>), base: f64) -> Self {
        let exponent = |value: f64| value.max(1.0e-12).log(base);
        let positive = |bound: Option<f64>| bound.filter(|bound| *bound > 0.0);
        let bottom = base.powf(exponent(low).floor().min(0.0));
        let bottom = if low > 0.0 { bottom } else { 1.0 };
        let low = positive(min).unwrap_or(bottom);
        let top = base.powf((exponent(high) - 1.0e-9).ceil());
        let high = positive(max).unwrap_or(top).max(low * base);
        Self {
            low,
            high,
            step: base,
            log: Some(base),
        }
    }

    fn sane(self) -> Self {
        Self {
            high: if self.high > self.low {
                self.high
            } else {
                self.low + 1.0
            },
            ..self
        }
    }

    /// Which part of the range lies below a value.
    pub(super) fn part(&self, value: f64) -> f64 {
        let part = match self.log {
            Some(_) => {
                let floor = self.low.max(1.0e-12);
                (value.max(1.0e-12) / floor).ln() / (self.high / floor).ln()
            }
            None => (value - self.low) / (self.high - self.low),
        };
        part.clamp(-0.05, 1.05)
    }

    /// The values at its steps, at most a hundred.
    pub(super) fn ticks(&self) -> Vec<f64> {
        let mut out = Vec::new();
        if let Some(base) = self.log {
            let mut at = self.low;
            while at <= self.high * 1.000_001 && out.len() < 100 {
                out.push(at);
                at *= base;
            }
            return out;
        }
        let count = ((self.high - self.low) / self.step + 1.0e-6)
            .floor()
            .clamp(0.0, 100.0);
        let mut at = 0.0;
        while at <= count {
            out.push(self.low + at * self.step);
            at += 1.0;
        }
        out
    }
}

/// The least round step that needs no more than `most` of them.
fn step(range: f64, most: f64) -> f64 {
    let raw = (range / most.clamp(1.0, 50.0)).max(1.0e-12);
    let base = 10.0_f64.powf(raw.log10().floor());
    let mut steps = [1.0, 2.0, 5.0, 10.0].into_iter().map(|m| m * base);
    steps.find(|step| *step >= raw * 0.999_999).unwrap_or(raw)
}

/// A value that can be shown.
pub(super) fn value(series: &Series, index: usize) -> Option<f64> {
    sane(&series.values, index)
}

/// A number of a list, where there is one that can be shown.
pub(super) fn sane(values: &[Option<f64>], index: usize) -> Option<f64> {
    let value = values.get(index).copied().flatten();
    value.filter(|v| v.is_finite() && v.abs() < 1.0e15)
}

/// How many values the longest series of a plot has.
pub(super) fn longest(plot: &Plot) -> usize {
    length(std::slice::from_ref(plot))
}

/// How many values the longest series has.
pub(super) fn length(plots: &[Plot]) -> usize {
    let series = plots.iter().flat_map(|plot| &plot.series);
    series.map(|series| series.values.len()).max().unwrap_or(0)
}

/// Whether values stand on each other, and whether as shares of their sum.
pub(super) fn stacking(plot: &Plot) -> (bool, bool) {
    match plot.grouping.as_deref() {
        Some("percentStacked") => (true, true),
        Some("stacked") => (true, false),
        _ => (false, false),
    }
}

/// From where to where a plot's values reach at one place, from one to the next series.
pub(super) fn spans(plot: &Plot, index: usize) -> Vec<Option<(f64, f64)>> {
    let (stacked, shares) = stacking(plot);
    let sum: f64 = plot
        .series
        .iter()
        .filter_map(|series| value(series, index))
        .map(f64::abs)
        .sum();
    let (mut up, mut down) = (0.0, 0.0);
    let span = |series: &Series| {
        let v = value(series, index)?;
        let v = if shares && sum > 0.0 { v / sum } else { v };
        if !stacked {
            return Some((0.0, v));
        }
        let pile = if v < 0.0 { &mut down } else { &mut up };
        let from = *pile;
        *pile += v;
        Some((from, *pile))
    };
    plot.series.iter().map(span).collect()
}

/// The least and the greatest value that plots reach, stacked ones summed.
pub(super) fn reach(plots: &[(usize, &Plot)]) -> (f64, f64) {
    let mut found: Option<(f64, f64)> = None;
    for (_, plot) in plots {
        for index in 0..longest(plot) {
            for (_, to) in spans(plot, index).into_iter().flatten() {
                let (low, high) = found.unwrap_or((to, to));
                found = Some((low.min(to), high.max(to)));
            }
        }
    }
    found.unwrap_or((0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(reach: (f64, f64), axis: &Axis) -> Range {
        Range::of(reach, Some(axis), 10.0)
    }

    #[test]
    fn powers_stand_at_even_steps() {
        let axis = Axis {
            log: Some(10.0),
            ..Axis::default()
        };
        let found = range((3.0, 900.0), &axis);
        assert_eq!(found.ticks(), [1.0, 10.0, 100.0, 1_000.0]);
        assert!((found.part(10.0) - 1.0 / 3.0).abs() < 1.0e-9);
        assert!((range((0.02, 5.0), &axis).low - 0.01).abs() < 1.0e-9);
    }

    #[test]
    fn a_step_that_is_told_is_kept_and_one_that_is_absurd_is_not() {
        let step = |step| Axis {
            step: Some(step),
            ..Axis::default()
        };
        assert_eq!(
            range((0.0, 9.0), &step(2.5)).ticks(),
            [0.0, 2.5, 5.0, 7.5, 10.0]
        );
        assert!(range((0.0, 9.0), &step(1.0e-9)).ticks().len() < 12);
    }
}
