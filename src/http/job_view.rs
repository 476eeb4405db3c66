//! A job as clients see it: its state spelt out in fields, without keys, nodes or fencing numbers.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::chat_view::{CitationView, UsageView};
use crate::domain::cost::Cost;
use crate::domain::failure::{Failure, FailureClass};
use crate::domain::ids::{DocumentId, JobId};
use crate::domain::job::{
    AttemptRecord, ExportFormat, Job, JobKind, JobResult, JobSpec, SourceFormat,
};
use crate::domain::job_state::{JobState, StateName};
use crate::domain::stage::{Stage, StageTime};
use crate::domain::time::Timestamp;

/// A job.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Job)]
pub struct JobView {
    /// Its id.
    #[schema(value_type = String, format = Uuid, example = "0195f3c0-7b1f-7e0a-b7a5-5d0c9a1e2b33")]
    id: JobId,
    /// What it does.
    #[schema(schema_with = super::openapi::job_kinds)]
    kind: JobKind,
    /// Where it stands.
    #[schema(schema_with = super::openapi::job_states)]
    state: StateName,
    /// The document it works on.
    #[schema(value_type = String, format = Uuid)]
    document: DocumentId,
    /// What was asked.
    request: RequestView,
    /// Attempts used up.
    attempts: u32,
    /// Attempts it may take.
    max_attempts: u32,
    /// Someone asked to stop it, and it has not stopped yet.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    cancel_requested: bool,
    /// When it was accepted.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// From when on it may start, while it waits.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    ready_at: Option<Timestamp>,
    /// When its newest attempt started.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    started_at: Option<Timestamp>,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    finished_at: Option<Timestamp>,
    /// The trace that its request belonged to, as logs and collectors of traces name it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(
        pattern = "^[0-9a-f]{32}$",
        example = "0af7651916cd43dd8448eb211c80319c"
    )]
    trace_id: Option<String>,
    /// What took how long in the newest attempt that ended.
    stages: Vec<StageView>,
    /// Every attempt that ended, oldest first.
    history: Vec<AttemptView>,
    /// Why it failed, or its last attempt did.
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<FailureView>,
    /// What it left behind.
    #[serde(skip_serializing_if = "Option::is_none")]
    result: Option<ResultView>,
    /// What all its attempts cost.
    cost: CostView,
    /// Where to go from here.
    links: JobLinks,
}

/// What was asked of a job.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[schema(as = JobRequest)]
pub enum RequestView {
    /// Convert the uploaded file.
    Convert {
        /// Its name.
        file_name: String,
        /// What it seems to be.
        #[schema(schema_with = super::openapi::source_formats)]
        format: SourceFormat,
    },
    /// Export a version of the deck.
    Export {
        /// As what.
        #[schema(schema_with = super::openapi::export_formats)]
        format: ExportFormat,
        /// Which version.
        version: u64,
        /// Hidden slides too.
        hidden_slides: bool,
        /// A page of notes after each slide that has some.
        notes: bool,
        /// Conformance to PDF/A-2b.
        pdf_a: bool,
    },
    /// Answer a message about the deck.
    Ai {
        /// The message.
        message: String,
    },
}

/// How long a stage took.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[schema(as = StageTime)]
pub struct StageView {
    /// Which.
    #[schema(schema_with = super::openapi::stages)]
    stage: Stage,
    /// How long, in milliseconds.
    duration_ms: f64,
}

/// An attempt that ended.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Attempt)]
pub struct AttemptView {
    /// When it started.
    #[schema(value_type = String, format = DateTime)]
    started_at: Timestamp,
    /// When it ended.
    #[schema(value_type = String, format = DateTime)]
    ended_at: Timestamp,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<FailureView>,
    /// What took how long.
    stages: Vec<StageView>,
    /// What it cost.
    cost: CostView,
}

/// Why an attempt failed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Failure)]
pub struct FailureView {
    /// What went wrong.
    #[schema(schema_with = super::openapi::failure_codes)]
    code: &'static str,
    /// A sentence.
    message: String,
    /// Whether another attempt could do better.
    transient: bool,
}

/// What a job left behind.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
#[schema(as = JobResult)]
pub enum ResultView {
    /// A version of the deck.
    Deck {
        /// Which.
        version: u64,
        /// How many slides it has.
        slides: u32,
        /// How many things were not understood.
        warnings: u32,
    },
    /// A file.
    Artifact {
        /// Its media type.
        content_type: String,
        /// The name to save it under.
        file_name: String,
        /// How many bytes it has.
        bytes: u64,
        /// Typefaces that are not there, each with the name of the face that its text was set in.
        #[serde(skip_serializing_if = "BTreeMap::is_empty")]
        substituted_fonts: BTreeMap<String, String>,
        /// Characters that no face has, each once.
        #[serde(skip_serializing_if = "String::is_empty")]
        missing_characters: String,
    },
    /// An answer.
    Answer {
        /// What the model wrote.
        text: String,
        /// Which model.
        model: String,
        /// What it rests on.
        citations: Vec<CitationView>,
        /// The edit it proposes, a line a change; how it stands is at `/v1/documents/{id}/proposals/{job}`.
        proposes: Vec<String>,
        /// What it used.
        usage: UsageView,
    },
}

/// What something cost, in dollars.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[schema(as = Cost)]
pub struct CostView {
    /// Processor and memory.
    compute: f64,
    /// Object store.
    storage: f64,
    /// AI provider.
    ai: f64,
    /// All together.
    total: f64,
}

