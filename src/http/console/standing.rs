//! How the platform stands: promises and their budgets, what is foreseen, and what idling costs.

use maud::{Markup, html};

use super::BASE;
use super::layout::{count, dollars};
use crate::domain::cost_report::IDLE_DAY_TARGET;
use crate::domain::slo::Standing;
use crate::storage::capacity::KeptReport;

/// How promises were kept on this node.
pub(super) fn table(standings: &[Standing]) -> Markup {
    html! {
        div.scroll tabindex="0" { table {
            thead { tr { th { "Promise" } th.n { "Kept by" } th.n { "Asked for" } th.n { "Events" } th.n { "Missed" } th.n { "Budget left" } } }
            tbody { @for standing in standings { (row(standing)) } }
        } }
        p.hint { "Since this node started. The budget is what may be missed; the alerts watch how fast all nodes together spend it, by the rules of " code { "deploy/monitoring" } "." }
    }
}

#[expect(clippy::cast_precision_loss, reason = "far fewer than 2^52 events")]
fn row(standing: &Standing) -> Markup {
    let kept = standing.events.saturating_sub(standing.missed) as f64;
    let left = standing.left();
    html! {
        tr data-slo=(standing.objective.name()) {
            th scope="row" { (standing.objective.words()) }
            td.n { @if standing.events == 0 { "–" } @else { (format!("{:.2} %", kept / standing.events as f64 * 100.0)) } }
            td.n { (format!("{:.1} %", (1.0 - standing.objective.budget()) * 100.0)) }
            td.n { (count(standing.events)) }
            td.n { (count(standing.missed)) }
            td.n.late[left.is_some_and(|left| left < 0.0)] {
                @if let Some(left) = left {
                    meter min="0" max="1" low="0.25" high="0.5" optimum="1" value=(format!("{:.3}", left.max(0.0))) aria-hidden="true" {}
                    " " (format!("{:.0} %", left * 100.0))
                } @else { "–" }
            }
        }
    }
}

/// What the newest report of a week foresees of each pool.
pub(super) fn foreseen(kept: Option<&KeptReport>) -> Markup {
    html! {
        @if let Some(kept) = kept {
            ul { @for pool in &kept.report.pools { li { strong { (pool.pool) } " " (pool.verdict.words()) } } }
        }
        p.hint {
            @if kept.is_none() { "The first weekly report is made on Monday. " }
            a href={ (BASE) "/capacity" } { "Capacity, as of now" }
        }
    }
}

/// What is kept warm costs, against its target.
pub(super) fn idle(day: f64) -> Markup {
    html! {
        p { "A day without any job: " span.late[day > IDLE_DAY_TARGET] { (dollars(day)) } " of " (dollars(IDLE_DAY_TARGET)) "." }
    }
}
