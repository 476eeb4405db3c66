//! `/v1/documents/{id}/slides/{n}.png`: a slide as a picture.

use actix_web::http::header;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;
use utoipa::IntoParams;

use super::deck::no_deck;
use super::identity::{May, Read};
use super::preconditions;
use super::problem::Problem;
use super::query::{Query, named, unfit};
use super::state::ApiState;
use crate::domain::document::Document;
use crate::domain::ids::DocumentId;
use crate::domain::tenant::TenantId;

const USUAL_WIDTH: u32 = 960;
/// How often a picture is drawn again because the deck changed meanwhile.
const TRIES: u32 = 3;

/// How large the picture is.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PictureQuery {
    /// Its width in pixels, 16 to 4,096; 960 where it is left out.
    #[param(minimum = 16, maximum = 4096, example = 960)]
    width: Option<u32>,
}

/// Draws a slide.
#[utoipa::path(
    get, path = "/v1/documents/{id}/slides/{n}.png", operation_id = "drawSlide", tag = "decks",
    params(("id" = String, Path, format = Uuid, description = "The document."),
        ("n" = u32, Path, minimum = 1, description = "Which slide, from 1."), PictureQuery,
        ("If-None-Match" = Option<String>, Header, description = "The ETag of what you have.")),
    responses((status = 200, content_type = "image/png", body = [u8], description = "The picture.",
            headers(("ETag" = String, description = "Version, slide and width."))),
        (status = 304, description = "You have it already."))
)]
pub async fn read(
    caller: May<Read>,
    Query(query): Query<PictureQuery>,
    request: HttpRequest,
    state: Data<ApiState>,
) -> Result<HttpResponse, Problem> {
    let id: DocumentId = named(&request, "id", "document")?;
    let number: u32 = named(&request, "n", "slide")?;
    let width = query.width.unwrap_or(USUAL_WIDTH);
    if !(16..=4_096).contains(&width) {
        return Err(unfit("width", "A picture is 16 to 4,096 pixels wide."));
    }
    let tag = |document: &Document| format!("\"{}-{number}-{width}\"", document.version);
    let mut document = slide(&state, &caller.tenant, id, number).await?;
    let mut tries = 0;
    loop {
        if preconditions::is_known(&request, &tag(&document)) {
            return Ok(HttpResponse::NotModified()
                .insert_header((header::ETAG, tag(&document)))
                .insert_header((header::CACHE_CONTROL, "private, no-cache"))
                .finish());
        }
        let picture = state
            .platform
            .slide_picture(&caller.tenant, id, number, width)
            .await?;
        // The picture is of the newest version; if that is another by now, it must not carry the tag of the one before.
        let after = slide(&state, &caller.tenant, id, number).await?;
        tries += 1;
        if after.version == document.version || tries == TRIES {
            let mut response = HttpResponse::Ok();
            if after.version == document.version {
                response.insert_header((header::ETAG, tag(&document)));
            }
            return Ok(response
                .insert_header((header::CACHE_CONTROL, "private, no-cache"))
                .content_type("image/png")
                .body(picture));
        }
        document = after;
    }
}

async fn slide(
    state: &ApiState,
    tenant: &TenantId,
    id: DocumentId,
    number: u32,
) -> Result<Document, Problem> {
    let document = state.documents.document(tenant, id).await?;
    let document = document.ok_or_else(|| Problem::not_found("document"))?;
    if document.version == 0 {
        return Err(no_deck());
    }
    if number == 0 || number > document.slides {
        return Err(Problem::not_found("slide"));
    }
    Ok(document)
}
