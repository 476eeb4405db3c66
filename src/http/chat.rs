//! `/v1/documents/{id}/chat` and `/messages`: asking about a deck, and what was asked and answered.

use actix_web::http::header;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::admission::{Taken, Wanted, accepted, admit, take};
use super::chat_stream;
use super::chat_view::MessageView;
use super::deck::no_deck;
use super::idempotency::{self, IdempotencyHeader};
use super::identity::{Caller, May, Read, Write};
use super::job_view::JobView;
use super::paging::{self, Page};
use super::problem::{Code, Fault, Problem};
use super::query::{Query, named};
use super::state::ApiState;
use super::traced::part_of;
use super::unbroken::unbroken;
use super::{body, events, rates};
use crate::actors::handle::Subscription;
use crate::domain::chat::ChatAction;
use crate::domain::ids::{DocumentId, JobId};
use crate::domain::job::{JobKind, JobSpec};
use crate::domain::policy::quota::Metered;
use crate::domain::tenant::TenantId;
use crate::storage::jobs::JobFilter;

/// What [`ask`] can end in.
pub const ASK_PROBLEMS: &[Code] = &[
    Code::InvalidJson,
    Code::InvalidHeader,
    Code::InvalidBody,
    Code::NotFound,
    Code::NoDeck,
    Code::IdempotencyInFlight,
    Code::IdempotencyKeyReused,
    Code::TooLarge,
    Code::UnsupportedMediaType,
    Code::QuotaExceeded,
    Code::Draining,
];

/// The longest question, in characters.
const LONGEST: usize = 8_000;
/// The largest body.
const MOST: usize = 64 * 1_024;

/// A question, or something that is often asked for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChatRequest {
    /// What is asked, in words. Left out where `action` says it.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 8000)]
    message: Option<String>,
    /// What users ask for again and again, as one call: a summary, text written anew, speaker notes, a critique.
    #[serde(default)]
    #[schema(schema_with = super::openapi::chat_action)]
    action: Option<ChatAction>,
    /// A model of `/v1/models`, or a class: `fast` or `strong`. The default model where it is left out.
    #[serde(default)]
    #[schema(max_length = 200)]
    model: Option<String>,
}

impl ChatRequest {
    /// A question in words.
    pub(super) fn of(message: String) -> Self {
        Self {
            message: Some(message),
            action: None,
            model: None,
        }
    }

    /// What the job is to do, if that can be done.
    pub(super) fn spec(self) -> Result<JobSpec, Problem> {
        let words = self.action.as_ref().map(ChatAction::in_words);
        let message = match (self.message, words) {
            (Some(message), None) => message,
            (None, Some(words)) => words,
            (Some(message), Some(words)) => format!("{words} {message}"),
            (None, None) => {
                return Err(unfit("/message", "Say what you ask, or name an `action`."));
            }
        };
        if message.trim().is_empty() || message.chars().count() > LONGEST {
            return Err(unfit(
                "/message",
                &format!("It has 1 to {LONGEST} characters."),
            ));
        }
        if self
            .model
            .as_ref()
            .is_some_and(|model| model.is_empty() || model.len() > 200)
        {
            return Err(unfit(
                "/model",
                "It is the `id` of a model of /v1/models, `fast` or `strong`.",
            ));
        }
        Ok(JobSpec::Ai {
            message,
            model: self.model,
            action: self.action,
        })
    }
}

fn unfit(pointer: &str, detail: &str) -> Problem {
    Problem::new(Code::InvalidBody, detail).with_errors(vec![Fault::at(pointer, detail)])
}

/// Asks about the deck.
///
/// With `Accept: text/event-stream` the answer is streamed as it is made: `chat.delta`, `chat.tool`, `chat.proposal`,
/// `chat.usage`, `chat.done`, among the events of the job, which end the stream; leaving it stops the job. Otherwise the job is
/// answered, and its events can be followed at `/v1/events`. An edit becomes a proposal: nothing changes until it is
/// applied.
#[utoipa::path(
    post, path = "/v1/documents/{id}/chat", operation_id = "askAboutDeck", tag = "chat",
    params(("id" = String, Path, format = Uuid, description = "The document."), IdempotencyHeader),
    request_body(content = ChatRequest, example = json!({"message": "How did revenue do?"})),
    responses(
        (status = 200, content_type = "text/event-stream", body = String, description = "The answer, as it is made.",
            headers(("X-Connection-Id" = String, description = "The connection."))),
        (status = 202, body = JobView, description = "It waits for a worker.",
        headers(("Location" = String, description = "The job."),
                ("RateLimit" = String, description = "How many more jobs may be open."),
                ("Idempotency-Replayed" = Option<String>, description = "`true` where this is an earlier answer."))))
)]
pub async fn ask(
    caller: May<Write>,
    request: HttpRequest,
    payload: Payload,
    state: Data<ApiState>,
) -> Result<HttpResponse, Problem> {
    let document: DocumentId = named(&request, "id", "document")?;
    let room = admit(&state, &caller.tenant).await?;
    within_budget(&state, &caller).await?;
    let key = idempotency::key(&request, &state, &caller)?;
    let (wanted, sent) = body::json::<ChatRequest>(&request, payload, MOST).await?;
    let found = state.documents.document(&caller.tenant, document).await?;
    if found.ok_or_else(|| Problem::not_found("document"))?.version == 0 {
        return Err(no_deck());
    }
    let job = JobId(state.uuid());
    // Before the job is there: what is told of it from its first moment on is heard.
    let streamed = wants_stream(&request);
    let frames = if streamed {
        let followed = following_job(&caller.tenant, document, job);
        Some(state.platform.follow(followed).await?)
    } else {
        None
    };
    let wanted = Wanted {
        document,
        spec: wanted.spec()?,
        job: Some(job),
        brings: None,
        key: key
            .as_ref()
            .map(|key| key.stored(&request, &[&sent], &state)),
        trace: part_of(&request),
    };
    let (tenant, shared) = (caller.tenant.clone(), state.clone());
    let taken = unbroken(async move {
        let taken = take(&shared, &caller, wanted).await;
        drop(key);
        Ok(taken?)
    });
    match (taken.await?, frames) {
        (Taken::New(job), Some(frames)) => Ok(chat_stream::new(&state, &tenant, job.id, frames)),
        (Taken::Before(job), Some(_)) => chat_stream::again(&state, &tenant, &job).await,
        (Taken::New(job), None) => Ok(accepted(job.id.0, room, false).json(JobView::from(job))),
        (Taken::Before(job), None) => Ok(accepted(job.id.0, room, true).json(JobView::from(job))),
    }
}

