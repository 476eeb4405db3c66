//! Looking, counting and reporting over real stores.

use std::sync::Arc;
use std::time::Duration;

use uuid::Uuid;

use super::looking::{Looking, PoolsInSight};
use super::weekly::{Weekly, monday};
use crate::domain::capacity::pools::Limits;
use crate::domain::ids::{IdSource, NodeId, WebhookId};
use crate::domain::job::JobKind;
use crate::domain::job_event::Fact;
use crate::domain::pool::settings::PoolSettings;
use crate::domain::pool::state::PoolState;
use crate::domain::tenant::TenantId;
use crate::domain::time::{Clock, ManualClock, Timestamp};
use crate::domain::webhook::{Occasion, Webhook};
use crate::storage::capacity::CapacityStore;
use crate::storage::capacity::desk::CapacityDesk;
use crate::storage::capacity::sql::SqlCapacityStore;
use crate::storage::database::fixtures;
use crate::storage::events::EventId;
use crate::storage::events::in_process::{EventLimits, InProcessEvents};
use crate::storage::jobs::sql::SqlJobStore;
use crate::storage::webhooks::sql::SqlWebhookStore;
use crate::work::chore::Chore;

/// A Wednesday, 10:00.
const WEDNESDAY: Timestamp = Timestamp(1_799_834_400_000_000);
const DAY: Duration = Duration::from_secs(86_400);

#[test]
fn weeks_begin_on_monday() {
    let monday_morning = Timestamp(1_799_625_600_000_000);
    assert_eq!(monday(WEDNESDAY), monday_morning);
    assert_eq!(monday(monday_morning), monday_morning);
    assert_eq!(
        monday(monday_morning.minus(Duration::from_secs(1))),
        monday_morning.minus(DAY * 7)
    );
}

#[tokio::test]
async fn what_a_node_shows_is_kept_by_the_hour() {
    let (database, _kept) = fixtures::sqlite().await.unwrap();
    let hours: Arc<dyn CapacityStore> = Arc::new(SqlCapacityStore::new(database));
    let pools = Arc::new(PoolsInSight::default());
    let node = NodeId(Uuid::from_u128(4));
    let looking = Looking::new(Arc::clone(&pools), Arc::clone(&hours), node);
    looking.run(WEDNESDAY).await.unwrap();
    assert_eq!(
        hours.supply(Timestamp(0)).await.unwrap(),
        [],
        "there was nothing to see"
    );
    let mut shown = PoolState::new(PoolSettings::of(JobKind::Ai)).snapshot(WEDNESDAY);
    let minutes = [(0, 2), (30, 4), (61, 4)];
    for (minute, ready) in minutes {
        (shown.ready, shown.slots) = (ready, ready * 5);
        pools.see(&shown);
        let now = WEDNESDAY.plus(Duration::from_secs(minute * 60));
        looking.run(now).await.unwrap();
    }
    let kept = hours.supply(Timestamp(0)).await.unwrap();
    let told: Vec<_> = kept
        .iter()
        .map(|one| {
            (
                one.samples,
                one.fewest,
                one.most,
                one.workers,
                one.slots,
                one.changes,
            )
        })
        .collect();
    assert_eq!(told, [(2, 2, 4, 6, 30, 1), (1, 4, 4, 4, 20, 0)]);
}

async fn weekly() -> (Weekly, impl Sized) {
    let (database, kept) = fixtures::sqlite().await.unwrap();
    let clock: Arc<dyn Clock> = Arc::new(ManualClock::at(WEDNESDAY));
    let weekly = Weekly {
        desk: CapacityDesk {
            hours: Arc::new(SqlCapacityStore::new(database.clone())),
            jobs: Arc::new(SqlJobStore::new(database.clone())),
            limits: vec![Limits::of(&PoolSettings::of(JobKind::Convert))],
            idle_day: 1.0,
        },
        events: Arc::new(InProcessEvents::new(clock, EventLimits::default())),
        webhooks: Arc::new(SqlWebhookStore::new(database)),
        ids: Arc::new(IdSource::seeded([3; 32])),
    };
    (weekly, kept)
}

async fn asks(weekly: &Weekly, number: u128, occasion: Occasion) -> Webhook {
    let webhook = Webhook {
        id: WebhookId(Uuid::from_u128(number)),
        tenant: "acme".parse().unwrap(),
        url: "https://example.com/".to_owned(),
        occasions: vec![occasion],
        secrets: Vec::new(),
        created_at: WEDNESDAY,
    };
    weekly.webhooks.save(webhook.clone()).await.unwrap();
    webhook
}

#[tokio::test]
async fn a_week_is_reported_and_announced_once() {
    let (weekly, _kept) = weekly().await;
    let operator = asks(&weekly, 1, Occasion::Capacity).await;
    let customer = asks(&weekly, 2, Occasion::Succeeded).await;
    assert_eq!(weekly.run(WEDNESDAY).await.unwrap(), 1);
    assert_eq!(weekly.run(WEDNESDAY.plus(DAY)).await.unwrap(), 0);
    let kept = weekly
        .desk
        .hours
        .report_of(monday(WEDNESDAY))
        .await
        .unwrap();
    assert_eq!(kept.unwrap().report.pools.len(), 1);

    let start = EventId {
        millis: 0,
        sequence: 0,
    };
    let told = weekly
        .events
        .replay(&TenantId::operators(), start)
        .await
        .unwrap();
    let [told] = &told.events[..] else {
        panic!("{told:?}");
    };
    let Fact::CapacityReported { week, pools } = &told.event.fact else {
        panic!("{told:?}");
    };
    assert_eq!(
        (week.as_str(), pools[0].pool),
        ("2027-01-11", JobKind::Convert.into())
    );

    let due = weekly
        .webhooks
        .claim(WEDNESDAY.plus(DAY), WEDNESDAY.plus(DAY * 2), 9);
    let due = due.await.unwrap();
    assert_eq!(due.len(), 1, "{}", customer.id);
    assert_eq!(
        (due[0].0.occasion, &due[0].1),
        (Occasion::Capacity, &operator)
    );
    assert_eq!(due[0].0.job(), None);
    assert!(
        due[0]
            .0
            .body
            .contains("/v1/admin/capacity/reports/2027-01-11")
    );
}

#[tokio::test]
async fn what_was_kept_and_not_announced_is_announced_by_the_next_round() {
    let (weekly, _kept) = weekly().await;
    asks(&weekly, 1, Occasion::Capacity).await;
    // A node that dies between the two has kept the report, and told nobody.
    let report = weekly.desk.report(WEDNESDAY, DAY).await.unwrap();
    let kept = crate::storage::capacity::KeptReport {
        id: Uuid::from_u128(9),
        week: monday(WEDNESDAY),
        report,
    };
    assert!(weekly.desk.hours.keep(kept).await.unwrap());
    assert_eq!(weekly.run(WEDNESDAY).await.unwrap(), 1);
    assert_eq!(weekly.run(WEDNESDAY).await.unwrap(), 0);
}

#[tokio::test]
async fn monday_night_is_too_early() {
    let (weekly, _kept) = weekly().await;
    let midnight = monday(WEDNESDAY);
    assert_eq!(
        weekly
            .run(midnight.plus(Duration::from_secs(3_600)))
            .await
            .unwrap(),
        0
    );
    assert_eq!(
        weekly
            .run(midnight.plus(Duration::from_secs(7_300)))
            .await
            .unwrap(),
        1
    );
}
