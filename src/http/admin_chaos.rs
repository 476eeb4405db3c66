//! `/v1/admin/chaos`: faults on purpose: begun, listed, ended. Off unless the configuration allows them.

use std::sync::Arc;
use std::time::Duration;

use actix_web::http::header;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use uuid::Uuid;

use super::auditing::{self, Act};
use super::body;
use super::chaos_view::{ChaosRequest, FaultView, Faults};
use super::identity::{Chaos, May};
use super::problem::{Code, Problem};
use super::query::named;
use super::state::ApiState;
use crate::chaos::plan::{Asked, FaultPlan, Refused};
use crate::domain::fault::{ActiveFault, Fault};

/// What [`begin`] can end in.
pub const BEGIN_PROBLEMS: &[Code] = &[
    Code::ChaosOff,
    Code::Recovering,
    Code::InvalidJson,
    Code::InvalidBody,
    Code::InvalidChange,
    Code::TooLarge,
    Code::UnsupportedMediaType,
];

const MOST: usize = 16 * 1_024;

pub(super) fn plan(state: &ApiState) -> Result<&Arc<FaultPlan>, Problem> {
    state.chaos.as_ref().ok_or_else(|| {
        let detail = "Faults are off here; [chaos] enabled = true in the configuration of the node allows them.";
        Problem::new(Code::ChaosOff, detail)
    })
}

/// Lists the faults that hold on this node.
#[utoipa::path(get, path = "/v1/admin/chaos", operation_id = "listFaults", tag = "chaos",
    responses((status = 200, body = Faults, description = "All that hold, the oldest first.")))]
pub async fn list(_: May<Chaos>, state: Data<ApiState>) -> Result<HttpResponse, Problem> {
    let items = plan(&state)?.active().into_iter().map(FaultView::from);
    Ok(HttpResponse::Ok().json(Faults {
        items: items.collect(),
    }))
}

/// Breaks something on this node for a time.
///
/// It ends by itself, by DELETE, or with the process, whichever comes first.
#[utoipa::path(post, path = "/v1/admin/chaos", operation_id = "beginFault", tag = "chaos",
    request_body(content = ChaosRequest, example = json!({"fault": {"type": "kill_workers", "pool": "convert", "fraction": 0.5}, "duration_s": 30, "seed": 7})),
    responses((status = 201, body = FaultView, description = "It holds.",
        headers(("Location" = String, description = "The fault.")))))]
pub async fn begin(
    caller: May<Chaos>,
    request: HttpRequest,
    payload: Payload,
    state: Data<ApiState>,
) -> Result<HttpResponse, Problem> {
    plan(&state)?;
    let (wanted, _) = body::json::<ChaosRequest>(&request, payload, MOST).await?;
    let active = make(&state, &caller, &request, wanted).await?;
    Ok(HttpResponse::Created()
        .insert_header((header::LOCATION, format!("/v1/admin/chaos/{}", active.id)))
        .json(FaultView::from(active)))
}

/// Breaks something, and writes it down.
pub(super) async fn make(
    state: &ApiState,
    caller: &May<Chaos>,
    request: &HttpRequest,
    wanted: ChaosRequest,
) -> Result<ActiveFault, Problem> {
    let plan = plan(state)?;
    let id = state.uuid();
    // Of an id, the last bytes are chance.
    let made_up = id.as_u64_pair().1 & u64::from(u32::MAX);
    let asked = Asked {
        id,
        fault: wanted.fault,
        duration: Duration::from_secs(u64::from(wanted.duration_s)),
        seed: wanted.seed.map_or(made_up, u64::from),
    };
    let mut active = plan.begin(asked).map_err(refused)?;
    match strike(state, &active).await {
        Ok(struck) => {
            plan.count(id, struck);
            active.struck = struck;
        }
        Err(problem) => {
            let _never_struck = plan.end(id);
            return Err(problem);
        }
    }
    audit(state, caller, request, "chaos.begin", &active).await;
    if active.fault == (Fault::KillNode {}) {
        state.platform.die_soon();
    }
    Ok(active)
}

/// What strikes once, at the beginning; answers how many it struck.
async fn strike(state: &ApiState, active: &ActiveFault) -> Result<u64, Problem> {
    match active.fault {
        Fault::KillWorkers {
            pool,
            fraction,
            how,
        } => {
            let harmed = state
                .platform
                .harm_workers(pool, how, fraction, active.seed)
                .await?;
            Ok(harmed as u64)
        }
        Fault::KillNode {} => Ok(1),
        Fault::StorageLatency { .. }
        | Fault::StorageErrors { .. }
        | Fault::StageDelay { .. }
        | Fault::ProviderErrors { .. }
        | Fault::DropEvents { .. } => Ok(0),
    }
}

fn refused(refused: Refused) -> Problem {
    match refused {
        Refused::Unfit(detail) => Problem::new(Code::InvalidChange, detail),
        Refused::Recovering(left) => {
            let wait = u64::try_from(left.as_millis().div_ceil(1_000)).unwrap_or(u64::MAX);
            let detail = format!("Something was killed a moment ago; ask again in {wait} s.");
            Problem::new(Code::Recovering, detail).retry_after(wait)
        }
    }
}

/// Ends a fault before its time.
#[utoipa::path(delete, path = "/v1/admin/chaos/{id}", operation_id = "endFault", tag = "chaos",
    params(("id" = String, Path, format = Uuid, description = "The fault.")),
    responses((status = 204, description = "It holds no more.")))]
pub async fn end(
    caller: May<Chaos>,
    request: HttpRequest,
    state: Data<ApiState>,
) -> Result<HttpResponse, Problem> {
    let plan = plan(&state)?;
    let id: Uuid = named(&request, "id", "fault")?;
    let ended = plan.end(id).ok_or_else(|| Problem::not_found("fault"))?;
    audit(&state, &caller, &request, "chaos.end", &ended).await;
    Ok(HttpResponse::NoContent().finish())
}

/// Ends all faults of this node.
#[utoipa::path(delete, path = "/v1/admin/chaos", operation_id = "endFaults", tag = "chaos",
    responses((status = 204, description = "None holds any more.")))]
pub async fn end_all(
    caller: May<Chaos>,
    request: HttpRequest,
    state: Data<ApiState>,
) -> Result<HttpResponse, Problem> {
    for ended in plan(&state)?.end_all() {
        audit(&state, &caller, &request, "chaos.end", &ended).await;
    }
    Ok(HttpResponse::NoContent().finish())
}

async fn audit(
    state: &ApiState,
    caller: &May<Chaos>,
    request: &HttpRequest,
    action: &'static str,
    fault: &ActiveFault,
) {
    let told = serde_json::to_value(FaultView::from(fault.clone())).ok();
    let begun = action == "chaos.begin";
    let act = Act {
        action,
        target: &fault.id.to_string(),
        before: told.clone().filter(|_| !begun),
        after: told.filter(|_| begun),
    };
    tracing::warn!(fault = fault.fault.name(), fault.id = %fault.id, fault.seed = fault.seed, action, "a fault on purpose");
    auditing::record(state, caller, request, act).await;
}