/// Where to go from a job.
#[derive(Debug, Serialize, ToSchema)]
pub struct JobLinks {
    /// The job.
    #[serde(rename = "self")]
    this: String,
    /// Its document.
    document: String,
    /// Its events.
    events: String,
    /// Its result, once it has succeeded.
    #[serde(skip_serializing_if = "Option::is_none")]
    result: Option<String>,
}

/// What a state says, in fields.
#[derive(Default)]
struct Standing {
    cancel_requested: bool,
    ready_at: Option<Timestamp>,
    started_at: Option<Timestamp>,
    finished_at: Option<Timestamp>,
    failure: Option<Failure>,
    result: Option<JobResult>,
}

fn standing(state: JobState) -> Standing {
    let ended = |finished_at, failure, result| Standing {
        finished_at: Some(finished_at),
        failure,
        result,
        ..Standing::default()
    };
    match state {
        JobState::Queued {
            ready_at,
            last_failure,
        } => Standing {
            ready_at: Some(ready_at),
            failure: last_failure,
            ..Standing::default()
        },
        JobState::Running {
            started_at,
            cancel_requested,
            ..
        } => Standing {
            started_at: Some(started_at),
            cancel_requested,
            ..Standing::default()
        },
        JobState::Succeeded {
            finished_at,
            result,
        } => ended(finished_at, None, Some(result)),
        JobState::Cancelled { finished_at } => ended(finished_at, None, None),
        JobState::Failed {
            finished_at,
            failure,
        }
        | JobState::Dead {
            finished_at,
            failure,
        } => ended(finished_at, Some(failure), None),
    }
}

impl From<Job> for JobView {
    fn from(job: Job) -> Self {
        let (id, document) = (job.id, job.document);
        let state = job.state.name();
        let standing = standing(job.state);
        let last = job.history.last();
        let spent = job
            .history
            .iter()
            .fold(Cost::default(), |sum, attempt| Cost {
                compute: sum.compute + attempt.cost.compute,
                storage: sum.storage + attempt.cost.storage,
                ai: sum.ai + attempt.cost.ai,
            });
        Self {
            id,
            kind: job.spec.kind(),
            state,
            document,
            request: job.spec.into(),
            attempts: job.attempts,
            max_attempts: job.max_attempts,
            cancel_requested: standing.cancel_requested,
            created_at: job.created_at,
            ready_at: standing.ready_at,
            started_at: standing.started_at.or(last.map(|last| last.started_at)),
            finished_at: standing.finished_at,
            trace_id: job.trace.map(|part| part.trace.to_string()),
            stages: last.map(|last| stages(&last.stages)).unwrap_or_default(),
            failure: standing.failure.map(FailureView::from),
            cost: spent.into(),
            links: JobLinks {
                this: format!("/v1/jobs/{id}"),
                document: format!("/v1/documents/{document}"),
                events: format!("/v1/events?job={id}"),
                result: standing
                    .result
                    .is_some()
                    .then(|| format!("/v1/jobs/{id}/result")),
            },
            result: standing.result.map(ResultView::from),
            history: job.history.into_iter().map(AttemptView::from).collect(),
        }
    }
}

impl From<JobSpec> for RequestView {
    fn from(spec: JobSpec) -> Self {
        match spec {
            JobSpec::Convert {
                file_name, format, ..
            } => Self::Convert { file_name, format },
            JobSpec::Export {
                format,
                version,
                options,
            } => Self::Export {
                format,
                version,
                hidden_slides: options.hidden_slides,
                notes: options.notes,
                pdf_a: options.pdf_a,
            },
            JobSpec::Ai { message, .. } => Self::Ai { message },
        }
    }
}

impl From<JobResult> for ResultView {
    fn from(result: JobResult) -> Self {
        match result {
            JobResult::Deck {
                version,
                slides,
                warnings,
            } => Self::Deck {
                version,
                slides,
                warnings,
            },
            JobResult::Artifact {
                content_type,
                file_name,
                bytes,
                fonts,
                ..
            } => Self::Artifact {
                content_type,
                file_name,
                bytes,
                substituted_fonts: fonts.typefaces,
                missing_characters: fonts.missing,
            },
            JobResult::Answer {
                text,
                model,
                citations,
                proposal,
                usage,
            } => Self::Answer {
                text,
                model,
                citations: citations.into_iter().map(CitationView::from).collect(),
                proposes: proposal
                    .map(|proposal| proposal.summary)
                    .unwrap_or_default(),
                usage: usage.into(),
            },
        }
    }
}

impl From<AttemptRecord> for AttemptView {
    fn from(attempt: AttemptRecord) -> Self {
        Self {
            started_at: attempt.started_at,
            ended_at: attempt.ended_at,
            failure: attempt.failure.map(FailureView::from),
            stages: stages(&attempt.stages),
            cost: attempt.cost.into(),
        }
    }
}

impl From<Failure> for FailureView {
    fn from(failure: Failure) -> Self {
        Self {
            code: failure.code.name(),
            message: failure.message,
            transient: failure.code.class() == FailureClass::Transient,
        }
    }
}

impl From<Cost> for CostView {
    fn from(cost: Cost) -> Self {
        Self {
            compute: cost.compute,
            storage: cost.storage,
            ai: cost.ai,
            total: cost.total(),
        }
    }
}

fn stages(times: &[StageTime]) -> Vec<StageView> {
    let view = |time: &StageTime| StageView {
        stage: time.stage,
        duration_ms: time.millis(),
    };
    times.iter().map(view).collect()
}