/// Refuses a caller who has used up tokens or money.
pub(super) async fn within_budget(state: &ApiState, caller: &Caller) -> Result<(), Problem> {
    rates::refuse_debtor(state, caller, Metered::AiTokens).await?;
    rates::refuse_debtor(state, caller, Metered::AiMoney).await
}

/// What is followed of an answer.
pub(super) fn following_job(tenant: &TenantId, document: DocumentId, job: JobId) -> Subscription {
    Subscription {
        tenant: tenant.clone(),
        document: Some(document),
        job: Some(job),
        last_event_id: None,
    }
}

/// A stream is asked for by name: who takes anything gets the job.
fn wants_stream(request: &HttpRequest) -> bool {
    let named = request.headers().get_all(header::ACCEPT);
    named
        .filter_map(|value| value.to_str().ok())
        .any(|value| value.contains("text/event-stream"))
        && events::accepts_events(request.headers())
}

/// Which part of a conversation is read.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct MessagesQuery {
    /// At most how many, 1 to 200.
    #[param(minimum = 1, maximum = 200, example = 50)]
    limit: Option<u32>,
    /// `next_cursor` of the page before.
    #[param(pattern = "^[A-Za-z0-9_-]{23}$")]
    cursor: Option<String>,
}

/// Lists what was asked about the deck and answered, newest first.
#[utoipa::path(
    get, path = "/v1/documents/{id}/messages", operation_id = "listMessages", tag = "chat",
    params(("id" = String, Path, format = Uuid, description = "The document."), MessagesQuery),
    responses((status = 200, body = Page<MessageView>, description = "A page.",
        headers(("Link" = Option<String>, description = "The next page, `rel=\"next\"`."))))
)]
pub async fn list(
    caller: May<Read>,
    Query(query): Query<MessagesQuery>,
    request: HttpRequest,
    state: Data<ApiState>,
) -> Result<HttpResponse, Problem> {
    let document = there(&state, &caller, &request).await?;
    let limit = paging::limit(query.limit)?;
    let filter = JobFilter {
        tenant: Some(caller.tenant.clone()),
        kind: Some(JobKind::Ai),
        document: Some(document),
        before: paging::after('m', query.cursor.as_deref())?.map(JobId),
        limit: limit + 1,
        ..JobFilter::default()
    };
    let found = state.jobs.jobs(filter).await?;
    let decided = state.decisions.decisions(&caller.tenant, document).await?;
    let page = paging::page(
        'm',
        found,
        limit,
        |it| it.id.0,
        |job| MessageView::of(&job, &decided),
    );
    Ok(paging::answer(
        &page,
        request.path(),
        request.query_string(),
    ))
}

/// Deletes the conversation: questions, answers, proposals and what was decided about them. Questions that are being answered
/// stay; the deck stays as it is.
#[utoipa::path(
    delete, path = "/v1/documents/{id}/messages", operation_id = "deleteMessages", tag = "chat",
    params(("id" = String, Path, format = Uuid, description = "The document.")),
    responses((status = 204, description = "It is gone."))
)]
pub async fn delete(
    caller: May<Write>,
    request: HttpRequest,
    state: Data<ApiState>,
) -> Result<HttpResponse, Problem> {
    let document = there(&state, &caller, &request).await?;
    unbroken(async move {
        state
            .jobs
            .forget_ended(&caller.tenant, document, JobKind::Ai)
            .await?;
        state.decisions.forget(&caller.tenant, document).await?;
        Ok(HttpResponse::NoContent().finish())
    })
    .await
}

/// The document that a path names, if it is the caller's.
async fn there(
    state: &ApiState,
    caller: &Caller,
    request: &HttpRequest,
) -> Result<DocumentId, Problem> {
    let id: DocumentId = named(request, "id", "document")?;
    let found = state.documents.document(&caller.tenant, id).await?;
    found
        .map(|_| id)
        .ok_or_else(|| Problem::not_found("document"))
}
