//! A capacity report as a page: a part for the console, or whole and on its own.

use maud::{DOCTYPE, Markup, html};

use super::plot;
use super::words::{dollars, figures, known};
use crate::domain::capacity::report::{CapacityReport, PoolReport, date};
use crate::domain::cost_report::{IDLE_DAY_TARGET, target};

/// A file of its own needs its looks with it.
const STYLE: &str = "body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color-scheme:light dark}\
    table{border-collapse:collapse;width:100%;margin:.5rem 0 1.5rem}td,th{text-align:left;padding:.25rem .75rem .25rem 0;border-bottom:1px solid #8884;vertical-align:top}\
    td:first-child{width:18rem}svg{width:100%;height:auto}";

/// A page that needs nothing else.
pub fn whole(report: &CapacityReport) -> String {
    let title = format!("Capacity, {}", date(report.made_at));
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                style { (maud::PreEscaped(STYLE)) }
            }
            body { h1 { (title) } (part(report)) }
        }
    };
    page.into_string()
}

/// What stands below the title.
pub fn part(report: &CapacityReport) -> Markup {
    html! {
        p { "From " (date(report.from)) " to " (date(report.until)) " (UTC), whole days." }
        @for pool in &report.pools { (one(report, pool)) }
        (costs(report))
    }
}

fn one(report: &CapacityReport, pool: &PoolReport) -> Markup {
    html! {
        section.capacity {
            h2 { (pool.pool) ": " (pool.verdict.words()) }
            @if !pool.actions.is_empty() { ul { @for action in &pool.actions { li { (action) } } } }
            @if !pool.demand.days.is_empty() { div.scroll tabindex="0" { (plot::draw(report, pool)) } }
            div.scroll tabindex="0" { table { tbody { @for (what, found) in figures(pool) { tr { td { (what) } td { (found) } } } } } }
        }
    }
}

fn costs(report: &CapacityReport) -> Markup {
    let costs = &report.costs;
    html! {
        section.capacity {
            h2 { "Costs of the last 30 days" }
            div.scroll tabindex="0" { table {
                thead { tr { th { "Job" } th { "Each, alone" } th { "Each, with what is kept warm" } th { "Target" } th { "Jobs" } } }
                tbody { @for kind in &costs.kinds { tr {
                    td { (kind.spent.kind.name()) }
                    td { (known(kind.marginal, dollars)) }
                    td { (known(kind.loaded, dollars)) }
                    td { (dollars(target(kind.spent.kind))) }
                    td { (kind.spent.succeeded) }
                } } }
            } }
            p { "Idle: " (dollars(costs.idle_day)) " a day of " (dollars(IDLE_DAY_TARGET)) ". A month like this: " (dollars(costs.month_idle + costs.month_jobs)) "." }
        }
    }
}
