//! Pools: how many workers, by which policy, and the bounds to change.

use actix_web::web::{Data, Form};
use actix_web::{HttpRequest, HttpResponse};
use maud::{Markup, html};
use serde::Deserialize;

use super::layout::{moment, page};
use super::{BASE, Shown, Signed, see};
use crate::domain::policy::autoscale::PolicyName;
use crate::domain::pool::name::PoolName;
use crate::domain::pool::snapshot::{PoolChange, PoolSnapshot};
use crate::http::admin_pools;
use crate::http::identity::Admin;
use crate::http::problem::Problem;
use crate::http::query::named;
use crate::http::state::ApiState;

/// All pools of this node.
pub(super) async fn list(
    caller: Signed<Admin>,
    state: Data<ApiState>,
) -> Result<HttpResponse, Shown> {
    let pools = state.platform.pools().await.map_err(Problem::from)?;
    let body = html! {
        @if pools.is_empty() { p.hint { "This node runs no jobs; ask one that has the role convert, export or ai." } }
        @for pool in &pools { (one(pool)) }
    };
    Ok(page(&caller, &format!("{BASE}/pools"), "Pools", &body))
}

fn one(pool: &PoolSnapshot) -> Markup {
    let name = pool.pool.name();
    let number = |field: &str, label: &str, value: u32| {
        let id = format!("{name}-{field}");
        html! { label for=(id) { (label) } input id=(id) name=(field) type="number" min="1" max="1000" required value=(value); }
    };
    html! {
        section.pool {
            h2 { (name) }
            p { (pool.ready) " of " (pool.desired) " workers ready, " (pool.busy) " of " (pool.slots) " slots busy, " (pool.depth) " jobs waiting, " (pool.restarts) " workers replaced." }
            @if let Some(ceiling) = pool.ceiling { p.hint { "It wants more workers than " (ceiling.cause.name()) " bears: " (ceiling.workers) ", since " (moment(ceiling.since)) "." } }
            form.grid method="post" action={ (BASE) "/pools/" (name) } {
                (number("min", "Least", pool.min))
                (number("baseline", "When idle", pool.baseline))
                (number("peak", "Expected peak", pool.peak))
                (number("max", "Most", pool.max))
                label for={ (name) "-policy" } { "Policy" }
                select id={ (name) "-policy" } name="policy" {
                    @for policy in PolicyName::ALL {
                        option value=(policy.name()) selected[policy == pool.policy] { (policy.name()) }
                    }
                }
                button { "Change" }
            }
            form method="post" action={ (BASE) "/pools/" (name) } data-confirm=[(!pool.paused).then(|| format!("Pause {name}? Running jobs finish; nothing new starts."))] {
                input type="hidden" name="paused" value=(!pool.paused);
                button.quiet { (if pool.paused { "Go on" } else { "Pause" }) }
            }
            @if !pool.decisions.is_empty() {
                details { summary { "Last decisions" }
                    ol.timeline { @for decided in &pool.decisions {
                        li { (moment(decided.at)) " " (decided.decision.from) " → " (decided.decision.to) " " small { (decided.decision.reason.name().replace('_', " ")) } }
                    } }
                }
            }
        }
    }
}

/// What a form says of a pool.
#[derive(Debug, Deserialize)]
pub(super) struct Wanted {
    min: Option<u32>,
    baseline: Option<u32>,
    peak: Option<u32>,
    max: Option<u32>,
    policy: Option<PolicyName>,
    paused: Option<bool>,
}

/// Changes one.
pub(super) async fn change(
    caller: Signed<Admin>,
    request: HttpRequest,
    Form(wanted): Form<Wanted>,
    state: Data<ApiState>,
) -> Result<HttpResponse, Shown> {
    let pool: PoolName = named(&request, "pool", "pool")?;
    let change = PoolChange {
        min: wanted.min,
        baseline: wanted.baseline,
        peak: wanted.peak,
        max: wanted.max,
        policy: wanted.policy,
        paused: wanted.paused,
    };
    admin_pools::apply(&state, &caller, &request, pool, change).await?;
    Ok(see(&format!("{BASE}/pools")))
}
