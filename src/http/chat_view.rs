//! The conversation about a document as clients see it.

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::domain::chat::{Citation, Decision, Proposal, ProposalState, TokenUsage};
use crate::domain::ids::JobId;
use crate::domain::job::{Job, JobResult, JobSpec};
use crate::domain::job_state::{JobState, StateName};
use crate::domain::time::Timestamp;

/// A place in the deck that an answer rests on.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Citation)]
pub struct CitationView {
    /// The number of the slide, from 1, in the version that was read.
    slide: u32,
    /// The slide's id, which stays when slides move.
    slide_id: String,
    /// The element on it, where one was named.
    #[serde(skip_serializing_if = "Option::is_none")]
    element: Option<String>,
}

impl From<Citation> for CitationView {
    fn from(citation: Citation) -> Self {
        Self {
            slide: citation.slide,
            slide_id: citation.slide_id,
            element: citation.element,
        }
    }
}

/// Tokens and money.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TokenUsage)]
pub struct UsageView {
    /// Tokens read anew.
    input_tokens: u64,
    /// Tokens read from the provider's cache.
    cached_tokens: u64,
    /// Tokens written.
    output_tokens: u64,
    /// Of those written, the ones nobody sees.
    reasoning_tokens: u64,
    /// Whether the counts are ours, because the provider sent none.
    estimated: bool,
    /// What it cost, in dollars.
    dollars: f64,
}

impl From<TokenUsage> for UsageView {
    #[expect(
        clippy::cast_precision_loss,
        reason = "a price needs no more than 53 bits"
    )]
    fn from(usage: TokenUsage) -> Self {
        Self {
            input_tokens: usage.input,
            cached_tokens: usage.cached,
            output_tokens: usage.output,
            reasoning_tokens: usage.reasoning,
            estimated: usage.estimated,
            dollars: usage.micro_dollars as f64 / 1_000_000.0,
        }
    }
}

/// A question, and what came of it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Message)]
pub struct MessageView {
    /// Its id: that of the job that answers.
    #[schema(value_type = String, format = Uuid)]
    id: JobId,
    /// What was asked.
    message: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// Where the job stands.
    #[schema(schema_with = super::openapi::job_states)]
    state: StateName,
    /// What was answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    answer: Option<AnswerView>,
    /// Why there is no answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<String>,
}

/// An answer.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Answer)]
pub struct AnswerView {
    /// What the model wrote.
    text: String,
    /// Provider and model.
    #[schema(example = "offline/offline-extractive")]
    model: String,
    /// What it rests on.
    citations: Vec<CitationView>,
    /// The edit it proposes.
    #[serde(skip_serializing_if = "Option::is_none")]
    proposal: Option<ProposalView>,
    /// What it used.
    usage: UsageView,
}

/// A proposed edit: nothing changes until it is applied.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Proposal)]
pub struct ProposalView {
    /// Its id: that of the message that asked for it.
    #[schema(value_type = String, format = Uuid)]
    pub(super) id: JobId,
    /// How it stands: `open`, `applied`, `dropped` or `undone`.
    #[schema(schema_with = super::openapi::proposal_states)]
    state: ProposalState,
    /// The version it was made on.
    base_version: u64,
    /// The version that the decision made, where it made one.
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<u64>,
    /// What it does, a line an edit.
    summary: Vec<String>,
    /// The slides it changes, with pictures of before and after.
    slides: Vec<ChangedSlide>,
    /// The JSON Patch (RFC 6902), where it was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    patch: Option<Vec<Value>>,
}

/// A slide that a proposal changes.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChangedSlide {
    /// Its number once the proposal is applied.
    number: u32,
    /// A picture of it as it was; none where it is new.
    before: String,
    /// A picture of it as it would be.
    after: String,
}

impl ProposalView {
    /// A proposal of a job, by what was decided about it.
    pub(super) fn of(job: &Job, proposal: &Proposal, decided: &[Decision]) -> Self {
        let decision = decided.iter().find(|decision| decision.proposal == job.id);
        let place = format!("/v1/documents/{}/proposals/{}/slides", job.document, job.id);
        let slides = proposal.slides.iter().map(|number| ChangedSlide {
            number: *number,
            before: format!("{place}/{number}.png?side=before"),
            after: format!("{place}/{number}.png?side=after"),
        });
        Self {
            id: job.id,
            state: decision.map_or(ProposalState::Open, |decision| decision.state),
            base_version: proposal.base_version,
            version: decision.and_then(|decision| decision.version),
            summary: proposal.summary.clone(),
            slides: slides.collect(),
            patch: None,
        }
    }

    /// The same with its patch.
    pub(super) fn with_patch(mut self, proposal: &Proposal) -> Self {
        self.patch = Some(proposal.patch.clone());
        self
    }
}

impl MessageView {
    /// A message, by the job that answers it and what was decided on the document.
    pub(super) fn of(job: &Job, decided: &[Decision]) -> Self {
        let message = match &job.spec {
            JobSpec::Ai { message, .. } => message.clone(),
            JobSpec::Convert { .. } | JobSpec::Export { .. } => String::new(),
        };
        let failure = match &job.state {
            JobState::Failed { failure, .. } | JobState::Dead { failure, .. } => {
                Some(failure.message.clone())
            }
            JobState::Queued { .. }
            | JobState::Running { .. }
            | JobState::Succeeded { .. }
            | JobState::Cancelled { .. } => None,
        };
        Self {
            id: job.id,
            message,
            created_at: job.created_at,
            state: job.state.name(),
            answer: answer(job, decided),
            failure,
        }
    }
}

fn answer(job: &Job, decided: &[Decision]) -> Option<AnswerView> {
    let JobState::Succeeded {
        result:
            JobResult::Answer {
                text,
                model,
                citations,
                proposal,
                usage,
            },
        ..
    } = &job.state
    else {
        return None;
    };
    Some(AnswerView {
        text: text.clone(),
        model: model.clone(),
        citations: citations.iter().cloned().map(CitationView::from).collect(),
        proposal: proposal
            .as_deref()
            .map(|proposal| ProposalView::of(job, proposal, decided)),
        usage: (*usage).into(),
    })
}
