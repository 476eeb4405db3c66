//! `/v1/admin/capacity`: what was asked of each pool, what stood ready, what is left, and until when; and the reports of weeks.

use std::str::FromStr;

use actix_web::http::header;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::identity::{Admin, May};
use super::problem::Problem;
use super::query::{self, Query, named};
use super::state::ApiState;
use crate::domain::capacity::hours::{KEPT, LOOKED_BACK};
use crate::domain::capacity::report::{CapacityReport, Verdict, date};
use crate::domain::pool::name::PoolName;
use crate::domain::time::Timestamp;
use crate::reporting::{markdown, page};
use crate::storage::capacity::KeptReport;

/// Reports that are listed: a year of them.
const LISTED: u32 = 53;

/// Of which time, and as what.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CapacityQuery {
    /// How far back it looks, such as `6w` or `90d`; a year where absent, or as far as anything is known.
    #[param(example = "6w")]
    since: Option<String>,
    #[serde(default)]
    #[param(inline)]
    format: Format,
}

/// As what.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct FormatQuery {
    #[serde(default)]
    #[param(inline)]
    format: Format,
}

/// What a report is written as.
#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// JSON.
    #[default]
    Json,
    /// Markdown.
    Markdown,
    /// A page of its own, with pictures.
    Html,
}

/// The reports of weeks, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct CapacityReports {
    /// The reports.
    items: Vec<KeptView>,
}

/// The report of a week, in short.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CapacityReportShort)]
pub struct KeptView {
    /// The date of its Monday.
    #[schema(format = Date, example = "2026-11-23")]
    week: String,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    made_at: Timestamp,
    /// What becomes of each pool.
    pools: Vec<VerdictView>,
    /// The report.
    report: String,
}

/// What becomes of a pool.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PoolVerdict)]
pub struct VerdictView {
    /// Which pool.
    #[schema(schema_with = super::openapi::pool_names)]
    pool: PoolName,
    /// `enough`, `plan`, `act` or `too_early`.
    #[schema(value_type = String)]
    verdict: Verdict,
}

impl From<KeptReport> for KeptView {
    fn from(kept: KeptReport) -> Self {
        let week = date(kept.week);
        let pools = kept.report.pools.iter().map(|pool| VerdictView {
            pool: pool.pool,
            verdict: pool.verdict,
        });
        Self {
            report: format!("/v1/admin/capacity/reports/{week}"),
            made_at: kept.report.made_at,
            pools: pools.collect(),
            week,
        }
    }
}

/// Reports what was asked of each pool, what stood ready, what is left, and when the most there may be is reached.
#[utoipa::path(get, path = "/v1/admin/capacity", operation_id = "readCapacity", tag = "admin", params(CapacityQuery),
    responses((status = 200, description = "The report.", content(
        (Value = "application/json"), (String = "text/markdown"), (String = "text/html")))))]
pub async fn read(
    _: May<Admin>,
    Query(asked): Query<CapacityQuery>,
    state: Data<ApiState>,
) -> Result<HttpResponse, Problem> {
    let since = match &asked.since {
        None => LOOKED_BACK,
        Some(text) => humantime::parse_duration(text)
            .ok()
            .filter(|since| *since <= KEPT)
            .ok_or_else(|| {
                query::unfit("since", "It is a time such as 6w or 90d, at most 400d.")
            })?,
    };
    let report = state.capacity.report(state.now(), since).await?;
    Ok(written(report, asked.format))
}

/// Lists the reports of the last weeks.
#[utoipa::path(get, path = "/v1/admin/capacity/reports", operation_id = "listCapacityReports", tag = "admin",
    responses((status = 200, body = CapacityReports, description = "A report of each week, newest first.")))]
pub async fn list(_: May<Admin>, state: Data<ApiState>) -> Result<HttpResponse, Problem> {
    let kept = state.capacity.hours.reports(LISTED).await?;
    let items = kept.into_iter().map(KeptView::from).collect();
    Ok(HttpResponse::Ok().json(CapacityReports { items }))
}

/// Reads the report of a week.
#[utoipa::path(get, path = "/v1/admin/capacity/reports/{week}", operation_id = "readCapacityReport", tag = "admin",
    params(("week" = String, Path, description = "The date of its Monday.", example = "2026-11-23"), FormatQuery),
    responses((status = 200, description = "The report, as it was made.", content(
        (Value = "application/json"), (String = "text/markdown"), (String = "text/html")))))]
pub async fn one(
    _: May<Admin>,
    request: HttpRequest,
    Query(asked): Query<FormatQuery>,
    state: Data<ApiState>,
) -> Result<HttpResponse, Problem> {
    let Week(week) = named(&request, "week", "report")?;
    let kept = state.capacity.hours.report_of(week).await?;
    let kept = kept.ok_or_else(|| Problem::not_found("report"))?;
    Ok(written(kept.report, asked.format))
}

/// A week by the date of its Monday.
pub(super) struct Week(pub Timestamp);

impl FromStr for Week {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let read = format!("{text}T00:00:00Z").parse();
        read.map(Self)
            .map_err(|error: humantime::TimestampError| error.to_string())
    }
}

fn written(report: CapacityReport, format: Format) -> HttpResponse {
    let mut answer = HttpResponse::Ok();
    answer.insert_header((header::CACHE_CONTROL, "no-store"));
    match format {
        Format::Json => answer.json(report),
        Format::Markdown => answer
            .content_type("text/markdown; charset=utf-8")
            .body(markdown::write(&report)),
        Format::Html => answer
            .content_type("text/html; charset=utf-8")
            // Its looks stand in the page itself; nothing else may.
            .insert_header((
                header::CONTENT_SECURITY_POLICY,
                "default-src 'none'; style-src 'unsafe-inline'",
            ))
            .body(page::whole(&report)),
    }
}
