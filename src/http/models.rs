//! `/v1/models`: which models can be asked about a deck.

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::Data;
use bytes::Bytes;
use serde::Serialize;
use utoipa::ToSchema;

use super::cached::{self, Kind};
use super::identity::{May, Read};
use super::problem::{Code, Problem};
use super::state::ApiState;
use crate::storage::cache::keys;

/// The models that can be asked.
#[derive(Debug, Serialize, ToSchema)]
pub struct Models {
    /// All of them.
    models: Vec<Model>,
}

/// A model.
#[derive(Debug, Serialize, ToSchema)]
pub struct Model {
    /// Its name in requests.
    #[schema(example = "offline")]
    id: &'static str,
    /// Who runs it.
    #[schema(example = "offline")]
    provider: &'static str,
    /// What it does.
    description: &'static str,
    /// Whether it is asked where a request names none.
    default: bool,
}

const OFFLINE: Model = Model {
    id: "offline",
    provider: "offline",
    description: "Answers with sentences of the deck itself; nothing leaves this machine.",
    default: true,
};

/// Lists models.
#[utoipa::path(
    get, path = "/v1/models", operation_id = "listModels", tag = "models",
    responses((status = 200, body = Models, description = "All models."))
)]
pub async fn list(_: May<Read>, state: Data<ApiState>) -> Result<HttpResponse, Problem> {
    let ttl = state.settings.models_cache;
    let kind = Kind {
        name: "models",
        ttl,
    };
    let models = cached::through(&state, kind, keys::MODELS, || async {
        let models = Models {
            models: vec![OFFLINE],
        };
        let json = serde_json::to_vec(&models)
            .map_err(|_| Problem::new(Code::Internal, "The models cannot be shown."))?;
        Ok(Some(Bytes::from(json)))
    });
    let age = format!("private, max-age={}", ttl.as_secs());
    Ok(HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, age))
        .content_type("application/json")
        .body(models.await?.unwrap_or_default()))
}
