//! A scenario: what arrives, how long it takes, what fails. Read from a TOML file; every key is checked.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Deserializer};
use thiserror::Error;

use crate::domain::job::JobKind;
use crate::domain::policy::autoscale::{Bounds, PolicyName};
use crate::domain::pool::settings::PoolSettings;
use crate::domain::tenant::{TenantId, Tier};

/// A scenario.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// What it is called in the report.
    pub name: String,
    /// The same seed, the same run.
    pub seed: u64,
    /// How long work arrives; what is left is then carried through.
    #[serde(deserialize_with = "duration")]
    pub duration: Duration,
    /// How often a pool looks and decides; a second, as live, where absent. Long scenarios take longer steps.
    #[serde(default = "second", deserialize_with = "duration")]
    pub tick: Duration,
    /// What each pool is given, by kind of job.
    pub pools: BTreeMap<JobKind, PoolScenario>,
}

/// What one pool is given.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PoolScenario {
    /// How long a job takes.
    pub service: Service,
    /// What arrives.
    pub arrivals: Vec<Arrivals>,
    /// Jobs a worker runs at once, where that is not what the program comes with.
    #[serde(default)]
    pub slots: Option<u32>,
    /// How many workers, where that is not what the program comes with.
    #[serde(default)]
    pub workers: Option<Workers>,
    /// Which policy decides, where nobody asks for another.
    #[serde(default)]
    pub policy: Option<PolicyName>,
    /// Workers that are lost.
    #[serde(default)]
    pub losses: Vec<Loss>,
    /// Times in which attempts fail or take longer.
    #[serde(default)]
    pub troubles: Vec<Trouble>,
}

/// How many workers a pool may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Workers {
    /// The least.
    pub min: u32,
    /// At the start, and when idle.
    pub baseline: u32,
    /// At the expected peak.
    pub peak: u32,
    /// The most.
    pub max: u32,
}

/// How long a job takes: log-normal, given by two of its quantiles.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Service {
    /// Half of the jobs take no longer.
    #[serde(deserialize_with = "duration")]
    pub p50: Duration,
    /// 95 of 100 take no longer.
    #[serde(deserialize_with = "duration")]
    pub p95: Duration,
}

/// Jobs that arrive at random (a Poisson process, whose rate may change) from one moment to another.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Arrivals {
    /// From when on; the start where absent.
    #[serde(default, deserialize_with = "duration")]
    pub from: Duration,
    /// Until when; the end where absent.
    #[serde(default, deserialize_with = "some_duration")]
    pub until: Option<Duration>,
    /// How many an hour.
    pub per_hour: f64,
    /// How the rate changes.
    #[serde(default)]
    pub shape: Shape,
    /// The share by which the rate grows in a week.
    #[serde(default)]
    pub growth_per_week: f64,
    /// Whose they are.
    #[serde(default = "anyone")]
    pub tenant: String,
    /// In which tier that tenant is.
    #[serde(default)]
    pub tier: Tier,
}

/// How a rate changes with time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, tag = "kind", rename_all = "snake_case")]
pub enum Shape {
    /// Not at all.
    #[default]
    Steady,
    /// From `per_hour` to this many an hour, evenly.
    Ramp {
        /// The rate at the end.
        to_per_hour: f64,
    },
    /// A day of people at work: `per_hour` at two in the afternoon, this share of it at two at night, less on weekends.
    Daily {
        /// The share of the rate that is left at night.
        night: f64,
        /// The share of a weekday's rate that is left on the last two days of seven.
        weekend: f64,
    },
    /// On for some time, off for some time, again and again.
    OnOff {
        /// How long on.
        #[serde(deserialize_with = "duration")]
        on: Duration,
        /// How long off.
        #[serde(deserialize_with = "duration")]
        off: Duration,
    },
}

/// Workers that are lost at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Loss {
    /// When.
    #[serde(deserialize_with = "duration")]
    pub at: Duration,
    /// Which share of the workers there are.
    pub share: f64,
}

/// A time of trouble: attempts that start in it may fail, and those that do not take longer.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trouble {
    /// From when on.
    #[serde(deserialize_with = "duration")]
    pub from: Duration,
    /// Until when.
    #[serde(deserialize_with = "duration")]
    pub until: Duration,
    /// The share of attempts that fail; each is tried again by the retry policy.
    #[serde(default)]
    pub failing: f64,
    /// How long an attempt takes to fail.
    #[serde(default = "second", deserialize_with = "duration")]
    pub fails_after: Duration,
    /// How many times longer the others take.
    #[serde(default = "once")]
    pub slower: f64,
}

/// Why a scenario cannot be run.
#[derive(Debug, Error)]
pub enum ScenarioError {
    /// The file is not a scenario.
    #[error("the scenario cannot be read: {0}")]
    Unreadable(#[from] toml::de::Error),
    /// A value makes no sense.
    #[error("the scenario makes no sense: {0}")]
    Invalid(String),
}

impl Scenario {
    /// Reads and checks a scenario.
    pub fn parse(text: &str) -> Result<Self, ScenarioError> {
        let scenario: Self = toml::from_str(text)?;
        if scenario.tick.is_zero() {
            return Err(ScenarioError::Invalid(
                "`tick` is longer than nothing".to_owned(),
            ));
        }
        for (kind, pool) in &scenario.pools {
            if let Some(fault) = pool.fault() {
                return Err(ScenarioError::Invalid(format!("{}: {fault}", kind.name())));
            }
        }
        Ok(scenario)
    }
}

impl PoolScenario {
    /// The settings of the pool: what the program comes with, and what the scenario says instead.
    pub fn settings(&self, usual: PoolSettings) -> PoolSettings {
        let mut settings = usual;
        settings.slots = self.slots.unwrap_or(settings.slots);
        settings.autoscale.name = self.policy.unwrap_or(settings.autoscale.name);
        if let Some(workers) = self.workers {
            settings.bounds = Bounds {
                min: workers.min,
                baseline: workers.baseline,
                peak: workers.peak,
                max: workers.max,
            };
        }
        settings
    }

