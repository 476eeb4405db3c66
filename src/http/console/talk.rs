//! Talking about a document: questions, answers, and the edits they propose, with pictures of before and after.

use actix_web::web::{Data, Form};
use actix_web::{HttpRequest, HttpResponse};
use maud::{Markup, html};
use serde::Deserialize;

use super::layout::chip;
use super::{BASE, Shown, Signed, see};
use crate::domain::chat::{Decision, Proposal, ProposalState};
use crate::domain::document::Document;
use crate::domain::ids::DocumentId;
use crate::domain::job::{Job, JobKind, JobResult, JobSpec};
use crate::domain::job_state::JobState;
use crate::http::admission::{Wanted, admit, take};
use crate::http::chat::{ChatRequest, within_budget};
use crate::http::deck::no_deck;
use crate::http::identity::{Caller, Write};
use crate::http::problem::Problem;
use crate::http::proposals;
use crate::http::query::named;
use crate::http::state::ApiState;
use crate::http::traced::part_of;
use crate::http::unbroken::unbroken;
use crate::storage::jobs::JobFilter;

/// Messages that are shown.
const MOST: u32 = 20;

/// The talk so far, oldest first, and a place to go on.
pub(super) async fn shown(
    state: &ApiState,
    caller: &Caller,
    document: &Document,
    may_write: bool,
) -> Result<Markup, Problem> {
    let filter = JobFilter {
        tenant: Some(caller.tenant.clone()),
        kind: Some(JobKind::Ai),
        document: Some(document.id),
        limit: MOST,
        ..JobFilter::default()
    };
    let asked = state.jobs.jobs(filter).await?;
    let decided = state
        .decisions
        .decisions(&caller.tenant, document.id)
        .await?;
    Ok(html! {
        ol.messages { @for job in asked.iter().rev() { li { (message(job, &decided, may_write)) } } }
        @if may_write {
            form.stack method="post" action={ (BASE) "/documents/" (document.id) "/chat" } data-chat={ "/v1/documents/" (document.id) "/chat" } {
                label for="question" { "Question, or a change to make" }
                textarea #question name="message" rows="3" required maxlength="8000" placeholder="What is it about? – Make slide 2 shorter." {}
                button { "Ask" }
            }
            div.answer aria-live="polite" hidden data-answer {}
        }
    })
}

fn message(job: &Job, decided: &[Decision], may_write: bool) -> Markup {
    let JobSpec::Ai { message, .. } = &job.spec else {
        return html! {};
    };
    html! {
        p.asked { (message) }
        @match &job.state {
            JobState::Succeeded { result: JobResult::Answer { text, model, citations, proposal, .. }, .. } => {
                blockquote { (text) }
                p { small { (model) @for citation in citations { " " a href={ "#slide-" (citation.slide) } { "slide " (citation.slide) } } } }
                @if let Some(proposal) = proposal { (proposed(job, proposal, decided, may_write)) }
            }
            JobState::Failed { failure, .. } | JobState::Dead { failure, .. } => { p.problem { (failure.message) } }
            JobState::Queued { .. } | JobState::Running { .. } | JobState::Cancelled { .. } | JobState::Succeeded { .. } => {
                p { (chip(job.state.name())) " " small { "reload to see the answer" } }
            }
        }
    }
}

fn proposed(job: &Job, proposal: &Proposal, decided: &[Decision], may_write: bool) -> Markup {
    let decision = decided.iter().find(|decision| decision.proposal == job.id);
    let state = decision.map_or(ProposalState::Open, |decision| decision.state);
    let picture = |number: u32, side: &str| {
        let (document, id) = (job.document, job.id);
        format!("/v1/documents/{document}/proposals/{id}/slides/{number}.png?side={side}&width=480")
    };
    let act = |act: &str, words: &str, class: &str| {
        let (document, id) = (job.document, job.id);
        html! {
            form method="post" action={ (BASE) "/documents/" (document) "/proposals/" (id) "/" (act) } { button class=(class) { (words) } }
        }
    };
    html! {
        section.proposal aria-label="Proposed edit" {
            p { strong { "Proposed" } " " span.chip.(state.name()) { (state.name()) } }
            ul { @for line in &proposal.summary { li { (line) } } }
            @for number in &proposal.slides {
                div.sides {
                    figure { figcaption { "Slide " (number) " before" } img loading="lazy" width="480" height="270" alt="" src=(picture(*number, "before")); }
                    figure { figcaption { "after" } img loading="lazy" width="480" height="270" alt={ "Slide " (number) " as it would be" } src=(picture(*number, "after")); }
                }
            }
            @if may_write {
                div.acts {
                    @if state == ProposalState::Open { (act("apply", "Apply", "")) (act("drop", "Drop", "quiet")) }
                    @if state == ProposalState::Applied { (act("undo", "Undo", "quiet")) }
                }
            }
        }
    }
}

/// A question.
#[derive(Debug, Deserialize)]
pub(super) struct Question {
    message: String,
}

/// Asks. The script asks the API itself and shows the answer as it comes.
pub(super) async fn ask(
    caller: Signed<Write>,
    request: HttpRequest,
    Form(question): Form<Question>,
    state: Data<ApiState>,
) -> Result<HttpResponse, Shown> {
    let document: DocumentId = named(&request, "id", "document")?;
    admit(&state, &caller.tenant).await?;
    within_budget(&state, &caller).await?;
    let found = state.documents.document(&caller.tenant, document).await?;
    let found = found.ok_or_else(|| Problem::not_found("document"))?;
    if found.version == 0 {
        return Err(no_deck().into());
    }
    let wanted = Wanted {
        document,
        spec: ChatRequest::of(question.message).spec()?,
        job: None,
        brings: None,
        key: None,
        trace: part_of(&request),
    };
    unbroken(async move { Ok(take(&state, &caller, wanted).await?) }).await?;
    Ok(see(&format!("{BASE}/documents/{document}")))
}

/// Applies a proposal, drops it or takes it back. A person who looks at pictures of it decides on the deck as it is.
pub(super) async fn decide(
    caller: Signed<Write>,
    request: HttpRequest,
    state: Data<ApiState>,
) -> Result<HttpResponse, Shown> {
    let document: DocumentId = named(&request, "id", "document")?;
    let act: String = named(&request, "act", "act")?;
    let (caller, any) = (caller.into_inner(), |_| Ok(()));
    match act.as_str() {
        "apply" => {
            proposals::change(caller, &request, state, ProposalState::Applied, any).await?;
        }
        "undo" => {
            proposals::change(caller, &request, state, ProposalState::Undone, any).await?;
        }
        "drop" => {
            proposals::drop(caller, request, state).await?;
        }
        _ => return Err(Problem::not_found("act").into()),
    }
    Ok(see(&format!("{BASE}/documents/{document}")))
}
