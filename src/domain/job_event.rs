//! Job events: the facts that clients follow live.

use serde::{Deserialize, Serialize};

use super::capacity::report::Verdict;
use super::chat::{Citation, TokenUsage};
use super::ids::{DocumentId, JobId, NodeId};
use super::job::JobKind;
use super::policy::autoscale::ScaleDecision;
use super::pool::name::PoolName;
use super::stage::Stage;
use super::tenant::TenantId;
use super::time::Timestamp;

/// A fact about a job or a document, as it is told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct JobEvent {
    /// Whose it is. Never told to another tenant.
    #[serde(skip)]
    pub tenant: Option<TenantId>,
    /// The document it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<DocumentId>,
    /// The job it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub job: Option<JobId>,
    /// What kind of job.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<JobKind>,
    /// When it happened.
    pub at: Timestamp,
    /// What happened.
    #[serde(flatten)]
    pub fact: Fact,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event")]
pub enum Fact {
    /// The job was accepted.
    #[serde(rename = "job.queued")]
    Queued,
    /// An attempt started.
    #[serde(rename = "job.started")]
    Started {
        /// Which attempt, from 1.
        attempt: u32,
        /// How long it waited, in milliseconds.
        waited_ms: u64,
    },
    /// A stage ended.
    #[serde(rename = "job.stage")]
    Stage {
        /// Which.
        stage: Stage,
        /// How long it took, in milliseconds.
        duration_ms: f64,
    },
    /// Slides are being done.
    #[serde(rename = "job.progress")]
    Progress {
        /// In which stage.
        stage: Stage,
        /// How many are done.
        done: u64,
        /// Of how many.
        total: u64,
    },
    /// The job is done.
    #[serde(rename = "job.succeeded")]
    Succeeded,
    /// The job failed for good.
    #[serde(rename = "job.failed")]
    Failed {
        /// The failure's code.
        code: String,
        /// A sentence.
        message: String,
    },
    /// An attempt failed and another will follow.
    #[serde(rename = "job.retrying")]
    Retrying {
        /// The failure's code.
        code: String,
        /// A sentence.
        message: String,
        /// When it is ready again.
        ready_at: Timestamp,
    },
    /// The job was stopped on request.
    #[serde(rename = "job.cancelled")]
    Cancelled,
    /// More of an answer. A retry begins the answer anew.
    #[serde(rename = "chat.delta")]
    ChatDelta {
        /// What is added.
        text: String,
    },
    /// The model used a tool.
    #[serde(rename = "chat.tool")]
    ChatTool {
        /// Which.
        tool: String,
        /// What came of it, in a line.
        outcome: String,
        /// Whether it was refused.
        failed: bool,
    },
    /// The answer proposes an edit.
    #[serde(rename = "chat.proposal")]
    ChatProposal {
        /// What it does, a line an edit.
        summary: Vec<String>,
        /// The slides it changes.
        slides: Vec<u32>,
    },
    /// What the answer used so far.
    #[serde(rename = "chat.usage")]
    ChatUsage {
        /// Tokens and money.
        usage: TokenUsage,
    },
    /// The answer is whole; it is kept when `job.succeeded` follows.
    #[serde(rename = "chat.done")]
    ChatDone {
        /// By which model.
        model: String,
        /// What it rests on.
        citations: Vec<Citation>,
    },
    /// The document has a new version.
    #[serde(rename = "document.updated")]
    DocumentUpdated {
        /// Which.
        version: u64,
    },
    /// A pool of a node has another number of workers. Told to operators.
    #[serde(rename = "pool.scaled")]
    PoolScaled {
        /// Which node.
        node: NodeId,
        /// Which pool.
        pool: PoolName,
        /// From, to, which way and why.
        #[serde(flatten)]
        decision: ScaleDecision,
    },
    /// The capacity report of a week was made. Told to operators.
    #[serde(rename = "capacity.reported")]
    CapacityReported {
        /// The week: the date of its Monday.
        week: String,
        /// What becomes of each pool.
        pools: Vec<PoolVerdict>,
    },
}

/// What becomes of a pool, in short.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PoolVerdict {
    /// Which pool.
    pub pool: PoolName,
    /// What becomes of it.
    pub verdict: Verdict,
    /// When its limit is most likely reached, if within what is foreseen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub saturates: Option<Timestamp>,
    /// What to do.
    pub actions: Vec<String>,
}

impl Fact {
    /// The event's name on the stream.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Queued => "job.queued",
            Self::Started { .. } => "job.started",
            Self::Stage { .. } => "job.stage",
            Self::Progress { .. } => "job.progress",
            Self::Succeeded => "job.succeeded",
            Self::Failed { .. } => "job.failed",
            Self::Retrying { .. } => "job.retrying",
            Self::Cancelled => "job.cancelled",
            Self::ChatDelta { .. } => "chat.delta",
            Self::ChatTool { .. } => "chat.tool",
            Self::ChatProposal { .. } => "chat.proposal",
            Self::ChatUsage { .. } => "chat.usage",
            Self::ChatDone { .. } => "chat.done",
            Self::DocumentUpdated { .. } => "document.updated",
            Self::PoolScaled { .. } => "pool.scaled",
            Self::CapacityReported { .. } => "capacity.reported",
        }
    }

    /// Whether a job's story ends with an event of this name.
    pub fn ends_with(name: &str) -> bool {
        matches!(name, "job.succeeded" | "job.failed" | "job.cancelled")
    }

    /// Whether a job's story ends here.
    pub fn is_terminal(&self) -> bool {
        matches!(
            self,
            Self::Succeeded | Self::Failed { .. } | Self::Cancelled
        )
    }
}
