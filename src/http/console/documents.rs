//! Documents: what was uploaded, and taking more in.

use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse, http::header};
use maud::html;
use serde::Deserialize;

use super::layout::{moment, page};
use super::{BASE, Shown, Signed, see};
use crate::domain::ids::DocumentId;
use crate::http::documents;
use crate::http::identity::{Read, Write};
use crate::http::query::{self, Query};
use crate::http::state::ApiState;
use crate::storage::keys::Scope;

/// Documents on a page.
const MOST: u32 = 48;

/// From where on.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Place {
    before: Option<String>,
}

/// Lists them, newest first, with their first slides.
pub(super) async fn list(
    caller: Signed<Read>,
    Query(place): Query<Place>,
    state: Data<ApiState>,
) -> Result<HttpResponse, Shown> {
    let before: Option<DocumentId> = query::read("before", place.before.as_deref())?;
    let found = state
        .documents
        .documents(&caller.tenant, before, MOST + 1)
        .await?;
    let more = found.len() > MOST as usize;
    let found = &found[..found.len().min(MOST as usize)];
    let body = html! {
        @if caller.may(Scope::Write) {
            form.drop method="post" enctype="multipart/form-data" action={ (BASE) "/documents" } data-drop {
                label for="file" { "A presentation: PowerPoint, OpenDocument, PDF or Markdown. Drop it here, or choose it." }
                input #file type="file" name="file" required accept=".pptx,.pptm,.ppsx,.potx,.odp,.pdf,.md,.markdown";
                button { "Upload" }
                progress hidden max="100" value="0" aria-label="Uploaded" {}
            }
        }
        @if found.is_empty() { p.hint { "Nothing was uploaded yet." } }
        ul.shelf {
            @for document in found {
                li { a href={ (BASE) "/documents/" (document.id) } {
                    @if document.version > 0 && document.slides > 0 {
                        img src={ "/v1/documents/" (document.id) "/slides/1.png?width=320" } alt="" width="320" height="180" loading="lazy";
                    } @else { span.blank { "being converted, or not readable" } }
                    strong { (document.title) }
                    small { (document.slides) " slides · " (moment(document.updated_at)) }
                } }
            }
        }
        @if more { @if let Some(last) = found.last() { p { a rel="next" href={ (BASE) "/documents?before=" (last.id) } { "Older" } } } }
    };
    Ok(page(
        &caller,
        &format!("{BASE}/documents"),
        "Documents",
        &body,
    ))
}

/// Takes one in.
pub(super) async fn upload(
    caller: Signed<Write>,
    request: HttpRequest,
    payload: Payload,
    state: Data<ApiState>,
) -> Result<HttpResponse, Shown> {
    let taken = documents::create(caller.into_inner(), request, payload, state).await?;
    // Where its job is says `Location`; people would rather see the job's page.
    let job = taken.headers().get(header::LOCATION);
    let job = job.and_then(|place| place.to_str().ok()?.rsplit('/').next().map(str::to_owned));
    Ok(see(&format!("{BASE}/jobs/{}", job.unwrap_or_default())))
}
