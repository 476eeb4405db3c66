//! What theory says of a pool whose workers are fixed: Erlang's formula for queues that wait (A. K. Erlang, 1917), and its
//! correction for service times that are not exponential (Allen and Cunneen, 1978).

use super::scenario::Service;

/// The 95 % quantile of the standard normal distribution.
const Z95: f64 = 1.644_853_626_951_472_2;

/// A pool as theory sees it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Queue {
    /// Jobs a second.
    pub rate: f64,
    /// Mean service time, in seconds.
    pub service: f64,
    /// Coefficient of variation of the service time.
    pub variation: f64,
    /// Jobs at once.
    pub slots: u32,
}

impl Queue {
    /// A pool with these slots, given so many jobs an hour that take as long as a scenario says.
    pub fn of(per_hour: f64, service: &Service, slots: u32) -> Self {
        let (p50, p95) = (service.p50.as_secs_f64(), service.p95.as_secs_f64());
        let sigma = (p95 / p50).ln() / Z95;
        Self {
            rate: per_hour / 3_600.0,
            service: p50 * (sigma * sigma / 2.0).exp(),
            variation: ((sigma * sigma).exp() - 1.0).sqrt(),
            slots,
        }
    }

    /// Slots that are busy on average, in Erlang.
    pub fn load(&self) -> f64 {
        self.rate * self.service
    }

    /// The share of jobs that wait (Erlang C); 1 where the slots do not suffice.
    pub fn waiting(&self) -> f64 {
        let (load, slots) = (self.load(), f64::from(self.slots));
        if load >= slots {
            return 1.0;
        }
        // Erlang B by its recurrence: no factorials that overflow.
        let blocked = (1..=self.slots).fold(1.0, |blocked, servers| {
            load * blocked / (f64::from(servers) + load * blocked)
        });
        blocked / (1.0 - load / slots * (1.0 - blocked))
    }

    /// The mean wait in seconds; endless where the slots do not suffice.
    pub fn mean_wait(&self) -> f64 {
        let free = f64::from(self.slots) - self.load();
        if free <= 0.0 {
            return f64::INFINITY;
        }
        let spread = f64::midpoint(1.0, self.variation * self.variation);
        self.waiting() * self.service / free * spread
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::job::JobKind;
    use crate::domain::policy::autoscale::Bounds;
    use crate::domain::pool::settings::PoolSettings;
    use crate::simulation::comparison::run_under;
    use crate::simulation::scenario::Scenario;

    #[test]
    fn tables_of_erlang_c_are_met() {
        // One server: the share that waits is the load. Ten Erlang on twelve: 0.4494 (Cooper, Introduction to Queueing Theory).
        let queue = |load: f64, slots| Queue {
            rate: load,
            service: 1.0,
            variation: 1.0,
            slots,
        };
        assert!((queue(0.7, 1).waiting() - 0.7).abs() < 1e-12);
        assert!((queue(10.0, 12).waiting() - 0.449_4).abs() < 1e-3);
        assert!((queue(2.0, 2).waiting() - 1.0).abs() < 1e-12);
        assert!((queue(0.5, 1).mean_wait() - 1.0).abs() < 1e-12);
        assert!(queue(3.0, 2).mean_wait().is_infinite());
    }

    #[test]
    #[expect(clippy::cast_precision_loss, reason = "a day's jobs")]
    fn the_simulator_waits_as_long_as_theory_says() {
        let text = "name = 'theory'\nseed = 3\nduration = '60h'\ntick = '10s'\n[pools.convert]\nservice = { p50 = '6s', p95 = '13s' }\narrivals = [{ per_hour = 1500.0 }]\n";
        let scenario = Scenario::parse(text).unwrap();
        let settings = |kind| {
            let mut settings = PoolSettings::of(kind);
            settings.bounds = Bounds {
                min: 1,
                baseline: 1,
                peak: 1,
                max: 1,
            };
            settings.slots = 4;
            settings
        };
        let run = run_under(&scenario, None, &settings).remove(0);
        let service = &scenario.pools[&JobKind::Convert].service;
        let theory = Queue::of(1_500.0, service, 4);
        let seconds: f64 = run.waits.iter().map(|wait| wait.waited.as_secs_f64()).sum();
        let mean = seconds / run.waits.len() as f64;
        let wanted = theory.mean_wait();
        assert!((mean / wanted - 1.0).abs() < 0.15, "{mean} {wanted}");
        let waited = run.waits.iter().filter(|wait| !wait.waited.is_zero());
        let share = waited.count() as f64 / run.waits.len() as f64;
        assert!(
            (share - theory.waiting()).abs() < 0.05,
            "{share} {theory:?}"
        );
    }
}
