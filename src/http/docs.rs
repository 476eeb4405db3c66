//! `/`, `/docs` and `/openapi.json`: where a person starts. All of it comes from this binary.

use actix_web::http::header;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;
use utoipa::ToSchema;

use super::state::ApiState;

const PAGE: &str = include_str!("../../assets/docs/docs.html");
const SCRIPT: &str = include_str!("../../assets/docs/docs.js");
const STYLE: &str = include_str!("../../assets/docs/docs.css");
/// The page may run its own script and ask this server; nothing else.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
                      img-src 'self' blob: data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Where to start.
#[derive(Debug, Serialize, ToSchema)]
pub struct Start {
    /// What this is.
    #[schema(example = "slidecraft")]
    name: &'static str,
    /// Which version.
    version: &'static str,
    /// To read and to try.
    docs: &'static str,
    /// For tools.
    openapi: &'static str,
    /// What to try next, with a key in `$KEY`.
    next: [String; 4],
}

/// Says where to start.
#[utoipa::path(get, path = "/", operation_id = "readStart", tag = "documentation", security(()),
    responses((status = 200, body = Start, description = "What to try next.")))]
pub fn root(request: &HttpRequest) -> HttpResponse {
    let connection = request.connection_info();
    let base = format!("{}://{}", connection.scheme(), connection.host());
    let call = |rest: &str| format!("curl -H \"Authorization: Bearer $KEY\" {rest}");
    HttpResponse::Ok().json(Start {
        name: "slidecraft",
        version: env!("CARGO_PKG_VERSION"),
        docs: "/docs",
        openapi: "/openapi.json",
        next: [
            call(&format!("-F file=@deck.pptx {base}/v1/documents")),
            call(&format!("{base}/v1/jobs")),
            call(&format!("-N {base}/v1/events")),
            call(&format!("{base}/v1/documents")),
        ],
    })
}

/// The description of this API (OpenAPI 3.1).
#[utoipa::path(get, path = "/openapi.json", operation_id = "readDescription", tag = "documentation", security(()),
    responses((status = 200, body = serde_json::Value, description = "OpenAPI 3.1.")))]
pub async fn openapi(state: Data<ApiState>) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .content_type("application/json")
        .body(state.openapi.clone())
}

/// The page to read this API on, and to try it.
#[utoipa::path(get, path = "/docs", operation_id = "readDocs", tag = "documentation", security(()),
    responses((status = 200, content_type = "text/html", body = String, description = "A page.")))]
pub async fn page() -> HttpResponse {
    file("text/html; charset=utf-8", PAGE)
}

/// The script of the page.
#[utoipa::path(get, path = "/docs/docs.js", operation_id = "readDocsScript", tag = "documentation", security(()),
    responses((status = 200, content_type = "text/javascript", body = String, description = "A script.")))]
pub async fn script() -> HttpResponse {
    file("text/javascript; charset=utf-8", SCRIPT)
}

/// The style of the page.
#[utoipa::path(get, path = "/docs/docs.css", operation_id = "readDocsStyle", tag = "documentation", security(()),
    responses((status = 200, content_type = "text/css", body = String, description = "A style.")))]
pub async fn style() -> HttpResponse {
    file("text/css; charset=utf-8", STYLE)
}

fn file(content_type: &'static str, text: &'static str) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .content_type(content_type)
        .body(text)
}
