//! `/v1/webhooks`: being told when jobs end, by signed messages (Standard Webhooks).

use actix_web::http::header;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use utoipa::{IntoParams, ToSchema};

use super::idempotency::{self, IdempotencyHeader, REPLAYED};
use super::identity::{Caller, May, Read, Write};
use super::paging::{self, Page};
use super::problem::{Code, Fault, Problem};
use super::query::{Query, named};
use super::state::ApiState;
use super::webhook_view::{DeliveryView, WebhookView, WebhooksView};
use super::{body, quota};
use crate::domain::ids::{DeliveryId, WebhookId};
use crate::domain::tenant::TenantId;
use crate::domain::webhook::{Occasion, Webhook};
use crate::storage::keys::Scope;

/// What [`create`] can end in.
pub const CREATE_PROBLEMS: &[Code] = &[
    Code::InvalidJson,
    Code::InvalidHeader,
    Code::InvalidBody,
    Code::IdempotencyInFlight,
    Code::IdempotencyKeyReused,
    Code::TooLarge,
    Code::UnsupportedMediaType,
    Code::QuotaExceeded,
];

/// The largest body: there is little to say.
const MOST: usize = 16 * 1_024;
/// The longest URL.
const LONGEST_URL: usize = 2_048;
/// Random bytes of a secret (the standard asks for 24 to 64).
const SECRET_BYTES: usize = 24;

/// Whom to tell.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WebhookRequest {
    /// Where to: `https://`, and on the public internet.
    #[schema(example = "https://example.com/hooks/slidecraft", max_length = 2048)]
    url: String,
    /// On which occasions; all that are about jobs where it is left out.
    #[serde(default)]
    #[schema(schema_with = super::openapi::occasions, required = false)]
    events: Vec<Occasion>,
}

/// Which deliveries are listed.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DeliveriesQuery {
    /// At most how many, 1 to 200.
    #[param(minimum = 1, maximum = 200, example = 50)]
    limit: Option<u32>,
    /// `next_cursor` of the page before.
    #[param(pattern = "^[A-Za-z0-9_-]{23}$")]
    cursor: Option<String>,
}

async fn find(
    state: &ApiState,
    tenant: &TenantId,
    request: &HttpRequest,
) -> Result<Webhook, Problem> {
    let id: WebhookId = named(request, "id", "webhook")?;
    let found = state.webhooks.webhook(tenant, id).await?;
    found.ok_or_else(|| Problem::not_found("webhook"))
}

/// Asks to be told when jobs end.
///
/// The answer holds the secret that signs; it is never told again.
#[utoipa::path(
    post, path = "/v1/webhooks", operation_id = "createWebhook", tag = "webhooks",
    params(IdempotencyHeader),
    request_body(content = WebhookRequest),
    responses((status = 201, body = WebhookView, description = "It is told from now on.",
        headers(("Location" = String, description = "The webhook."),
                ("Idempotency-Replayed" = Option<String>, description = "`true` where this is an earlier answer."))))
)]
pub async fn create(
    caller: May<Write>,
    request: HttpRequest,
    payload: Payload,
    state: Data<ApiState>,
) -> Result<HttpResponse, Problem> {
    let key = idempotency::key(&request, &state, &caller)?;
    let (wanted, _) = body::json::<WebhookRequest>(&request, payload, MOST).await?;
    let mut webhook = new(&state, &caller, wanted)?;
    let mut replayed = false;
    if let Some(key) = &key {
        webhook.id = named_by(&caller.tenant, key.text());
        if let Some(before) = state.webhooks.webhook(&caller.tenant, webhook.id).await? {
            if (&before.url, &before.occasions) != (&webhook.url, &webhook.occasions) {
                let detail = "It made another webhook before; take a new key.";
                return Err(Problem::new(Code::IdempotencyKeyReused, detail));
            }
            (webhook, replayed) = (before, true);
        }
    }
    if !replayed {
        quota::room_for_webhook(&state, &caller.tenant).await?;
        state.webhooks.save(webhook.clone()).await?;
    }
    let mut answer = HttpResponse::Created();
    answer.insert_header((header::LOCATION, format!("/v1/webhooks/{}", webhook.id)));
    if replayed {
        answer.insert_header((REPLAYED, "true"));
    }
    Ok(answer.json(WebhookView::with_secret(webhook)))
}

/// The id of a webhook that was asked for under a key: asked for again, it is the same one.
fn named_by(tenant: &TenantId, key: &str) -> WebhookId {
    let hash = Sha256::digest(format!("webhook {tenant} {key}"));
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash[..16]);
    WebhookId(uuid::Builder::from_custom_bytes(bytes).into_uuid())
}

fn new(state: &ApiState, caller: &Caller, wanted: WebhookRequest) -> Result<Webhook, Problem> {
    let unfit = |detail: String| {
        let fault = Fault::at("/url", detail.clone());
        Problem::new(Code::InvalidBody, detail).with_errors(vec![fault])
    };
    if wanted.url.len() > LONGEST_URL {
        return Err(unfit(format!("It has {LONGEST_URL} characters at most.")));
    }
    state
        .platform
        .check_webhook(&wanted.url)
        .map_err(|sentence| unfit(format!("The URL cannot be called: {sentence}.")))?;
    let mut occasions = wanted.events;
    occasions.sort_unstable();
    occasions.dedup();
    if occasions.is_empty() {
        occasions = Occasion::OF_JOBS.to_vec();
    }
    if occasions.contains(&Occasion::Capacity) && !caller.may(Scope::Admin) {
        let detail = "`capacity.reported` is for operators: it takes a key with the scope admin.";
        return Err(Problem::new(Code::InsufficientScope, detail));
    }
    let now = state.now();
    let webhook = Webhook {
        id: WebhookId(state.uuid()),
        tenant: caller.tenant.clone(),
        url: wanted.url,
        occasions,
        secrets: Vec::new(),
        created_at: now,
    };
    Ok(webhook.rotated(secret(state), now))
}

