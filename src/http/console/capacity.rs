//! Capacity: the report of this moment, and those of the last weeks.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use maud::html;

use super::layout::page;
use super::{BASE, Shown, Signed};
use crate::domain::capacity::hours::LOOKED_BACK;
use crate::domain::capacity::report::date;
use crate::http::admin_capacity::Week;
use crate::http::identity::Admin;
use crate::http::problem::Problem;
use crate::http::query::named;
use crate::http::state::ApiState;
use crate::reporting;

/// Weeks that are listed.
const LISTED: u32 = 12;

/// The report of now.
pub(super) async fn now(
    caller: Signed<Admin>,
    state: Data<ApiState>,
) -> Result<HttpResponse, Shown> {
    let report = state.capacity.report(state.now(), LOOKED_BACK).await?;
    let kept = state.capacity.hours.reports(LISTED).await?;
    let body = html! {
        (reporting::page::part(&report))
        section.capacity {
            h2 { "Reports of weeks" }
            @if kept.is_empty() { p.hint { "The first is made on Monday. It is announced by the event and the webhook capacity.reported." } }
            ul { @for kept in &kept { li {
                a href={ (BASE) "/capacity/" (date(kept.week)) } { "Week of " (date(kept.week)) }
                " " @for pool in &kept.report.pools { small { (pool.pool) ": " (pool.verdict.words()) ". " } }
            } } }
            p { a href="/v1/admin/capacity?format=markdown" { "Markdown" } " · " a href="/v1/admin/capacity?format=html" { "A page to keep" } " · " a href="/v1/admin/capacity" { "JSON" } }
        }
    };
    Ok(page(&caller, &here(), "Capacity", &body))
}

/// The report of a week.
pub(super) async fn week(
    caller: Signed<Admin>,
    request: HttpRequest,
    state: Data<ApiState>,
) -> Result<HttpResponse, Shown> {
    let Week(week) = named(&request, "week", "report")?;
    let kept = state.capacity.hours.report_of(week).await?;
    let kept = kept.ok_or_else(|| Problem::not_found("report"))?;
    let title = format!("Capacity, week of {}", date(week));
    Ok(page(
        &caller,
        &here(),
        &title,
        &reporting::page::part(&kept.report),
    ))
}

fn here() -> String {
    format!("{BASE}/capacity")
}
