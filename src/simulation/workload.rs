//! The workload of a scenario, drawn from its seed: who arrives when, and how long each job takes.

use std::time::Duration;

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use uuid::Uuid;

use super::scenario::{PoolScenario, Scenario, Service};
use crate::domain::ids::JobId;
use crate::domain::job::JobKind;
use crate::domain::tenant::{TenantId, Tier};

/// The 95 % quantile of the standard normal distribution.
const Z95: f64 = 1.644_853_626_951_472_2;

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
            .min(scenario.duration);
        let Ok(tenant) = arrivals.tenant.parse::<TenantId>() else {
            continue;
        };
        let mut at = arrivals.from.as_secs_f64();
        loop {
            // Gaps of a Poisson process are exponential; at no jobs an hour the first is without end.
            at += -(1.0 - fraction(&mut random)).ln() * 3_600.0 / arrivals.per_hour;
            if at.is_nan() || at >= until.as_secs_f64() {
                break;
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

fn service_time(service: Service, random: &mut StdRng) -> Duration {
    let (p50, p95) = (service.p50.as_secs_f64(), service.p95.as_secs_f64());
    let sigma = (p95 / p50).ln() / Z95;
    // Box and Muller, 1958.
    let radius = (-2.0 * (1.0 - fraction(random)).ln()).sqrt();
    let normal = radius * (std::f64::consts::TAU * fraction(random)).cos();
    whole_millis((p50 * (sigma * normal).exp()).clamp(0.001, 86_400.0))
}

#[expect(clippy::cast_precision_loss, reason = "53 bits fit")]
fn fraction(random: &mut StdRng) -> f64 {
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
