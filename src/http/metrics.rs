//! `/metrics`: the node's metrics for Prometheus.

use actix_web::HttpResponse;
use actix_web::web::Data;

use super::identity::{Admin, May};
use super::state::ApiState;

/// The metrics of this node in the Prometheus text format.
#[utoipa::path(get, path = "/metrics", operation_id = "readMetrics", tag = "operations",
    responses((status = 200, content_type = "text/plain", body = String, description = "All metrics.")))]
pub async fn read(_: May<Admin>, state: Data<ApiState>) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/plain; version=0.0.4; charset=utf-8")
        .body(state.platform.metrics().await)
}
