//! The workload of a scenario, drawn from its seed: who arrives when, and how long each job takes.

use std::time::Duration;

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use uuid::Uuid;

use super::scenario::{Arrivals, PoolScenario, Scenario, Service, Shape};
use crate::domain::ids::JobId;
use crate::domain::job::JobKind;
use crate::domain::tenant::{TenantId, Tier};

/// The 95 % quantile of the standard normal distribution.
const Z95: f64 = 1.644_853_626_951_472_2;
const HOUR: f64 = 3_600.0;
const DAY: f64 = 24.0 * HOUR;
const WEEK: f64 = 7.0 * DAY;
/// The busiest hour of a day.
const NOON: f64 = 14.0 * HOUR;

/// A job that arrives.
#[derive(Clone, Debug, PartialEq)]
pub struct Arrival {
    /// When, from the start. Whole milliseconds: what a timer of the live system can tell apart.
    pub at: Duration,
    /// The job.
    pub job: JobId,
    /// Whose it is.
    pub tenant: TenantId,
    /// In which tier.
    pub tier: Tier,
    /// How long it takes. Whole milliseconds.
    pub service: Duration,
}

/// Everything that arrives for a pool, in order.
pub fn draw(scenario: &Scenario, kind: JobKind, pool: &PoolScenario) -> Vec<Arrival> {
    let mut random = StdRng::seed_from_u64(scenario.seed ^ (kind as u64 + 1));
    let mut drawn = Vec::new();
    for arrivals in &pool.arrivals {
        let until = arrivals
            .until
            .unwrap_or(scenario.duration)
            .min(scenario.duration)
            .as_secs_f64();
        let Ok(tenant) = arrivals.tenant.parse::<TenantId>() else {
            continue;
        };
        let most = most_per_hour(arrivals, until);
        let mut at = arrivals.from.as_secs_f64();
        loop {
            // Gaps of a Poisson process are exponential; at no jobs an hour the first is without end.
            at += -(1.0 - fraction(&mut random)).ln() * HOUR / most;
            if at.is_nan() || at >= until {
                break;
            }
            // A rate that changes: draw at the greatest and keep each with its share (Lewis and Shedler 1979).
            let steady = arrivals.shape == Shape::Steady && arrivals.growth_per_week == 0.0;
            if !steady && fraction(&mut random) * most >= per_hour(arrivals, at, until) {
                continue;
            }
            let service = service_time(pool.service, &mut random);
            drawn.push((whole_millis(at), tenant.clone(), arrivals.tier, service));
        }
    }
    drawn.sort_by_key(|(at, ..)| *at);
    drawn
        .into_iter()
        .enumerate()
        .map(|(index, (at, tenant, tier, service))| {
            let job = JobId(Uuid::from_u128(index as u128 + 1));
            Arrival {
                at,
                job,
                tenant,
                tier,
                service,
            }
        })
        .collect()
}

/// The rate at a moment, in jobs an hour.
fn per_hour(arrivals: &Arrivals, at: f64, until: f64) -> f64 {
    let from = arrivals.from.as_secs_f64();
    let shaped = match arrivals.shape {
        Shape::Steady => arrivals.per_hour,
        Shape::Ramp { to_per_hour } => {
            let done = (at - from) / (until - from).max(1.0);
            arrivals.per_hour + (to_per_hour - arrivals.per_hour) * done
        }
        Shape::Daily { night, weekend } => {
            let wave = f64::midpoint(1.0, (std::f64::consts::TAU * (at - NOON) / DAY).cos());
            let weekday = if at.rem_euclid(WEEK) >= 5.0 * DAY {
                weekend
            } else {
                1.0
            };
            arrivals.per_hour * (night + (1.0 - night) * wave) * weekday
        }
        Shape::OnOff { on, off } => {
            let round = (on + off).as_secs_f64();
            if (at - from).rem_euclid(round) < on.as_secs_f64() {
                arrivals.per_hour
            } else {
                0.0
            }
        }
    };
    shaped * (1.0 + arrivals.growth_per_week).powf(at / WEEK)
}

