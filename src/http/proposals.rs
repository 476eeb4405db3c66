//! `/v1/documents/{id}/proposals/{pid}`: edits that answers propose: looked at, applied, dropped, taken back.

use actix_web::http::header;
use actix_web::web::{self, Data};
use actix_web::{HttpRequest, HttpResponse};
use bytes::Bytes;
use serde::Deserialize;
use serde_json::Value;
use utoipa::IntoParams;

use super::chat_view::ProposalView;
use super::document_view::DocumentView;
use super::identity::{Caller, May, Read, Write};
use super::problem::{Code, Problem};
use super::query::{Query, named, unfit};
use super::state::ApiState;
use super::unbroken::unbroken;
use super::{deck, deck_patch, preconditions};
use crate::domain::chat::{Decision, Proposal, ProposalState};
use crate::domain::ids::{DocumentId, JobId};
use crate::domain::job::{Job, JobResult};
use crate::domain::job_state::JobState;

/// What [`apply`] and [`undo`] can end in.
pub const CHANGE_PROBLEMS: &[Code] = &[
    Code::NotFound,
    Code::NoDeck,
    Code::StaleVersion,
    Code::PreconditionRequired,
    Code::ProposalDecided,
    Code::PatchTestFailed,
    Code::InvalidPatch,
    Code::InvalidDeck,
    Code::TooLarge,
];

const USUAL_WIDTH: u32 = 960;

/// Looks at a proposal, with its patch.
#[utoipa::path(
    get, path = "/v1/documents/{id}/proposals/{pid}", operation_id = "readProposal", tag = "chat",
    params(("id" = String, Path, format = Uuid, description = "The document."),
        ("pid" = String, Path, format = Uuid, description = "The proposal: the id of the message that asked for it.")),
    responses((status = 200, body = ProposalView, description = "The proposal."))
)]
pub async fn read(
    caller: May<Read>,
    request: HttpRequest,
    state: Data<ApiState>,
) -> Result<HttpResponse, Problem> {
    let found = find(&state, &caller, &request).await?;
    let view = ProposalView::of(&found.job, &found.proposal, &found.decided);
    Ok(HttpResponse::Ok().json(view.with_patch(&found.proposal)))
}

/// Applies a proposal: what comes out becomes the next version of the deck.
///
/// Where the deck was changed since in a place that the proposal changes, it is refused; elsewhere changes stay.
#[utoipa::path(
    post, path = "/v1/documents/{id}/proposals/{pid}/apply", operation_id = "applyProposal", tag = "chat",
    params(("id" = String, Path, format = Uuid, description = "The document."),
        ("pid" = String, Path, format = Uuid, description = "The proposal."),
        ("If-Match" = String, Header, pattern = r#"^([*]|"[0-9]+"(, ?"[0-9]+")*)$"#, example = "\"1\"", description = "The ETag of the version it builds on.")),
    responses((status = 200, body = DocumentView, description = "It is part of the deck.",
        headers(("ETag" = String, description = "The new version."))))
)]
pub async fn apply(
    caller: May<Write>,
    request: HttpRequest,
    state: Data<ApiState>,
) -> Result<HttpResponse, Problem> {
    preconditions::required(&request)?;
    let builds_on = |version| preconditions::builds_on(&request, version);
    change(caller, &request, state, ProposalState::Applied, builds_on).await
}

/// Takes an applied proposal back: what comes out becomes the next version of the deck.
///
/// What was changed since in other places stays.
#[utoipa::path(
    post, path = "/v1/documents/{id}/proposals/{pid}/undo", operation_id = "undoProposal", tag = "chat",
    params(("id" = String, Path, format = Uuid, description = "The document."),
        ("pid" = String, Path, format = Uuid, description = "The proposal."),
        ("If-Match" = String, Header, pattern = r#"^([*]|"[0-9]+"(, ?"[0-9]+")*)$"#, example = "\"2\"", description = "The ETag of the version it builds on.")),
    responses((status = 200, body = DocumentView, description = "It is no longer part of the deck.",
        headers(("ETag" = String, description = "The new version."))))
)]
pub async fn undo(
    caller: May<Write>,
    request: HttpRequest,
    state: Data<ApiState>,
) -> Result<HttpResponse, Problem> {
    preconditions::required(&request)?;
    let builds_on = |version| preconditions::builds_on(&request, version);
    change(caller, &request, state, ProposalState::Undone, builds_on).await
}

