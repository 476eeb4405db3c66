//! `/v1/admin/costs`: what jobs cost in a period, against the targets, and what a month comes to.

use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::web::Data;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::identity::{Admin, May};
use super::problem::Problem;
use super::query::{self, Query};
use super::state::ApiState;
use crate::domain::cost_report::{self, IDLE_DAY_TARGET, KindCosts};
use crate::domain::job::JobKind;
use crate::domain::time::Timestamp;

const DAY: u32 = 24;
const MONTH: u32 = 31 * DAY;

/// Of which period.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CostsQuery {
    /// The last so many hours, 1 to 744; a day where absent.
    #[param(minimum = 1, maximum = 744, example = 24)]
    hours: Option<u32>,
}

/// What a period cost, in dollars.
#[derive(Debug, Serialize, ToSchema)]
pub struct Costs {
    /// Since when.
    #[schema(value_type = String, format = DateTime)]
    from: Timestamp,
    /// Until when.
    #[schema(value_type = String, format = DateTime)]
    until: Timestamp,
    /// By kind of job.
    kinds: Vec<KindCostsView>,
    /// What is kept warm.
    idle: IdleView,
    /// A month like this period.
    month: MonthView,
}

/// What jobs of a kind cost.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KindCosts)]
pub struct KindCostsView {
    /// Which kind.
    #[schema(schema_with = super::openapi::job_kinds)]
    kind: JobKind,
    /// Jobs that succeeded.
    succeeded: u64,
    /// Attempts of all that ended; those that failed are paid for as well.
    attempts: u64,
    /// Processor and memory.
    compute: f64,
    /// Object store.
    storage: f64,
    /// Providers of models.
    ai: f64,
    /// What a job more costs; absent where none succeeded.
    #[serde(skip_serializing_if = "Option::is_none")]
    marginal_each: Option<f64>,
    /// What one costs with its share of what is kept warm; absent where none succeeded.
    #[serde(skip_serializing_if = "Option::is_none")]
    loaded_each: Option<f64>,
    /// What one may cost.
    target_each: f64,
    /// Whether a job more is within its target; absent where none succeeded.
    #[serde(skip_serializing_if = "Option::is_none")]
    within: Option<bool>,
}

/// What is kept warm.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = IdleCosts)]
pub struct IdleView {
    /// A day without any job.
    per_day: f64,
    /// What that may cost.
    target_per_day: f64,
    /// Whether it is within that.
    within: bool,
}

/// A month like the period.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MonthCosts)]
pub struct MonthView {
    /// What is kept warm.
    idle: f64,
    /// What jobs use beyond that.
    jobs: f64,
    /// Both.
    total: f64,
}

impl From<&KindCosts> for KindCostsView {
    fn from(costs: &KindCosts) -> Self {
        let spent = costs.spent;
        let target = cost_report::target(spent.kind);
        Self {
            kind: spent.kind,
            succeeded: spent.succeeded,
            attempts: spent.attempts,
            compute: spent.cost.compute,
            storage: spent.cost.storage,
            ai: spent.cost.ai,
            marginal_each: costs.marginal,
            loaded_each: costs.loaded,
            target_each: target,
            within: costs.marginal.map(|each| each <= target),
        }
    }
}

/// Tells what jobs cost, over all tenants and nodes.
#[utoipa::path(get, path = "/v1/admin/costs", operation_id = "readCosts", tag = "admin", params(CostsQuery),
    responses((status = 200, body = Costs, description = "What jobs that ended in the period cost.")))]
pub async fn read(
    _: May<Admin>,
    Query(asked): Query<CostsQuery>,
    state: Data<ApiState>,
) -> Result<HttpResponse, Problem> {
    let hours = asked.hours.unwrap_or(DAY);
    if !(1..=MONTH).contains(&hours) {
        return Err(query::unfit("hours", "It is 1 to 744."));
    }
    let period = Duration::from_secs(u64::from(hours) * 3_600);
    let until = state.now();
    let from = until.minus(period);
    let spent = state.jobs.spent(from).await?;
    let report = cost_report::report(&spent, period, state.settings.idle_day);
    Ok(HttpResponse::Ok().json(Costs {
        from,
        until,
        kinds: report.kinds.iter().map(KindCostsView::from).collect(),
        idle: IdleView {
            per_day: report.idle_day,
            target_per_day: IDLE_DAY_TARGET,
            within: report.idle_day <= IDLE_DAY_TARGET,
        },
        month: MonthView {
            idle: report.month_idle,
            jobs: report.month_jobs,
            total: report.month_idle + report.month_jobs,
        },
    }))
}
