//! The event bus of a single process: a ring of recent events for each tenant.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::mpsc;

use super::{EventBus, EventId, Replay, ToldEvent};
use crate::domain::job_event::JobEvent;
use crate::domain::tenant::TenantId;
use crate::domain::time::{Clock, Timestamp};
use crate::storage::error::StoreError;

/// How much a bus keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventLimits {
    /// Events of a tenant.
    pub events: usize,
    /// How old they get.
    pub age: Duration,
    /// Tenants; beyond, the one that was told nothing for longest is forgotten.
    pub tenants: usize,
    /// Events a subscriber may be behind.
    pub behind: usize,
}

impl Default for EventLimits {
    /// A client that was away for less than five minutes misses nothing, unless its tenant is very busy.
    fn default() -> Self {
        Self {
            events: 1_000,
            age: Duration::from_secs(300),
            tenants: 10_000,
            behind: 4_096,
        }
    }
}

/// The event bus of a single process.
#[derive(Debug)]
pub struct InProcessEvents {
    clock: Arc<dyn Clock>,
    limits: EventLimits,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    rings: BTreeMap<TenantId, Ring>,
    /// The newest id of all; ids only grow, also when the clock steps back.
    last: EventId,
    /// The newest id among tenants that were forgotten whole, or the moment before this process.
    forgotten: EventId,
    subscribers: Vec<mpsc::Sender<ToldEvent>>,
}

#[derive(Debug, Default)]
struct Ring {
    events: VecDeque<(Timestamp, ToldEvent)>,
    /// The newest id that is no longer kept.
    forgotten: EventId,
    newest: EventId,
}

impl InProcessEvents {
    /// An empty bus.
    pub fn new(clock: Arc<dyn Clock>, limits: EventLimits) -> Self {
        let start = EventId {
            millis: clock.now().millis_unsigned(),
            sequence: 0,
        };
        let state = State {
            last: start,
            forgotten: start,
            ..State::default()
        };
        Self {
            clock,
            limits,
            state: Mutex::new(state),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn next_id(&mut self, now: Timestamp) -> EventId {
        let millis = now.millis_unsigned();
        self.last = if millis > self.last.millis {
            EventId {
                millis,
                sequence: 0,
            }
        } else {
            EventId {
                sequence: self.last.sequence + 1,
                ..self.last
            }
        };
        self.last
    }

    /// Makes room for one more tenant.
    fn forget_quietest(&mut self) {
        let quietest = self.rings.iter().min_by_key(|(_, ring)| ring.newest);
        if let Some((tenant, newest)) = quietest.map(|(name, ring)| (name.clone(), ring.newest)) {
            self.forgotten = self.forgotten.max(newest);
            self.rings.remove(&tenant);
        }
    }
}

impl Ring {
    fn forget(&mut self, limits: &EventLimits, now: Timestamp) {
        let oldest = now.minus(limits.age);
        while self
            .events
            .front()
            .is_some_and(|(at, _)| self.events.len() > limits.events || *at < oldest)
        {
            if let Some((_, told)) = self.events.pop_front() {
                self.forgotten = told.id;
            }
        }
    }
}

#[async_trait]
impl EventBus for InProcessEvents {
    async fn tell(&self, tenant: &TenantId, event: JobEvent) -> Result<EventId, StoreError> {
        let json = serde_json::to_string(&event).map_err(|error| StoreError::Corrupt {
            what: "event",
            detail: error.to_string(),
        })?;
        let now = self.clock.now();
        let mut state = self.state();
        if state.rings.len() >= self.limits.tenants && !state.rings.contains_key(tenant) {
            state.forget_quietest();
        }
        let told = ToldEvent {
            id: state.next_id(now),
            tenant: tenant.clone(),
            event: Arc::new(event),
            json: json.into(),
        };
        let forgotten = state.forgotten;
        let ring = state.rings.entry(tenant.clone()).or_insert_with(|| Ring {
            forgotten,
            ..Ring::default()
        });
        ring.newest = told.id;
        ring.events.push_back((now, told.clone()));
        ring.forget(&self.limits, now);
        // Told under the lock, so that every subscriber sees the order of the ids.
        state
            .subscribers
            .retain(|subscriber| subscriber.try_send(told.clone()).is_ok());
        Ok(told.id)
    }

    async fn newest(&self, _: &TenantId) -> Result<EventId, StoreError> {
        // One sequence serves all tenants.
        Ok(self.state().last)
    }

    async fn replay(&self, tenant: &TenantId, after: EventId) -> Result<Replay, StoreError> {
        let now = self.clock.now();
        let mut state = self.state();
        let (forgotten, last) = (state.forgotten, state.last);
        let Some(ring) = state.rings.get_mut(tenant) else {
            return Ok(Replay {
                events: Vec::new(),
                gap: after < forgotten || after > last,
            });
        };
        ring.forget(&self.limits, now);
        let kept = ring.events.iter().map(|(_, told)| told);
        Ok(Replay {
            events: kept.filter(|told| told.id > after).cloned().collect(),
            // An id from the future is one of another life of this process: what came between is unknown.
            gap: after < ring.forgotten || after > last,
        })
    }

    fn subscribe(&self) -> mpsc::Receiver<ToldEvent> {
        let (sender, receiver) = mpsc::channel(self.limits.behind.max(1));
        self.state().subscribers.push(sender);
        receiver
    }
}
