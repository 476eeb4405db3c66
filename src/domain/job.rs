//! Jobs: durable pieces of work on a document.

use serde::{Deserialize, Serialize};

use super::chat::{ChatAction, Citation, Proposal, TokenUsage};
use super::cost::Cost;
use super::failure::Failure;
use super::fonts::StandIns;
use super::ids::{DocumentId, JobId, NodeId};
use super::job_state::JobState;
use super::stage::StageTime;
use super::tenant::{TenantId, Tier};
use super::time::Timestamp;
use super::trace::context::TraceContext;

/// What a job does: which pool runs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobKind {
    /// A file becomes a deck.
    Convert,
    /// A deck becomes a file.
    Export,
    /// A model answers.
    Ai,
}

impl JobKind {
    /// All kinds.
    pub const ALL: [Self; 3] = [Self::Convert, Self::Export, Self::Ai];

    /// Its name in configuration, JSON and metrics.
    pub fn name(self) -> &'static str {
        match self {
            Self::Convert => "convert",
            Self::Export => "export",
            Self::Ai => "ai",
        }
    }
}

impl std::str::FromStr for JobKind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.name() == text)
            .ok_or_else(|| format!("`{text}` is no kind of job; there are convert, export and ai"))
    }
}

/// What is to be done, with all that it takes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum JobSpec {
    /// Convert the uploaded file.
    Convert {
        /// The file's name, for messages.
        file_name: String,
        /// The object that holds it.
        source_key: String,
        /// What it seems to be.
        format: SourceFormat,
        /// The SHA-256 its bytes are to have, where nobody has looked yet.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        sha256: Option<String>,
    },
    /// Export a version of the deck.
    Export {
        /// To what.
        format: ExportFormat,
        /// Which version.
        version: u64,
        /// What else is asked.
        #[serde(flatten)]
        options: ExportOptions,
    },
    /// Answer a message about the deck.
    Ai {
        /// What the user wrote.
        message: String,
        /// Which model, where not the default.
        #[serde(default)]
        model: Option<String>,
        /// The one-call action it stands for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        action: Option<ChatAction>,
    },
}

impl JobSpec {
    /// Which pool runs it.
    pub fn kind(&self) -> JobKind {
        match self {
            Self::Convert { .. } => JobKind::Convert,
            Self::Export { .. } => JobKind::Export,
            Self::Ai { .. } => JobKind::Ai,
        }
    }
}

/// What an upload seems to be by its name and first bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceFormat {
    /// A PowerPoint file.
    Pptx,
    /// Markdown.
    Markdown,
    /// An OpenDocument presentation.
    Odp,
    /// A PDF.
    Pdf,
}

/// What is asked of an export besides its format.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ExportOptions {
    /// Hidden slides too.
    pub hidden_slides: bool,
    /// A page of notes after each slide that has some (PDF).
    pub notes: bool,
    /// Conformance to PDF/A-2b, for archives (PDF).
    pub pdf_a: bool,
}

/// What a deck can be exported as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExportFormat {
    /// A PowerPoint file.
    Pptx,
    /// A PDF, a page for each slide.
    Pdf,
    /// A zip of PNG pictures, one for each slide.
    Png,
    /// A zip of SVG pictures, one for each slide.
    Svg,
}

impl ExportFormat {
    /// The media type of the artifact.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Pptx => {
                "application/vnd.openxmlformats-officedocument.presentationml.presentation"
            }
            Self::Pdf => "application/pdf",
            Self::Png | Self::Svg => "application/zip",
        }
    }

    /// The ending of the artifact's file name.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Pptx => "pptx",
            Self::Pdf => "pdf",
            Self::Png | Self::Svg => "zip",
        }
    }
}

/// A job that is to be accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewJob {
    /// Its id.
    pub id: JobId,
    /// Whose it is.
    pub tenant: TenantId,
    /// The class its tenant is in.
    pub tier: Tier,
    /// The document it works on.
    pub document: DocumentId,
    /// What is to be done.
    pub spec: JobSpec,
    /// How many attempts it may take.
    pub max_attempts: u32,
    /// When it was accepted.
    pub created_at: Timestamp,
    /// The part of a trace that asked for it: its attempts belong below that.
    pub trace: Option<TraceContext>,
}

