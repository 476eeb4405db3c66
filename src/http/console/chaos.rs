//! Chaos: what is broken on purpose, and breaking more.

use actix_web::web::{Data, Form};
use actix_web::{HttpRequest, HttpResponse};
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::layout::{moment, page};
use super::{BASE, Shown, Signed, see};
use crate::domain::fault::ActiveFault;
use crate::domain::job::JobKind;
use crate::domain::stage::Stage;
use crate::http::admin_chaos;
use crate::http::chaos_view::ChaosRequest;
use crate::http::identity::Chaos;
use crate::http::problem::{Code, Problem};
use crate::http::state::ApiState;

/// Faults that hold, and a form for each kind.
pub(super) async fn list(
    caller: Signed<Chaos>,
    state: Data<ApiState>,
) -> Result<HttpResponse, Shown> {
    let here = format!("{BASE}/chaos");
    let Ok(plan) = admin_chaos::plan(&state) else {
        let body = html! {
            p.hint { "Faults are off on this node. " code { "[chaos] enabled = true" } " in its configuration allows them; do not do that where people work." }
        };
        return Ok(page(&caller, &here, "Chaos", &body));
    };
    let seen = state.platform.pools().await.map_err(Problem::from)?;
    let here_pools: Vec<_> = seen.iter().map(|seen| seen.pool.name()).collect();
    let body = html! {
        h2 { "What holds" }
        (held(&plan.active()))
        h2 { "Break something" }
        div.columns {
            (form("Kill workers", "kill_workers", &html! { (pools("pool", &here_pools)) (number("fraction", "Share", "0.5", "0.05")) (ways()) }))
            (form("Make stores slow", "storage_latency", &html! { (number("share", "Share of calls", "0.1", "0.01")) (number("factor", "Times as long", "1", "0.1")) (number("extra_ms", "Milliseconds more", "200", "1")) }))
            (form("Make stores fail", "storage_errors", &number("share", "Share of calls", "0.1", "0.01")))
            (form("Hold a stage up", "stage_delay", &html! { (pools("kind", &JobKind::ALL.map(JobKind::name))) (stages()) (number("p50_ms", "Half below, ms", "4000", "1")) (number("p95_ms", "95 % below, ms", "8000", "1")) }))
            (form("Make providers fail", "provider_errors", &number("share", "Share of requests", "0.5", "0.01")))
            (form("Drop events", "drop_events", &number("share", "Share of events", "0.5", "0.01")))
            (form("End this node", "kill_node", &html! {}))
        }
    };
    Ok(page(&caller, &here, "Chaos", &body))
}

fn held(active: &[ActiveFault]) -> Markup {
    html! {
        @if active.is_empty() { p.hint { "Nothing is broken on purpose." } }
        @else { div.scroll tabindex="0" { table {
            thead { tr { th { "Fault" } th { "What" } th { "Until" } th.n { "Struck" } th.n { "Seed" } th { } } }
            tbody { @for fault in active { tr {
                th scope="row" { (fault.fault.name().replace('_', " ")) }
                td { code { (serde_json::to_string(&fault.fault).unwrap_or_default()) } }
                td { (moment(fault.until)) }
                td.n { (fault.struck) }
                td.n { (fault.seed) }
                td { form method="post" action={ (BASE) "/chaos/" (fault.id) "/end" } { button.quiet { "End" } } }
            } } }
        } } }
    }
}

fn form(title: &str, name: &str, members: &Markup) -> Markup {
    html! {
        form.stack.card method="post" action={ (BASE) "/chaos" } data-confirm={ (title) " on this node?" } {
            h3 { (title) }
            input type="hidden" name="type" value=(name);
            (members)
            (number("duration_s", "For seconds", "60", "1"))
            button.danger { (title) }
        }
    }
}

fn number(name: &str, label: &str, value: &str, step: &str) -> Markup {
    html! { label { (label) input type="number" name=(name) value=(value) step=(step) min="0" required; } }
}

fn pools(name: &str, names: &[&str]) -> Markup {
    html! { label { "Pool" select name=(name) { @for name in names { option { (name) } } } } }
}

fn stages() -> Markup {
    let worked = Stage::ALL.into_iter();
    let worked = worked.filter(|stage| !matches!(stage, Stage::QueueWait | Stage::Persist));
    html! { label { "Stage" select name="stage" { @for stage in worked { option { (stage.name()) } } } } }
}

fn ways() -> Markup {
    html! { label { "How" select name="how" { option { "kill" } option { "panic" } option { "hang" } } } }
}

/// Members of a fault as a form sends them: texts.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub(super) struct Sent(Map<String, Value>);

/// Breaks something.
pub(super) async fn begin(
    caller: Signed<Chaos>,
    request: HttpRequest,
    Form(Sent(sent)): Form<Sent>,
    state: Data<ApiState>,
) -> Result<HttpResponse, Shown> {
    let mut fault = Map::new();
    let mut duration = json!(60);
    for (name, value) in sent {
        let text = value.as_str().unwrap_or_default();
        let value = text.parse().map_or(json!(text), |number: Value| number);
        if name == "duration_s" {
            duration = value;
        } else {
            fault.insert(name, value);
        }
    }
    let wanted = json!({"fault": fault, "duration_s": duration});
    let wanted: ChaosRequest = serde_json::from_value(wanted)
        .map_err(|error| Problem::new(Code::InvalidBody, error.to_string()))?;
    admin_chaos::make(&state, &caller, &request, wanted).await?;
    Ok(see(&format!("{BASE}/chaos")))
}

/// Ends a fault before its time.
pub(super) async fn end(
    caller: Signed<Chaos>,
    request: HttpRequest,
    state: Data<ApiState>,
) -> Result<HttpResponse, Shown> {
    admin_chaos::end(caller.into_inner(), request, state).await?;
    Ok(see(&format!("{BASE}/chaos")))
}
