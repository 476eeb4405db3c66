//! The stages of each kind of job, with the latency budgets of the specification.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::job::JobKind;

/// A step of a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Ready until started.
    QueueWait,
    /// The source or the deck is brought in.
    Fetch,
    /// The package is opened and its XML parsed.
    Parse,
    /// Everything is resolved into deck JSON.
    Normalize,
    /// The slides are written or drawn.
    Render,
    /// The artifact is put together.
    Package,
    /// Context is prepared for the model.
    Prepare,
    /// The provider answers.
    Answer,
    /// The result is stored.
    Upload,
    /// The job's record is finished.
    Persist,
}

impl Stage {
    /// All stages.
    pub const ALL: [Self; 10] = [
        Self::QueueWait,
        Self::Fetch,
        Self::Parse,
        Self::Normalize,
        Self::Render,
        Self::Package,
        Self::Prepare,
        Self::Answer,
        Self::Upload,
        Self::Persist,
    ];

    /// Its name in JSON and metrics.
    pub fn name(self) -> &'static str {
        match self {
            Self::QueueWait => "queue_wait",
            Self::Fetch => "fetch",
            Self::Parse => "parse",
            Self::Normalize => "normalize",
            Self::Render => "render",
            Self::Package => "package",
            Self::Prepare => "prepare",
            Self::Answer => "answer",
            Self::Upload => "upload",
            Self::Persist => "persist",
        }
    }
}

/// The stages of a kind of job in order, each with its share of the P95 target (specification, *Latency Budgets*).
pub fn budgets(kind: JobKind) -> &'static [(Stage, Duration)] {
    const fn ms(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }
    const CONVERT: &[(Stage, Duration)] = &[
        (Stage::QueueWait, ms(2_000)),
        (Stage::Fetch, ms(1_000)),
        (Stage::Parse, ms(8_000)),
        (Stage::Normalize, ms(2_000)),
        (Stage::Upload, ms(1_500)),
        (Stage::Persist, ms(500)),
    ];
    const EXPORT: &[(Stage, Duration)] = &[
        (Stage::QueueWait, ms(1_500)),
        (Stage::Fetch, ms(500)),
        (Stage::Render, ms(7_000)),
        (Stage::Package, ms(2_000)),
        (Stage::Upload, ms(1_000)),
    ];
    const AI: &[(Stage, Duration)] = &[
        (Stage::Prepare, ms(200)),
        (Stage::Answer, ms(1_500)),
        (Stage::Persist, ms(300)),
    ];
    match kind {
        JobKind::Convert => CONVERT,
        JobKind::Export => EXPORT,
        JobKind::Ai => AI,
    }
}

/// The share of the latency budget that a job may wait. For an answer of a model there is none in the specification: it
/// is what the AI pool grows at (DESIGN, scaling policy).
pub fn wait_budget(kind: JobKind) -> Duration {
    let budget = budgets(kind)
        .iter()
        .find(|(stage, _)| *stage == Stage::QueueWait);
    budget.map_or(Duration::from_millis(500), |(_, budget)| *budget)
}

/// How long a stage took.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StageTime {
    /// Which stage.
    pub stage: Stage,
    /// How long, in microseconds.
    pub micros: u64,
}

impl StageTime {
    /// How long, in milliseconds.
    #[expect(
        clippy::cast_precision_loss,
        reason = "no stage takes the 285 years that a double cannot count in microseconds"
    )]
    pub fn millis(&self) -> f64 {
        self.micros as f64 / 1_000.0
    }
}
