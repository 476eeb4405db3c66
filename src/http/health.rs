//! `/healthz` and `/readyz`: whether the process lives, and whether it can do its work.

use actix_web::HttpResponse;
use actix_web::web::Data;
use serde::Serialize;
use utoipa::ToSchema;

use super::state::ApiState;

/// The process answers.
#[derive(Debug, Serialize, ToSchema)]
pub struct Alive {
    /// `ok`.
    #[schema(example = "ok")]
    status: &'static str,
}

/// Whether the node can do its work.
#[derive(Debug, Serialize, ToSchema)]
pub struct Readiness {
    /// `ready`, `draining` or `failing`.
    #[schema(example = "ready")]
    status: &'static str,
    /// Each thing it depends on.
    checks: Vec<Check>,
}

/// A thing the node depends on.
#[derive(Debug, Serialize, ToSchema)]
pub struct Check {
    /// Its name.
    #[schema(example = "database")]
    name: &'static str,
    /// Whether it answers.
    ok: bool,
    /// Whether the node can do no work without it. Without Redis, say, jobs go on.
    needed: bool,
    /// How long that took to find out, in milliseconds.
    #[schema(example = 1.2)]
    latency_ms: f64,
}

/// Answers while the process lives.
#[utoipa::path(get, path = "/healthz", operation_id = "readHealth", tag = "operations", security(()),
    responses((status = 200, body = Alive, description = "It lives.")))]
pub async fn live() -> HttpResponse {
    HttpResponse::Ok().json(Alive { status: "ok" })
}

/// Says whether the node takes work, and which of the things it depends on answer.
#[utoipa::path(get, path = "/readyz", operation_id = "readReadiness", tag = "operations", security(()),
    responses((status = 200, body = Readiness, description = "It takes work."),
        (status = 503, body = Readiness, description = "It does not.")))]
pub async fn ready(state: Data<ApiState>) -> HttpResponse {
    let found = state.platform.readiness().await;
    let failing = found.iter().any(|it| it.needed && it.answer.is_err());
    let checks = found.into_iter().map(|it| {
        if let Err(reason) = &it.answer {
            // Anyone may ask; what exactly is wrong is for the log.
            tracing::warn!(dependency = it.name, reason, "a dependency does not answer");
        }
        Check {
            name: it.name,
            ok: it.answer.is_ok(),
            needed: it.needed,
            latency_ms: (it.took.as_secs_f64() * 10_000.0).round() / 10.0,
        }
    });
    let checks = checks.collect();
    let status = if state.platform.draining() {
        "draining"
    } else if failing {
        "failing"
    } else {
        "ready"
    };
    let mut response = if status == "ready" {
        HttpResponse::Ok()
    } else {
        HttpResponse::ServiceUnavailable()
    };
    response.json(Readiness { status, checks })
}
