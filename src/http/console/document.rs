//! A document: its slides as pictures, its title to edit, its files to take away, and a talk about it.

use actix_web::web::{Bytes, Data, Form};
use actix_web::{HttpRequest, HttpResponse};
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::json;

use super::layout::{moment, page};
use super::{BASE, Shown, Signed, jobs, see, talk};
use crate::domain::document::Document;
use crate::domain::ids::DocumentId;
use crate::http::admission::{Taken, Wanted, admit, take};
use crate::http::exports::{self, ExportRequest};
use crate::http::identity::{Read, Write};
use crate::http::problem::{Code, Problem};
use crate::http::query::named;
use crate::http::state::ApiState;
use crate::http::traced::part_of;
use crate::http::unbroken::unbroken;
use crate::http::{deck, documents};
use crate::storage::jobs::JobFilter;
use crate::storage::keys::Scope;

/// Jobs of the document that are shown.
const JOBS: u32 = 10;

/// Shows it.
pub(super) async fn read(
    caller: Signed<Read>,
    request: HttpRequest,
    state: Data<ApiState>,
) -> Result<HttpResponse, Shown> {
    let id: DocumentId = named(&request, "id", "document")?;
    let found = state.documents.document(&caller.tenant, id).await?;
    let document = found.ok_or_else(|| Problem::not_found("document"))?;
    let filter = JobFilter {
        tenant: Some(caller.tenant.clone()),
        document: Some(id),
        limit: JOBS,
        ..JobFilter::default()
    };
    let work = state.jobs.jobs(filter).await?;
    let may_write = caller.may(Scope::Write);
    let talk = talk::shown(&state, &caller, &document, may_write).await?;
    let body = html! {
        p { small { (document.source.name) " · version " (document.version) " · " (moment(document.updated_at)) } }
        @if document.version > 0 {
            @if may_write { (tools(&document)) }
            div.columns.wide {
                (slides(&document))
                section.talk { h2 { "Ask about it" } (talk) }
            }
        } @else {
            p.hint { "It has no deck yet: look at its conversion below." }
        }
        h2 { "Work on it" }
        (jobs::table(&work, false))
        @if may_write {
            form method="post" action={ (BASE) "/documents/" (id) "/delete" } data-confirm="Delete the document, its decks and files?" {
                button.danger { "Delete the document" }
            }
        }
    };
    let here = format!("{BASE}/documents");
    Ok(page(&caller, &here, &document.title, &body))
}

fn tools(document: &Document) -> Markup {
    let at = format!("{BASE}/documents/{}", document.id);
    html! {
        div.tools {
            form method="post" action={ (at) "/title" } {
                input type="hidden" name="version" value=(document.version);
                label { "Title" input name="title" value=(document.title) required maxlength="300"; }
                button { "Rename" }
            }
            form method="post" action={ (at) "/export" } {
                label { "Export as" select name="format" { option value="pdf" { "PDF" } option value="pptx" { "PowerPoint" } option value="png" { "PNG pictures" } option value="svg" { "SVG pictures" } } }
                label.check { input type="checkbox" name="hidden_slides" value="true"; "hidden slides too" }
                button { "Export" }
            }
        }
    }
}

fn slides(document: &Document) -> Markup {
    // The version in the address: a new one is a new picture.
    let picture = |number: u32, width: u32| {
        let (id, version) = (document.id, document.version);
        format!("/v1/documents/{id}/slides/{number}.png?width={width}#{version}")
    };
    html! {
        ol.slides {
            @for number in 1..=document.slides {
                li id={ "slide-" (number) } {
                    small { (number) }
                    a href=(picture(number, 1920)) {
                        img src=(picture(number, 640)) alt={ "Slide " (number) } width="640" height="360" loading="lazy";
                    }
                }
            }
        }
    }
}

/// A new title, and the version it was given on.
#[derive(Debug, Deserialize)]
pub(super) struct Titled {
    title: String,
    version: u64,
}

/// Renames the deck; what comes out is its next version.
pub(super) async fn title(
    caller: Signed<Write>,
    request: HttpRequest,
    Form(titled): Form<Titled>,
    state: Data<ApiState>,
) -> Result<HttpResponse, Shown> {
    let id: DocumentId = named(&request, "id", "document")?;
    let (version, content) = deck::newest(&state, &caller.tenant, id).await?;
    if version != titled.version {
        let detail = "Somebody changed the deck since; look at it again and repeat the change.";
        return Err(Problem::new(Code::StaleVersion, detail).into());
    }
    let patch = json!([{"op": "add", "path": "/title", "value": titled.title}]);
    let patch = Bytes::from(patch.to_string());
    deck::patched(state, caller.into_inner(), (id, version, content), patch).await?;
    Ok(see(&format!("{BASE}/documents/{id}")))
}

/// Asks for a file of it.
pub(super) async fn export(
    caller: Signed<Write>,
    request: HttpRequest,
    Form(wanted): Form<ExportRequest>,
    state: Data<ApiState>,
) -> Result<HttpResponse, Shown> {
    let id: DocumentId = named(&request, "id", "document")?;
    admit(&state, &caller.tenant).await?;
    let wanted = Wanted {
        trace: part_of(&request),
        ..exports::job(&state, &caller, id, &wanted, None).await?
    };
    let taken = unbroken(async move { Ok(take(&state, &caller, wanted).await?) }).await?;
    let (Taken::New(job) | Taken::Before(job)) = taken;
    Ok(see(&format!("{BASE}/jobs/{}", job.id)))
}

/// Deletes it.
pub(super) async fn delete(
    caller: Signed<Write>,
    request: HttpRequest,
    state: Data<ApiState>,
) -> Result<HttpResponse, Shown> {
    documents::delete(caller.into_inner(), request, state).await?;
    Ok(see(&format!("{BASE}/documents")))
}
