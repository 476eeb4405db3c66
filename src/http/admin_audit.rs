//! `/v1/admin/audit`: what operators did.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::identity::{Admin, May};
use super::paging::{self, Page};
use super::problem::Problem;
use super::query::Query;
use super::state::ApiState;
use crate::domain::ids::AuditId;
use crate::domain::time::Timestamp;
use crate::storage::audit::AuditEntry;

/// Something that an operator did.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditView {
    /// Its id.
    id: Uuid,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// Who: `key:` and the beginning of an API key, `token:` and the subject of a token, or `command line`.
    #[schema(example = "key:sk_Zk3x9aQ1")]
    who: String,
    /// From which address.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "10.0.0.7")]
    from: Option<String>,
    /// The `X-Request-Id` it was answered with.
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<String>,
    /// What was done.
    #[schema(example = "pool.change")]
    action: String,
    /// To what.
    #[schema(example = "convert")]
    target: String,
    /// How it was before.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    before: Option<Value>,
    /// How it was after, or what came of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    after: Option<Value>,
}

impl From<AuditEntry> for AuditView {
    fn from(entry: AuditEntry) -> Self {
        Self {
            id: entry.id.0,
            at: entry.at,
            who: entry.who,
            from: entry.from,
            request_id: entry.request,
            action: entry.action,
            target: entry.target,
            before: entry.before,
            after: entry.after,
        }
    }
}

/// Which page.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AuditQuery {
    /// At most how many, 1 to 200.
    #[param(minimum = 1, maximum = 200, example = 50)]
    limit: Option<u32>,
    /// `next_cursor` of the page before.
    #[param(pattern = "^[A-Za-z0-9_-]{23}$")]
    cursor: Option<String>,
}

/// Lists what operators did, newest first.
#[utoipa::path(get, path = "/v1/admin/audit", operation_id = "listAudit", tag = "admin", params(AuditQuery),
    responses((status = 200, body = Page<AuditView>, description = "A page.",
        headers(("Link" = Option<String>, description = "The next page, `rel=\"next\"`.")))))]
pub async fn list(
    _: May<Admin>,
    Query(query): Query<AuditQuery>,
    request: HttpRequest,
    state: Data<ApiState>,
) -> Result<HttpResponse, Problem> {
    let limit = paging::limit(query.limit)?;
    let before = paging::after('a', query.cursor.as_deref())?.map(AuditId);
    let found = state.audit.entries(before, limit + 1).await?;
    let page = paging::page('a', found, limit, |entry| entry.id.0, AuditView::from);
    Ok(paging::answer(
        &page,
        request.path(),
        request.query_string(),
    ))
}
