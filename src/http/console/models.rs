//! Models: who answers questions, how they do, and what is spent.

use actix_web::HttpResponse;
use actix_web::web::Data;
use maud::html;

use super::layout::{duration, page, percent};
use super::{BASE, Shown, Signed};
use crate::http::identity::Admin;
use crate::http::state::ApiState;

/// Providers and models.
pub(super) async fn list(
    caller: Signed<Admin>,
    state: Data<ApiState>,
) -> Result<HttpResponse, Shown> {
    let (providers, models) = (state.platform.providers(), state.platform.models());
    let body = html! {
        @if providers.is_empty() {
            p.hint { "No provider has a key: answers are quoted from the deck itself. " code { "SLIDECRAFT__AI__OPENAI__KEY" } " or "
                code { "SLIDECRAFT__AI__ANTHROPIC__KEY" } " sets one." }
        } @else {
            h2 { "Providers" }
            div.scroll tabindex="0" { table {
                thead { tr { th { "Provider" } th { "Breaker" } th.n { "In flight" } th.n { "Waiting" } th.n { "Requests" } th.n { "In trouble" } th { "Last trouble" } } }
                tbody { @for it in &providers { tr {
                    th scope="row" { (it.name) }
                    td { span.chip.(if it.breaker == "closed" { "succeeded" } else { "dead" }) { (it.breaker.replace('_', " ")) }
                        @if it.left_alone_ms > 0 { small { " left alone for " (duration(to_f64(it.left_alone_ms))) } } }
                    td.n { (it.in_flight) " of " (it.slots) }
                    td.n { (it.waiting) }
                    td.n { (it.requests) }
                    td.n { (it.failures) " (" (percent(to_f64(it.failures), to_f64(it.requests))) ")" }
                    td { (it.last_trouble.as_deref().unwrap_or("–")) }
                } } }
            } }
        }
        h2 { "Models" }
        table {
            thead { tr { th { "Model" } th { "Class" } th { "What it is" } } }
            tbody { @for model in &models { tr { th scope="row" { code { (model.id) } } td { (model.class.unwrap_or("–")) } td { (model.description) } } } }
        }
    };
    Ok(page(&caller, &format!("{BASE}/models"), "AI", &body))
}

#[expect(clippy::cast_precision_loss, reason = "it is shown, not counted with")]
fn to_f64(number: u64) -> f64 {
    number as f64
}