/// Turns a proposal down.
#[utoipa::path(
    post, path = "/v1/documents/{id}/proposals/{pid}/drop", operation_id = "dropProposal", tag = "chat",
    params(("id" = String, Path, format = Uuid, description = "The document."),
        ("pid" = String, Path, format = Uuid, description = "The proposal.")),
    responses((status = 204, description = "It is turned down."))
)]
pub async fn drop(
    caller: May<Write>,
    request: HttpRequest,
    state: Data<ApiState>,
) -> Result<HttpResponse, Problem> {
    let found = find(&state, &caller, &request).await?;
    let decision = found.decision(&caller, &state, ProposalState::Dropped, None);
    let dropped = state
        .decisions
        .decide(ProposalState::Open, decision)
        .await?;
    if dropped {
        return Ok(HttpResponse::NoContent().finish());
    }
    Err(decided(ProposalState::Open))
}

/// Which picture.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SideQuery {
    /// `before` or `after` the proposal.
    #[param(pattern = "^(before|after)$")]
    side: String,
    /// Its width in pixels, 16 to 4,096; 960 where it is left out.
    #[param(minimum = 16, maximum = 4096, example = 960)]
    width: Option<u32>,
}

/// Draws a slide as it was, or as it would be.
#[utoipa::path(
    get, path = "/v1/documents/{id}/proposals/{pid}/slides/{n}.png", operation_id = "drawProposal", tag = "chat",
    params(("id" = String, Path, format = Uuid, description = "The document."),
        ("pid" = String, Path, format = Uuid, description = "The proposal."),
        ("n" = u32, Path, minimum = 1, description = "Which slide, from 1, as they are counted after the proposal."), SideQuery),
    responses((status = 200, content_type = "image/png", body = [u8], description = "The picture."))
)]
pub async fn picture(
    caller: May<Read>,
    Query(query): Query<SideQuery>,
    request: HttpRequest,
    state: Data<ApiState>,
) -> Result<HttpResponse, Problem> {
    let number: u32 = named(&request, "n", "slide")?;
    let width = query.width.unwrap_or(USUAL_WIDTH);
    if !(16..=4_096).contains(&width) {
        return Err(unfit("width", "A picture is 16 to 4,096 pixels wide."));
    }
    let after = match query.side.as_str() {
        "before" => false,
        "after" => true,
        _ => return Err(unfit("side", "It is `before` or `after`.")),
    };
    let found = find(&state, &caller, &request).await?;
    let base = found.proposal.base_version;
    let stored = state
        .documents
        .deck(&caller.tenant, found.job.document, Some(base))
        .await?;
    let before = stored
        .ok_or_else(|| Problem::not_found("version of a document"))?
        .deck;
    let most = state.settings.json_bytes;
    let patch = found.proposal.patch;
    let sides = web::block(move || {
        let changed = patched(&before, &patch, most)?;
        if after {
            return Ok::<_, Problem>((changed, Some(number)));
        }
        let number = place_before(&before, &changed, number);
        Ok((before, number))
    });
    let sides = sides.await;
    let (deck, number) =
        sides.map_err(|_| Problem::new(Code::Overloaded, "Too busy to draw."))??;
    let number = number.ok_or_else(|| Problem::not_found("slide before the proposal"))?;
    let drawn = state
        .platform
        .deck_picture(&caller.tenant, deck, number, width)
        .await?;
    Ok(HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "private, max-age=3600"))
        .content_type("image/png")
        .body(drawn))
}

/// The number that a slide had before, by its number after.
fn place_before(before: &[u8], after: &[u8], number: u32) -> Option<u32> {
    let slides = |deck: &[u8]| -> Option<Vec<Value>> {
        let deck: Value = serde_json::from_slice(deck).ok()?;
        let slides = deck["slides"].as_array()?.iter();
        Some(slides.map(|slide| slide["id"].clone()).collect())
    };
    let index = usize::try_from(number).ok()?.checked_sub(1)?;
    let id = slides(after)?.into_iter().nth(index)?;
    let place = slides(before)?.iter().position(|known| *known == id)?;
    u32::try_from(place + 1).ok()
}

