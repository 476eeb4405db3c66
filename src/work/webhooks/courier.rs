//! The courier: finds ends of jobs that were not told, and carries what is due to its receivers.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use futures_util::{StreamExt, stream};

use super::caller::Caller;
use super::message;
use crate::domain::ids::{DeliveryId, IdSource};
use crate::domain::time::{Clock, Timestamp};
use crate::domain::webhook::{Delivery, DeliveryState, Occasion, TRIED_FOR, Webhook};
use crate::storage::error::StoreError;
use crate::storage::jobs::JobStore;
use crate::storage::webhooks::{DeliveryListener, Untold, WebhookStore};
use crate::work::chore::Chore;

/// Ends that are looked at in one round.
const FOUND_AT_ONCE: u32 = 200;
/// Deliveries that are taken in one round.
const TAKEN_AT_ONCE: u32 = 64;
/// Receivers that are called at once.
const CALLED_AT_ONCE: usize = 16;
/// How far back a round looks: ends are stored a little after the moment they carry, and clocks of nodes differ.
const OVERLAP: Duration = Duration::from_secs(30);
/// How old the note of a look may become before it is written anew though nothing was found.
const NOTE_EVERY: Duration = Duration::from_secs(10);
/// How long a delivery that was taken is left alone: longer than every call of a round may take.
const HELD: Duration = Duration::from_secs(120);

/// The courier.
pub struct Courier {
    /// Whom to tell, and what is due.
    pub webhooks: Arc<dyn WebhookStore>,
    /// What there is to tell.
    pub jobs: Arc<dyn JobStore>,
    /// Who calls.
    pub caller: Caller,
    /// Who hears how it went.
    pub listener: Arc<dyn DeliveryListener>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Ids and chance.
    pub ids: Arc<IdSource>,
    /// How often it looks.
    pub every: Duration,
}

impl Courier {
    /// Makes deliveries of ends that were not told.
    async fn find(&self, now: Timestamp) -> Result<(), StoreError> {
        let looked = self.webhooks.looked_until().await?;
        let since = looked.unwrap_or(now).minus(OVERLAP);
        let untold = self.webhooks.untold(since, FOUND_AT_ONCE).await?;
        let stale = looked.is_none_or(|looked| now.since(looked) > NOTE_EVERY);
        if untold.is_empty() && !stale {
            return Ok(());
        }
        // Where there may be more, the next round goes on from the last one found.
        let full = untold.len() >= FOUND_AT_ONCE as usize;
        let last = untold.last().map(|untold| untold.ended_at);
        let until = last.filter(|_| full).unwrap_or(now);
        let mut found = Vec::with_capacity(untold.len());
        for end in untold {
            found.extend(self.delivery(end, now).await?);
        }
        self.webhooks.deliver(found, until).await
    }

    async fn delivery(&self, end: Untold, now: Timestamp) -> Result<Option<Delivery>, StoreError> {
        let occasion = Occasion::of(end.state);
        let job = self.jobs.job(None, end.job).await?;
        let (Some(occasion), Some(job)) = (occasion, job) else {
            return Ok(None);
        };
        Ok(Some(Delivery {
            id: DeliveryId(self.ids.uuid(now)),
            webhook: end.webhook.id,
            subject: end.job.0,
            ended_at: end.ended_at,
            occasion,
            body: message::body(occasion, end.ended_at, &job),
            state: DeliveryState::Waiting,
            attempts: 0,
            next_at: now,
            dies_at: now.plus(TRIED_FOR),
            answer: None,
        }))
    }

    /// Carries one delivery; what became of it is stored.
    async fn carry(&self, delivery: Delivery, webhook: Webhook) -> Result<(), StoreError> {
        let answer = self
            .caller
            .call(&delivery, &webhook, self.clock.now())
            .await;
        let (now, fraction) = (self.clock.now(), self.ids.fraction());
        let delivery = delivery.answered(answer, now, fraction);
        self.listener.called(delivery.state);
        if delivery.state != DeliveryState::Delivered {
            tracing::info!(
                webhook.id = %delivery.webhook,
                delivery.id = %delivery.id,
                delivery.state = delivery.state.name(),
                delivery.attempts = delivery.attempts,
                answer = delivery.answer,
                "a webhook was not taken"
            );
        }
        self.webhooks.settle(delivery).await
    }
}

#[async_trait]
impl Chore for Courier {
    fn name(&self) -> &'static str {
        "webhooks"
    }

    fn every(&self) -> Duration {
        self.every
    }

    async fn run(&self, now: Timestamp) -> Result<usize, StoreError> {
        self.find(now).await?;
        let due = self
            .webhooks
            .claim(now, now.plus(HELD), TAKEN_AT_ONCE)
            .await?;
        let count = due.len();
        let carried = stream::iter(due)
            .map(|(delivery, webhook)| self.carry(delivery, webhook))
            .buffer_unordered(CALLED_AT_ONCE)
            .collect::<Vec<_>>()
            .await;
        carried.into_iter().collect::<Result<Vec<()>, _>>()?;
        Ok(count)
    }
}

/// How long deliveries that are done can be listed and replayed.
const LISTED_FOR: Duration = Duration::from_secs(7 * 86_400);

/// Forgets deliveries that are long done.
pub struct Forgetting(pub Arc<dyn WebhookStore>);

#[async_trait]
impl Chore for Forgetting {
    fn name(&self) -> &'static str {
        "old webhooks"
    }

    fn every(&self) -> Duration {
        Duration::from_secs(3_600)
    }

    async fn run(&self, now: Timestamp) -> Result<usize, StoreError> {
        let forgotten = self.0.forget(now.minus(LISTED_FOR)).await?;
        Ok(usize::try_from(forgotten).unwrap_or(usize::MAX))
    }
}
