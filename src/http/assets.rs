//! `/v1/documents/{id}/assets/{hash}`: an image of a deck, by a signed link.

use std::collections::HashMap;

use actix_web::http::header;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;

use super::identity::{May, Read};
use super::problem::{Code, Problem};
use super::query::named;
use super::state::ApiState;
use super::{deck, objects};
use crate::storage::objects::ObjectKey;
use crate::storage::objects::signing::SignedObject;

/// As much of a deck as is needed to find an asset.
#[derive(Deserialize)]
struct Assets {
    #[serde(default)]
    assets: HashMap<String, Asset>,
}

#[derive(Deserialize)]
struct Asset {
    content_type: String,
}

/// Leads to an image of the deck.
#[utoipa::path(
    get, path = "/v1/documents/{id}/assets/{hash}", operation_id = "readAsset", tag = "decks",
    params(("id" = String, Path, format = Uuid, description = "The document."),
        ("hash" = String, Path, description = "The asset's SHA-256, as the deck names it.")),
    responses((status = 302, description = "The image is there for a while.",
        headers(("Location" = String, description = "A signed link."))))
)]
pub async fn read(
    caller: May<Read>,
    request: HttpRequest,
    state: Data<ApiState>,
) -> Result<HttpResponse, Problem> {
    let id = named(&request, "id", "document")?;
    let hash: String = named(&request, "hash", "asset")?;
    let (_, deck) = deck::newest(&state, &caller.tenant, id).await?;
    // Assets are shared within a tenant; this deck gives access to its own only.
    let Assets { mut assets } = serde_json::from_slice(&deck).map_err(|error| {
        tracing::error!(error = %error, document.id = %id, "the assets of a stored deck cannot be read");
        Problem::new(Code::Internal, "The stored deck cannot be read.")
    })?;
    let asset = assets
        .remove(&hash)
        .ok_or_else(|| Problem::not_found("asset"))?;
    let ending = asset.content_type.rsplit(['/', '+']).next().unwrap_or("");
    let ending: String = ending.chars().filter(char::is_ascii_alphanumeric).collect();
    let object = SignedObject {
        key: ObjectKey::asset(&caller.tenant, &hash),
        content_type: asset.content_type,
        file_name: format!("{hash}.{ending}"),
    };
    Ok(HttpResponse::Found()
        .insert_header((header::LOCATION, objects::link(&state, &object).await?))
        .finish())
}
