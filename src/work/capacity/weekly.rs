//! The report of every week: made by the node that leads, kept, and announced to who operates the platform.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use serde_json::json;

use crate::domain::capacity::hours::{HOUR, LOOKED_BACK, WEEK};
use crate::domain::capacity::report::{CapacityReport, date};
use crate::domain::ids::{DeliveryId, IdSource};
use crate::domain::job_event::{Fact, JobEvent, PoolVerdict};
use crate::domain::tenant::TenantId;
use crate::domain::time::Timestamp;
use crate::domain::webhook::{Delivery, DeliveryState, Occasion, TRIED_FOR, Webhook};
use crate::storage::capacity::KeptReport;
use crate::storage::capacity::desk::CapacityDesk;
use crate::storage::error::StoreError;
use crate::storage::events::EventBus;
use crate::storage::webhooks::WebhookStore;
use crate::work::chore::Chore;

/// 1970 began on a Thursday; a Monday came four days later.
const FIRST_MONDAY: Duration = Duration::from_secs(4 * 86_400);
/// How far into its week a report is made: Sunday's last hour has been counted by then.
const INTO_THE_WEEK: Duration = Duration::from_secs(2 * 3_600);

/// The Monday, 00:00 UTC, of the week that a moment lies in.
pub fn monday(at: Timestamp) -> Timestamp {
    at.minus(FIRST_MONDAY).start_of(WEEK).plus(FIRST_MONDAY)
}

/// Makes the report of the week, and announces it.
pub struct Weekly {
    /// Makes it.
    pub desk: CapacityDesk,
    /// Tells it to who follows.
    pub events: Arc<dyn EventBus>,
    /// Tells it to who asked to be called.
    pub webhooks: Arc<dyn WebhookStore>,
    /// Ids.
    pub ids: Arc<IdSource>,
}

impl Weekly {
    async fn make(&self, now: Timestamp) -> Result<(), StoreError> {
        let week = monday(now);
        if now.since(week) < INTO_THE_WEEK || self.desk.hours.report_of(week).await?.is_some() {
            return Ok(());
        }
        let report = self.desk.report(now, LOOKED_BACK).await?;
        let id = self.ids.uuid(now);
        self.desk
            .hours
            .keep(KeptReport { id, week, report })
            .await?;
        Ok(())
    }

    /// Tells of a report. Should the node die before it has noted that, the next tells it again: who follows hears it
    /// twice, who is called hears it once.
    async fn announce(&self, kept: &KeptReport, now: Timestamp) -> Result<(), StoreError> {
        let asked = self.webhooks.asked(Occasion::Capacity).await?;
        let made = asked
            .iter()
            .map(|webhook| self.delivery(kept, webhook, now));
        let looked = self.webhooks.looked_until().await?.unwrap_or(now);
        self.webhooks.deliver(made.collect(), looked).await?;
        let fact = Fact::CapacityReported {
            week: date(kept.week),
            pools: verdicts(&kept.report),
        };
        let event = JobEvent {
            tenant: Some(TenantId::operators()),
            document: None,
            job: None,
            kind: None,
            at: kept.report.made_at,
            fact,
        };
        self.events.tell(&TenantId::operators(), event).await?;
        for pool in &kept.report.pools {
            tracing::info!(
                pool = pool.pool.name(),
                verdict = pool.verdict.words(),
                "capacity was reported"
            );
        }
        self.desk.hours.announced(kept.id).await
    }

    fn delivery(&self, kept: &KeptReport, webhook: &Webhook, now: Timestamp) -> Delivery {
        let week = date(kept.week);
        let body = json!({
            "type": Occasion::Capacity.name(),
            "timestamp": kept.report.made_at,
            "data": {
                "week": week,
                "pools": verdicts(&kept.report),
                "links": { "report": format!("/v1/admin/capacity/reports/{week}") },
            },
        });
        Delivery {
            id: DeliveryId(self.ids.uuid(now)),
            webhook: webhook.id,
            subject: kept.id,
            ended_at: kept.report.made_at,
            occasion: Occasion::Capacity,
            body: body.to_string(),
            state: DeliveryState::Waiting,
            attempts: 0,
            next_at: now,
            dies_at: now.plus(TRIED_FOR),
            answer: None,
        }
    }
}

/// What becomes of each pool.
fn verdicts(report: &CapacityReport) -> Vec<PoolVerdict> {
    let verdict = |pool: &crate::domain::capacity::report::PoolReport| PoolVerdict {
        pool: pool.pool,
        verdict: pool.verdict,
        saturates: pool
            .forecast
            .as_ref()
            .and_then(|forecast| forecast.saturates.at),
        actions: pool.actions.clone(),
    };
    report.pools.iter().map(verdict).collect()
}

#[async_trait]
impl Chore for Weekly {
    fn name(&self) -> &'static str {
        "weekly capacity report"
    }

    fn every(&self) -> Duration {
        HOUR / 6
    }

    fn led(&self) -> bool {
        true
    }

    async fn run(&self, now: Timestamp) -> Result<usize, StoreError> {
        self.make(now).await?;
        let waiting = self.desk.hours.unannounced().await?;
        for kept in &waiting {
            self.announce(kept, now).await?;
        }
        Ok(waiting.len())
    }
}