/// The greatest rate, in jobs an hour.
fn most_per_hour(arrivals: &Arrivals, until: f64) -> f64 {
    let shaped = match arrivals.shape {
        Shape::Ramp { to_per_hour } => arrivals.per_hour.max(to_per_hour),
        Shape::Steady | Shape::Daily { .. } | Shape::OnOff { .. } => arrivals.per_hour,
    };
    shaped * (1.0 + arrivals.growth_per_week.max(0.0)).powf(until / WEEK)
}

fn service_time(service: Service, random: &mut StdRng) -> Duration {
    let (p50, p95) = (service.p50.as_secs_f64(), service.p95.as_secs_f64());
    let sigma = (p95 / p50).ln() / Z95;
    // Box and Muller, 1958.
    let radius = (-2.0 * (1.0 - fraction(random)).ln()).sqrt();
    let normal = radius * (std::f64::consts::TAU * fraction(random)).cos();
    whole_millis((p50 * (sigma * normal).exp()).clamp(0.001, 86_400.0))
}

/// A number from 0 up to and not including 1.
#[expect(clippy::cast_precision_loss, reason = "53 bits fit")]
pub(super) fn fraction(random: &mut StdRng) -> f64 {
    (random.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "times of a scenario are positive and below a century"
)]
fn whole_millis(seconds: f64) -> Duration {
    Duration::from_millis(((seconds * 1_000.0).round() as u64).max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(shape: &str, duration: &str) -> Vec<Arrival> {
        let text = format!(
            "name = 'x'\nseed = 7\nduration = '{duration}'\n[pools.convert]\nservice = {{ p50 = '1s', p95 = '2s' }}\narrivals = [{{ per_hour = 3600.0, {shape} }}]\n"
        );
        let scenario = Scenario::parse(&text).unwrap();
        draw(
            &scenario,
            JobKind::Convert,
            &scenario.pools[&JobKind::Convert],
        )
    }

    fn between(drawn: &[Arrival], from: u64, until: u64) -> usize {
        let inside = |arrival: &&Arrival| (from..until).contains(&arrival.at.as_secs());
        drawn.iter().filter(inside).count()
    }

    #[test]
    fn a_ramp_rises_evenly() {
        let drawn = drawn("shape = { kind = 'ramp', to_per_hour = 10800.0 }", "1h");
        let (first, last) = (between(&drawn, 0, 360), between(&drawn, 3_240, 3_600));
        assert!((350..=440).contains(&first), "{first}");
        assert!((990..=1_100).contains(&last), "{last}");
    }

    #[test]
    fn a_night_and_a_weekend_are_quiet() {
        let drawn = drawn(
            "shape = { kind = 'daily', night = 0.1, weekend = 0.5 }",
            "7d",
        );
        let hour = |day: u64, hour: u64| {
            between(
                &drawn,
                (day * 24 + hour) * 3_600,
                (day * 24 + hour + 1) * 3_600,
            )
        };
        assert!(hour(1, 13) > 3_300, "{}", hour(1, 13));
        assert!(hour(1, 2) < 600, "{}", hour(1, 2));
        assert!(hour(5, 13) < 2_000, "{}", hour(5, 13));
    }

    #[test]
    fn nothing_arrives_while_it_is_off() {
        let drawn = drawn("shape = { kind = 'on_off', on = '1m', off = '4m' }", "1h");
        assert_eq!(between(&drawn, 61, 299), 0);
        assert!(between(&drawn, 300, 360) > 40);
    }

    #[test]
    fn growth_adds_up() {
        let drawn = drawn("growth_per_week = 1.0", "14d");
        let (first, last) = (
            between(&drawn, 0, 86_400),
            between(&drawn, 1_123_200, 1_209_600),
        );
        assert!(last > first * 3, "{first} {last}");
    }
}
