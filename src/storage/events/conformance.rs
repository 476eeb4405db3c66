//! What every event bus must do, one function a fact; each adapter is run through them.

use std::future::ready;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use uuid::Uuid;

use super::in_process::{EventLimits, InProcessEvents};
use super::{EventBus, EventId};
use crate::domain::ids::DocumentId;
use crate::domain::job_event::{Fact, JobEvent};
use crate::domain::tenant::TenantId;
use crate::domain::time::{ManualClock, Timestamp};

/// The limits that the facts suppose: three events a tenant, two behind, a minute, two tenants.
pub(crate) const LIMITS: EventLimits = EventLimits {
    events: 3,
    age: Duration::from_secs(60),
    tenants: 2,
    behind: 2,
};

/// How time passes for the bus under test.
#[async_trait]
pub(crate) trait Time: Send + Sync {
    /// The node's clock steps back.
    fn step_back(&self);

    /// Lets what was told grow older than it is kept.
    async fn outlive(&self);
}

/// A tenant by its name.
pub(crate) fn tenant(name: &str) -> TenantId {
    name.parse().unwrap()
}

/// Tells that a document has that version.
pub(crate) async fn tell(bus: &dyn EventBus, owner: &str, version: u64) -> EventId {
    let event = JobEvent {
        tenant: None,
        document: Some(DocumentId(Uuid::from_u128(1))),
        job: None,
        kind: None,
        at: Timestamp(0),
        fact: Fact::DocumentUpdated { version },
    };
    bus.tell(&tenant(owner), event).await.unwrap()
}

/// The ids after one, and whether there is a gap.
pub(crate) async fn replayed(
    bus: &dyn EventBus,
    owner: &str,
    after: EventId,
) -> (Vec<EventId>, bool) {
    let replay = bus.replay(&tenant(owner), after).await.unwrap();
    let ids = replay.events.iter().map(|told| told.id).collect();
    (ids, replay.gap)
}

pub(crate) async fn ids_grow_when_the_clock_steps_back(bus: &dyn EventBus, time: &dyn Time) {
    let first = tell(bus, "acme", 1).await;
    time.step_back();
    let second = tell(bus, "acme", 2).await;
    assert!(second > first);
    let (ids, gap) = replayed(bus, "acme", first).await;
    assert_eq!((ids, gap), (vec![second], false));
}

pub(crate) async fn what_came_after_is_replayed_in_order(bus: &dyn EventBus, _: &dyn Time) {
    let first = tell(bus, "acme", 1).await;
    let unrelated = tell(bus, "other", 1).await;
    let second = tell(bus, "acme", 2).await;
    let other = tell(bus, "other", 3).await;
    let third = tell(bus, "acme", 4).await;
    let (ids, gap) = replayed(bus, "acme", first).await;
    assert_eq!((ids, gap), (vec![second, third], false));
    assert_eq!(replayed(bus, "acme", third).await, (vec![], false));
    assert_eq!(
        replayed(bus, "other", unrelated).await,
        (vec![other], false)
    );
}

pub(crate) async fn what_is_no_longer_kept_is_said_to_be_missing(bus: &dyn EventBus, _: &dyn Time) {
    let mut ids = Vec::new();
    for version in 1..=5 {
        ids.push(tell(bus, "acme", version).await);
    }
    let kept = ids[2..].to_vec();
    assert_eq!(replayed(bus, "acme", ids[0]).await, (kept.clone(), true));
    assert_eq!(replayed(bus, "acme", ids[1]).await, (kept, false));
}

pub(crate) async fn what_is_too_old_is_forgotten(bus: &dyn EventBus, time: &dyn Time) {
    let first = tell(bus, "acme", 1).await;
    let second = tell(bus, "acme", 2).await;
    time.outlive().await;
    assert_eq!(replayed(bus, "acme", first).await, (vec![], true));
    assert_eq!(replayed(bus, "acme", second).await, (vec![], false));
}

pub(crate) async fn an_id_of_another_life_is_a_gap(bus: &dyn EventBus, _: &dyn Time) {
    let old = EventId {
        millis: 1,
        sequence: 0,
    };
    assert_eq!(replayed(bus, "acme", old).await, (vec![], true));
    let told = tell(bus, "acme", 1).await;
    assert_eq!(replayed(bus, "acme", old).await, (vec![told], true));
}

