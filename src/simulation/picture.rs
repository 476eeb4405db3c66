//! A picture of a run: depth, wait and workers over time, as SVG that needs nothing to be shown.

use std::fmt::Write;
use std::time::Duration;

use super::run::{PoolRun, PoolSample};
use super::scenario::Scenario;

const WIDTH: f64 = 960.0;
const MARGIN: f64 = 64.0;
const PANEL: f64 = 110.0;
const GAP: f64 = 34.0;
const HEAD: f64 = 40.0;
/// Columns of a curve: one for each pixel or so; more would only make the file larger.
const COLUMNS: usize = 800;

type Measure = (&'static str, &'static str, fn(&PoolSample) -> f64);

#[expect(clippy::cast_precision_loss, reason = "depths are far below 2^53")]
fn depth(seen: &PoolSample) -> f64 {
    seen.depth as f64
}

fn wait(seen: &PoolSample) -> f64 {
    seen.oldest_wait.as_secs_f64()
}

fn workers(seen: &PoolSample) -> f64 {
    f64::from(seen.workers)
}

const MEASURES: [Measure; 3] = [
    ("depth", "#b3541e", depth),
    ("wait, s", "#8a3ffc", wait),
    ("workers", "#0f62fe", workers),
];

/// Draws the runs of a scenario below each other.
pub fn draw(scenario: &Scenario, runs: &[PoolRun]) -> String {
    let panels = f64::from(u32::try_from(runs.len() * MEASURES.len()).unwrap_or(0));
    let height = HEAD + panels * (PANEL + GAP) + 20.0;
    let mut svg = String::new();
    // Writing to a string cannot fail.
    let _ = write!(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{height}\" viewBox=\"0 0 {WIDTH} {height}\" font-family=\"sans-serif\" font-size=\"12\">\
         <title>{name}</title><rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\
         <text x=\"{MARGIN}\" y=\"24\" font-size=\"16\">{name}, seed {}</text>",
        scenario.seed,
        name = escaped(&scenario.name)
    );
    let mut top = HEAD;
    for run in runs {
        let longest = run.samples.last().map_or(Duration::ZERO, |seen| seen.at);
        for (label, color, measure) in MEASURES {
            let label = format!("{} · {label}", run.kind.name());
            panel(
                &mut svg,
                (top, &label, color),
                &peaks(&run.samples, measure),
                longest,
            );
            top += PANEL + GAP;
        }
    }
    svg.push_str("</svg>\n");
    svg
}

/// The greatest value of each column of the picture: peaks are what a reader looks for.
fn peaks(samples: &[PoolSample], measure: fn(&PoolSample) -> f64) -> Vec<f64> {
    let chunk = samples.len().div_ceil(COLUMNS).max(1);
    samples
        .chunks(chunk)
        .map(|column| column.iter().map(measure).fold(0.0, f64::max))
        .collect()
}

fn panel(
    svg: &mut String,
    (top, label, color): (f64, &str, &str),
    values: &[f64],
    longest: Duration,
) {
    let most = values.iter().copied().fold(0.0, f64::max).max(1e-9);
    let (left, right, bottom) = (MARGIN, WIDTH - 20.0, top + PANEL);
    let steps = f64::from(u32::try_from(values.len().max(2) - 1).unwrap_or(1));
    let mut points = String::new();
    for (index, value) in values.iter().enumerate() {
        let x = left + (right - left) * f64::from(u32::try_from(index).unwrap_or(0)) / steps;
        let y = bottom - PANEL * value / most;
        let _ = write!(points, "{x:.1},{y:.1} ");
    }
    let _ = write!(
        svg,
        "<text x=\"{left}\" y=\"{:.0}\" fill=\"#333\">{label}</text>\
         <path d=\"M{left},{top} V{bottom} H{right}\" fill=\"none\" stroke=\"#999\"/>\
         <text x=\"{:.0}\" y=\"{:.0}\" text-anchor=\"end\" fill=\"#333\">{}</text>\
         <text x=\"{:.0}\" y=\"{bottom}\" text-anchor=\"end\" fill=\"#333\">0</text>\
         <text x=\"{right}\" y=\"{:.0}\" text-anchor=\"end\" fill=\"#333\">{:.1} min</text>\
         <polyline points=\"{}\" fill=\"none\" stroke=\"{color}\" stroke-width=\"1.5\"/>",
        top - 6.0,
        left - 6.0,
        top + 10.0,
        short(most),
        left - 6.0,
        bottom + 14.0,
        longest.as_secs_f64() / 60.0,
        points.trim_end()
    );
}

fn short(value: f64) -> String {
    if value >= 10.0 || value.fract() < 1e-9 {
        format!("{value:.0}")
    } else {
        format!("{value:.1}")
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::job::JobKind;

    #[test]
    fn a_picture_shows_every_pool_and_keeps_its_peaks() {
        let scenario = Scenario::parse("name = 'a < b'\nseed = 1\nduration = '1h'\n[pools]\n");
        let mut run = PoolRun::new(JobKind::Export, 0);
        for second in 0..3_600 {
            run.samples.push(PoolSample {
                at: Duration::from_secs(second),
                depth: if second == 1_234 { 77 } else { 0 },
                oldest_wait: Duration::ZERO,
                busy: 0,
                slots: 4,
                workers: 1,
            });
        }
        let svg = draw(&scenario.unwrap(), &[run]);
        assert!(svg.contains("a &lt; b"));
        assert!(svg.contains("export · depth"));
        assert!(svg.contains(">77<"), "the peak is lost");
        assert!(svg.len() < 60_000, "{}", svg.len());
    }
}