/// A proposal, and what was decided on its document.
struct Found {
    job: Job,
    proposal: Proposal,
    decided: Vec<Decision>,
}

impl Found {
    fn decision(
        &self,
        caller: &Caller,
        state: &ApiState,
        to: ProposalState,
        version: Option<u64>,
    ) -> Decision {
        Decision {
            proposal: self.job.id,
            tenant: caller.tenant.clone(),
            document: self.job.document,
            state: to,
            version,
            at: state.now(),
        }
    }
}

async fn find(state: &ApiState, caller: &Caller, request: &HttpRequest) -> Result<Found, Problem> {
    let document: DocumentId = named(request, "id", "document")?;
    let id: JobId = named(request, "pid", "proposal")?;
    let missing = || Problem::not_found("proposal");
    let known = state.documents.document(&caller.tenant, document).await?;
    known.ok_or_else(|| Problem::not_found("document"))?;
    let job = state.jobs.job(Some(&caller.tenant), id).await?;
    let job = job
        .filter(|job| job.document == document)
        .ok_or_else(missing)?;
    let JobState::Succeeded {
        result: JobResult::Answer {
            proposal: Some(proposal),
            ..
        },
        ..
    } = &job.state
    else {
        return Err(missing());
    };
    let proposal = proposal.as_ref().clone();
    let decided = state.decisions.decisions(&caller.tenant, document).await?;
    Ok(Found {
        job,
        proposal,
        decided,
    })
}

fn decided(wanted: ProposalState) -> Problem {
    let detail = match wanted {
        ProposalState::Open => "It was applied, dropped or undone already.",
        ProposalState::Applied | ProposalState::Dropped | ProposalState::Undone => {
            "Only an applied proposal can be taken back."
        }
    };
    Problem::new(Code::ProposalDecided, detail)
}

fn patched(deck: &[u8], patch: &[Value], most: usize) -> Result<Bytes, Problem> {
    let patch = serde_json::to_vec(patch)
        .map_err(|_| Problem::new(Code::Internal, "The proposal cannot be read."))?;
    deck_patch::apply(deck, &patch, most)
}

/// Applies a proposal or takes it back. It is decided before the deck is stored, so that of two at once one does it; where
/// the deck cannot be stored then, it stands as before.
pub(super) async fn change(
    caller: May<Write>,
    request: &HttpRequest,
    state: Data<ApiState>,
    to: ProposalState,
    builds_on: impl Fn(u64) -> Result<(), Problem>,
) -> Result<HttpResponse, Problem> {
    let from = match to {
        ProposalState::Undone => ProposalState::Applied,
        ProposalState::Open | ProposalState::Applied | ProposalState::Dropped => {
            ProposalState::Open
        }
    };
    let found = find(&state, &caller, request).await?;
    let (document, id) = (found.job.document, found.job.id);
    let before = found
        .decided
        .iter()
        .find(|decision| decision.proposal == id)
        .cloned();
    if before
        .as_ref()
        .map_or(ProposalState::Open, |before| before.state)
        != from
    {
        return Err(decided(from));
    }
    let (version, deck) = deck::newest(&state, &caller.tenant, document).await?;
    builds_on(version)?;
    let patch = match to {
        ProposalState::Undone => found.proposal.undo.clone(),
        ProposalState::Open | ProposalState::Applied | ProposalState::Dropped => {
            found.proposal.patch.clone()
        }
    };
    let most = state.settings.json_bytes;
    let changed = web::block(move || patched(&deck, &patch, most)).await;
    let changed = changed.map_err(|_| Problem::new(Code::Overloaded, "Too busy to patch."))??;
    let next = deck::check(&state, changed).await?;
    let decision = found.decision(&caller, &state, to, Some(version + 1));
    unbroken(async move {
        if !state.decisions.decide(from, decision).await? {
            return Err(decided(from));
        }
        let saved = deck::save(&state, &caller, (document, version), next).await;
        if saved.is_err() {
            state.decisions.reopen(id, to, before).await?;
        }
        saved
    })
    .await
}
