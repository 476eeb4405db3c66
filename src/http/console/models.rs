//! Models: who answers questions, how they do, and what is spent.

use actix_web::HttpResponse;
use actix_web::web::Data;
use maud::{Markup, html};

use super::layout::{count, dollars, duration, page, percent};
use super::{BASE, Shown, Signed};
use crate::domain::policy::quota::Metered;
use crate::http::identity::{Admin, Caller};
use crate::http::rates;
use crate::http::state::ApiState;

/// Providers and models.
pub(super) async fn list(
    caller: Signed<Admin>,
    state: Data<ApiState>,
) -> Result<HttpResponse, Shown> {
    let (providers, models) = (state.platform.providers(), state.platform.models());
    let budgets = budgets(&state, &caller).await;
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
        (budgets)
        h2 { "Models" }
        table {
            thead { tr { th { "Model" } th { "Class" } th { "What it is" } } }
            tbody { @for model in &models { tr { th scope="row" { code { (model.id) } } td { (model.class.unwrap_or("–")) } td { (model.description) } } } }
        }
    };
    Ok(page(&caller, &format!("{BASE}/models"), "AI", &body))
}

/// What the tenant of the key may still spend.
async fn budgets(state: &ApiState, caller: &Caller) -> Markup {
    let tokens = rates::left(state, caller, Metered::AiTokens).await;
    let money = rates::left(state, caller, Metered::AiMoney).await;
    let words = |window: std::time::Duration| duration(window.as_secs_f64() * 1_000.0);
    html! {
        h2 { "Budget of " (caller.tenant.as_str()) }
        @if tokens.is_none() && money.is_none() {
            p.hint { "Its class, " (caller.tier.name()) ", has none; " code { "[quotas]" } " sets one." }
        } @else { dl.facts {
            @if let Some((rate, left)) = tokens {
                dt { "Tokens" } dd { (count(left)) " of " (count(rate.amount)) " left, refilled over " (words(rate.window)) }
            }
            @if let Some((rate, left)) = money {
                dt { "Money" } dd { (dollars(to_f64(left) / 1e6)) " of " (dollars(to_f64(rate.amount) / 1e6)) " left, refilled over " (words(rate.window)) }
            }
        } }
    }
}

#[expect(clippy::cast_precision_loss, reason = "it is shown, not counted with")]
fn to_f64(number: u64) -> f64 {
    number as f64
}
