//! The first page: how the platform does at this moment.

use actix_web::http::header;
use actix_web::web::Data;
use actix_web::{FromRequest as _, HttpRequest, HttpResponse};
use maud::{Markup, html};

use super::layout::{dollars, duration, moment, page as whole, part, percent};
use super::{Shown, Signed, standing};
use crate::actors::handle::Dependency;
use crate::domain::cost_report;
use crate::domain::policy::autoscale::Direction;
use crate::domain::pool::snapshot::PoolSnapshot;
use crate::domain::stage::wait_budget;
use crate::http::docs;
use crate::http::identity::Admin;
use crate::http::problem::Problem;
use crate::http::state::ApiState;
use crate::telemetry::spent::KindCost;

/// Decisions that are shown.
const DECISIONS: usize = 12;

/// The page, for a browser; where to start, for a program.
pub(crate) async fn page(request: HttpRequest, state: Data<ApiState>) -> HttpResponse {
    if !wants_html(&request) {
        return docs::root(&request);
    }
    let signed = Signed::<Admin>::from_request(&request, &mut actix_web::dev::Payload::None).await;
    let shown = match signed {
        Ok(caller) => shown(&state).await.map(|body| {
            let body = html! {
                div #live data-live="/console/live" { (body) }
                section.charts aria-label="While this page is open" {
                    figure { figcaption { "Jobs that wait" } div.chart data-chart="depth" {} }
                    figure { figcaption { "Oldest wait, seconds" } div.chart data-chart="wait" {} }
                    figure { figcaption { "Workers" } div.chart data-chart="workers" {} }
                }
                noscript { p.hint { "The curves need a script; everything else works without one. Reload for newer numbers." } }
            };
            whole(&caller, "/", "Overview", &body)
        }),
        Err(error) => Err(error),
    };
    shown.unwrap_or_else(|error| actix_web::ResponseError::error_response(&error))
}

fn wants_html(request: &HttpRequest) -> bool {
    let accepted = request.headers().get_all(header::ACCEPT);
    accepted
        .filter_map(|value| value.to_str().ok())
        .any(|value| value.contains("text/html"))
}

/// The part that changes.
pub(super) async fn live(_: Signed<Admin>, state: Data<ApiState>) -> Result<HttpResponse, Shown> {
    Ok(part(shown(&state).await?))
}

async fn shown(state: &ApiState) -> Result<Markup, Shown> {
    let pools = state.platform.pools().await.map_err(Problem::from)?;
    let checks = state.platform.readiness().await;
    let costs = state.telemetry.costs();
    let forecast = state.capacity.hours.reports(1).await?;
    let at = state.now();
    Ok(html! {
        p.asof { "As of " (moment(at)) }
        section.cards aria-label="Health" { (health(&checks, state.platform.draining())) }
        h2 { "Pools" }
        (pool_table(&pools))
        h2 { "Promises" }
        (standing::table(&state.telemetry.standings()))
        div.columns {
            section { h2 { "Scaling" } (decisions(&pools)) h2 { "Forecast" } (standing::foreseen(forecast.first())) }
            section { h2 { "Cost of a job" } (cost_table(&costs)) (standing::idle(state.settings.idle_day)) }
        }
    })
}

fn health(checks: &[Dependency], draining: bool) -> Markup {
    let failing = checks.iter().any(|it| it.needed && it.answer.is_err());
    let (word, class) = match (draining, failing) {
        (true, _) => ("stopping", "dead"),
        (false, true) => ("failing", "dead"),
        (false, false) => ("ready", "succeeded"),
    };
    html! {
        div.card { strong { "This node" } span.chip.(class) { (word) } }
        @for it in checks {
            div.card {
                strong { (it.name.replace('_', " ")) }
                span.chip.(if it.answer.is_ok() { "succeeded" } else { "dead" }) { (if it.answer.is_ok() { "answers" } else { "silent" }) }
                small { (duration(it.took.as_secs_f64() * 1_000.0)) @if !it.needed { " · not needed" } }
            }
        }
    }
}

fn pool_table(pools: &[PoolSnapshot]) -> Markup {
    html! {
        div.scroll tabindex="0" {
            table {
                thead { tr { th { "Pool" } th.n { "Waiting" } th.n { "Oldest wait" } th.n { "Budget" } th.n { "Workers" } th.n { "Wanted" } th.n { "Slots busy" } th.n { "A job takes" } th { "Policy" } } }
                tbody {
                    @for pool in pools {
                        tr data-pool=(pool.pool.name()) data-depth=(pool.depth) data-wait=(format!("{:.2}", pool.oldest_wait_seconds)) data-workers=(pool.ready + pool.starting) {
                            th scope="row" { (pool.pool.name()) @if pool.paused { " " span.chip.cancelled { "paused" } } }
                            td.n { (pool.depth) }
                            td.n.late[over_budget(pool)] { (duration(pool.oldest_wait_seconds * 1_000.0)) }
                            td.n { (duration(wait_budget(pool.pool.kind).as_secs_f64() * 1_000.0)) }
                            td.n { (pool.ready) @if pool.starting > 0 { " + " (pool.starting) } }
                            td.n { (pool.desired) " of " (pool.min) "–" (pool.max) }
                            td.n { (pool.busy) " of " (pool.slots) " (" (percent(f64::from(pool.busy), f64::from(pool.slots))) ")" }
                            td.n { (duration(pool.service_seconds * 1_000.0)) }
                            td { (pool.policy.name()) }
                        }
                    }
                }
            }
        }
    }
}

fn over_budget(pool: &PoolSnapshot) -> bool {
    pool.oldest_wait_seconds > wait_budget(pool.pool.kind).as_secs_f64()
}

fn decisions(pools: &[PoolSnapshot]) -> Markup {
    let mut all: Vec<_> = pools
        .iter()
        .flat_map(|pool| pool.decisions.iter().map(|decided| (pool.pool, decided)))
        .collect();
    all.sort_by_key(|(_, decided)| std::cmp::Reverse(decided.at));
    all.truncate(DECISIONS);
    html! {
        @if all.is_empty() { p.hint { "Nothing was scaled since the node started." } }
        ol.timeline {
            @for (pool, decided) in all {
                li {
                    (moment(decided.at)) " " strong { (pool.name()) } " "
                    (if decided.decision.direction == Direction::Up { "▲" } else { "▼" }) " "
                    (decided.decision.from) " → " (decided.decision.to) " "
                    small { (decided.decision.reason.name().replace('_', " ")) }
                }
            }
        }
    }
}

fn cost_table(costs: &[KindCost]) -> Markup {
    html! {
        div.scroll tabindex="0" { table {
            thead { tr { th { "Kind" } th.n { "Attempts" } th.n { "Each" } th.n { "Target" } } }
            tbody {
                @for cost in costs {
                    tr {
                        th scope="row" { (cost.kind.name()) }
                        td.n { (cost.attempts) }
                        td.n.late[cost.each() > cost_report::target(cost.kind)] { @if cost.attempts == 0 { "–" } @else { (dollars(cost.each())) } }
                        td.n { "$" (cost_report::target(cost.kind)) }
                    }
                }
            }
        } }
        p.hint { "Since this node started: processor, memory, object traffic and models, by " code { "[cost]" } " and " code { "[ai.prices]" } "." }
    }
}
