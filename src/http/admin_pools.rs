//! `/v1/admin/pools`: the pools as they are, and changing their bounds.

use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::auditing::{self, Act};
use super::body;
use super::identity::{Admin, Caller, May};
use super::pool_view::PoolView;
use super::problem::{Code, Problem};
use super::query::named;
use super::state::ApiState;
use crate::domain::chat::ProviderState;
use crate::domain::policy::autoscale::PolicyName;
use crate::domain::pool::name::PoolName;
use crate::domain::pool::snapshot::{PoolChange, PoolSnapshot};

/// What [`change`] can end in.
pub const CHANGE_PROBLEMS: &[Code] = &[
    Code::NotFound,
    Code::InvalidJson,
    Code::InvalidBody,
    Code::InvalidChange,
    Code::TooLarge,
    Code::UnsupportedMediaType,
];

const MOST: usize = 16 * 1_024;

/// All pools.
#[derive(Debug, Serialize, ToSchema)]
pub struct Pools {
    /// One for each kind of job, and one for each tier that has workers of its own.
    pools: Vec<PoolView>,
    /// Providers of models, as this node sees them; none where answers come from the deck itself.
    providers: Vec<ProviderView>,
}

/// A provider of models.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Provider)]
pub struct ProviderView {
    /// Its name.
    name: String,
    /// Requests in flight.
    in_flight: usize,
    /// Requests in flight at most.
    slots: usize,
    /// Requests that wait here for a slot.
    waiting: usize,
    /// `closed`: requests pass; `open`: none does; `half_open`: one may try.
    breaker: &'static str,
    /// For how long it asked to be left alone, in milliseconds.
    left_alone_ms: u64,
    /// Requests since the node started.
    requests: u64,
    /// Of those, the ones that ended in trouble.
    failures: u64,
    /// The last trouble.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_trouble: Option<String>,
}

impl From<ProviderState> for ProviderView {
    fn from(state: ProviderState) -> Self {
        Self {
            name: state.name,
            in_flight: state.in_flight,
            slots: state.slots,
            waiting: state.waiting,
            breaker: state.breaker,
            left_alone_ms: state.left_alone_ms,
            requests: state.requests,
            failures: state.failures,
            last_trouble: state.last_trouble,
        }
    }
}

/// What is changed of a pool. What is left out stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct PoolPatch {
    /// The least number of workers.
    #[schema(minimum = 1, maximum = 1000)]
    min: Option<u32>,
    /// The number to fall back to when idle, not below `min`.
    #[schema(minimum = 1, maximum = 1000)]
    baseline: Option<u32>,
    /// What the expected peak needs: above it the specification's rules add in small steps.
    #[schema(minimum = 1, maximum = 1000)]
    peak: Option<u32>,
    /// The greatest number of workers, not below `baseline`.
    #[schema(minimum = 1, maximum = 1000, example = 30)]
    max: Option<u32>,
    /// Which policy decides from now on.
    #[schema(schema_with = super::openapi::maybe_scale_policy)]
    policy: Option<PolicyName>,
    /// `true` claims nothing new, `false` goes on.
    paused: Option<bool>,
}

/// Lists pools with their sizes, depth, wait, utilisation and last decisions.
#[utoipa::path(get, path = "/v1/admin/pools", operation_id = "listPools", tag = "admin",
    responses((status = 200, body = Pools, description = "All pools of this node.")))]
pub async fn list(_: May<Admin>, state: Data<ApiState>) -> Result<HttpResponse, Problem> {
    let pools = state.platform.pools().await?;
    let pools = pools.into_iter().map(PoolView::from).collect();
    let providers = state.platform.providers();
    let providers = providers.into_iter().map(ProviderView::from).collect();
    Ok(HttpResponse::Ok().json(Pools { pools, providers }))
}

/// Changes the bounds or the scaling policy of a pool, pauses it or lets it go on.
#[utoipa::path(patch, path = "/v1/admin/pools/{pool}", operation_id = "changePool", tag = "admin",
    params(("pool" = String, Path, description = "`convert`, `export` or `ai`; `convert.enterprise` for the workers a tier has to itself.")),
    request_body(content = PoolPatch, example = json!({"min": 4, "max": 30})),
    responses((status = 200, body = PoolView, description = "The pool as it then is.")))]
pub async fn change(
    caller: May<Admin>,
    request: HttpRequest,
    payload: Payload,
    state: Data<ApiState>,
) -> Result<HttpResponse, Problem> {
    let pool: PoolName = named(&request, "pool", "pool")?;
    let (patch, _) = body::json::<PoolPatch>(&request, payload, MOST).await?;
    let change = PoolChange {
        min: patch.min,
        baseline: patch.baseline,
        peak: patch.peak,
        max: patch.max,
        policy: patch.policy,
        paused: patch.paused,
    };
    let changed = apply(&state, &caller, &request, pool, change).await?;
    Ok(HttpResponse::Ok().json(PoolView::from(changed)))
}

/// Changes a pool, and writes it down.
pub(super) async fn apply(
    state: &ApiState,
    caller: &Caller,
    request: &HttpRequest,
    pool: PoolName,
    change: PoolChange,
) -> Result<PoolSnapshot, Problem> {
    let before = state.platform.pools().await.unwrap_or_default();
    let before = before.into_iter().find(|seen| seen.pool == pool);
    let changed = state.platform.change_pool(pool, change).await?;
    let act = Act {
        action: "pool.change",
        target: pool.name(),
        before: before.map(|seen| bounds(&seen)),
        after: Some(bounds(&changed)),
    };
    auditing::record(state, caller, request, act).await;
    Ok(changed)
}

/// What a change may change.
fn bounds(seen: &PoolSnapshot) -> serde_json::Value {
    serde_json::json!({
        "min": seen.min, "baseline": seen.baseline, "peak": seen.peak, "max": seen.max,
        "policy": seen.policy, "paused": seen.paused,
    })
}