    /// The first thing that makes no sense.
    fn fault(&self) -> Option<String> {
        let share = |value: f64| (0.0..=1.0).contains(&value);
        if self.service.p50.is_zero() || self.service.p95 < self.service.p50 {
            return Some("p50 has to be above zero and p95 not below it".to_owned());
        }
        let rises = |workers: &Workers| {
            let Workers {
                min,
                baseline,
                peak,
                max,
            } = *workers;
            1 <= min && min <= baseline && baseline <= peak && peak <= max
        };
        if !self.workers.as_ref().is_none_or(rises) || self.slots == Some(0) {
            let told = "`slots` is at least 1, and min, baseline, peak and max rise from 1 on";
            return Some(told.to_owned());
        }
        if let Some(fault) = self.arrivals.iter().find_map(Arrivals::fault) {
            return Some(fault);
        }
        if !self.losses.iter().all(|loss| share(loss.share)) {
            return Some("the share of a loss is between 0 and 1".to_owned());
        }
        let sound = |trouble: &Trouble| {
            share(trouble.failing)
                && trouble.slower.is_finite()
                && trouble.slower >= 1.0
                && trouble.from <= trouble.until
        };
        (!self.troubles.iter().all(sound)).then(|| {
            "a trouble ends after it began, `failing` is between 0 and 1, `slower` at least 1"
                .to_owned()
        })
    }
}

impl Arrivals {
    fn fault(&self) -> Option<String> {
        let rate = |value: f64| value.is_finite() && value >= 0.0;
        let share = |value: f64| (0.0..=1.0).contains(&value);
        if !rate(self.per_hour) {
            return Some("`per_hour` has to be a number from 0 up".to_owned());
        }
        if !self.growth_per_week.is_finite() || self.growth_per_week <= -1.0 {
            return Some("`growth_per_week` has to be above -1".to_owned());
        }
        if self.tenant.parse::<TenantId>().is_err() {
            return Some(format!("`{}` is no tenant", self.tenant));
        }
        let sound = match self.shape {
            Shape::Steady => true,
            Shape::Ramp { to_per_hour } => rate(to_per_hour),
            Shape::Daily { night, weekend } => share(night) && share(weekend),
            Shape::OnOff { on, off } => !(on + off).is_zero(),
        };
        (!sound).then(|| {
            "in a shape, rates are from 0 up, shares between 0 and 1, and times longer than nothing".to_owned()
        })
    }
}

fn anyone() -> String {
    "anyone".to_owned()
}

fn second() -> Duration {
    Duration::from_secs(1)
}

fn once() -> f64 {
    1.0
}

fn duration<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    let text = String::deserialize(deserializer)?;
    humantime::parse_duration(&text).map_err(serde::de::Error::custom)
}

fn some_duration<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Duration>, D::Error> {
    duration(deserializer).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(text: &str) -> String {
        Scenario::parse(text).unwrap_err().to_string()
    }

    #[test]
    fn a_key_that_nobody_knows_is_refused_by_name() {
        let text = "name = 'x'\nseed = 1\nduration = '1h'\nspeed = 9\n[pools]\n";
        assert!(fault(text).contains("speed"));
    }

    #[test]
    fn what_makes_no_sense_is_refused_with_the_pool_it_is_in() {
        let head = "name = 'x'\nseed = 1\nduration = '1h'\n[pools.convert]\n";
        let service = "service = { p50 = '1s', p95 = '2s' }\n";
        let text = format!("{head}service = {{ p50 = '9s', p95 = '2s' }}\narrivals = []\n");
        assert!(fault(&text).contains("convert: p50"));
        for (key, word) in [
            ("arrivals = [{ per_hour = -1.0 }]", "per_hour"),
            ("arrivals = []\nslots = 0", "slots"),
            (
                "arrivals = []\nworkers = { min = 4, baseline = 3, peak = 5, max = 9 }",
                "baseline",
            ),
            (
                "arrivals = [{ per_hour = 1.0, shape = { kind = 'daily', night = 2.0, weekend = 1.0 } }]",
                "shape",
            ),
            (
                "arrivals = []\nlosses = [{ at = '1m', share = 1.5 }]",
                "loss",
            ),
            (
                "arrivals = []\ntroubles = [{ from = '2m', until = '1m' }]",
                "trouble",
            ),
        ] {
            let told = fault(&format!("{head}{service}{key}\n"));
            assert!(told.contains(word), "{told}");
        }
    }

    #[test]
    fn a_scenario_says_what_a_pool_is_like() {
        let text = "name = 'x'\nseed = 1\nduration = '1h'\n[pools.export]\nservice = { p50 = '1s', p95 = '2s' }\narrivals = []\nslots = 9\npolicy = 'predictive'\nworkers = { min = 1, baseline = 2, peak = 3, max = 4 }\n";
        let scenario = Scenario::parse(text).unwrap();
        let pool = &scenario.pools[&JobKind::Export];
        let settings = pool.settings(PoolSettings::of(JobKind::Export));
        assert_eq!((settings.slots, settings.bounds.max), (9, 4));
        assert_eq!(settings.autoscale.name, PolicyName::Predictive);
        let usual = PoolSettings::of(JobKind::Export);
        let text = text.split("slots").next().unwrap();
        let pool = &Scenario::parse(text).unwrap().pools[&JobKind::Export];
        assert_eq!(pool.settings(usual.clone()), usual);
    }
}