/// A job as it stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Job {
    /// Its id.
    pub id: JobId,
    /// Whose it is.
    pub tenant: TenantId,
    /// The class its tenant is in.
    pub tier: Tier,
    /// The document it works on.
    pub document: DocumentId,
    /// What is to be done.
    pub spec: JobSpec,
    /// How many attempts it may take.
    pub max_attempts: u32,
    /// When it was accepted.
    pub created_at: Timestamp,
    /// The part of a trace that asked for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace: Option<TraceContext>,
    /// How often it was claimed: the fencing number of its newest attempt.
    pub epoch: u64,
    /// Attempts used up.
    pub attempts: u32,
    /// Where it stands.
    pub state: JobState,
    /// Every attempt that ended, oldest first.
    pub history: Vec<AttemptRecord>,
}

impl Job {
    /// A job as it stands when it was just accepted: queued, and ready at once.
    pub fn accepted(new: NewJob) -> Self {
        Self {
            id: new.id,
            tenant: new.tenant,
            tier: new.tier,
            document: new.document,
            spec: new.spec,
            max_attempts: new.max_attempts,
            created_at: new.created_at,
            trace: new.trace,
            epoch: 0,
            attempts: 0,
            state: JobState::Queued {
                ready_at: new.created_at,
                last_failure: None,
            },
            history: Vec::new(),
        }
    }
}

/// The right to work on a job: which job, and which claim of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Lease {
    /// The job.
    pub job: JobId,
    /// The claim. Every write of a result, a heartbeat or a state names it; a stale one changes nothing.
    pub epoch: u64,
}

/// A claimed job: all that a worker needs.
#[derive(Clone, Debug, PartialEq)]
pub struct ClaimedJob {
    /// The right to it.
    pub lease: Lease,
    /// Whose it is.
    pub tenant: TenantId,
    /// The class its tenant is in.
    pub tier: Tier,
    /// The document it works on.
    pub document: DocumentId,
    /// What is to be done.
    pub spec: JobSpec,
    /// Which attempt this is, from 1.
    pub attempt: u32,
    /// How many it may take.
    pub max_attempts: u32,
    /// When it became ready: waiting is measured from here.
    pub ready_at: Timestamp,
    /// When it was claimed.
    pub claimed_at: Timestamp,
    /// The part of a trace that asked for it.
    pub trace: Option<TraceContext>,
}

/// An attempt that ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AttemptRecord {
    /// Its fencing number.
    pub epoch: u64,
    /// The node that ran it.
    pub node: NodeId,
    /// When it started.
    pub started_at: Timestamp,
    /// When it ended.
    pub ended_at: Timestamp,
    /// Why it failed; absent for the one that succeeded, and for one that was cancelled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<Failure>,
    /// What took how long.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stages: Vec<StageTime>,
    /// What it cost.
    #[serde(default)]
    pub cost: Cost,
}

impl AttemptRecord {
    /// Whether both tell of the same end of the same attempt.
    pub fn is_same_end(&self, other: &Self) -> bool {
        self.epoch == other.epoch
            && self.node == other.node
            && self.started_at == other.started_at
            && self.ended_at == other.ended_at
    }
}

/// What a finished job left behind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum JobResult {
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
        /// The object that holds it.
        key: String,
        /// Its media type.
        content_type: String,
        /// The name to save it under.
        file_name: String,
        /// How many bytes it has.
        bytes: u64,
        /// What its text was set in, where that is not what the deck asks for.
        #[serde(default, skip_serializing_if = "StandIns::is_empty")]
        fonts: StandIns,
    },
    /// An answer.
    Answer {
        /// What the model wrote.
        text: String,
        /// Which model.
        model: String,
        /// What it rests on.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        citations: Vec<Citation>,
        /// The edit it wants to make.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        proposal: Option<Box<Proposal>>,
        /// What it used.
        #[serde(default)]
        usage: TokenUsage,
    },
}
