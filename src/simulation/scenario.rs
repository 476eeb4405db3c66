//! A scenario: what arrives, how long it takes, what fails. Read from a TOML file; every key is checked.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Deserializer};
use thiserror::Error;

use crate::domain::job::JobKind;
use crate::domain::tenant::Tier;

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
    /// What fails.
    #[serde(default)]
    pub losses: Vec<Loss>,
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

/// Jobs that arrive at random (a Poisson process) from one moment to another.
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
    /// Whose they are.
    #[serde(default = "anyone")]
    pub tenant: String,
    /// In which tier that tenant is.
    #[serde(default)]
    pub tier: Tier,
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
        let invalid = |detail: String| Err(ScenarioError::Invalid(detail));
        for (kind, pool) in &scenario.pools {
            let kind = kind.name();
            if pool.service.p50.is_zero() || pool.service.p95 < pool.service.p50 {
                return invalid(format!(
                    "{kind}: p50 has to be above zero and p95 not below it"
                ));
            }
            for arrivals in &pool.arrivals {
                if !arrivals.per_hour.is_finite() || arrivals.per_hour < 0.0 {
                    return invalid(format!("{kind}: `per_hour` has to be a number from 0 up"));
                }
                if arrivals
                    .tenant
                    .parse::<crate::domain::tenant::TenantId>()
                    .is_err()
                {
                    return invalid(format!("{kind}: `{}` is no tenant", arrivals.tenant));
                }
            }
            if pool
                .losses
                .iter()
                .any(|loss| !(0.0..=1.0).contains(&loss.share))
            {
                return invalid(format!("{kind}: the share of a loss is between 0 and 1"));
            }
        }
        Ok(scenario)
    }
}

fn anyone() -> String {
    "anyone".to_owned()
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

    #[test]
    fn a_key_that_nobody_knows_is_refused_by_name() {
        let text = "name = 'x'\nseed = 1\nduration = '1h'\nspeed = 9\n[pools]\n";
        assert!(
            Scenario::parse(text)
                .unwrap_err()
                .to_string()
                .contains("speed")
        );
    }

    #[test]
    fn service_times_have_to_be_in_order() {
        let text = "name = 'x'\nseed = 1\nduration = '1h'\n[pools.convert]\nservice = { p50 = '9s', p95 = '2s' }\narrivals = []\n";
        assert!(
            Scenario::parse(text)
                .unwrap_err()
                .to_string()
                .contains("p95")
        );
    }
}
