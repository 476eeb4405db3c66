//! Faults that are made on purpose, as values: what breaks, how much of it, and how long.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::job::JobKind;
use super::pool::name::PoolName;
use super::stage::Stage;
use super::time::Timestamp;

/// What is broken.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Fault {
    /// A share of a pool's workers is lost, at once.
    KillWorkers {
        /// Whose.
        pool: PoolName,
        /// How many of them, above 0 to 1.
        fraction: f64,
        /// In which way.
        #[serde(default)]
        how: Harm,
    },
    /// The process ends without a word, a second after the answer.
    KillNode {},
    /// Calls of queue, documents and objects take longer.
    StorageLatency {
        /// How many of them, above 0 to 1.
        share: f64,
        /// How many times as long each takes.
        #[serde(default = "unchanged")]
        factor: f64,
        /// How many milliseconds longer, besides.
        #[serde(default)]
        extra_ms: u32,
    },
    /// Calls of queue, documents and objects fail: half of them without being made, half with their answer lost.
    StorageErrors {
        /// How many of them, above 0 to 1.
        share: f64,
    },
    /// A stage of jobs takes longer: a lognormal time with these quantiles.
    StageDelay {
        /// Of which jobs.
        kind: JobKind,
        /// Which stage; not `queue_wait` and `persist`, in which no work is done.
        stage: Stage,
        /// Half of the times are shorter.
        p50_ms: u32,
        /// 95 in a hundred are shorter.
        p95_ms: u32,
    },
    /// Requests to providers of models fail.
    ProviderErrors {
        /// How many of them, above 0 to 1.
        share: f64,
    },
    /// Events are not told to those who follow.
    DropEvents {
        /// How many of them, above 0 to 1.
        share: f64,
    },
}

fn unchanged() -> f64 {
    1.0
}

/// In which way a worker is lost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Harm {
    /// Its actor ends.
    #[default]
    Kill,
    /// Its actor panics.
    Panic,
    /// Its actor goes deaf.
    Hang,
}

impl Harm {
    /// All ways.
    pub const ALL: [Self; 3] = [Self::Kill, Self::Panic, Self::Hang];

    /// Its name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Kill => "kill",
            Self::Panic => "panic",
            Self::Hang => "hang",
        }
    }
}

impl Fault {
    /// The names of all faults.
    pub const NAMES: [&'static str; 7] = [
        "kill_workers",
        "kill_node",
        "storage_latency",
        "storage_errors",
        "stage_delay",
        "provider_errors",
        "drop_events",
    ];

    /// Its name on the wire and in metrics.
    pub fn name(&self) -> &'static str {
        match self {
            Self::KillWorkers { .. } => "kill_workers",
            Self::KillNode {} => "kill_node",
            Self::StorageLatency { .. } => "storage_latency",
            Self::StorageErrors { .. } => "storage_errors",
            Self::StageDelay { .. } => "stage_delay",
            Self::ProviderErrors { .. } => "provider_errors",
            Self::DropEvents { .. } => "drop_events",
        }
    }

    /// Whether something is killed, from which the platform then has to recover.
    pub fn kills(&self) -> bool {
        matches!(self, Self::KillWorkers { .. } | Self::KillNode {})
    }

    /// What makes no sense about it, as a sentence.
    pub fn check(&self) -> Result<(), String> {
        let share = |name: &str, share: f64| {
            if share > 0.0 && share <= 1.0 {
                return Ok(());
            }
            Err(format!("`{name}` is above 0 and at most 1; it is {share}"))
        };
        match *self {
            Self::KillWorkers { fraction, .. } => share("fraction", fraction),
            Self::KillNode {} => Ok(()),
            Self::StorageErrors { share: part }
            | Self::ProviderErrors { share: part }
            | Self::DropEvents { share: part } => share("share", part),
            Self::StorageLatency {
                share: part,
                factor,
                extra_ms,
            } => {
                share("share", part)?;
                if !(1.0..=100.0).contains(&factor) || extra_ms > 60_000 {
                    let most = "`factor` is 1 to 100 and `extra_ms` at most 60000";
                    return Err(most.to_owned());
                }
                if factor <= 1.0 && extra_ms == 0 {
                    return Err("say how much slower: by `factor`, `extra_ms` or both".to_owned());
                }
                Ok(())
            }
            Self::StageDelay {
                stage,
                p50_ms,
                p95_ms,
                ..
            } => {
                if matches!(stage, Stage::QueueWait | Stage::Persist) {
                    return Err(format!(
                        "no work is done in `{}`; delay another stage",
                        stage.name()
                    ));
                }
                if p50_ms == 0 || p95_ms < p50_ms || p95_ms > 600_000 {
                    return Err("1 ≤ p50_ms ≤ p95_ms ≤ 600000 must hold".to_owned());
                }
                Ok(())
            }
        }
    }
}

/// A fault that holds.
#[derive(Clone, Debug, PartialEq)]
pub struct ActiveFault {
    /// Its name in the API.
    pub id: Uuid,
    /// What is broken.
    pub fault: Fault,
    /// What its chance comes from: the same seed makes the same choices.
    pub seed: u64,
    /// Since when.
    pub since: Timestamp,
    /// Until when.
    pub until: Timestamp,
    /// How often it struck so far.
    pub struck: u64,
}

/// Who holds stages of jobs up.
pub trait StageDelays: Send + Sync {
    /// How much longer a stage takes this time.
    fn delay(&self, kind: JobKind, stage: Stage) -> Duration;
}

/// Who counts faults.
pub trait FaultWatch: Send + Sync {
    /// One struck.
    fn struck(&self, fault: &'static str);
}

/// A lognormal time by two of its quantiles: `normal` is a standard normal number.
pub fn lognormal(p50: Duration, p95: Duration, normal: f64) -> Duration {
    /// The 95 % quantile of the standard normal distribution.
    const Z95: f64 = 1.644_853_626_951_472_7;
    let sigma = (p95.as_secs_f64() / p50.as_secs_f64()).ln() / Z95;
    Duration::try_from_secs_f64(p50.as_secs_f64() * (sigma * normal).exp()).unwrap_or(p95)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lognormal_time_has_its_quantiles() {
        let (p50, p95) = (Duration::from_secs(2), Duration::from_secs(8));
        assert_eq!(lognormal(p50, p95, 0.0), p50);
        let at95 = lognormal(p50, p95, 1.644_853_626_951_472_7);
        assert!(at95.abs_diff(p95) < Duration::from_micros(1), "{at95:?}");
    }

    #[test]
    fn faults_that_make_no_sense_are_told() {
        let read = |text: &str| serde_json::from_str::<Fault>(text);
        for (text, said) in [
            (r#"{"type":"drop_events","share":0}"#, "`share` is above 0"),
            (
                r#"{"type":"kill_workers","pool":"ai","fraction":1.5}"#,
                "`fraction`",
            ),
            (
                r#"{"type":"storage_latency","share":0.1}"#,
                "say how much slower",
            ),
            (
                r#"{"type":"stage_delay","kind":"ai","stage":"persist","p50_ms":1,"p95_ms":2}"#,
                "no work is done",
            ),
            (
                r#"{"type":"stage_delay","kind":"ai","stage":"answer","p50_ms":3,"p95_ms":2}"#,
                "p50_ms ≤ p95_ms",
            ),
        ] {
            let told = read(text).unwrap().check().unwrap_err();
            assert!(told.contains(said), "{text}: {told}");
        }
        assert!(read(r#"{"type":"drop_events","share":0.5,"much":1}"#).is_err());
        assert!(read(r#"{"type":"kill_node"}"#).unwrap().check().is_ok());
    }
}