pub(crate) async fn the_newest_id_is_where_a_new_reader_begins(bus: &dyn EventBus, _: &dyn Time) {
    let fresh = bus.newest(&tenant("acme")).await.unwrap();
    let first = tell(bus, "acme", 1).await;
    assert!(first > fresh);
    assert_eq!(replayed(bus, "acme", fresh).await, (vec![first], false));
    assert_eq!(bus.newest(&tenant("acme")).await.unwrap(), first);
    assert_eq!(replayed(bus, "acme", first.before()).await.0, [first]);
}

pub(crate) async fn an_id_from_the_future_is_a_gap(bus: &dyn EventBus, _: &dyn Time) {
    tell(bus, "acme", 1).await;
    let future = EventId {
        millis: u64::MAX,
        sequence: 0,
    };
    assert_eq!(replayed(bus, "acme", future).await, (vec![], true));
}

pub(crate) async fn a_tenant_too_many_pushes_the_quietest_out(bus: &dyn EventBus, _: &dyn Time) {
    let first = tell(bus, "acme", 1).await;
    let _unseen = tell(bus, "acme", 2).await;
    tell(bus, "second", 1).await;
    tell(bus, "third", 1).await;
    assert_eq!(replayed(bus, "acme", first).await, (vec![], true));
}

pub(crate) async fn all_tenants_reach_a_subscriber_in_order(bus: &dyn EventBus, _: &dyn Time) {
    let mut subscriber = bus.subscribe();
    let first = tell(bus, "acme", 1).await;
    let second = tell(bus, "other", 2).await;
    let seen = [
        subscriber.recv().await.unwrap(),
        subscriber.recv().await.unwrap(),
    ];
    assert_eq!(seen.each_ref().map(|told| told.id), [first, second]);
    assert!(seen[0].json.contains("\"document.updated\""));
}

pub(crate) async fn a_slow_subscriber_is_dropped_and_nobody_waits(
    bus: &dyn EventBus,
    _: &dyn Time,
) {
    let mut slow = bus.subscribe();
    let mut quick = bus.subscribe();
    for version in 1..=3 {
        let told = tell(bus, "acme", version).await;
        assert_eq!(quick.recv().await.unwrap().id, told);
    }
    let mut seen = 0;
    while slow.recv().await.is_some() {
        seen += 1;
    }
    assert_eq!(seen, 2);
}

/// Runs facts for an adapter: its name, and how it is opened (`None`: what it needs is not here).
macro_rules! events_adapter {
    ($adapter:ident, $open:expr, $($fact:ident)*) => {
        mod $adapter {
            use super::*;

            $(#[tokio::test]
            async fn $fact() {
                if let Some((bus, time)) = $open.await {
                    $crate::storage::events::conformance::$fact(&bus, &time).await;
                }
            })*
        }
    };
}
pub(crate) use events_adapter;

#[async_trait]
impl Time for Arc<ManualClock> {
    fn step_back(&self) {
        self.set(Timestamp(5));
    }

    async fn outlive(&self) {
        self.advance(LIMITS.age * 2);
    }
}

fn open_in_process() -> (InProcessEvents, Arc<ManualClock>) {
    let clock = Arc::new(ManualClock::at(Timestamp(1_800_000_000_000_000)));
    let bus = InProcessEvents::new(Arc::clone(&clock) as Arc<_>, LIMITS);
    (bus, clock)
}

events_adapter!(in_process, ready(Some(open_in_process())),
    ids_grow_when_the_clock_steps_back
    what_came_after_is_replayed_in_order
    what_is_no_longer_kept_is_said_to_be_missing
    what_is_too_old_is_forgotten
    an_id_of_another_life_is_a_gap
    the_newest_id_is_where_a_new_reader_begins
    an_id_from_the_future_is_a_gap
    a_tenant_too_many_pushes_the_quietest_out
    all_tenants_reach_a_subscriber_in_order
    a_slow_subscriber_is_dropped_and_nobody_waits
);