fn secret(state: &ApiState) -> String {
    let mut bytes = [0; SECRET_BYTES];
    state.ids.fill(&mut bytes);
    format!("whsec_{}", STANDARD.encode(bytes))
}

/// Lists webhooks.
#[utoipa::path(
    get, path = "/v1/webhooks", operation_id = "listWebhooks", tag = "webhooks",
    responses((status = 200, body = WebhooksView, description = "All of them."))
)]
pub async fn list(caller: May<Read>, state: Data<ApiState>) -> Result<HttpResponse, Problem> {
    let found = state.webhooks.webhooks(&caller.tenant).await?;
    let items = found.into_iter().map(WebhookView::of).collect();
    Ok(HttpResponse::Ok().json(WebhooksView { items }))
}

/// Reads a webhook.
#[utoipa::path(
    get, path = "/v1/webhooks/{id}", operation_id = "readWebhook", tag = "webhooks",
    params(("id" = String, Path, format = Uuid, description = "The webhook.")),
    responses((status = 200, body = WebhookView, description = "The webhook."))
)]
pub async fn read(
    caller: May<Read>,
    request: HttpRequest,
    state: Data<ApiState>,
) -> Result<HttpResponse, Problem> {
    let webhook = find(&state, &caller.tenant, &request).await?;
    Ok(HttpResponse::Ok().json(WebhookView::of(webhook)))
}

/// Gives a webhook up. What was still to be sent is not.
#[utoipa::path(
    delete, path = "/v1/webhooks/{id}", operation_id = "deleteWebhook", tag = "webhooks",
    params(("id" = String, Path, format = Uuid, description = "The webhook.")),
    responses((status = 204, description = "It is gone."))
)]
pub async fn delete(
    caller: May<Write>,
    request: HttpRequest,
    state: Data<ApiState>,
) -> Result<HttpResponse, Problem> {
    let id = named(&request, "id", "webhook")?;
    if state.webhooks.remove(&caller.tenant, id).await? {
        return Ok(HttpResponse::NoContent().finish());
    }
    Err(Problem::not_found("webhook"))
}

/// Makes a new secret.
///
/// For a day the one before signs as well, so that a receiver can change over without missing a message.
#[utoipa::path(
    post, path = "/v1/webhooks/{id}/rotate", operation_id = "rotateWebhook", tag = "webhooks",
    params(("id" = String, Path, format = Uuid, description = "The webhook.")),
    responses((status = 200, body = WebhookView, description = "The webhook with its new secret."))
)]
pub async fn rotate(
    caller: May<Write>,
    request: HttpRequest,
    state: Data<ApiState>,
) -> Result<HttpResponse, Problem> {
    let webhook = find(&state, &caller.tenant, &request).await?;
    let webhook = webhook.rotated(secret(&state), state.now());
    state.webhooks.save(webhook.clone()).await?;
    Ok(HttpResponse::Ok().json(WebhookView::with_secret(webhook)))
}

/// Lists the messages to a webhook, newest first; those that are done for a week.
#[utoipa::path(
    get, path = "/v1/webhooks/{id}/deliveries", operation_id = "listDeliveries", tag = "webhooks",
    params(("id" = String, Path, format = Uuid, description = "The webhook."), DeliveriesQuery),
    responses((status = 200, body = Page<DeliveryView>, description = "A page.",
        headers(("Link" = Option<String>, description = "The next page, `rel=\"next\"`."))))
)]
pub async fn deliveries(
    caller: May<Read>,
    Query(query): Query<DeliveriesQuery>,
    request: HttpRequest,
    state: Data<ApiState>,
) -> Result<HttpResponse, Problem> {
    let webhook = find(&state, &caller.tenant, &request).await?;
    let limit = paging::limit(query.limit)?;
    let before = paging::after('w', query.cursor.as_deref())?.map(DeliveryId);
    let found = state
        .webhooks
        .deliveries(&caller.tenant, webhook.id, before, limit + 1)
        .await?;
    let page = paging::page('w', found, limit, |it| it.id.0, DeliveryView::from);
    Ok(paging::answer(
        &page,
        request.path(),
        request.query_string(),
    ))
}

/// Sends a message once more, for as long as a new one is tried.
#[utoipa::path(
    post, path = "/v1/webhooks/{id}/deliveries/{delivery}/replay", operation_id = "replayDelivery", tag = "webhooks",
    params(("id" = String, Path, format = Uuid, description = "The webhook."),
        ("delivery" = String, Path, format = Uuid, description = "The message.")),
    responses((status = 202, body = DeliveryView, description = "It is sent again."))
)]
pub async fn replay(
    caller: May<Write>,
    request: HttpRequest,
    state: Data<ApiState>,
) -> Result<HttpResponse, Problem> {
    let webhook = find(&state, &caller.tenant, &request).await?;
    let id = named(&request, "delivery", "delivery")?;
    let found = state
        .webhooks
        .delivery(&caller.tenant, webhook.id, id)
        .await?;
    let delivery = found.ok_or_else(|| Problem::not_found("delivery"))?;
    let delivery = delivery.replayed(state.now());
    state.webhooks.settle(delivery.clone()).await?;
    Ok(HttpResponse::Accepted().json(DeliveryView::from(delivery)))
}
