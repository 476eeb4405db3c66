//! Webhooks and their deliveries as clients see them.

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::ids::{DeliveryId, JobId, WebhookId};
use crate::domain::time::Timestamp;
use crate::domain::webhook::{Delivery, DeliveryState, Occasion, Webhook};

/// A webhook.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Webhook)]
pub struct WebhookView {
    /// Its id.
    #[schema(value_type = String, format = Uuid)]
    id: WebhookId,
    /// Where to.
    url: String,
    /// On which occasions.
    #[schema(schema_with = super::openapi::occasions)]
    events: Vec<Occasion>,
    /// What signs. Only told when it was just made.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    secret: Option<String>,
    /// Until when the secret before signs as well.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    previous_secret_until: Option<Timestamp>,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
}

impl WebhookView {
    /// A webhook without its secret.
    pub fn of(webhook: Webhook) -> Self {
        Self {
            id: webhook.id,
            url: webhook.url,
            events: webhook.occasions,
            secret: None,
            previous_secret_until: webhook.secrets.iter().find_map(|secret| secret.until),
            created_at: webhook.created_at,
        }
    }

    /// A webhook with the secret that was just made.
    pub fn with_secret(webhook: Webhook) -> Self {
        let secret = webhook.secrets.first().map(|secret| secret.text.clone());
        Self {
            secret,
            ..Self::of(webhook)
        }
    }
}

/// The webhooks of a tenant.
#[derive(Debug, Serialize, ToSchema)]
pub struct WebhooksView {
    /// All of them, newest first.
    pub items: Vec<WebhookView>,
}

/// A message to a webhook.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Delivery)]
pub struct DeliveryView {
    /// Its id, the `webhook-id` of every try.
    #[schema(value_type = String, format = Uuid)]
    pub id: DeliveryId,
    /// What happened.
    #[serde(rename = "type")]
    #[schema(schema_with = super::openapi::occasion)]
    occasion: Occasion,
    /// To which job; absent where it is about none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Uuid)]
    job: Option<JobId>,
    /// `waiting`, `delivered`, or `dead` when nobody took it for a day.
    #[schema(schema_with = super::openapi::delivery_states)]
    state: DeliveryState,
    /// How often it was tried.
    attempts: u32,
    /// When it is tried next, while it waits.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    next_at: Option<Timestamp>,
    /// What the receiver said last: a status, or why there was none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "503")]
    answer: Option<String>,
    /// When the job ended.
    #[schema(value_type = String, format = DateTime)]
    ended_at: Timestamp,
}

impl From<Delivery> for DeliveryView {
    fn from(delivery: Delivery) -> Self {
        let waits = delivery.state == DeliveryState::Waiting;
        Self {
            id: delivery.id,
            occasion: delivery.occasion,
            job: delivery.job(),
            state: delivery.state,
            attempts: delivery.attempts,
            next_at: waits.then_some(delivery.next_at),
            answer: delivery.answer,
            ended_at: delivery.ended_at,
        }
    }
}
