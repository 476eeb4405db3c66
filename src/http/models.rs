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
    #[schema(example = "offline-extractive")]
    id: String,
    /// Who runs it.
    #[schema(example = "offline")]
    provider: String,
    /// What it does.
    description: String,
    /// The class it answers for: `fast` or `strong` can be asked for instead of a name.
    #[serde(skip_serializing_if = "Option::is_none")]
    class: Option<&'static str>,
    /// Whether it is asked where a request names none.
    default: bool,
}

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
        let all = state.platform.models().into_iter().enumerate();
        let models = all.map(|(index, model)| Model {
            id: model.id,
            provider: model.provider,
            description: model.description,
            class: model.class,
            default: index == 0,
        });
        let models = Models {
            models: models.collect(),
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
